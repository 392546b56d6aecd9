import { logGamma } from "./beta.ts";
import { exponential, type Long, logarithm, long, minus, over, plus, short, times } from "./double-double.ts";
import { digamma } from "./gamma.ts";
import { moment } from "./moment.ts";
import { polygamma } from "./polygamma.ts";
import { expm1Rest, integral, whereDecayed } from "./quadrature.ts";

/** The regularised lower incomplete gamma function P(a, x) for a, x ≥ 0; NaN for others. */
export function gammainc(a: number, x: number): number {
  return atLimit(a, x) ?? short(isLower(a, x) ? lower(a, x) : plus(long(1), long(-upper(0, a, x))));
}

/** The regularised upper incomplete gamma function Q(a, x) = 1 − P(a, x), with all digits where it is small. */
export function gammaincc(a: number, x: number): number {
  const limit = atLimit(a, x);
  if (limit !== undefined) return 1 - limit;
  if (!isLower(a, x)) return upper(0, a, x);
  return a < TINY ? upperOfTiny(a, x) : short(plus(long(1), minus(lower(a, x))));
}

/** The n-th derivative of P(a, x) in a, for n ≥ 1. */
export function gammaincSlope(n: number, a: number, x: number): number {
  if (a === 0 && x > 0 && x < Number.POSITIVE_INFINITY) return gammaincSlope(n, Number.MIN_VALUE, x);
  const limit = atLimit(a, x);
  if (limit !== undefined) return Number.isNaN(limit) ? limit : 0;
  if (!isLower(a, x)) return -upper(n, a, x);
  return a < SERIES_TO ? lowerSeries(n, a, x) : lowerIntegral(n, a, x);
}

/** The density of the gamma distribution, xᵃ⁻¹e⁻ˣ/Γ(a), which is the derivative of P(a, x) in x. */
export function gammaDensity(a: number, x: number): number {
  if (Number.isNaN(a) || Number.isNaN(x) || a < 0 || x < 0) return Number.NaN;
  if (x === Number.POSITIVE_INFINITY || a === Number.POSITIVE_INFINITY || (a === 0 && x > 0)) return 0;
  if (x === 0) return a > 1 ? 0 : a === 1 ? 1 : Number.POSITIVE_INFINITY;
  return short(exponential(plus(logMass(a, x), minus(logarithm(long(x))))));
}

/** The value where a or x is at an end of its range, or outside. */
function atLimit(a: number, x: number): number | undefined {
  if (Number.isNaN(a) || Number.isNaN(x) || a < 0 || x < 0 || (a === x && (a === 0 || a > Number.MAX_VALUE))) {
    return Number.NaN;
  }
  if (a === 0 || x === Number.POSITIVE_INFINITY) return 1;
  return x === 0 || a === Number.POSITIVE_INFINITY ? 0 : undefined;
}

/** Whether P is reckoned, and Q is what is left. */
function isLower(a: number, x: number): boolean {
  return x < a + 1;
}

/** log(xᵃe⁻ˣ/Γ(a)). */
function logMass(a: number, x: number): Long {
  return plus(plus(times(long(a), logarithm(long(x))), long(-x)), minus(logGamma(long(a))));
}

function lower(a: number, x: number): Long {
  if (a >= SERIES_TO) return long(lowerIntegral(0, a, x));
  // xᵃe⁻ˣ/Γ(a + 1) Σ xᵏ/((a + 1)…(a + k)) (DLMF 8.11.4).
  let term = long(1);
  let sum = term;
  for (let k = 1; term[0] > sum[0] * 1e-30; k++) {
    term = over(times(term, long(x)), plus(long(a), long(k)));
    sum = plus(sum, term);
  }
  return over(times(exponential(logMass(a, x)), sum), long(a));
}

/** The same series, each of its terms differentiated. */
function lowerSeries(n: number, a: number, x: number): number {
  const first = over(exponential(logMass(a, x)), long(a));
  let [term, sum, size] = [1, 0, 0];
  const log = Math.log(x);
  for (let k = 0; ; k++) {
    const at = a + k + 1;
    const weighed = term * moment([log - digamma(at), ...curvatures(n, at)], n);
    sum += weighed;
    size += Math.abs(weighed);
    if (k > 3 && term * (1 + Math.abs(log) + at) ** n < size * 1e-18) return short(times(first, long(sum)));
    term *= x / at;
  }
}

/** ∫ of the density and its derivatives in a from 0 to x, with t = x·e⁻ˢ. */
function lowerIntegral(n: number, a: number, x: number): number {
  const exponent = (s: number) => (a - x) * s + x * expm1Rest(-s);
  return weighed(n, a, x, exponent, -1);
}

/** ∫ of the density and its derivatives in a from x to ∞, with t = x·eˢ. */
function upper(n: number, a: number, x: number): number {
  const exponent = (s: number) => (x - a) * s + x * expm1Rest(s);
  return weighed(n, a, x, exponent, 1);
}

function weighed(n: number, a: number, x: number, exponent: (s: number) => number, direction: 1 | -1): number {
  const slope = n === 0 ? 0 : short(plus(logarithm(long(x)), long(-digamma(a))));
  const others = curvatures(n, a);
  const f = (s: number) => Math.exp(-exponent(s)) * moment([slope + direction * s, ...others], n);
  return short(times(exponential(logMass(a, x)), long(integral(f, whereDecayed(exponent)))));
}

/** The second to n-th derivative of −log Γ at a. */
function curvatures(n: number, a: number): number[] {
  return Array.from({ length: Math.max(0, n - 1) }, (_, i) => -polygamma(i + 1, a));
}

/** Q = −(e^T − 1) for a near 0 and x < a + 1, T = log(xᵃ/Γ(a + 1)·(1 + a Σ (−x)ᵏ/(k!(a + k)))). */
function upperOfTiny(a: number, x: number): number {
  let [term, sum] = [long(1), long(0)];
  for (let k = 1; k < 40; k++) {
    term = times(over(term, long(k)), long(-x));
    sum = plus(sum, over(term, plus(long(a), long(k))));
  }
  const second = (a * (Math.PI ** 2 / 6 + short(sum) ** 2)) / -2;
  return -Math.expm1(short(times(long(a), plus(plus(logarithm(long(x)), EULER), plus(sum, long(second))))));
}

const TINY = 1e-13;
/** Euler's constant, the slope of −log Γ at 1. */
const EULER: Long = [0.5772156649015329, -4.942915152430645e-18];
const SERIES_TO = 20;
