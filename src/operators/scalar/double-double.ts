/**
 * An unevaluated sum of two doubles, the lower at most half a unit of the higher: about 31 digits. T. J. Dekker, "A
 * floating-point technique for extending the available precision", Numer. Math. 18 (1971) 224–242.
 */
export type Long = readonly [high: number, low: number];

/** A double as it is. */
export function long(x: number): Long {
  return [x, 0];
}

/** The one double nearest to it. */
export function short([high, low]: Long): number {
  return high + low;
}

/** The exact sum of two doubles. */
export function sumOf(a: number, b: number): Long {
  const high = a + b;
  const part = high - a;
  return [high, a - (high - part) + (b - part)];
}

/** The exact product of two doubles, where it is one. */
export function productOf(a: number, b: number): Long {
  const high = a * b;
  const [a1, a2] = halves(a);
  const [b1, b2] = halves(b);
  return [high, a1 * b1 - high + a1 * b2 + a2 * b1 + a2 * b2];
}

/** a + b. */
export function plus(a: Long, b: Long): Long {
  const [high, low] = sumOf(a[0], b[0]);
  const [high2, low2] = sumOf(a[1], b[1]);
  const [high3, low3] = fast(high, low + high2);
  return fast(high3, low3 + low2);
}

/** −a. */
export function minus([high, low]: Long): Long {
  return [-high, -low];
}

/** a·b. */
export function times(a: Long, b: Long): Long {
  const [high, low] = productOf(a[0], b[0]);
  return fast(high, low + (a[0] * b[1] + a[1] * b[0]));
}

/** a/b. */
export function over(a: Long, b: Long): Long {
  const first = a[0] / b[0];
  const rest = plus(a, minus(times(b, long(first))));
  const second = rest[0] / b[0];
  const last = plus(rest, minus(times(b, long(second))));
  return plus(sumOf(first, second), long(last[0] / b[0]));
}

/** e^a, within 1e-30 where it is a normal double; 0 or Infinity outside of their range. */
export function exponential(a: Long): Long {
  if (!(a[0] > -760)) return long(a[0] * 0 === 0 || a[0] < 0 ? 0 : Number.NaN);
  if (a[0] > 720) return long(Number.POSITIVE_INFINITY);
  const k = Math.round(a[0] / Math.LN2);
  const r = plus(a, minus(times(LN2, long(k))));
  let sum: Long = INVERSE_FACTORIALS.at(-1)!;
  for (let n = INVERSE_FACTORIALS.length - 2; n >= 0; n--) sum = plus(times(sum, r), INVERSE_FACTORIALS[n]!);
  // In two steps, since 2^k may be no double where the product is.
  const half = Math.trunc(k / 2);
  return [sum[0] * 2 ** half * 2 ** (k - half), sum[1] * 2 ** half * 2 ** (k - half)];
}

/** log(a) for a > 0. */
export function logarithm(a: Long): Long {
  const y = Math.log(a[0]);
  if (!Number.isFinite(y)) return long(y);
  // e^−y a may lie outside of the doubles where a is near their ends.
  const scale = 2 ** -Math.round(y / Math.LN2 / 2);
  const [b, c] = [times(a, long(scale)), times(exponential(long(-y)), long(1 / scale))];
  const z = plus(times(b, c), long(-1));
  return plus(long(y), plus(z, times(long(-0.5), times(z, z))));
}

/** log(1 + a) for a > −1. */
export function logarithmOnePlus(a: Long): Long {
  if (Math.abs(a[0]) > 1e-6) return logarithm(plus(long(1), a));
  let sum = long(0);
  for (let k = 5; k >= 1; k--) sum = times(a, plus(over(long(k % 2 === 1 ? 1 : -1), long(k)), sum));
  return sum;
}

/** √a for a ≥ 0. */
export function root(a: Long): Long {
  const y = Math.sqrt(a[0]);
  if (y === 0 || !Number.isFinite(y)) return long(y);
  const rest = plus(a, minus(productOf(y, y)));
  return sumOf(y, rest[0] / (2 * y));
}

/** π. */
export const PI: Long = [Math.PI, 1.2246467991473532e-16];
/** log 2. */
export const LN2: Long = [Math.LN2, 2.3190468138462996e-17];
/** √2. */
export const SQRT2: Long = [Math.SQRT2, -9.667293313452913e-17];

const INVERSE_FACTORIALS: readonly Long[] = (() => {
  const list = [long(1)];
  for (let n = 1; n <= 26; n++) list.push(over(list[n - 1]!, long(n)));
  return list;
})();

/** The sum of two doubles of which the first is the larger. */
function fast(a: number, b: number): Long {
  const high = a + b;
  return [high, b - (high - a)];
}

function halves(a: number): Long {
  if (Math.abs(a) > 2 ** 995 && Math.abs(a) <= Number.MAX_VALUE) {
    const [high, low] = halves(a * 2 ** -28);
    return [high * 2 ** 28, low * 2 ** 28];
  }
  const spread = a * (2 ** 27 + 1);
  const high = spread - (spread - a);
  return [high, a - high];
}
