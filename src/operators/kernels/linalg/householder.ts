import type { Budget } from "../../../graph/budget.ts";
import { Blocks } from "./blocks.ts";
import { allFinite, type Numbers } from "./matrices.ts";
import {
  applyReflections,
  formBasis,
  type Reflections,
  reflectionOf,
  reflectionScratch,
  reflectionsAtOnce,
} from "./reflections.ts";

/**
 * A = Q R for A of m × n with m ≥ n by reflections, with the signs that LAPACK gives; `q` of m × n and `r` of n × n are
 * filled, with NaN where A is not finite.
 */
export function factorByReflections(a: Numbers, m: number, n: number, q: Numbers, r: Numbers, budget: Budget): void {
  if (!allFinite(a)) {
    q.fill(Number.NaN);
    r.fill(Number.NaN);
    return;
  }
  if (n === 0) return;
  const size = m * n;
  const blocks = new Blocks(2 * size + n + reflectionScratch(m, n), 0, budget);
  const { data } = blocks;
  data.set(a);
  const matrix = { at: 0, row: n };
  const reflections = { vectors: { at: size, row: m }, taus: new Float64Array(n) };
  const scratch = 2 * size + n;
  for (let first = 0; first < n; first += reflectionsAtOnce) {
    const end = Math.min(n, first + reflectionsAtOnce);
    reflectColumns(blocks, m, n, first, end, reflections, 2 * size);
    const rest = { at: first * n + end, row: n };
    if (end < n) applyReflections(blocks, reflections, first, end, m, rest, n - end, scratch, true);
  }
  for (let i = 0; i < n; i++) for (let j = i; j < n; j++) r[i * n + j] = data[i * n + j]!;
  formBasis(blocks, reflections, n, m, matrix, n, scratch);
  q.set(data.subarray(0, size));
}

/** Makes the reflections of some columns of a matrix at 0, worked on as rows, and writes their part of R there. */
function reflectColumns(
  blocks: Blocks,
  m: number,
  n: number,
  first: number,
  end: number,
  { vectors, taus }: Reflections,
  dots: number,
): void {
  const { data } = blocks;
  const at = (column: number, row: number) => vectors.at + column * vectors.row + row;
  data.fill(0, at(first, 0), at(end, 0));
  const panel = { at: at(first, first), row: m };
  blocks.transpose({ at: first * n + first, row: n }, panel, m - first, end - first);
  for (let k = first; k < end; k++) {
    const { tau, beta } = reflectionOf(data, at(k, k), m - k);
    taus[k] = tau;
    for (let i = first; i < k; i++) {
      data[i * n + k] = data[at(k, i)]!;
      data[at(k, i)] = 0;
    }
    data[k * n + k] = beta;
    const left = end - k - 1;
    if (left === 0 || tau === 0) continue;
    const others = { at: at(k + 1, k), row: m };
    data.fill(0, dots, dots + left);
    blocks.dots(dots, others, at(k, k), left, m - k);
    for (let j = 0; j < left; j++) data[dots + j]! *= tau;
    blocks.product(others, { at: dots, row: 1 }, { at: at(k, k), row: m }, left, m - k, 1, true);
  }
}
