import type { Node } from "../graph/operator.ts";
import type { SentTypes } from "../syntax/source.ts";
import type { ReadDocument } from "../syntax/sources.ts";
import type { Sized } from "./cache.ts";
import { localTenant } from "./library.ts";

/** How a document tells a graph, for graphs of one id can be told in many ways. */
export interface Spelling {
  /** What the document calls each node, by its number in the identity. */
  readonly names: readonly (string | undefined)[];
  /** The numbers of the nodes in the document's order. */
  readonly order: readonly number[];
}

/** A document that is known to be well-formed, without its graph. */
export interface KnownDocument extends Sized {
  /** What its graph is kept by. */
  readonly graph: string;
  readonly spelling: Spelling;
  readonly unused: readonly string[];
}

/** How a document tells the graph that it was read as; `order` is the identity's. */
export function spellingOf(read: ReadDocument, order: readonly Node[]): Spelling {
  const labels = read.labels();
  const numbers = [...order.keys()].sort((a, b) => order[a]!.index - order[b]!.index);
  return { names: order.map((node) => labels.get(node)), order: numbers };
}

/** Keeps what was read of a document. */
export function knownDocument(graph: string, read: ReadDocument, order: readonly Node[]): KnownDocument {
  const spelling = spellingOf(read, order);
  const characters = [...spelling.names, ...read.unused].reduce((sum, name) => sum + (name?.length ?? 0), 0);
  return { graph, spelling, unused: read.unused, bytes: 2 * characters + 16 * order.length };
}

/**
 * What a small document of a tenant is found by: its JSON text, and the types of tensors that were sent for inputs that it does not
 * declare. Undefined for documents that are not small, hold what JSON cannot tell apart, or come with derivatives, which
 * belong to their call.
 */
export function documentKey(
  document: unknown,
  sent: SentTypes = new Map(),
  tenant: string = localTenant,
): string | undefined {
  if (typeof document !== "object" || document === null || Object.hasOwn(document, "derivatives")) return undefined;
  const types = sent.size === 0 ? "" : typesText(sent);
  const { expression } = document as { readonly expression?: unknown };
  const room = lengthMax - types.length;
  // Nothing but a text, which most formulas are; JSON begins with a brace.
  if (typeof expression === "string" && Object.keys(document).length === 1) {
    return expression.length > room ? undefined : `${prefixOf(tenant)}${expression.length}:${expression}${types}`;
  }
  return roomBeside(document, room) < 0 ? undefined : prefixOf(tenant) + JSON.stringify(document) + types;
}

/** Names and types in a row, the lengths of names telling where these end. */
function typesText(sent: SentTypes): string {
  let text = "";
  for (const [name, { shape, dtype }] of sent) {
    text += `${name.length}:${name}${dtype}`;
    for (const length of shape) text += `,${length}`;
    text += ";";
  }
  return text;
}

/** Whether a key of the cache is a document's. */
export function isDocumentKey(key: string): boolean {
  return key.startsWith(prefix);
}

function prefixOf(tenant: string): string {
  return tenant === localTenant ? prefix : `${prefix}${encodeURIComponent(tenant)}|`;
}

const lengthMax = 16 * 1024;
// Keys without a bar are those of graphs.
const prefix = "document|";

/** What is left of a number of characters, about, beside a value; below 0 also where JSON would say another value. */
function roomBeside(value: unknown, room: number): number {
  if (typeof value === "string") return room - value.length;
  if (typeof value === "number") return Number.isFinite(value) && !Object.is(value, -0) ? room - 1 : -1;
  if (typeof value !== "object" || value === null) return room - 1;
  if (ArrayBuffer.isView(value)) return -1;
  let left = room - 2;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length && left >= 0; i++) left = roomBeside(value[i], left - 1);
    return left;
  }
  for (const key of Object.keys(value)) {
    left = roomBeside((value as Readonly<Record<string, unknown>>)[key], left - key.length - 1);
    if (left < 0) break;
  }
  return left;
}
