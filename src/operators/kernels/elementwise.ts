import type { Budget } from "../../graph/budget.ts";
import { allocate } from "../../graph/dtype.ts";
import { forEachRun, jointAxes, type NdArray, ndarray } from "../../graph/ndarray.ts";
import type { TensorType } from "../../graph/operator.ts";
import { elementCount, rowMajorStrides } from "../../graph/shape.ts";

const elementsPerSpend = 1 << 15;
const operationsPerSpend = 1 << 20;

/** Applies a function of one to four numbers to each element of operands that have the result's shape. */
export function mapElements(
  f: (...operands: number[]) => number,
  args: readonly NdArray[],
  { shape, dtype }: TensorType,
  operations: number,
  budget: Budget,
): NdArray {
  const count = elementCount(shape);
  const out = allocate(dtype, count);
  if (count === 0) return ndarray(dtype, shape, out);
  const chunkMax = Math.min(elementsPerSpend, Math.ceil(operationsPerSpend / Math.max(operations, 1)));
  const { lengths, strides } = jointAxes(shape, [rowMajorStrides(shape), ...args.map((x) => x.strides)]);
  const [x, y, z, w] = args.map((array) => array.data);
  const strideOf = (k: number) => strides[k + 1]?.at(-1) ?? 0;
  const [xs, ys, zs, ws] = [strideOf(0), strideOf(1), strideOf(2), strideOf(3)];
  forEachRun(lengths, strides, [0, ...args.map((array) => array.offset)], (offsets, length) => {
    let [o, i, j, k, l] = offsets as [number, number, number, number, number];
    for (let done = 0; done < length; ) {
      const chunk = Math.min(length - done, chunkMax);
      done += chunk;
      budget.spend(chunk * operations);
      const end = o + chunk;
      if (args.length === 1) for (; o < end; o++, i += xs) out[o] = f(x![i]!);
      else if (args.length === 2) for (; o < end; o++, i += xs, j += ys) out[o] = f(x![i]!, y![j]!);
      else if (args.length === 3) {
        for (; o < end; o++, i += xs, j += ys, k += zs) out[o] = f(x![i]!, y![j]!, z![k]!);
      } else {
        for (; o < end; o++, i += xs, j += ys, k += zs, l += ws) out[o] = f(x![i]!, y![j]!, z![k]!, w![l]!);
      }
    }
  });
  return ndarray(dtype, shape, out);
}
