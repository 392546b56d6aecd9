import type { Budget } from "../../graph/budget.ts";
import { allocate, type TypedArray } from "../../graph/dtype.ts";
import { forEachRun, jointAxes, type NdArray, ndarray, permuteView } from "../../graph/ndarray.ts";
import type { TensorType } from "../../graph/operator.ts";
import { elementCount, range, rowMajorStrides } from "../../graph/shape.ts";

/** Folds the elements along `axes`, in row-major order, into one number for each place of the remaining axes. */
export function reduceAxes(
  x: NdArray,
  axes: readonly number[],
  { shape, dtype }: TensorType,
  initial: number,
  fold: (accumulated: number, element: number) => number,
  budget: Budget,
): NdArray {
  const out = allocate(dtype, elementCount(shape)).fill(initial);
  const kept = range(x.shape.length).filter((axis) => !axes.includes(axis));
  const view = permuteView(x, [...kept, ...axes]);
  const outStrides = [...rowMajorStrides(kept.map((axis) => x.shape[axis]!)), ...axes.map(() => 0)];
  const { lengths, strides } = jointAxes(view.shape, [outStrides, view.strides]);
  if (elementCount(x.shape) === 0) return ndarray(dtype, shape, out);
  const { data } = x;
  const os = strides[0]!.at(-1) ?? 0;
  const xs = strides[1]!.at(-1) ?? 0;
  forEachRun(lengths, strides, [0, x.offset], (offsets, length) => {
    let [o, i] = offsets as [number, number];
    budget.spend(length);
    if (os === 0) {
      let accumulated = out[o]!;
      for (let n = 0; n < length; n++, i += xs) accumulated = fold(accumulated, data[i]!);
      out[o] = accumulated;
    } else {
      for (let n = 0; n < length; n++, i += xs, o += os) out[o] = fold(out[o]!, data[i]!);
    }
  });
  return ndarray(dtype, shape, out);
}

/** Calls `line` for each line of elements along one axis, with both arrays' first index and stride on it. */
export function forEachLine(
  arrays: readonly NdArray[],
  axis: number,
  budget: Budget,
  line: (starts: number[], strides: number[], length: number) => void,
): void {
  const { shape } = arrays[0]!;
  const length = shape[axis]!;
  const others = range(shape.length).filter((i) => i !== axis);
  const views = arrays.map((array) => permuteView(array, others));
  const lineStrides = arrays.map((array) => array.strides[axis]!);
  const lengths = others.map((i) => shape[i]!);
  const starts = new Array<number>(arrays.length);
  if (elementCount(shape) === 0) return;
  const strides = views.map((view) => view.strides);
  forEachRun(
    lengths,
    strides,
    arrays.map((array) => array.offset),
    (offsets, run) => {
      for (let r = 0; r < run; r++) {
        for (let k = 0; k < starts.length; k++) starts[k] = offsets[k]! + r * (strides[k]!.at(-1) ?? 0);
        budget.spend(length);
        line(starts, lineStrides, length);
      }
    },
  );
}

/** A new array like `x` in shape, and its data. */
export function emptyLike({ shape, dtype }: TensorType): { array: NdArray; data: TypedArray } {
  const data = allocate(dtype, elementCount(shape));
  return { array: ndarray(dtype, shape, data), data };
}
