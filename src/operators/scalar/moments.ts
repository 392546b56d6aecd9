import { exponential, type Long, long, over, plus, short, times } from "./double-double.ts";

// Integrals over [0, 1] of tⁿ times a function of xt: what derivatives of (e^x − 1)/x and sin(x)/x are.

/** (e^x − 1)/x, 1 at 0, within 2 ulp. */
export function exprel(x: number): number {
  if (x > 700) return grown(x, 1);
  return x === 0 ? 1 : x === Number.NEGATIVE_INFINITY ? 0 : Math.expm1(x) / x;
}

/**
 * The n-th derivative of (e^x − 1)/x, ∫ tⁿe^(xt) dt, relative accuracy 2e-15: by series of positive terms, and by
 * Iₙ = (e^x − n·Iₙ₋₁)/x where |x| is large.
 */
export function exprelSlope(n: number, x: number): number {
  if (Number.isNaN(x)) return x;
  if (x < -(20 + 2 * n)) {
    let value: Long = over(plus(exponential(long(x)), long(-1)), long(x));
    if (x === Number.NEGATIVE_INFINITY) return 0;
    for (let k = 1; k <= n; k++) value = over(plus(exponential(long(x)), times(long(-k), value)), long(x));
    return short(value);
  }
  if (x > 30 + 4 * n) {
    let share = 1;
    for (let k = 1; k <= n; k++) share = 1 - (k * share) / x;
    return grown(x, share);
  }
  // Σ xᵏ/(k!(n + k + 1)), or e^x Σ (−x)ᵏ/(n + 1)…(n + k + 1) for x < 0.
  const size = Math.abs(x);
  let [term, sum, k] = [1, 1 / (n + 1), 0];
  if (x < 0) term = sum;
  for (let last = 0; sum !== last; ) {
    last = sum;
    k += 1;
    term *= size / (x < 0 ? n + k + 1 : k);
    sum += x < 0 ? term : term / (n + k + 1);
  }
  return x < 0 ? Math.exp(x) * sum : sum;
}

/** sin(x)/x, 1 at 0, within 2 ulp. */
export function sinc(x: number): number {
  if (x === 0) return 1;
  return Math.abs(x) === Number.POSITIVE_INFINITY ? 0 : Math.sin(x) / x;
}

/**
 * The n-th derivative of sin(x)/x, ∫ tⁿ cos(xt + nπ/2) dt, relative accuracy 1e-14 but where it is 0: by its power
 * series, and by Sₙ = (sin⁽ⁿ⁾(x) − n·Sₙ₋₁)/x where |x| is large.
 */
export function sincSlope(n: number, x: number): number {
  const size = Math.abs(x);
  if (!(size <= 1 + 0.6 * n)) {
    const turns = [Math.sin(x), Math.cos(x), -Math.sin(x), -Math.cos(x)];
    if (size === Number.POSITIVE_INFINITY) return 0;
    let value = turns[0]! / x;
    for (let k = 1; k <= n; k++) value = (turns[k % 4]! - k * value) / x;
    return value;
  }
  // Σ (−1)ʲ x²ʲ⁻ⁿ/((2j − n)!(2j + 1)) over 2j ≥ n.
  let j = Math.ceil(n / 2);
  let power = n % 2 === 0 ? 1 : x;
  if (j % 2 === 1) power = -power;
  let sum = power / (2 * j + 1);
  for (let last = Number.NaN; sum !== last; ) {
    last = sum;
    j += 1;
    power *= (-x * x) / ((2 * j - n) * (2 * j - n - 1));
    sum += power / (2 * j + 1);
  }
  return sum;
}

/** e^x·share/x for large x, where e^x alone may overflow. */
function grown(x: number, share: number): number {
  if (x > 720) return Number.POSITIVE_INFINITY;
  const value = over(times(exponential(long(x / 2)), long(share)), long(x));
  return short(times(exponential(long(x / 2)), value));
}
