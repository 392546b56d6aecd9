import { binomials } from "./series.ts";

/**
 * The n-th derivative of a function over itself, of the derivatives 1 to n of its logarithm: Bell's polynomial, by
 * mₙ = Σ (n − 1 over k) κₖ₊₁ mₙ₋₁₋ₖ.
 */
export function moment(logSlopes: readonly number[], n: number): number {
  if (n === 0) return 1;
  if (n === 1) return logSlopes[0]!;
  const moments = [1];
  for (let m = 1; m <= n; m++) {
    moments.push(binomials(m - 1).reduce((sum, c, k) => sum + c * logSlopes[k]! * moments[m - 1 - k]!, 0));
  }
  return moments[n]!;
}

/** The derivative of the logarithm of a function of two numbers, p times in one and q times in the other, p + q ≥ 1. */
export type LogSlopes = (p: number, q: number) => number;

/** The derivative of the function over itself, i times in the one and j times in the other, as {@link moment}. */
export function jointMoment(slopes: LogSlopes, i: number, j: number): number {
  if (i + j === 0) return 1;
  if (i + j === 1) return slopes(i, j);
  // By the first variable while there is one to differentiate in: D^(i−1, j) of κ₁₀·m.
  const [di, dj] = i > 0 ? [1, 0] : [0, 1];
  let sum = 0;
  for (const [p, c] of binomials(i - di).entries()) {
    for (const [q, d] of binomials(j - dj).entries()) {
      sum += c * d * slopes(p + di, q + dj) * jointMoment(slopes, i - di - p, j - dj - q);
    }
  }
  return sum;
}
