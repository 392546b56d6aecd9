import type { Lanes, LaneWriter } from "../lanes.ts";
import { exactProduct } from "./exact.ts";
import type { VectorFunction } from "./function.ts";

const roundHalfEven: VectorFunction = {
  name: "round_half_even",
  operands: 1,
  results: 1,
  ulpMax: 0,
  write: (w, x) => [w.nearest(x)],
};

const sign: VectorFunction = {
  name: "sign",
  operands: 1,
  results: 1,
  ulpMax: 0,
  write(w, x) {
    const [zero, one] = [w.constant(0), w.constant(1)];
    const difference = w.sub(w.and(w.gt(x, zero), one), w.and(w.lt(x, zero), one));
    // All bits set are a NaN.
    return [w.or(difference, w.ne(x, x))];
  },
};

/** x − y·floor(x / y), exact but for one addition where the signs of x and y differ, with the sign of y. */
const remainder: VectorFunction = {
  name: "remainder",
  operands: 2,
  results: 1,
  ulpMax: 0.5,
  write(w, x, y) {
    const quotient = w.div(x, y);
    const usual = exactDifference(w, x, w.nearest(quotient), y);
    const isFar = w.or(w.ge(w.abs(quotient), w.constant(2 ** 52)), w.gt(w.abs(x), w.constant(2 ** 1020)));
    const [ofFinite] = w.whenAny(
      isFar,
      () => [w.select(isFar, farRemainder(w, x, y), usual)],
      () => [usual],
    );
    const isInfinite = w.eq(w.abs(y), w.constant(Number.POSITIVE_INFINITY));
    const rest = w.select(isInfinite, w.add(x, w.sub(x, x)), ofFinite!);
    const isOpposite = w.gtBits(w.bits(0n), w.xor(rest, y));
    const signedZero = w.and(y, w.bits(SIGN));
    const isZero = w.eq(rest, w.constant(0));
    return [w.select(isZero, signedZero, w.add(rest, w.and(isOpposite, y)))];
  },
};

/** Roundings, signs and remainders. */
export const roundings: readonly VectorFunction[] = [roundHalfEven, sign, remainder];

/** x − n·y for an n within 1 of x/y: such a difference is a double. */
function exactDifference(w: LaneWriter, x: Lanes, n: Lanes, y: Lanes): Lanes {
  const product = exactProduct(w, n, y);
  return w.sub(w.sub(x, product.high), product.low);
}

/** fmod(x, y) where the quotient may have any size: x modulo y·2⁵⁰ⁱ for falling i. */
function farRemainder(w: LaneWriter, x: Lanes, y: Lanes): Lanes {
  const isNull = w.eq(y, w.constant(0));
  const dividend = w.abs(x);
  // Any number instead of zero, so that the loops end.
  const least = w.select(isNull, w.constant(1), w.abs(y));
  const divisor = w.fresh();
  w.code.get(least).set(divisor).block("loop");
  const larger = w.mul(divisor, w.constant(2 ** 50));
  const isSmall = w.lt(larger, dividend);
  w.code.get(w.select(isSmall, larger, divisor)).set(divisor);
  w.code.get(isSmall).op("v128.any_true").branch("br_if", 0).end();

  // The first product may pass the largest number, unless it is scaled.
  const isLarge = w.gt(dividend, w.constant(2 ** 1020));
  const down = w.select(isLarge, w.constant(2 ** -4), w.constant(1));
  const up = w.select(isLarge, w.constant(2 ** 4), w.constant(1));
  const rest = w.fresh();
  w.code
    .get(w.mul(positiveRemainder(w, w.mul(dividend, down), w.mul(divisor, down)), up))
    .set(rest)
    .block("loop");
  w.code.get(positiveRemainder(w, rest, divisor)).set(rest);
  const isAbove = w.gt(divisor, least);
  w.code.get(w.select(isAbove, w.mul(divisor, w.constant(2 ** -50)), divisor)).set(divisor);
  w.code.get(isAbove).op("v128.any_true").branch("br_if", 0).end();

  const nanIfInfinite = w.sub(x, x);
  return w.or(w.or(w.add(rest, nanIfInfinite), isNull), w.and(x, w.bits(SIGN)));
}

/** x modulo y for positive numbers whose quotient is below 2⁵¹. */
function positiveRemainder(w: LaneWriter, x: Lanes, y: Lanes): Lanes {
  // A quotient that is rounded may be one too large.
  const difference = exactDifference(w, x, w.floor(w.div(x, y)), y);
  return w.add(difference, w.and(w.lt(difference, w.constant(0)), y));
}

const SIGN = 1n << 63n;
