import { bytesOfElements, type DType, type TypedArray } from "../../graph/dtype.ts";
import { type NdArray, rowMajorData } from "../../graph/ndarray.ts";
import type { Shape } from "../../graph/shape.ts";

/** How an answer writes tensors. */
export const encodings = ["json", "flat", "base64"] as const;
export type Encoding = (typeof encodings)[number];

/** How a tensor of an answer is written; `text` is the base64 text alone, for who writes shape and dtype himself. */
export type LeafEncoding = Encoding | "text";

/** Numbers that JSON has no literal for, and the strings that stand for them. */
export const specialNumbers: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  "-Infinity": Number.NEGATIVE_INFINITY,
};

/** A tensor as an answer holds it; its elements must already have the dtype. */
export function encodeTensor(array: NdArray, encoding: LeafEncoding): unknown {
  const data = rowMajorData(array);
  const { shape, dtype } = array;
  if (encoding === "json") return nested(data, shape, dtype);
  if (encoding === "flat") return { shape, dtype, data: numbers(data, 0, data.length) };
  const text = bytesOfElements(dtype, data).toBase64();
  return encoding === "text" ? text : { shape, dtype, data: text };
}

function nested(data: TypedArray, shape: Shape, dtype: DType): unknown {
  const toJson = dtype === "bool" ? booleans : numbers;
  if (shape.length === 0) return toJson(data, 0, 1)[0];
  const firstZero = shape.indexOf(0);
  const shown = firstZero < 0 ? shape : shape.slice(0, firstZero + 1);
  const row = shown.at(-1)!;
  let position = 0;
  const build = (depth: number): unknown[] => {
    if (depth === shown.length - 1) {
      const start = position;
      position += row;
      return toJson(data, start, position);
    }
    return Array.from({ length: shown[depth]! }, () => build(depth + 1));
  };
  return build(0);
}

function numbers(data: TypedArray, start: number, end: number): unknown[] {
  if (data instanceof Float64Array) return float64Numbers(data, start, end);
  const list: unknown[] = new Array(end - start);
  for (let i = start; i < end; i++) {
    const x = data[i]!;
    list[i - start] = x - x === 0 ? x : String(x);
  }
  return list;
}

function float64Numbers(data: Float64Array, start: number, end: number): unknown[] {
  const list: unknown[] = new Array(end - start);
  for (let i = start; i < end; i++) {
    const x = data[i]!;
    list[i - start] = x - x === 0 ? x : String(x);
  }
  return list;
}

function booleans(data: TypedArray, start: number, end: number): boolean[] {
  return Array.from(data.subarray(start, end), (x) => x !== 0);
}
