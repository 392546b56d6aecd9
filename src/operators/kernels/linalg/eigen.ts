import type { Budget } from "../../../graph/budget.ts";
import { Blocks } from "./blocks.ts";
import { allFinite, type Numbers } from "./matrices.ts";
import { Rotations, type Turn, turnOf, turnsOf } from "./rotations.ts";
import { tridiagonalize, tridiagonalScratch } from "./tridiagonal.ts";

// Source: the procedure tql2 of Bowdler, Martin, Reinsch and Wilkinson, Numerische Mathematik 11 (1968), with the vectors
// in rows, where rotations find them in order.

/**
 * Eigenvalues, ascending, and orthonormal vectors of (A + Aᵀ)/2 for A of n × n; vector k is column k of `vectors`, its
 * component of largest size positive. NaN where A is not finite.
 */
export function symmetricEigen(a: Numbers, n: number, values: Numbers, vectors: Numbers, budget: Budget): void {
  if (!allFinite(a)) {
    values.fill(Number.NaN);
    vectors.fill(Number.NaN);
    return;
  }
  let scale = 0;
  for (let i = 0; i < a.length; i++) scale = Math.max(scale, Math.abs(a[i]!));
  // A power of two, so that scaling is exact.
  scale = scale === 0 ? 1 : 2 ** Math.round(Math.log2(scale));
  if (n === 0) return;
  const size = n * n;
  const blocks = new Blocks(2 * size + tridiagonalScratch(n) + turnsOf(n), 0, budget);
  const { data } = blocks;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++)
      data[i * n + j] = data[j * n + i] = a[i * n + j]! / scale / 2 + a[j * n + i]! / scale / 2;
  }
  const d = new Float64Array(n);
  const e = new Float64Array(n);
  const [basis, vectorRows] = [
    { at: 0, row: n },
    { at: size, row: n },
  ];
  tridiagonalize(blocks, basis, n, d, e, vectorRows, 2 * size);
  blocks.transpose(basis, vectorRows, n, n);
  const rotations = new Rotations(blocks, vectorRows, n, 2 * size + tridiagonalScratch(n));
  diagonalize(rotations, n, d, e, budget);
  rotations.flush();
  const rows = data.subarray(size, 2 * size);
  const order = Array.from(d, (_, i) => i).sort((i, j) => d[i]! - d[j]!);
  order.forEach((from, k) => {
    values[k] = d[from]! * scale;
    const vector = rows.subarray(from * n, (from + 1) * n);
    const sign = signOfLargest(vector);
    for (let i = 0; i < n; i++) vectors[i * n + k] = sign * vector[i]!;
  });
}

/** The sign of the component of largest size, the first of equals. */
export function signOfLargest(vector: Numbers): number {
  let [largest, sign] = [0, 1];
  for (const x of vector) {
    // A little more than a rounding error: components of one size shall not take turns.
    if (Math.abs(x) > largest * (1 + 1e-10)) [largest, sign] = [Math.abs(x), x < 0 ? -1 : 1];
  }
  return sign;
}

const stepsMax = 200;

/** From tridiagonal form by the implicit QL method. */
function diagonalize(rotations: Rotations, n: number, d: Numbers, e: Numbers, budget: Budget): void {
  let shift = 0;
  let largest = 0;
  for (let l = 0; l < n; l++) {
    largest = Math.max(largest, Math.abs(d[l]!) + Math.abs(e[l]!));
    let m = l;
    while (m < n - 1 && Math.abs(e[m]!) > Number.EPSILON * largest) m++;
    for (let step = 0; m > l && Math.abs(e[l]!) > Number.EPSILON * largest; step++) {
      // Not met with in practice; whoever does gets no wrong value.
      if (step === stepsMax) {
        d.fill(Number.NaN);
        return;
      }
      budget.spend(20 * (m - l) + n);
      const g = d[l]!;
      const p = (d[l + 1]! - g) / (2 * e[l]!);
      const r = p < 0 ? -Math.hypot(p, 1) : Math.hypot(p, 1);
      d[l] = e[l]! / (p + r);
      d[l + 1] = e[l]! * (p + r);
      const second = d[l + 1]!;
      const h = g - d[l]!;
      for (let i = l + 2; i < n; i++) d[i]! -= h;
      shift += h;
      sweepUp(rotations, d, e, l, m, second);
    }
    d[l]! += shift;
    e[l] = 0;
  }
}

const turn: Turn = { c: 1, s: 0 };

/** One sweep of rotations from m to l. */
function sweepUp(rotations: Rotations, d: Numbers, e: Numbers, l: number, m: number, second: number): void {
  let p = d[m]!;
  let [c, before, beforeThat] = [1, 1, 1];
  const next = e[l + 1]!;
  let [s, sBefore] = [0, 0];
  rotations.begin(m, -1, m - l);
  for (let i = m - 1; i >= l; i--) {
    beforeThat = before;
    before = c;
    sBefore = s;
    const g = c * e[i]!;
    const h = c * p;
    const r = turnOf(p, e[i]!, turn);
    e[i + 1] = s * r;
    ({ c, s } = turn);
    p = c * d[i]! - s * g;
    d[i + 1] = h + s * (c * g + s * d[i]!);
    rotations.turn(c, s);
  }
  p = (-s * sBefore * beforeThat * next * e[l]!) / second;
  e[l] = s * p;
  d[l] = c * p;
}
