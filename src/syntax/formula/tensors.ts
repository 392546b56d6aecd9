import { type DType, dtypes } from "../../graph/dtype.ts";
import { describe, faultAt, type Token } from "./lexer.ts";
import type { Keyword } from "./target.ts";
import { inline, List, plain, Text, type Value } from "./values.ts";

/**
 * A constant of a dtype, `int32([1, 2])`; of bytes, `float64("…", shape=[2])`. Undefined for what is not written out, which
 * can only be cast.
 */
export function writtenTensor(
  name: Token,
  dtype: DType,
  args: readonly Value[],
  keywords: readonly Keyword[],
): object | undefined {
  const [value] = args;
  const shape = keywords.find(({ token }) => token.text === "shape")?.value;
  const other = keywords.find(({ token }) => token.text !== "shape");
  if (other) throw faultAt(other.token, `unknown attribute ${describe(other.token)} of ${dtype}; known: shape`);
  const isPlain = typeof value === "number" || typeof value === "boolean";
  const fault = value instanceof List ? listFault(value) : undefined;
  if (fault) throw faultAt(fault.token, fault.reason);
  const isKnown = isPlain || value instanceof List || (value instanceof Text && shape !== undefined);
  if (args.length !== 1 || !isKnown) {
    if (args.length === 1 && typeof value === "string") return undefined;
    throw faultAt(name, `${dtype}(…) takes one number or array that is written out, or base64 text and a shape`);
  }
  const lengths = shape instanceof List ? plain(shape) : shapeOf(isPlain ? value : plain(value));
  const data = isPlain ? [inline(value)] : value instanceof List ? flat(plain(value)) : plain(value);
  return { shape: lengths, dtype, data };
}

/** The dtype of a name; undefined where there is none. */
export function dtypeNamed(name: string): DType | undefined {
  return dtypes.find((dtype) => dtype === name);
}

/** What a list cannot hold to be a constant; rows of different lengths are found where it is read. */
export function listFault(list: List): { readonly token: Token; readonly reason: string } | undefined {
  const open = [list];
  for (let next = open.pop(); next; next = open.pop()) {
    const { items, token } = next;
    const rows = items.filter((item) => item instanceof List);
    if (items.some((item) => item === null || item instanceof Text)) {
      return { token, reason: "an array holds numbers and truth values only" };
    }
    const lengths = new Set(rows.map((row) => row.items.length));
    if (lengths.size > 1 || (rows.length > 0 && rows.length < items.length)) {
      return { token, reason: `the rows of this array differ in length: ${[...lengths].join(", ")}` };
    }
    open.push(...rows);
  }
  return undefined;
}

function shapeOf(value: unknown): number[] {
  const shape: number[] = [];
  for (let level = value; Array.isArray(level); level = level[0]) shape.push(level.length);
  return shape;
}

function flat(value: unknown): unknown {
  return Array.isArray(value) ? value.flat(Number.POSITIVE_INFINITY) : value;
}
