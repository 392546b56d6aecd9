import type { Lanes, LaneWriter } from "../lanes.ts";
import { expOfNegative, roughReciprocal } from "./exp-core.ts";
import type { VectorFunction } from "./function.ts";
import { logOnePlus } from "./log-core.ts";

const sigmoid: VectorFunction = {
  name: "sigmoid",
  operands: 1,
  results: 1,
  ulpMax: 1.1,
  write(w, x) {
    const { high, low, sum, sumLow } = onePlusExp(w, x);
    const isNegative = w.lt(x, w.constant(0));
    const top = w.select(isNegative, high, w.constant(1));
    const quotient = w.div(top, sum);
    const error = w.sub(w.and(isNegative, low), w.mul(quotient, sumLow));
    return [w.madd(error, roughReciprocal(w, sum), quotient)];
  },
};

/** σ(x) and σ(−x), whose product is the derivative. */
const sigmoidPair: VectorFunction = {
  name: "sigmoid_pair",
  operands: 1,
  results: 2,
  parts: ["sigmoid", "sigmoid_complement"],
  ulpMax: 1.1,
  write(w, x) {
    const { high, low, sum, sumLow } = onePlusExp(w, x);
    const reciprocal = w.div(w.constant(1), sum);
    const quotient = w.div(high, sum);
    const larger = w.sub(reciprocal, w.mul(w.mul(reciprocal, reciprocal), sumLow));
    const smaller = w.madd(w.sub(low, w.mul(quotient, sumLow)), reciprocal, quotient);
    const isNegative = w.lt(x, w.constant(0));
    return [w.select(isNegative, smaller, larger), w.select(isNegative, larger, smaller)];
  },
};

const softplus: VectorFunction = {
  name: "softplus",
  operands: 1,
  results: 1,
  ulpMax: 1.6,
  write: (w, x) => [plusLogOnePlusExp(w, w.quickMax(x, w.constant(0)), x)],
};

const logaddexp: VectorFunction = {
  name: "logaddexp",
  operands: 2,
  results: 1,
  ulpMax: 1.9,
  write(w, x, y) {
    const sum = plusLogOnePlusExp(w, w.quickMax(x, y), w.sub(x, y));
    // Taken apart because ∞ − ∞ is NaN.
    return [w.select(w.eq(x, y), w.add(x, w.constant(Math.LN2)), sum)];
  },
};

/** The logistic function and its integrals. */
export const logistics: readonly VectorFunction[] = [sigmoid, sigmoidPair, softplus, logaddexp];

/** e^−|x| as high + low, and 1 + e^−|x| as sum + sumLow. */
function onePlusExp(w: LaneWriter, x: Lanes): { high: Lanes; low: Lanes; sum: Lanes; sumLow: Lanes } {
  const [high, low] = expOfNegative(w, w.neg(w.abs(x)));
  const sum = w.add(high, w.constant(1));
  return { high, low, sum, sumLow: w.add(w.sub(high, w.sub(sum, w.constant(1))), low) };
}

/** base + log(1 + e^−|x|). */
function plusLogOnePlusExp(w: LaneWriter, base: Lanes, x: Lanes): Lanes {
  const [high, low] = expOfNegative(w, w.neg(w.abs(x)));
  const { half, tail } = logOnePlus(w, high, LOG);
  const less = w.sub(half, w.madd(low, roughReciprocal(w, w.add(high, w.constant(1))), tail));
  const log = w.sub(high, less);
  const lost = w.sub(w.sub(high, log), less);
  return w.add(w.add(base, log), lost);
}

// (2·atanh(s) − 2s)/s³ as a polynomial in s² for (1 + s)/(1 − s) between 1 and 2: error 2^−59 of the logarithm.
const LOG = [
  0.6666666666666631, 0.4000000000015683, 0.2857142854790495, 0.22222223966695975, 0.1818174402417477,
  0.15386558015295174, 0.13300995573422, 0.12105937912003222, 0.08340636354566403, 0.1701779101052956,
];
