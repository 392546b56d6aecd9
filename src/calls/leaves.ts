import { inputMismatch } from "../errors.ts";
import { type DType, fitsIn, isFloat } from "../graph/dtype.ts";
import { convertArray, type NdArray, rowMajorData } from "../graph/ndarray.ts";
import { TensorLeaf } from "../wire/answer.ts";
import type { Encoding } from "../wire/json/tensor-value.ts";

/** Members by name. */
export function named<T>(names: readonly string[], member: (i: number) => T): Record<string, T> {
  const members: Record<string, T> = {};
  names.forEach((name, i) => {
    members[name] = member(i);
  });
  return members;
}

/** Tensors by name, whose memory is the answer's from now on. */
export function tensors(
  names: readonly string[],
  arrays: readonly NdArray[],
  encoding: Encoding,
): Record<string, TensorLeaf> {
  return named(names, (i) => new TensorLeaf(arrays[i]!, encoding));
}

/**
 * An output in the dtype that it is declared with: floats are rounded, and integers have to be in its range. Throws
 * `input_mismatch` for one that is not.
 */
export function stored(array: NdArray, dtype: DType, name: string): NdArray {
  if (dtype !== "int64" && (array.dtype === dtype || isFloat(dtype))) return convertArray(array, dtype);
  const lost = rowMajorData(array).find((x) => !fitsIn(dtype, x));
  if (lost === undefined) return convertArray(array, dtype);
  const expected = dtype === "int64" ? "int64 values of up to 2^53 in size, which are exact" : `${dtype} values`;
  throw inputMismatch(name, expected, Number.isNaN(lost) ? "a larger one" : `the value ${lost}`);
}
