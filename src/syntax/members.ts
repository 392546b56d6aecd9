import type { Limits } from "../config.ts";
import { invalidGraph, limitExceeded, quote } from "../errors.ts";
import { type DType, dtypes } from "../graph/dtype.ts";
import type { Shape } from "../graph/shape.ts";
import { type Members, sharedKeys } from "./source.ts";

/** The members of a document in the graph form. */
export const graphKeys = new Set(["functions", "inputs", "constants", "nodes", "outputs", ...sharedKeys]);
/** The members of a function. */
export const functionKeys = new Set(["inputs", "constants", "nodes", "outputs", "jvp", "vjp", "name", "description"]);
const reservedKeys = new Set(["onnx", "cppad", "nl", "mathjson"]);
/** The members of a node. */
export const nodeKeys = new Set(["id", "op", "args", "attrs"]);
/** The members of a node that only formulas make. */
export const sugarKeys = new Set([...nodeKeys, "sugar"]);
/** The members of an input. */
export const inputKeys = new Set(["name", "shape", "dtype"]);
/** The members of a constant. */
export const constantKeys = new Set(["name", "value"]);
/** The members of an output. */
export const outputKeys = new Set(["name", "node", "dtype"]);
const namePattern = /^[A-Za-z_][A-Za-z0-9_.-]*$/;
const refusedNames = new Set(["NaN", "Infinity", "__proto__"]);

/** A name of a document, checked. Throws `invalid_graph`, `limit_exceeded`. */
export function checkName(name: unknown, where: string, { nameLength }: Limits): string {
  if (typeof name !== "string") throw invalidGraph(`${where} must be a string`);
  if (name.length > nameLength) throw limitExceeded("nameLength", nameLength, name.length);
  if (refusedNames.has(name) || !namePattern.test(name)) throw invalidGraph(`${where}: ${quote(name)} is no name`);
  return name;
}

/** The members of an object of a document, which has no others than `keys`. */
export function membersOf(value: unknown, keys: ReadonlySet<string>, what: string): Members {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw invalidGraph(`${what} must be an object`);
  }
  checkKeys(value, keys, what);
  return value as Members;
}

/** Throws `invalid_graph` for a member that is not among `keys`. */
export function checkKeys(value: object, keys: ReadonlySet<string>, what: string): void {
  for (const key of Object.keys(value)) {
    if (keys.has(key)) continue;
    const why = keys === graphKeys && reservedKeys.has(key) ? "is reserved and not served yet" : "is unknown";
    throw invalidGraph(`${what}: the key ${quote(key)} ${why}; known: ${[...keys].join(", ")}`);
  }
}

/** Throws `invalid_graph` for labels that are none. */
export function checkLabels({ version, name, description }: Members): void {
  if (version !== undefined && version !== 1) throw invalidGraph("version must be 1");
  for (const [key, label] of Object.entries({ name, description })) {
    if (label !== undefined && typeof label !== "string") throw invalidGraph(`${key} must be a string`);
  }
}

/** A declared dtype, undefined where there is none. */
export function dtypeOf(dtype: unknown, node: string): DType | undefined {
  if (dtype === undefined || dtypes.includes(dtype as DType)) return dtype as DType | undefined;
  throw invalidGraph(`dtype must be one of ${dtypes.join(", ")}`, { node });
}

/** A declared shape; absent, that of a scalar. */
export function shapeOf(shape: unknown, node: string): Shape {
  if (shape === undefined) return [];
  if (!Array.isArray(shape) || shape.some((n) => !Number.isSafeInteger(n) || n < 0)) {
    throw invalidGraph("shape must be a list of lengths", { node });
  }
  return shape.map((n: number) => n + 0);
}

/** What depends on itself, name by name and within reason. */
export function circleText(names: readonly string[], arrow: string): string {
  const shown = names.slice(0, circleNamesShown);
  const more = names.length > shown.length ? [`… ${names.length - shown.length} more`] : [];
  return [...shown, ...more, names[0]].join(arrow);
}

const circleNamesShown = 20;
