import {
  type Long,
  logarithm,
  logarithmOnePlus,
  long,
  minus,
  over,
  PI,
  plus,
  root,
  short,
  sumOf,
  times,
} from "./double-double.ts";
import { polygamma } from "./polygamma.ts";
import { BERNOULLI_FRACTIONS } from "./series.ts";

/** log|Γ(x)| for x > 0, with twice the digits of a double. */
export function logGamma(x: Long): Long {
  let product = long(1);
  let at = x;
  // As a product, since logarithms of factors would each round.
  while (at[0] < STIRLING_FROM) {
    product = times(product, at);
    at = plus(at, long(1));
  }
  const main = plus(times(plus(at, long(-0.5)), logarithm(at)), minus(at));
  return plus(plus(main, LOG_ROOT_TWO_PI), minus(plus(logarithm(product), minus(stirling(at)))));
}

/** log B(a, b) = log(Γ(a)Γ(b)/Γ(a + b)) for a, b > 0, within 2 ulp but where B is nearly 1; NaN for others. */
export function lbeta(a: number, b: number): number {
  return short(logBeta(a, b));
}

/** {@link lbeta} with twice the digits. */
export function logBeta(a: number, b: number): Long {
  if (Number.isNaN(a) || Number.isNaN(b)) return long(Number.NaN);
  const [small, large] = a < b ? [a, b] : [b, a];
  if (!(small > 0)) return long(small === 0 ? Number.POSITIVE_INFINITY : Number.NaN);
  if (large === Number.POSITIVE_INFINITY) return long(Number.NEGATIVE_INFINITY);
  const sum = sumOf(small, large);
  if (large < 1e3) return plus(logGamma(long(small)), plus(logGamma(long(large)), minus(logGamma(sum))));
  // log Γ(large) − log Γ(large + small), with what is large in both taken off.
  const ratio = logarithmOnePlus(over(long(small), long(large)));
  const difference = plus(
    plus(stirling(long(large)), minus(stirling(sum))),
    plus(long(small), minus(plus(times(plus(long(large), long(-0.5)), ratio), times(long(small), logarithm(sum))))),
  );
  return plus(logGamma(long(small)), difference);
}

/** ψ⁽ⁿ⁾(a) − ψ⁽ⁿ⁾(a + b) for a, b > 0, relative accuracy 1e-13 for small n also where b is far below a. */
export function psiDifference(n: number, a: number, b: number): number {
  if (!(b < a * 0.02)) return polygamma(n, a) - polygamma(n, a + b);
  let [sum, power] = [0, 1];
  for (let j = 1; j <= 12; j++) {
    power *= b / j;
    sum -= power * polygamma(n + j, a);
  }
  return sum;
}

/** log Γ(x) − [(x − 1/2)·log x − x + log(2π)/2] for x of at least 30 (DLMF 5.11.1). */
function stirling(x: Long): Long {
  const inverse = over(long(1), x);
  const square = times(inverse, inverse);
  let sum = long(0);
  for (let k = BERNOULLI_FRACTIONS.length - 1; k >= 0; k--) {
    const [numerator, denominator] = BERNOULLI_FRACTIONS[k]!;
    sum = plus(times(sum, square), over(long(numerator), long(denominator * (2 * k + 2) * (2 * k + 1))));
  }
  return times(sum, inverse);
}

const STIRLING_FROM = 30;
const LOG_ROOT_TWO_PI = logarithm(root(times(long(2), PI)));
