import { productOf } from "./double-double.ts";
import { digamma, stirlingCorrection } from "./gamma.ts";
import { BERNOULLI } from "./series.ts";

/**
 * ψ⁽ⁿ⁾(x), the n-th derivative of digamma, for integer n ≥ 0 (any other n gives NaN).
 *
 * (−1)ⁿ⁺¹ n! Σ 1/(x + k)ⁿ⁺¹ over k = 0, 1, … (DLMF 5.15.1), summed by Euler and Maclaurin. Relative accuracy 2e-15
 * for x > 0; for x < 0 the same of the largest part of the sum. At a pole odd n gives +Infinity; even n gives NaN, at
 * ±0 the one-sided limit ∓Infinity. At most three sums of about 40 terms, whatever n and x are; what overflows is an
 * infinity of the right sign.
 */
export function polygamma(n: number, x: number): number {
  if (n === 0) return digamma(x);
  if (!Number.isSafeInteger(n) || n < 0 || Number.isNaN(x) || x === Number.NEGATIVE_INFINITY) return Number.NaN;
  const odd = n % 2 === 1;
  if (x > 0) {
    const magnitude = x === Number.POSITIVE_INFINITY ? 0 : scaled(n, x, powerSum(n + 1, x, 0));
    return odd ? magnitude : -magnitude;
  }
  if (Number.isInteger(x)) return odd ? Number.POSITIVE_INFINITY : x === 0 ? -1 / x : Number.NaN;
  return odd ? left(n, x, 1) : -left(n, x, -1);
}

/**
 * n! Σ 1/(x + k)ⁿ⁺¹ for x < 0, parity = (−1)ⁿ⁺¹: the points right of zero sum to ζ(n+1, above), those left of it to
 * parity·(ζ(n+1, below) − ζ(n+1, 1 − x)).
 */
function left(n: number, x: number, parity: 1 | -1): number {
  const s = n + 1;
  const above = x - Math.floor(x);
  const below = Math.ceil(x) - x;
  // Half-way the two infinite sums cancel exactly, though each of them may overflow.
  if (parity < 0 && above === below) return scaled(n, 1 - x, powerSum(s, 1 - x, 0));
  // All three relative to the nearest point, so that sums which would overflow may cancel first.
  const base = Math.min(above, below);
  const right = powerSum(s, base, above - base);
  const rest = powerSum(s, base, below - base) - powerSum(s, base, 1 - x - base);
  return scaled(n, base, right + parity * rest);
}

/** Σ ((base + offset + k)/base)⁻ˢ over k = 0, 1, …: Hurwitz's ζ(s, base + offset)·baseˢ, for s ≥ 2. */
function powerSum(s: number, base: number, offset: number): number {
  let sum = 0;
  for (let k = 0; ; k++) {
    const weight = Math.exp(-s * Math.log1p((offset + k) / base));
    const point = base + offset + k;
    // From here on the Euler–Maclaurin series converges by a factor of 30 a term. Before, consecutive terms fall by
    // at least a constant factor, so a negligible one ends the sum; together that bounds k.
    if (point >= s + 10) return sum + weight * eulerMaclaurin(s, point);
    sum += weight;
    if (weight <= sum * 1e-17) return sum;
  }
}

/** Σ (1 + k/y)⁻ˢ over k = 0, 1, …, for y ≥ s + 10 (DLMF 25.11.28). */
function eulerMaclaurin(s: number, y: number): number {
  let correction = 0;
  let rising = s / y;
  for (const [i, c] of BERNOULLI_OVER_FACTORIAL.entries()) {
    correction += c * rising;
    rising *= ((s + 2 * i + 1) / y) * ((s + 2 * i + 2) / y);
  }
  return y / (s - 1) + (0.5 + correction);
}

/** n!·x⁻ⁿ⁻¹·factor for x > 0, without overflow or underflow that the result does not share. */
function scaled(n: number, x: number, factor: number): number {
  if (factor === 0) return 0;
  const s = n + 1;
  // Multiplying by the root of the power on either side keeps the intermediates within range of the result.
  if (n <= 20) {
    const root = x ** (-s / 2);
    return root * factor * FACTORIALS[n]! * root;
  }
  if (s / x > 1e16) return factor * Number.POSITIVE_INFINITY;
  if (s / x < 1e-16) return 0 * factor;
  // n! = √(2π/s)·(s/e)ˢ·exp(correction). A power magnifies the error of its base s-fold, so the base
  // s/(e·x) carries a second word: (q + r)ˢ = qˢ·exp(s·r/q).
  const [product, productLow] = productOf(Math.E, x);
  const divisorLow = productLow + E_LOW * x;
  const q = s / product;
  const [back, backLow] = productOf(q, product);
  const r = (s - back - backLow - q * divisorLow) / product;
  const root = q ** (s / 2) * Math.exp(((s / 2) * r) / q);
  return root * (Math.sqrt((2 * Math.PI) / s) * Math.exp(stirlingCorrection(s)) * factor) * root;
}

/** e − Math.E. */
const E_LOW = 1.4456468917292502e-16;

const FACTORIALS: readonly number[] = (() => {
  const factorials = [1];
  for (let n = 1; n <= 20; n++) factorials.push(n * factorials[n - 1]!);
  return factorials;
})();

const BERNOULLI_OVER_FACTORIAL: readonly number[] = (() => {
  let factorial = 1;
  return BERNOULLI.map((b, i) => {
    factorial *= (2 * i + 1) * (2 * i + 2);
    return b / factorial;
  });
})();
