import {
  exponential,
  type Long,
  logarithm,
  long,
  minus,
  over,
  PI,
  plus,
  productOf,
  root,
  SQRT2,
  short,
  times,
} from "./double-double.ts";
import { erf, erfc } from "./erf.ts";
import { binomials } from "./series.ts";

/** Φ(x), the distribution function of the normal distribution, within 1 ulp in both tails. */
export function ndtr(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x > 0.7) return 1 - 0.5 * erfc(x * Math.SQRT1_2);
  if (x > -0.7) return 0.5 + 0.5 * erf(x * Math.SQRT1_2);
  return x < -39 ? 0 : short(distribution(x));
}

/** log Φ(x), within 2 ulp in both tails. */
export function logNdtr(x: number): number {
  if (x > 0) return Math.log1p(-ndtr(-x));
  if (x > -20) return Math.log(ndtr(x));
  const square = 1 / (x * x);
  let sum = 0;
  for (let k = LOG_MILLS.length - 1; k > 0; k--) sum = (sum + LOG_MILLS[k]!) * square;
  return -0.5 * x * x - (HALF_LOG_TWO_PI + Math.log(-x) - sum);
}

/**
 * The n-th derivative of log Φ for n ≥ 1, relative accuracy 1e-15 for small n. The first is the inverse Mills ratio f,
 * and f′ = −f(x + f) gives the others; that cancels for negative x, where from −20 on the asymptotic series serves.
 */
export function logNdtrSlope(n: number, x: number): number {
  if (Number.isNaN(x)) return x;
  if (x > 40) return 0;
  if (x < -20) return logNdtrSlopeLeft(n, -x);
  const slopes: Long[] = [over(density(x), distribution(x))];
  for (let m = 0; slopes.length < n; m++) {
    let sum = plus(times(long(x), slopes[m]!), m === 0 ? long(0) : times(long(m), slopes[m - 1]!));
    for (const [j, c] of binomials(m).entries()) sum = plus(sum, times(long(c), times(slopes[j]!, slopes[m - j]!)));
    slopes.push(minus(sum));
  }
  return short(slopes[n - 1]!);
}

/** The x where Φ(x) = p, within 1 ulp; NaN outside of [0, 1]. */
export function ndtri(p: number): number {
  return short(quantile(long(2 * p)));
}

/** The x where erf(x) = y, within 1 ulp; NaN outside of [−1, 1]. */
export function erfinv(y: number): number {
  const x = quantileAbout(long(y));
  return short(over(x, SQRT2));
}

/** The x where erfc(x) = y, within 1 ulp; NaN outside of [0, 2]. */
export function erfcinv(y: number): number {
  return short(over(minus(quantile(long(y))), SQRT2));
}

/** The x where 2Φ(x) = p. */
function quantile(p: Long): Long {
  const central = plus(p, long(-1));
  if (Math.abs(central[0]) < CENTRAL) return quantileAbout(central);
  return central[0] < 0 ? quantileLeft(p) : minus(quantileLeft(plus(long(2), minus(p))));
}

/** The x where 2Φ(x) − 1 = q. */
function quantileAbout(q: Long): Long {
  if (q[0] < -CENTRAL) return quantileLeft(plus(long(1), q));
  if (q[0] > CENTRAL) return minus(quantileLeft(plus(long(1), minus(q))));
  if (!(Math.abs(q[0]) > 1e-150)) return times(q, HALF_ROOT_TWO_PI);
  let x = short(q) * HALF_ROOT_TWO_PI[0];
  // Each step doubles the digits, of which the first guess has one.
  for (let k = 0; ; k++) {
    const rest = plus(times(q, long(0.5)), minus(aboveHalf(x)));
    const step = over(rest, density(x));
    // The last one with the curvature, as x itself is but a double.
    if (k === 4) return plus(long(x), plus(step, long((x * step[0] * step[0]) / 2)));
    x += short(step);
  }
}

