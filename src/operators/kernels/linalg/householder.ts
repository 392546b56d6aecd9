import type { Budget } from "../../../graph/budget.ts";
import { allFinite, type Numbers } from "./matrices.ts";

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
  const work = a.slice();
  const taus = new Float64Array(n);
  const row = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    budget.spend(4 * (m - k) * (n - k));
    taus[k] = reflection(work, m, n, k);
    reflect(work, n, k, m, work, taus[k]!, k + 1, row);
  }
  for (let i = 0; i < n; i++) for (let j = i; j < n; j++) r[i * n + j] = work[i * n + j]!;
  for (let i = 0; i < n; i++) q[i * n + i] = 1;
  for (let k = n - 1; k >= 0; k--) {
    budget.spend(4 * (m - k) * (n - k));
    reflect(q, n, k, m, work, taus[k]!, k, row);
  }
}

/** Makes the reflection of column k below its diagonal, stored there without its leading 1; gives its factor. */
function reflection(a: Numbers, m: number, n: number, k: number): number {
  let largest = 0;
  for (let i = k + 1; i < m; i++) largest = Math.max(largest, Math.abs(a[i * n + k]!));
  if (largest === 0) return 0;
  const head = a[k * n + k]!;
  const scale = Math.max(largest, Math.abs(head));
  let squares = (head / scale) ** 2;
  for (let i = k + 1; i < m; i++) squares += (a[i * n + k]! / scale) ** 2;
  const beta = (head > 0 || Object.is(head, 0) ? -1 : 1) * scale * Math.sqrt(squares);
  for (let i = k + 1; i < m; i++) a[i * n + k]! /= head - beta;
  a[k * n + k] = beta;
  return (beta - head) / beta;
}

/** Applies reflection k, kept in `v`, to the columns from `first` on of a matrix of n columns. */
function reflect(
  target: Numbers,
  n: number,
  k: number,
  m: number,
  v: Numbers,
  tau: number,
  first: number,
  row: Numbers,
): void {
  if (tau === 0) return;
  for (let j = first; j < n; j++) row[j] = target[k * n + j]!;
  for (let i = k + 1; i < m; i++) {
    const factor = v[i * n + k]!;
    for (let j = first; j < n; j++) row[j]! += factor * target[i * n + j]!;
  }
  for (let j = first; j < n; j++) target[k * n + j]! -= tau * row[j]!;
  for (let i = k + 1; i < m; i++) {
    const factor = tau * v[i * n + k]!;
    for (let j = first; j < n; j++) target[i * n + j]! -= factor * row[j]!;
  }
}
