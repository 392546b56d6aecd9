import type { Budget } from "../../../graph/budget.ts";
import { signOfLargest } from "./eigen.ts";
import type { Numbers } from "./matrices.ts";

/**
 * For Q of m × n with orthonormal columns the signs S for which the reflections that make Q of its columns make Q S of the
 * identity's: those of the pivots of Q S − 1 without exchanges, all of which are then −1 or less.
 * Source: Ballard, Demmel, Grigori, Jacquelin, Nguyen and Solomonik, Reconstructing Householder vectors (2014).
 */
export function reflectionSigns(q: Numbers, n: number, out: Numbers, budget: Budget): void {
  const rest = q.slice(0, n * n);
  for (let i = 0; i < n; i++) {
    budget.spend(2 * (n - i) * (n - i));
    const pivot = rest[i * (n + 1)]!;
    const sign = pivot > 0 || Object.is(pivot, 0) ? -1 : 1;
    out[i] = sign;
    const divisor = pivot - sign;
    for (let row = i + 1; row < n; row++) {
      const factor = rest[row * n + i]! / divisor;
      for (let k = i + 1; k < n; k++) rest[row * n + k]! -= factor * rest[i * n + k]!;
    }
  }
}

/** For each column of an m × n matrix the sign that makes its largest component positive. */
export function columnSigns(a: Numbers, m: number, n: number, out: Numbers): void {
  const column = new Float64Array(m);
  for (let j = 0; j < n; j++) {
    for (let i = 0; i < m; i++) column[i] = a[i * n + j]!;
    out[j] = signOfLargest(column);
  }
}
