import type { Limits } from "../config.ts";
import { invalidGraph, quote, ServiceError } from "../errors.ts";
import type { Builder } from "../graph/operator.ts";
import { findOperator } from "../operators/index.ts";
import type { FunctionEntry, NodeEntry } from "./document.ts";
import { type ReadGraph, readGraphForm } from "./json.ts";
import type { Translation } from "./source.ts";

/** Reads a document in the graph form; what is wrong with it is told where it stands in the document's own text. */
export function readTranslation(translation: Translation, builder: Builder, limits: Limits): ReadGraph {
  const { document, placeOf } = translation;
  try {
    return readGraphForm(document, builder, limits);
  } catch (fault) {
    if (!placeOf || !(fault instanceof ServiceError) || fault.type !== "invalid_graph") throw fault;
    const data = fault.data as typeof fault.data & FaultData;
    const { reason, operand, function: of, reference = undefined, results } = data;
    const node = reference ?? data.node;
    const place = placeOf(node, of);
    if (!place) throw fault;
    const entry = node === undefined ? undefined : entryOf(translation, node, of);
    const told =
      reference === undefined ? `${reason}${hint(translation, reason, entry)}` : severalResults(entry, results!);
    const within = of === undefined || node === undefined ? "" : `function ${quote(of)}: `;
    const where = operand === undefined || reference !== undefined ? {} : { operand };
    throw invalidGraph(`${within}${told}`, node === undefined ? {} : { node, ...where }, place);
  }
}

/** What is told of a fault in a graph. */
interface FaultData {
  readonly reason: string;
  readonly node?: string;
  readonly operand?: string | number;
  readonly function?: string;
  /** A node that has several results where one is meant, and how many. */
  readonly reference?: string;
  readonly results?: number;
}

function entryOf({ document }: Translation, node: string, of: string | undefined): NodeEntry | undefined {
  const { functions, nodes } = document as { functions?: Record<string, FunctionEntry>; nodes: readonly NodeEntry[] };
  return (of === undefined ? nodes : (functions?.[of]?.nodes ?? [])).find(({ id }) => id === node);
}

/** How formulas take several results apart. */
function severalResults(entry: NodeEntry | undefined, count: number): string {
  const { op = "it", attrs = {} } = entry ?? {};
  const isDerivative = derivatives.has(op);
  const called = op === "call" ? String(attrs.function) : op;
  const names = count <= namesMax ? ["a", "b", "c", "d"].slice(0, count).join(", ") : "a, b, …";
  const call = isDerivative ? `${called}(${String(attrs.function)})(…)` : `${called}(…)`;
  const one = op === "grad" ? `, or say by which input: grad(${String(attrs.function)}, wrt=0)(…)` : "";
  return `${called} has ${count} results, of which one is meant: name them, ${names} = ${call}, and use one${one}`;
}

/** What to do about a fault, where more can be told of it from the formula; else empty. */
function hint(translation: Translation, reason: string, entry: NodeEntry | undefined): string {
  return (
    callHint(translation, reason, entry) ??
    indexHint(translation, reason, entry) ??
    shapeHint(translation, reason, entry) ??
    ""
  );
}

/** A name that stands for a value is called, as in `x(y + 1)`. */
function callHint({ document }: Translation, reason: string, entry: NodeEntry | undefined): string | undefined {
  if (!entry || !reason.includes("unknown operator") || findOperator(entry.op)) return undefined;
  const { inputs, nodes } = document as { inputs: readonly unknown[]; nodes: readonly NodeEntry[] };
  const isInput = inputs.some((input) => Object(input).name === entry.op);
  if (!isInput && !nodes.some(({ id }) => id === entry.op)) return undefined;
  return `; ${quote(entry.op)} is a value: write ${entry.op} * (…) for a product, ${entry.op}[…] for an element, or define ${entry.op}(x) = …`;
}

/** Numbers in JSON have no dtype: what is sent as such is float64, also where it is meant for an index. */
function indexHint({ document }: Translation, reason: string, entry: NodeEntry | undefined): string | undefined {
  if (!entry || !reason.includes("indices must be int32")) return undefined;
  const index = entry.args[1];
  const { inputs } = document as { inputs: readonly unknown[] };
  return typeof index === "string" && inputs.some((input) => Object(input).name === index)
    ? `: write cast(${index}, "int32"), or declare that dtype in \`inputs\``
    : ': write cast(…, "int32")';
}

/** An operand was taken for a scalar, and its shape is what is wrong. */
function shapeHint({ assumed }: Translation, reason: string, entry: NodeEntry | undefined): string | undefined {
  if (!assumed || assumed.size === 0 || !isOfShapes.test(reason.replace(/; its attributes are .*$/, "")))
    return undefined;
  const name = entry?.args.find((arg) => typeof arg === "string" && assumed.has(arg));
  if (typeof name !== "string") return undefined;
  return `; ${quote(name)} is taken for a scalar: declare its shape in \`inputs\`, or send a tensor for it`;
}

const isOfShapes = /\b(?:shapes?|ax[ie]s|range|index|indices|length|scalar|broadcast)\b/;
const derivatives = new Set(["grad", "jvp", "vjp", "jacobian", "hessian"]);
const namesMax = 4;
