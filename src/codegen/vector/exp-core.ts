import type { Lanes, LaneWriter } from "../lanes.ts";
import { polynomial } from "./polynomial.ts";

/** ln 2 in two parts; the first has 42 bits, so that its product with an exponent is exact. */
export const LN2_HIGH = 0.6931471805598903;
export const LN2_LOW = 5.497923018708371e-14;

/** e^x is a normal number for |x| up to here. */
export const NORMAL_BELOW = 708;

/**
 * Adding this puts the nearest integer into the low bits of a number's significand, with the exponent's bias on top:
 * the way from a number to 2 to its power.
 */
export const INTEGER_BITS = 1.5 * 2 ** 52 + 1023;

/** x = k·ln 2 + rest + low with |rest| ≤ ln 2 / 2, k the low bits of `turns` less the bias. */
export interface Reduced {
  readonly turns: Lanes;
  readonly rest: Lanes;
  low(): Lanes;
}

/** Takes the multiples of ln 2 out of a number below 1000 in magnitude; what it gives for others means nothing. */
export function reduced(w: LaneWriter, x: Lanes): Reduced {
  const bits = w.constant(INTEGER_BITS);
  const turns = w.madd(x, w.constant(Math.LOG2E), bits);
  const k = w.sub(turns, bits);
  // Either way of rounding a madd gives the same here: the product is exact, and so is the difference.
  const high = w.madd(k, w.constant(-LN2_HIGH), x);
  const rest = w.madd(k, w.constant(-LN2_LOW), high);
  return { turns, rest, low: () => w.madd(k, w.constant(-LN2_LOW), w.sub(high, rest)) };
}

/** 2ᵏ for the low bits of `turns`, where that is a normal number. */
export function powerOfTwo(w: LaneWriter, turns: Lanes): Lanes {
  return w.shiftLeft(turns, 52);
}

/** 1/2ᵏ for such a 2ᵏ, where that is a normal number. */
export function reciprocalPower(w: LaneWriter, power: Lanes): Lanes {
  return w.subBits(w.bits(0x7fe0000000000000n), power);
}

/** e^r − 1 − r for |r| ≤ ln 2 / 2, plus a number where one is given. */
export function curve(w: LaneWriter, r: Lanes, plus?: Lanes): Lanes {
  const square = w.mul(r, r);
  const factor = polynomial(w, EXP, r, square);
  return plus === undefined ? w.mul(factor, square) : w.madd(factor, square, plus);
}

/** e^x / 2ᵏ as a rounded number and the small rest of it; `bent` is e^(rest + low) − 1 − rest. */
export function expInTwoParts(
  w: LaneWriter,
  { rest, low }: Reduced,
  bent = curve(w, rest, low()),
): [high: Lanes, low: Lanes] {
  const sum = w.add(rest, w.constant(1));
  const small = w.add(bent, w.sub(rest, w.sub(sum, w.constant(1))));
  const high = w.add(sum, small);
  return [high, w.sub(small, w.sub(high, sum))];
}

/**
 * `power`·2ᵏ for the k of x, also where 2ᵏ is no normal number: multiplied by its halves, the second time with the only
 * rounding.
 */
export function scaledTwice(w: LaneWriter, x: Lanes, power: Lanes, turns: Lanes): Lanes {
  const bits = w.constant(INTEGER_BITS);
  const k = w.sub(turns, bits);
  const half = w.floor(w.mul(k, w.constant(0.5)));
  const first = powerOfTwo(w, w.add(half, bits));
  const second = powerOfTwo(w, w.add(w.sub(k, half), bits));
  const scaled = w.mul(w.mul(power, first), second);
  // Farther out the reduction means nothing.
  const over = w.select(w.gt(x, w.constant(720)), w.constant(Number.POSITIVE_INFINITY), scaled);
  return w.select(w.lt(x, w.constant(-750)), w.constant(0), over);
}

/** e^x in two parts for x ≤ 0. */
export function expOfNegative(w: LaneWriter, x: Lanes): readonly [high: Lanes, low: Lanes] {
  const parts = reduced(w, x);
  const [high, low] = expInTwoParts(w, parts);
  const power = powerOfTwo(w, parts.turns);
  const isFar = w.lt(x, w.constant(-NORMAL_BELOW));
  const [scaledHigh, scaledLow] = w.whenAny(
    isFar,
    () => [scaledTwice(w, x, high, parts.turns), w.andNot(w.mul(low, power), isFar)],
    () => [w.mul(high, power), w.mul(low, power)],
  );
  return [scaledHigh!, scaledLow!];
}

/** About 1/s for s between 1 and 2, within 0.8 %: enough to weigh a correction. */
export function roughReciprocal(w: LaneWriter, s: Lanes): Lanes {
  return polynomial(w, RECIPROCAL, s);
}

// (e^r − 1 − r)/r² on |r| ≤ ln 2 / 2, minimax for the relative error of e^r: 2^−58.
const EXP = [
  0.5000000000000011, 0.16666666666666413, 0.04166666666653001, 0.008333333333494397, 0.0013888888943672738,
  0.0001984126950688411, 2.4801493050860605e-5, 2.755758598557058e-6, 2.7630266731916693e-7, 2.5000215515905737e-8,
];

const RECIPROCAL = [2.1641970174718725, -1.5146843486321564, 0.3431318021905448];