/** The x < 0 where 2Φ(x) = p, for p below 1: Newton on log Φ, whose slope is the inverse Mills ratio. */
function quantileLeft(p: Long): Long {
  if (!(p[0] > 0)) return long(p[0] === 0 ? Number.NEGATIVE_INFINITY : Number.NaN);
  const target = plus(logarithm(p), minus(LOG_TWO));
  const r = Math.sqrt(-2 * target[0]);
  let t = r - (2.515517 + r * (0.802853 + r * 0.010328)) / (1 + r * (1.432788 + r * (0.189269 + r * 0.001308)));
  for (let k = 0; ; k++) {
    const ratio = mills(t);
    const reached = plus(plus(times(productOf(t, t), long(-0.5)), logarithm(ratio)), minus(LOG_ROOT_TWO_PI));
    const step = times(plus(reached, minus(target)), ratio);
    if (k === 3) return minus(plus(long(t), step));
    t += short(step);
  }
}

const CENTRAL = 0.6;

/** Φ(x) for x > −39. */
function distribution(x: number): Long {
  if (x < -SERIES_TO) return times(density(x), mills(-x));
  return x > SERIES_TO ? plus(long(1), minus(times(density(x), mills(x)))) : plus(long(0.5), aboveHalf(x));
}

/** The density of the normal distribution. */
function density(x: number): Long {
  return over(exponential(times(productOf(x, x), long(-0.5))), ROOT_TWO_PI);
}

/** Φ(x) − 1/2, as the density times Σ x²ᵏ⁺¹/(2k + 1)!! (DLMF 7.6.2). */
function aboveHalf(x: number): Long {
  const square = productOf(x, x);
  let term = long(x);
  let sum = term;
  for (let k = 3; Math.abs(term[0]) > Math.abs(sum[0]) * 1e-30; k += 2) {
    term = over(times(term, square), long(k));
    sum = plus(sum, term);
  }
  return times(density(x), sum);
}

/** Mills' ratio Φ(−t)/φ(t): by its continued fraction 1/(t + 1/(t + 2/(t + …))) (DLMF 7.9.1) where t is not small. */
function mills(t: number): Long {
  if (t < SERIES_TO) return over(plus(long(0.5), minus(aboveHalf(t))), density(t));
  let fraction = long(t);
  for (let k = t > 12 ? 30 : 90; k > 0; k--) fraction = plus(long(t), over(long(k), fraction));
  return over(long(1), fraction);
}

function logNdtrSlopeLeft(n: number, t: number): number {
  const square = 1 / (t * t);
  let [sum, power] = [0, 1];
  for (let k = 1; k < LOG_MILLS.length; k++) {
    power *= square;
    let rising = 1;
    for (let i = 0; i < n; i++) rising *= 2 * k + i;
    sum += rising * LOG_MILLS[k]! * power;
  }
  let factorial = 1;
  for (let i = 2; i < n; i++) factorial *= i;
  const rest = (factorial + sum) / t ** n;
  return n === 1 ? t + rest : n === 2 ? rest - 1 : rest;
}

const SERIES_TO = 5;
const ROOT_TWO_PI = root(times(long(2), PI));
const HALF_ROOT_TWO_PI = times(long(0.5), ROOT_TWO_PI);
const LOG_ROOT_TWO_PI = logarithm(ROOT_TWO_PI);
const HALF_LOG_TWO_PI = short(LOG_ROOT_TWO_PI);
const LOG_TWO = logarithm(long(2));

/** The coefficients of log(t·Mills(t)) in powers of 1/t²: of the logarithm of Σ (−1)ᵏ(2k − 1)!!/t²ᵏ (DLMF 7.12.1). */
const LOG_MILLS: readonly number[] = (() => {
  const [series, logs] = [[1], [0]];
  for (let k = 1; k <= 14; k++) {
    series.push(-series[k - 1]! * (2 * k - 1));
    let sum = k * series[k]!;
    for (let j = 1; j < k; j++) sum -= j * logs[j]! * series[k - j]!;
    logs.push(sum / k);
  }
  return logs;
})();
