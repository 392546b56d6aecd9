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

/** e^r − 1 − r for |r| ≤ ln 2 / 2. */
export function curve(w: LaneWriter, r: Lanes): Lanes {
  const square = w.mul(r, r);
  return w.mul(polynomial(w, EXP, r, square), square);
}

/** e^x / 2ᵏ as a rounded number and the small rest of it. */
export function expInTwoParts(w: LaneWriter, { rest, low }: Reduced, bent = curve(w, rest)): [high: Lanes, low: Lanes] {
  const sum = w.add(rest, w.constant(1));
  const lost = w.sub(rest, w.sub(sum, w.constant(1)));
  const small = w.add(w.add(bent, low()), lost);
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
  0.5000000000000011, 0.1666666666666641, 0.04166666666653029, 0.008333333333496323, 0.0013888888943615384,
  0.00019841269502769945, 2.4801493098704052e-5, 2.755758950756197e-6, 2.763025283923813e-7, 2.4999159344884617e-8,
];

const RECIPROCAL = [2.1642172793970316, -1.514723478932514, 0.34314717560069574];
