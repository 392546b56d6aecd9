import type { Lanes, LaneWriter } from "../lanes.ts";
import { type Double, product, sum } from "./double-double.ts";
import { LN2_HIGH, LN2_LOW } from "./exp-core.ts";
import { split } from "./log-core.ts";
import { polynomial } from "./polynomial.ts";

/** log(x·2^exponent) for a normal x, within 2^−64 of it. */
export function logInTwoParts(w: LaneWriter, x: Lanes, exponent: Lanes): Double {
  const { k: turns, f } = split(w, x);
  const k = w.add(turns, exponent);
  // s = f/(2 + f) in two parts; 1/(2 + f) = (1 − s)/2 weighs the remainder of the division.
  const two = w.constant(2);
  const [bottom, bottomLow] = sum(w, two, f);
  const s = w.div(f, bottom);
  const [back, backLow] = product(w, s, bottom);
  const remainder = w.sub(w.sub(w.sub(f, back), backLow), w.mul(s, bottomLow));
  const sLow = w.mul(remainder, w.sub(w.constant(0.5), w.mul(s, w.constant(0.5))));
  // z = s², w = z·(2/3 + z·R(z)), log(1 + f) = 2s + s·w.
  const [z, zError] = product(w, s, s);
  const zLow = w.madd(w.add(s, s), sLow, zError);
  const [factor, factorError] = sum(w, w.constant(TWO_THIRDS), w.mul(z, polynomial(w, LOG, z)));
  const factorLow = w.add(factorError, w.constant(TWO_THIRDS_LOW));
  const [weight, weightError] = product(w, z, factor);
  const weightLow = w.madd(z, factorLow, w.madd(zLow, factor, weightError));
  const [cubic, cubicError] = product(w, s, weight);
  const cubicLow = w.madd(s, weightLow, w.madd(sLow, weight, cubicError));
  const [log, logLow] = sum(w, w.add(s, s), cubic);
  const [total, totalLow] = sum(w, w.mul(k, w.constant(LN2_HIGH)), log);
  const rest = w.add(w.add(logLow, cubicLow), w.madd(k, w.constant(LN2_LOW), w.add(sLow, sLow)));
  return sum(w, total, w.add(totalLow, rest));
}

const TWO_THIRDS = 0.6666666666666666;
const TWO_THIRDS_LOW = 3.700743415417188e-17;

// ((2·atanh(s) − 2s)/s³ − 2/3)/s² as a polynomial in s², (1 + s)/(1 − s) between √½ and √2: error 2^−66 of the logarithm.
const LOG = [
  0.40000000000002256, 0.28571428570099, 0.2222222252001864, 0.18181784359071326, 0.15386757693755038,
  0.1325680941846018, 0.13196405330584626,
];
