import { exponential, type Long, long, over, PI, plus, productOf, root, short, times } from "./double-double.ts";

/**
 * Jₙ(x) for integer n ≥ 0: within 2 ulp up to |x| = 25, by the power series with twice the digits; beyond it within
 * 2 ulp of the amplitude √(2/πx), by Hankel's expansions of J₀ and J₁ and the recurrence for others.
 */
export function besselJ(n: number, x: number): number {
  const size = Math.abs(x);
  if (Number.isNaN(x)) return x;
  if (size === Number.POSITIVE_INFINITY) return 0;
  const value = size < HANKEL_FROM || n > size ? seriesJ(n, size) : farJ(n, size);
  return x < 0 && n % 2 === 1 ? -value : value;
}

/** e^−|x| I₀(x), within 1 ulp. */
export function i0e(x: number): number {
  return scaledI(0, Math.abs(x));
}

/** e^−|x| I₁(x), within 1 ulp. */
export function i1e(x: number): number {
  return x === 0 ? x : Math.sign(x) * scaledI(1, Math.abs(x));
}

/**
 * The n-th derivative of e^−x I₀(x) for x ≥ 0, relative accuracy 1e-15: (1/π)∫ (cos θ − 1)ⁿ e^(x(cos θ − 1)) dθ over
 * [0, π], by the trapezoidal rule, which converges exponentially; termwise from the asymptotic series where x is large.
 */
export function i0eSlope(n: number, x: number): number {
  if (x >= FAR_FROM || Number.isNaN(x)) return farI(0, x, n);
  let sum = 0;
  for (const [c, weight] of COSINES) sum += weight * c ** n * Math.exp(x * c);
  return sum;
}

/** e^−x I_ν(x) for x ≥ 0 and the order 0 or 1: (x/2)^ν Σ (x²/4)ᵏ/(k!(k + ν)!), or its asymptotic series. */
function scaledI(order: 0 | 1, x: number): number {
  if (!(x < FAR_FROM)) return farI(order, x, 0);
  const square = times(productOf(x, x), long(0.25));
  let term = long(order === 0 ? 1 : x / 2);
  let sum = term;
  for (let k = 1; term[0] > sum[0] * 1e-20; k++) {
    term = over(times(term, square), long(k * (k + order)));
    sum = plus(sum, term);
  }
  return short(times(sum, exponential(long(-x))));
}

/** The n-th derivative of e^−x I_ν(x), from its asymptotic series (DLMF 10.40.1). */
function farI(order: number, x: number, n: number): number {
  if (x === Number.POSITIVE_INFINITY) return 0;
  let coefficient = 1;
  const terms: number[] = [];
  for (let k = 0; k < 40 && Math.abs(coefficient) > 1e-22; k++) {
    let rising = 1;
    for (let i = 0; i < n; i++) rising *= -(k + 0.5 + i);
    terms.push(coefficient * rising);
    coefficient *= -(4 * order * order - (2 * k + 1) ** 2) / (8 * (k + 1) * x);
  }
  const sum = smallFirst(terms);
  return short(over(over(long(sum), ROOT_TWO_PI), root(long(x)))) / x ** n;
}

/** Σ (−1)ᵏ(x/2)²ᵏ⁺ⁿ/(k!(k + n)!), for x that is not large: it cancels e^x-fold. */
function seriesJ(n: number, x: number): number {
  const square = times(productOf(x, x), long(-0.25));
  let term = long(1);
  for (let k = 1; k <= n; k++) term = over(times(term, long(x / 2)), long(k));
  let sum: Long = term;
  for (let k = 1; Math.abs(term[0]) > Math.abs(sum[0]) * 1e-20; k++) {
    term = over(times(term, square), long(k * (k + n)));
    sum = plus(sum, term);
  }
  return short(sum);
}

/** Jₙ for x of at least 25, and n below x: upward from J₀ and J₁. */
function farJ(n: number, x: number): number {
  let [before, value] = [-hankel(1, x), hankel(0, x)];
  for (let k = 0; k < n; k++) [before, value] = [value, ((2 * k) / x) * value - before];
  return value;
}

/** √(2/πx)(P cos χ − Q sin χ) for the orders 0 and 1 (DLMF 10.17.3), χ = x − (ν/2 + 1/4)π. */
function hankel(order: 0 | 1, x: number): number {
  const terms: [number[], number[]] = [[], []];
  let term = 1;
  for (let k = 0; k < 30 && Math.abs(term) > 1e-20; k++) {
    terms[k % 2]!.push(k % 4 < 2 ? term : -term);
    term *= (4 * order * order - (2 * k + 1) ** 2) / (8 * (k + 1) * x);
  }
  const [p, q] = terms.map(smallFirst) as [number, number];
  const [s, c] = [Math.sin(x), Math.cos(x)];
  // √2 cos(x − π/4) and √2 sin(x − π/4). The one of them that cancels is −cos(2x) over the other.
  let [sum, difference] = [s + c, s - c];
  if (s * c < 0) sum = -Math.cos(2 * x) / difference;
  else difference = -Math.cos(2 * x) / sum;
  const [cosine, sine] = order === 0 ? [sum, difference] : [difference, -sum];
  return short(over(over(long(p * cosine - q * sine), ROOT_PI), root(long(x))));
}

/** The sum of terms that fall, so that only its last addition rounds much. */
function smallFirst(terms: readonly number[]): number {
  return terms.reduceRight((sum, term) => sum + term, 0);
}

const ROOT_PI = root(PI);
const ROOT_TWO_PI = root(times(long(2), PI));
const HANKEL_FROM = 25;
const FAR_FROM = 35;

/** cos θ − 1 and the weight, at the points of the trapezoidal rule. */
const COSINES: readonly (readonly [number, number])[] = Array.from({ length: 33 }, (_, i) => {
  const half = Math.sin((Math.PI * i) / 64);
  return [-2 * half * half, (i === 0 || i === 32 ? 0.5 : 1) / 32] as const;
});
