import type { NdArray } from "../graph/ndarray.ts";
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
