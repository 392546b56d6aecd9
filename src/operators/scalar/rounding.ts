/**
 * The nearest integer, halves to the even one; a zero result keeps the sign of x, as IEEE 754's
 * roundToIntegralTiesToEven. Exact.
 */
export function roundHalfEven(x: number): number {
  const magnitude = Math.abs(x);
  if (!(magnitude < 2 ** 52)) return x;
  // Adding 2^52 leaves no bits for a fraction, so the addition itself rounds half to even.
  const rounded = magnitude + 2 ** 52 - 2 ** 52;
  return x < 0 || Object.is(x, -0) ? -rounded : rounded;
}

/** −1, 0 or 1 by the sign of x; both zeros give +0 (NumPy), NaN gives NaN. Exact. */
export function sign(x: number): number {
  if (x > 0) return 1;
  if (x < 0) return -1;
  return x === 0 ? 0 : Number.NaN;
}

/**
 * x − y·floor(x / y) with the sign of the divisor: the exact fmod(x, y), and one rounded addition of y where the signs
 * differ.
 *
 * As in NumPy and Python: a zero result has the divisor's sign, a finite x modulo an infinity is x when the signs
 * agree and that infinity when they do not, y = 0 and infinite x give NaN.
 */
export function remainder(x: number, y: number): number {
  const truncated = x % y;
  if (truncated === 0) return y < 0 ? -0 : 0;
  return truncated < 0 !== y < 0 ? truncated + y : truncated;
}

/** What is left of x after division by y towards zero: C's fmod, with the sign of x. */
export function fmod(x: number, y: number): number {
  return x % y;
}

/** The floor of x/y without its rounding, as Python and NumPy have it. */
export function floorDivide(x: number, y: number): number {
  if (y === 0) return x / y;
  const rest = x % y;
  // What is left of the exact quotient is a whole number but for its rounding.
  const whole = (x - rest) / y - (rest !== 0 && rest < 0 !== y < 0 ? 1 : 0);
  if (whole === 0) return whole / (x / y < 0 ? -1 : 1);
  return Math.round(whole);
}
