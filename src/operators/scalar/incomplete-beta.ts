import { logBeta } from "./beta.ts";
import { exponential, type Long, logarithm, long, minus, over, plus, short, sumOf, times } from "./double-double.ts";
import { digamma } from "./gamma.ts";
import { jointMoment, type LogSlopes } from "./moment.ts";
import { polygamma } from "./polygamma.ts";
import { expm1Rest, integral, log1pRest, whereDecayed } from "./quadrature.ts";

/** The regularised incomplete beta function I(x; a, b) for a, b > 0 and x in [0, 1]; NaN for others. */
export function betainc(a: number, b: number, x: number): number {
  return atLimit(a, b, x) ?? betaincSlope(0, 0, a, b, x);
}

/** Its derivative, i times in a and j times in b. */
export function betaincSlope(i: number, j: number, a: number, b: number, x: number): number {
  const limit = atLimit(a, b, x);
  if (limit !== undefined) return Number.isNaN(limit) || i + j === 0 ? limit : 0;
  const here: Place = { a, b, x: long(x), y: sumOf(1, -x) };
  if (x * (a + b + 2) < a + 1) return short(below(i, j, here));
  if (b < TINY && i + j === 0) return b * overTiny(a, here.y[0]);
  const rest = minus(below(j, i, { a: b, b: a, x: here.y, y: here.x }));
  return short(i + j === 0 ? plus(long(1), rest) : rest);
}

/** The density of the beta distribution, which is the derivative of I(x; a, b) in x. */
export function betaDensity(a: number, b: number, x: number): number {
  const limit = atLimit(a, b, x);
  if (limit === undefined) {
    const here: Place = { a, b, x: long(x), y: sumOf(1, -x) };
    return short(exponential(plus(logMass(here), minus(logarithm(times(here.x, here.y))))));
  }
  if (Number.isNaN(limit) || (x > 0 && x < 1)) return limit * 0;
  const [own, other] = x === 0 ? [a, b] : [b, a];
  return own > 1 ? 0 : own === 1 ? other : Number.POSITIVE_INFINITY;
}

/** The parameters, x, and 1 − x. */
interface Place {
  readonly a: number;
  readonly b: number;
  readonly x: Long;
  readonly y: Long;
}

/** The value where something is at an end of its range, or outside. */
function atLimit(a: number, b: number, x: number): number | undefined {
  if (!(a > 0 && b > 0 && x >= 0 && x <= 1) || (a === b && a > Number.MAX_VALUE)) return Number.NaN;
  if (x === 0 || x === 1) return x;
  return a > Number.MAX_VALUE ? 0 : b > Number.MAX_VALUE ? 1 : undefined;
}

/** log(xᵃ(1 − x)ᵇ/B(a, b)). */
function logMass({ a, b, x, y }: Place): Long {
  const powers = plus(times(long(a), logarithm(x)), times(long(b), logarithm(y)));
  return plus(powers, minus(logBeta(a, b)));
}

/** I and its derivatives where x is not above the mean. */
function below(i: number, j: number, here: Place): Long {
  const isFast = here.a < SERIES_TO || (here.b < 2 && here.x[0] < 0.75);
  if (!isFast) return byIntegral(i, j, here);
  return i + j === 0 ? bySeries(here) : bySeriesSlopes(i, j, here);
}

/** xᵃ(1 − x)ᵇ/(aB(a, b)) Σ (a + b)…(a + b + k − 1)/((a + 1)…(a + k)) xᵏ (DLMF 8.17.8), whose terms are positive. */
function bySeries(here: Place): Long {
  const { a, b, x } = here;
  let term = long(1);
  let sum = term;
  for (let k = 1; term[0] > sum[0] * 1e-30 && k < TERMS_MAX; k++) {
    const grown = times(times(term, x), plus(sumOf(a, b), long(k - 1)));
    term = over(grown, plus(long(a), long(k)));
    sum = plus(sum, term);
  }
  return over(times(exponential(logMass(here)), sum), long(a));
}

