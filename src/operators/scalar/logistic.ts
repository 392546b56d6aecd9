/** 1 / (1 + e^−x), relative accuracy 2 ulp over the whole range down to the smallest subnormal. */
export function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  // For x < 0 the form above would overflow; e^x / (1 + e^x) keeps the tail's digits.
  const power = Math.exp(x);
  return power / (1 + power);
}

/** log(1 + e^x), relative accuracy 2 ulp over the whole range. */
export function softplus(x: number): number {
  return x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));
}

/**
 * log(e^x + e^y), as max + log1p(e^−|x−y|).
 *
 * Accurate to 2 ulp of the larger of the operands and the result; where the result passes through zero the problem
 * itself is ill conditioned. Equal infinities give themselves; NaN propagates.
 */
export function logaddexp(x: number, y: number): number {
  // Taken apart because ∞ − ∞ is NaN.
  if (x === y) return x + Math.LN2;
  return Math.max(x, y) + Math.log1p(Math.exp(-Math.abs(x - y)));
}
