import type { Lanes, LaneWriter } from "../lanes.ts";
import type { VectorFunction } from "./function.ts";
import { polynomial } from "./polynomial.ts";

const exp: VectorFunction = {
  name: "exp",
  operands: 1,
  results: 1,
  ulpMax: 0.85,
  write(w, x) {
    const { turns, rest } = reduced(w, x);
    const power = expOfRest(w, rest);
    return w.whenAny(
      w.gt(w.abs(x), w.constant(NORMAL_BELOW)),
      () => [scaledTwice(w, x, power, turns)],
      () => [w.mul(power, powerOfTwo(w, turns))],
    );
  },
};

/** Exponentials. */
export const exponentials: readonly VectorFunction[] = [exp];

// e^x is a normal number for |x| up to here.
const NORMAL_BELOW = 708;

// Adding this puts the nearest integer into the low bits of a number's significand, with the exponent's bias on top.
const INTEGER_BITS = 1.5 * 2 ** 52 + 1023;

// ln 2 in two parts; the first has 42 bits, so that its product with an exponent is exact.
export const LN2_HIGH = 0.6931471805598903;
export const LN2_LOW = 5.497923018708371e-14;

/** x = k·ln 2 + rest with |rest| ≤ ln 2 / 2, k the low bits of `turns` less the bias. */
function reduced(w: LaneWriter, x: Lanes): { turns: Lanes; rest: Lanes } {
  const bits = w.constant(INTEGER_BITS);
  const turns = w.madd(x, w.constant(Math.LOG2E), bits);
  const k = w.sub(turns, bits);
  // Either way of rounding a madd gives the same here: the product is exact, and so is the difference.
  const high = w.madd(k, w.constant(-LN2_HIGH), x);
  return { turns, rest: w.madd(k, w.constant(-LN2_LOW), high) };
}

/** 2ᵏ for the low bits of `turns`, where that is a normal number. */
function powerOfTwo(w: LaneWriter, turns: Lanes): Lanes {
  return w.shiftLeft(turns, 52);
}

/** e^r for |r| ≤ ln 2 / 2. */
function expOfRest(w: LaneWriter, r: Lanes): Lanes {
  const square = w.mul(r, r);
  const tail = w.madd(polynomial(w, EXP, r, square), square, r);
  return w.add(tail, w.constant(1));
}

/** `power`·2ᵏ also where 2ᵏ is no normal number: multiplied by its halves, the second time with the only rounding. */
function scaledTwice(w: LaneWriter, x: Lanes, power: Lanes, turns: Lanes): Lanes {
  const bits = w.constant(INTEGER_BITS);
  const k = w.sub(turns, bits);
  const half = w.floor(w.mul(k, w.constant(0.5)));
  const first = powerOfTwo(w, w.add(half, bits));
  const second = powerOfTwo(w, w.add(w.sub(k, half), bits));
  const scaled = w.mul(w.mul(power, first), second);
  // Beyond, the reduction means nothing.
  const over = w.select(w.gt(x, w.constant(710)), w.constant(Number.POSITIVE_INFINITY), scaled);
  return w.select(w.lt(x, w.constant(-746)), w.constant(0), over);
}

// (e^r − 1 − r)/r² on |r| ≤ ln 2 / 2, minimax for the relative error of e^r: 2^−58.
const EXP = [
  0.5000000000000011, 0.16666666666666413, 0.04166666666653005, 0.008333333333494768, 0.00138888889436647,
  0.00019841269506003822, 2.480149305680646e-5, 2.755758678339133e-6, 2.7630265282505037e-7, 2.4999967420520592e-8,
];
