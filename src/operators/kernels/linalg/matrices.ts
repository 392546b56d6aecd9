import { broadcastView, type NdArray, rowMajorData, zeros } from "../../../graph/ndarray.ts";
import { elementCount, type Shape } from "../../../graph/shape.ts";

/** A matrix in row-major order, or a vector with one column. */
export type Numbers = Float64Array;

/** A tensor of matrices, vectors or numbers: its shape, and how many axes of it are those. */
export interface Filled {
  readonly shape: Shape;
  readonly rank: number;
}

/**
 * Calls a kernel for each matrix of a result, with the matrices of the operands that belong to it: leading axes
 * broadcast, `ranks` being how many axes of each operand are its matrix's. The kernel fills `out`, which is zeroed.
 */
export function forEachMatrix(
  args: readonly NdArray[],
  ranks: readonly number[],
  shape: Shape,
  rank: number,
  kernel: (operands: readonly Numbers[], out: Numbers) => void,
): NdArray {
  return forEachMatrices(args, ranks, [{ shape, rank }], (operands, [out]) => kernel(operands, out!))[0]!;
}

/** As {@link forEachMatrix}, for kernels that fill several results, of the same leading axes. */
export function forEachMatrices(
  args: readonly NdArray[],
  ranks: readonly number[],
  filled: readonly Filled[],
  kernel: (operands: readonly Numbers[], outs: readonly Numbers[]) => void,
): NdArray[] {
  const lead = filled[0]!.shape.slice(0, filled[0]!.shape.length - filled[0]!.rank);
  const places = args.map((x, i) => placesOf(x, ranks[i]!, lead));
  const results = filled.map(({ shape, rank }) => {
    const result = zeros("float64", shape);
    return { result, all: result.data as Numbers, size: elementCount(shape.slice(shape.length - rank)) };
  });
  const count = elementCount(lead);
  for (let k = 0; k < count; k++) {
    const operands = places.map(({ all, size, starts }) => {
      const start = starts ? starts[k]! : k * size;
      return all.subarray(start, start + size);
    });
    kernel(
      operands,
      results.map(({ all, size }) => all.subarray(k * size, (k + 1) * size)),
    );
  }
  return results.map(({ result }) => result);
}

/** Whether all numbers are finite. */
export function allFinite(numbers: Numbers): boolean {
  let sum = 0;
  // Infinities and NaN less themselves are NaN, all else is 0.
  for (let i = 0; i < numbers.length; i++) sum += numbers[i]! - numbers[i]!;
  return sum === 0;
}

/** The transpose of an m × n matrix. */
export function transposedOf(a: Numbers, m: number, n: number): Numbers {
  const out = new Float64Array(m * n);
  for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) out[j * m + i] = a[i * n + j]!;
  return out;
}

function placesOf(x: NdArray, rank: number, lead: Shape) {
  const own = x.shape.slice(0, x.shape.length - rank);
  const size = elementCount(x.shape.slice(own.length));
  const all = rowMajorData(x) as Float64Array;
  if (elementCount(own) === elementCount(lead)) return { all, size, starts: undefined };
  const numbered = zeros("float64", own);
  numbered.data.forEach((_, i) => {
    numbered.data[i] = i * size;
  });
  return { all, size, starts: rowMajorData(broadcastView(numbered, lead)) };
}
