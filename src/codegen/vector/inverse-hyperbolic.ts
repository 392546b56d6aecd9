import type { Lanes, LaneWriter } from "../lanes.ts";
import type { VectorFunction } from "./function.ts";
import { logOfNormal, logOfOnePlus, withLimits } from "./log-core.ts";
import { withSignOf } from "./signs.ts";

const asinh: VectorFunction = {
  name: "asinh",
  operands: 1,
  results: 1,
  ulpMax: 1.2,
  write(w, x) {
    const magnitude = w.abs(x);
    const limit = w.constant(HUGE);
    const usual = () => {
      // |x| + √(1 + x²) = 1 + |x| + x²/(1 + √(1 + x²)).
      const one = w.constant(1);
      const square = w.mul(magnitude, magnitude);
      const more = w.div(square, w.add(w.sqrt(w.add(square, one)), one));
      const sum = w.add(magnitude, more);
      return logOfOnePlus(w, sum, w.sub(more, w.sub(sum, magnitude)));
    };
    const [result] = w.whenAny(
      w.not(w.le(magnitude, limit)),
      () => [w.select(w.le(magnitude, limit), usual(), logOfTwice(w, magnitude))],
      () => [usual()],
    );
    return [withSignOf(w, x, result!)];
  },
};

const acosh: VectorFunction = {
  name: "acosh",
  operands: 1,
  results: 1,
  ulpMax: 1.7,
  write(w, x) {
    const [one, limit] = [w.constant(1), w.constant(HUGE)];
    const usual = () => {
      // x + √(x² − 1) = 1 + t + √(2t + t²) for t = x − 1.
      const t = w.sub(x, one);
      const root = w.sqrt(w.madd(t, t, w.add(t, t)));
      const sum = w.add(t, root);
      return logOfOnePlus(w, sum, w.sub(t, w.sub(sum, root)));
    };
    return w.whenAny(
      w.not(w.and(w.ge(x, one), w.le(x, limit))),
      () => {
        const above = w.select(w.le(x, limit), usual(), logOfTwice(w, x));
        return [w.select(w.lt(x, one), w.constant(Number.NaN), above)];
      },
      () => [usual()],
    );
  },
};

const atanh: VectorFunction = {
  name: "atanh",
  operands: 1,
  results: 1,
  ulpMax: 1.6,
  write(w, x) {
    const magnitude = w.abs(x);
    const one = w.constant(1);
    const usual = () => {
      // ½·log(1 + 2|x|/(1 − |x|)), with what 1 − |x| loses.
      const bottom = w.sub(one, magnitude);
      const bottomLow = w.sub(w.sub(one, bottom), magnitude);
      const ratio = w.div(magnitude, bottom);
      const twice = w.add(ratio, ratio);
      // 1/(1 − |x|) = 1 + |x|/(1 − |x|).
      const low = w.neg(w.mul(w.mul(twice, bottomLow), w.add(ratio, one)));
      return w.mul(logOfOnePlus(w, twice, low), w.constant(0.5));
    };
    const [result] = w.whenAny(
      w.not(w.lt(magnitude, one)),
      () => {
        const infinity = w.constant(Number.POSITIVE_INFINITY);
        const outside = w.select(w.eq(magnitude, one), infinity, w.constant(Number.NaN));
        return [w.select(w.lt(magnitude, one), usual(), outside)];
      },
      () => [usual()],
    );
    return [withSignOf(w, x, result!)];
  },
};

/** Inverse hyperbolic functions. */
export const inverseHyperbolics: readonly VectorFunction[] = [asinh, acosh, atanh];

// Beyond, √(x² ± 1) is |x|; up to here x² does not overflow.
const HUGE = 2 ** 500;

/** log(2x) for huge x. */
function logOfTwice(w: LaneWriter, x: Lanes): Lanes {
  return withLimits(w, x, logOfNormal(w, x, w.constant(1)));
}
