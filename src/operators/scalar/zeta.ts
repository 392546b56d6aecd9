import { exponential, type Long, logarithm, long, plus, short, sumOf, times } from "./double-double.ts";
import { polygamma } from "./polygamma.ts";
import { BERNOULLI } from "./series.ts";

/** Hurwitz's ζ(s, q) = Σ (q + k)⁻ˢ over k = 0, 1, …, within 2 ulp for s > 1 and q > 0; for q < 0 where s is an integer. */
export function zeta(s: number, q: number): number {
  return zetaSlope(0, s, q);
}

/**
 * The n-th derivative of ζ(s, q) in s, Σ (−log(q + k))ⁿ(q + k)⁻ˢ, by Euler and Maclaurin (DLMF 25.11.28) with truncated
 * power series in s. Relative accuracy 1e-15 of the sum of what is added up.
 */
export function zetaSlope(n: number, s: number, q: number): number {
  if (Number.isNaN(s) || Number.isNaN(q) || s < 1) return Number.NaN;
  if (q <= 0) return n === 0 ? leftOfZero(s, q) : Number.NaN;
  if (s === 1) return n % 2 === 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  if (q === Number.POSITIVE_INFINITY) return 0;
  if (s === Number.POSITIVE_INFINITY) return atInfinity(n, q);
  let [sum, size]: [Long, number] = [long(0), 0];
  for (let k = 0; ; k++) {
    const [point, low] = sumOf(q, k);
    const main = point ** -s;
    // Where the power vanishes, what corrects it may be infinite.
    const weight = main === 0 ? 0 : main * (1 - (s * low) / point);
    const slope = -Math.log(point);
    if (point >= s + 10) {
      const power = exponential(times(long(-s), logarithm([point, low])));
      return short(plus(sum, times(power, long(tail(n, s, point, slope)))));
    }
    // What overflows or vanishes does so for good.
    if (weight === Number.POSITIVE_INFINITY) return slope > 0 || n % 2 === 0 ? weight : -weight;
    const term = weight * slope ** n;
    sum = plus(sum, long(term));
    size += Math.abs(term);
    if (weight * (1 + Math.abs(slope)) ** n <= size * 1e-18) return short(sum);
  }
}

/** The limit as s grows: only the first term counts, and that is 1 for all s where q is 1. */
function atInfinity(n: number, q: number): number {
  if (q < 1) return Number.POSITIVE_INFINITY;
  return q === 1 && n === 0 ? 1 : 0;
}

/** The n-th derivative in s of Σ (1 + k/y)⁻ˢ over k = 0, 1, … for y ≥ s + 10, times what y⁻ˢ gives, whose slope is known. */
function tail(n: number, s: number, y: number, slope: number): number {
  const series = Array.from({ length: n + 1 }, (_, i) => (i === 0 ? 0.5 : 0) + (y / (s - 1)) * (-1 / (s - 1)) ** i);
  const correction = Array.from({ length: n + 1 }, () => 0);
  let rising = [s / y, 1 / y, ...correction].slice(0, n + 1);
  for (const [j, b] of BERNOULLI.entries()) {
    for (let i = 0; i <= n; i++) correction[i]! += INVERSE_FACTORIALS[2 * j + 2]! * b * rising[i]!;
    rising = grown(grown(rising, s + 2 * j + 1, y), s + 2 * j + 2, y);
  }
  // Leibniz's rule, with the factorials in the series.
  let [total, power, factorial] = [0, 1, 1];
  for (let i = 1; i <= n; i++) factorial *= i;
  for (let i = 0; i <= n; i++) {
    total += factorial * power * (series[n - i]! + correction[n - i]!);
    power *= slope / (i + 1);
  }
  return total;
}

/** A power series in ε times (c + ε)/y. */
function grown(series: readonly number[], c: number, y: number): number[] {
  return series.map((x, i) => (x * c + (i === 0 ? 0 : series[i - 1]!)) / y);
}

function leftOfZero(s: number, q: number): number {
  if (Number.isInteger(q)) return Number.POSITIVE_INFINITY;
  if (!Number.isInteger(s) || s < 2 || s > 20) return Number.NaN;
  return (s % 2 === 0 ? 1 : -1) * polygamma(s - 1, q) * INVERSE_FACTORIALS[s - 1]!;
}

const INVERSE_FACTORIALS: readonly number[] = (() => {
  const list = [1];
  for (let k = 1; k <= 24; k++) list.push(list[k - 1]! / k);
  return list;
})();
