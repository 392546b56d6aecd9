import type { Budget } from "../../graph/budget.ts";
import type { NdArray } from "../../graph/ndarray.ts";
import { rowMajorData, zeros } from "../../graph/ndarray.ts";
import { elementCount } from "../../graph/shape.ts";

// Kernels on rows: the last axis of row-major tensors.

/** For each row the places of its elements in order, equal ones by place; NaN counts as the largest. */
export function sortedPlaces(x: NdArray, descending: boolean, budget: Budget): NdArray {
  const n = x.shape.at(-1)!;
  const result = zeros("int32", x.shape);
  const [data, out] = [rowMajorData(x), result.data as Int32Array];
  const bits = Math.ceil(Math.log2(n + 1)) + 1;
  const order = (a: number, b: number, base: number): number => {
    const p = data[base + a]!;
    const q = data[base + b]!;
    if (p < q) return -1;
    if (p > q) return 1;
    return p === q ? 0 : Number(Number.isNaN(p)) - Number(Number.isNaN(q));
  };
  for (let base = 0; base < data.length; base += n) {
    budget.spend(4 * n * bits);
    const places = out.subarray(base, base + n);
    for (let i = 0; i < n; i++) places[i] = i;
    places.sort((a, b) => (descending ? order(b, a, base) : order(a, b, base)) || a - b);
  }
  return result;
}

/** For each element the place of the extreme one up to it, the first of equals; of the first NaN from there on. */
export function runningPlaces(x: NdArray, largest: boolean, budget: Budget): NdArray {
  const n = x.shape.at(-1)!;
  const result = zeros("int32", x.shape);
  const [data, out] = [rowMajorData(x), result.data];
  for (let base = 0; base < data.length; base += n) {
    budget.spend(n);
    let best = 0;
    for (let i = 0; i < n; i++) {
      const [a, b] = [data[base + i]!, data[base + best]!];
      if (!Number.isNaN(b) && (Number.isNaN(a) || (largest ? a > b : a < b))) best = i;
      out[base + i] = best;
    }
  }
  return result;
}

/**
 * For each v of a row of queries how many elements of its row of `a`, which ascends, lie before it: those less than it, or
 * those not greater. NaN is greater than all; -1 everywhere where the row does not ascend.
 */
export function searchRows(a: NdArray, v: NdArray, right: boolean, budget: Budget): NdArray {
  const [n, m] = [a.shape.at(-1)!, v.shape.at(-1)!];
  const result = zeros("int32", v.shape);
  const [sorted, data, out] = [rowMajorData(a), rowMajorData(v), result.data];
  const bits = Math.ceil(Math.log2(n + 1)) + 1;
  for (let row = 0; row < elementCount(v.shape.slice(0, -1)); row++) {
    budget.spend(n + m * bits);
    const list = sorted.subarray(row * n, (row + 1) * n);
    const isAscending = list.every((x, i) => i === 0 || list[i - 1]! <= x);
    for (let k = row * m; k < (row + 1) * m; k++) out[k] = isAscending ? countBefore(list, data[k]!, right) : -1;
  }
  return result;
}

function countBefore(list: ArrayLike<number>, v: number, right: boolean): number {
  if (Number.isNaN(v)) return list.length;
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (right ? list[middle]! <= v : list[middle]! < v) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** For each place of `length` in a row the last of the row's indices that is it, or -1. */
export function lastWriters(index: NdArray, length: number, budget: Budget): NdArray {
  const m = index.shape.at(-1)!;
  const rows = elementCount(index.shape.slice(0, -1));
  const result = zeros("int32", [...index.shape.slice(0, -1), length]);
  const [data, out] = [rowMajorData(index), result.data.fill(-1)];
  for (let row = 0; row < rows; row++) {
    budget.spend(m);
    for (let k = 0; k < m; k++) {
      const given = data[row * m + k]!;
      const at = given < 0 ? given + length : given;
      if (at >= 0 && at < length) out[row * length + at] = k;
    }
  }
  return result;
}

/** How many elements of each row lie between neighbouring edges, the last one included; those outside count nowhere. */
export function countBetween(
  x: NdArray,
  edgesOf: (row: ArrayLike<number>) => readonly number[],
  bins: number,
  budget: Budget,
): NdArray {
  const m = x.shape.at(-1)!;
  const result = zeros("int32", [...x.shape.slice(0, -1), bins]);
  const [data, out] = [rowMajorData(x), result.data];
  for (let row = 0; row < elementCount(x.shape.slice(0, -1)); row++) {
    const list = data.subarray(row * m, (row + 1) * m);
    const edges = edgesOf(list);
    budget.spend(bins + 8 * m);
    for (const value of list) {
      if (!(value >= edges[0]! && value <= edges[bins]!)) continue;
      out[row * bins + Math.min(countBefore(edges, value, true), bins) - 1]!++;
    }
  }
  return result;
}