/** The same series, each of its terms differentiated. */
function bySeriesSlopes(i: number, j: number, here: Place): Long {
  const { a, b, x, y } = here;
  const [logX, logY] = [short(logarithm(x)), short(logarithm(y))];
  const [xs, ofB] = [short(x), digamma(b)];
  let [term, sum, size] = [1, 0, 0];
  for (let k = 0; k < TERMS_MAX; k++) {
    const [both, own] = [a + b + k, a + k + 1];
    const inA = logX + digamma(both) - digamma(own);
    const inB = logY + digamma(both) - ofB;
    const slopes: LogSlopes = (p, q) => {
      if (p + q === 1) return p === 1 ? inA : inB;
      const order = p + q - 1;
      const shared = polygamma(order, both);
      return q === 0 ? shared - polygamma(order, own) : p === 0 ? shared - polygamma(order, b) : shared;
    };
    const weighed = term * jointMoment(slopes, i, j);
    sum += weighed;
    size += Math.abs(weighed);
    if (k > 3 && term * (1 + Math.abs(inA) + Math.abs(inB)) ** (i + j) < size * 1e-18) break;
    term *= (xs * both) / own;
  }
  return over(times(exponential(logMass(here)), long(sum)), long(a));
}

/** ∫ of the density and its derivatives from 0 to x, with t/(1 − t) = x/(1 − x)·e⁻ˢ. */
function byIntegral(i: number, j: number, here: Place): Long {
  const { a, b, x, y } = here;
  const [xs, ys] = [short(x), short(y)];
  const linear = short(plus(times(long(a), y), minus(times(long(b), x))));
  const exponent = (s: number) => linear * s + (a + b) * spread(xs, ys, s);
  const both = digamma(a + b);
  const inA = short(logarithm(x)) + both - digamma(a);
  const inB = short(logarithm(y)) + both - digamma(b);
  const others: LogSlopes = (p, q) => {
    const order = p + q - 1;
    const shared = polygamma(order, a + b);
    return q === 0 ? shared - polygamma(order, a) : p === 0 ? shared - polygamma(order, b) : shared;
  };
  const curvatures = new Map<string, number>();
  const curvature: LogSlopes = (p, q) => {
    const key = `${p} ${q}`;
    const value = curvatures.get(key) ?? others(p, q);
    curvatures.set(key, value);
    return value;
  };
  const f = (s: number) => {
    const weight = Math.exp(-exponent(s));
    if (i + j === 0) return weight;
    // log(1 − t) − log(1 − x), of which log t − log x is s less.
    const shift = -Math.log1p(xs * Math.expm1(-s));
    return (
      weight * jointMoment((p, q) => (p + q > 1 ? curvature(p, q) : p === 1 ? inA + shift - s : inB + shift), i, j)
    );
  };
  return times(exponential(logMass(here)), long(integral(f, whereDecayed(exponent))));
}

/** log(1 − x + x·e⁻ˢ) + xs for y = 1 − x, which is about xys²/2, with all its digits. */
function spread(x: number, y: number, s: number): number {
  if (x < 0.5) return x * expm1Rest(-s) + log1pRest(x * Math.expm1(-s));
  return s > 700 ? x * s + Math.log(y) : y * expm1Rest(s) + log1pRest(y * Math.expm1(s));
}

/** lim I/b for b → 0 where y = 1 − x is at most about 1/a: ∫ tᵃ⁻¹/(1 − t) dt from 0 to x. */
function overTiny(a: number, y: number): number {
  let [power, sum] = [1, 0];
  for (let k = 1; k < 60; k++) {
    power *= -((a - k) / k) * y;
    sum -= power / k;
  }
  return sum - digamma(a) - EULER - Math.log(y);
}

const TINY = 1e-16;
const EULER = 0.5772156649015329;
const SERIES_TO = 20;
const TERMS_MAX = 3000;
