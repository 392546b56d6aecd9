import { allocate, type DType } from "../../src/graph/dtype.ts";
import { type NdArray, ndarray, rowMajorData } from "../../src/graph/ndarray.ts";
import { elementCount, type Shape } from "../../src/graph/shape.ts";

/** Numbers or booleans nested as a tensor's axes are. */
export type Nested = number | boolean | readonly Nested[];

/** A tensor from nested arrays: bool when its elements are booleans, else float64 unless told. */
export function tensor(value: Nested, dtype?: DType): NdArray {
  const elements = [value as unknown[]].flat(Number.POSITIVE_INFINITY) as (number | boolean)[];
  const type = dtype ?? (typeof elements[0] === "boolean" ? "bool" : "float64");
  return tensorOf(elements.map(Number), shapeOf(value), type);
}

/** A vector of int32. */
export function ints(...values: number[]): NdArray {
  return tensor(values, "int32");
}

/** A float64 tensor without elements. */
export function empty(...shape: number[]): NdArray {
  return tensorOf([], shape);
}

/** A tensor from its elements in row-major order. */
export function tensorOf(elements: ArrayLike<number>, shape: Shape, dtype: DType = "float64"): NdArray {
  const data = allocate(dtype, elementCount(shape));
  data.set(elements);
  return ndarray(dtype, shape, data);
}

/** The nested arrays of a tensor, up to and including its first axis of length 0. */
export function nested(array: NdArray): Nested {
  const data = rowMajorData(array);
  let next = 0;
  const at = (axis: number): Nested => {
    if (axis === array.shape.length) {
      const element = data[next++]!;
      return array.dtype === "bool" ? element !== 0 : element;
    }
    return Array.from({ length: array.shape[axis]! }, () => at(axis + 1));
  };
  return at(0);
}

/** A tensor's elements in row-major order. */
export function flat(array: NdArray): number[] {
  return [...rowMajorData(array)];
}

/** The number of elements in all tensors together. */
export function countAll(arrays: readonly { readonly shape: Shape }[]): number {
  return arrays.reduce((total, { shape }) => total + elementCount(shape), 0);
}

function shapeOf(value: Nested): number[] {
  if (!Array.isArray(value)) return [];
  return [value.length, ...(value.length > 0 ? shapeOf(value[0]) : [])];
}
