import type { Lanes, LaneWriter } from "../lanes.ts";
import { LN2_HIGH, LN2_LOW, reciprocalPower } from "./exp-core.ts";
import { polynomial } from "./polynomial.ts";

/** Where x is not a normal number above 0. */
export function isUnusual(w: LaneWriter, x: Lanes): Lanes {
  // The bits of the usual numbers are one range, which is moved here to the beginning of the signed integers.
  const start = -(2n ** 63n);
  const moved = w.addBits(x, w.bits(start - MIN_NORMAL_BITS));
  return w.gtBits(moved, w.bits(start + EXPONENT_BITS - MIN_NORMAL_BITS - 1n));
}

/** x = number·2^exponent, with a normal number also for a subnormal x. */
export function normalized(w: LaneWriter, x: Lanes): { number: Lanes; exponent: Lanes } {
  const isSubnormal = w.lt(x, w.constant(MIN_NORMAL));
  return {
    number: w.select(isSubnormal, w.mul(x, w.constant(2 ** 54)), x),
    exponent: w.and(isSubnormal, w.constant(-54)),
  };
}

/** A logarithm of x, where `usual` is right between 0 and infinity. */
export function withLimits(w: LaneWriter, x: Lanes, usual: Lanes): Lanes {
  const infinity = w.constant(Number.POSITIVE_INFINITY);
  const zero = w.constant(0);
  const positive = w.select(w.lt(x, infinity), usual, x);
  const sum = w.select(w.eq(x, zero), w.constant(Number.NEGATIVE_INFINITY), positive);
  return w.select(w.lt(x, zero), w.constant(Number.NaN), sum);
}

/** log(x·2^exponent) for a normal x above 0. */
export function logOfNormal(w: LaneWriter, x: Lanes, exponent?: Lanes): Lanes {
  const { k, f } = split(w, x);
  const { half, tail } = logOnePlus(w, f);
  return assembled(w, exponent === undefined ? k : w.add(k, exponent), f, half, tail);
}

/** log(1 + t + low) for t between −1 + 2^−53 and 2^1000, where low is far below t. */
export function logOfOnePlus(w: LaneWriter, t: Lanes, low?: Lanes): Lanes {
  const one = w.constant(1);
  const sum = w.add(t, one);
  // What the sum lost (Knuth's two-sum), and the given low part, on the scale of f.
  const back = w.sub(sum, one);
  const lost = w.add(w.sub(one, w.sub(sum, back)), w.sub(t, back));
  const { k, f, power } = split(w, sum);
  const rest = w.mul(low === undefined ? lost : w.add(lost, low), reciprocalPower(w, power()));
  const { half, tail, s } = logOnePlus(w, f);
  // 1/(1 + f) = (1 − s)/(1 + s), within 1 %.
  const slope = w.madd(s, w.madd(s, w.constant(2), w.constant(-2)), one);
  return assembled(w, k, f, half, w.madd(rest, slope, tail));
}

/** x = 2ᵏ(1 + f) with 1 + f between √½ and √2, exactly; `power` gives the bits of 2ᵏ. */
export function split(w: LaneWriter, x: Lanes): { k: Lanes; f: Lanes; power: () => Lanes } {
  // Rounds the exponent up where the significand passes √2; the biased exponent is never negative.
  const raised = w.addBits(x, w.bits(ONE_BITS - SQRT_HALF_BITS));
  const exponent = w.shiftRight(raised, 52);
  const significand = w.addBits(w.and(raised, w.bits(SIGNIFICAND_BITS)), w.bits(SQRT_HALF_BITS));
  const k = w.sub(w.or(exponent, w.constant(2 ** 52)), w.constant(2 ** 52 + 1023));
  return { k, f: w.sub(significand, w.constant(1)), power: () => w.and(raised, w.bits(EXPONENT_BITS)) };
}

/**
 * log(1 + f) = f − (half − tail) with half = f²/2, from s = f/(2 + f): 2·atanh(s) = f − f²/2 + s·(f²/2 + s²R(s²)).
 */
export function logOnePlus(w: LaneWriter, f: Lanes): { half: Lanes; tail: Lanes; s: Lanes } {
  const half = w.mul(w.mul(f, w.constant(0.5)), f);
  const s = w.div(f, w.add(f, w.constant(2)));
  const z = w.mul(s, s);
  return { half, tail: w.mul(s, w.madd(z, polynomial(w, LOG, z), half)), s };
}

/** k·ln 2 + f − (half − tail). */
function assembled(w: LaneWriter, k: Lanes, f: Lanes, half: Lanes, tail: Lanes): Lanes {
  const low = w.madd(k, w.constant(LN2_LOW), tail);
  return w.madd(k, w.constant(LN2_HIGH), w.sub(f, w.sub(half, low)));
}

const EXPONENT_BITS = 0x7ff0000000000000n;
const MIN_NORMAL_BITS = 0x0010000000000000n;
const MIN_NORMAL = 2 ** -1022;
const ONE_BITS = 0x3ff0000000000000n;
// The upper half of √½.
const SQRT_HALF_BITS = 0x3fe6a09e00000000n;
const SIGNIFICAND_BITS = 0x000fffffffffffffn;

// (2·atanh(s) − 2s)/s³ as a polynomial in s² for (1 + s)/(1 − s) between √½ and √2: error 2^−59 of the logarithm.
const LOG = [
  0.6666666666666734, 0.3999999999941435, 0.2857142874247501, 0.22222198562906406, 0.1818356492181884,
  0.15314033903484847, 0.14796128931491317,
];
