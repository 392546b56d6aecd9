import type { Lanes, LaneWriter } from "../lanes.ts";
import { product } from "./double-double.ts";
import { curve, NORMAL_BELOW, powerOfTwo, reduced, scaledTwice } from "./exp-core.ts";
import type { VectorFunction } from "./function.ts";
import { isUnusual, normalized } from "./log-core.ts";
import { logInTwoParts } from "./precise-log.ts";
import { signOf } from "./signs.ts";

const pow: VectorFunction = {
  name: "pow",
  operands: 2,
  results: 1,
  ulpMax: 0.8,
  write(w, x, y) {
    const isStrange = isUnusual(w, x);
    const [base, exponent] = w.whenAny(
      isStrange,
      () => {
        const { number, exponent } = normalized(w, w.abs(x));
        return [number, exponent];
      },
      () => [x, w.constant(0)],
    );
    const [high, low] = logInTwoParts(w, base!, exponent!);
    const [log, logLow] = product(w, y, high);
    const rest = w.madd(y, low, logLow);
    const parts = reduced(w, log);
    const first = w.add(parts.rest, w.constant(1));
    const lost = w.sub(parts.rest, w.sub(first, w.constant(1)));
    const bent = curve(w, parts.rest);
    const small = w.madd(w.add(parts.low(), rest), w.add(first, bent), w.add(bent, lost));
    const power = w.add(first, small);
    const [result] = w.whenAny(
      w.or(isStrange, w.not(w.le(w.abs(log), w.constant(NORMAL_BELOW)))),
      () => [withLimits(w, x, y, scaledTwice(w, log, power, parts.turns))],
      () => [w.mul(power, powerOfTwo(w, parts.turns))],
    );
    // These two are one correctly rounded operation.
    const [isSquare, isReciprocal] = [w.eq(y, w.constant(2)), w.eq(y, w.constant(-1))];
    return w.whenAny(
      w.or(isSquare, isReciprocal),
      () => [w.select(isSquare, w.mul(x, x), w.select(isReciprocal, w.div(w.constant(1), x), result!))],
      () => [result!],
    );
  },
};

/** √(x² + y²), scaled by a power of two where squares would overflow or underflow; an infinite operand wins over NaN. */
const hypot: VectorFunction = {
  name: "hypot",
  operands: 2,
  results: 1,
  ulpMax: 1.2,
  write(w, x, y) {
    // Not fused, so that it stays symmetric.
    const root = (a: Lanes, b: Lanes) => w.sqrt(w.add(w.mul(a, a), w.mul(b, b)));
    const [a, b] = [w.abs(x), w.abs(y)];
    const larger = w.quickMax(a, b);
    const isUsual = w.and(w.le(larger, w.constant(2 ** 500)), w.ge(larger, w.constant(2 ** -450)));
    return w.whenAny(
      w.not(isUsual),
      () => {
        const [up, down] = [w.constant(2 ** 600), w.constant(2 ** -600)];
        const isHuge = w.gt(larger, w.constant(2 ** 500));
        const isTiny = w.lt(larger, w.constant(2 ** -450));
        const one = w.constant(1);
        const scale = w.select(isHuge, down, w.select(isTiny, up, one));
        const back = w.select(isHuge, up, w.select(isTiny, down, one));
        const result = w.mul(root(w.mul(a, scale), w.mul(b, scale)), back);
        const infinity = w.constant(Number.POSITIVE_INFINITY);
        return [w.select(w.or(w.eq(a, infinity), w.eq(b, infinity)), infinity, result)];
      },
      () => [root(a, b)],
    );
  },
};

/** Powers and roots of two operands. */
export const powers: readonly VectorFunction[] = [pow, hypot];

/** The values of IEEE 754 where an operand is zero, infinite, negative or NaN; `usual` is |x|^y elsewhere. */
function withLimits(w: LaneWriter, x: Lanes, y: Lanes, usual: Lanes): Lanes {
  const [zero, one, infinity] = [w.constant(0), w.constant(1), w.constant(Number.POSITIVE_INFINITY)];
  const magnitude = w.abs(x);
  const [isZero, isInfinite] = [w.eq(x, zero), w.eq(magnitude, infinity)];
  const isGrowing = w.xor(isZero, w.gt(y, zero));
  const atEnds = w.select(w.or(isZero, isInfinite), w.and(isGrowing, infinity), usual);
  const ofMagnitude = w.select(w.eq(magnitude, one), one, atEnds);
  const isInteger = w.eq(w.nearest(y), y);
  const half = w.mul(y, w.constant(0.5));
  const isOdd = w.and(w.and(isInteger, w.ne(w.nearest(half), half)), w.lt(w.abs(y), infinity));
  const signed = w.xor(ofMagnitude, w.and(signOf(w, x), isOdd));
  const isUndefined = w.andNot(w.andNot(w.lt(x, zero), isInfinite), isInteger);
  const isInvalid = w.or(isUndefined, w.or(w.ne(x, x), w.ne(y, y)));
  const result = w.select(isInvalid, w.constant(Number.NaN), signed);
  return w.select(w.or(w.eq(y, zero), w.eq(x, one)), one, result);
}
