import type { Lanes } from "../lanes.ts";
import { curve, INTEGER_BITS, NORMAL_BELOW, powerOfTwo, reciprocalPower, reduced, scaledTwice } from "./exp-core.ts";
import type { VectorFunction } from "./function.ts";
import { polynomial } from "./polynomial.ts";
import { withSignOf } from "./signs.ts";

const exp: VectorFunction = {
  name: "exp",
  operands: 1,
  results: 1,
  ulpMax: 1.1,
  write(w, x) {
    const { turns, rest } = reduced(w, x);
    const power = w.add(curve(w, rest, rest), w.constant(1));
    return w.whenAny(
      w.gt(w.abs(x), w.constant(NORMAL_BELOW)),
      () => [scaledTwice(w, x, power, turns)],
      () => [w.mul(power, powerOfTwo(w, turns))],
    );
  },
};

const exp2: VectorFunction = {
  name: "exp2",
  operands: 1,
  results: 1,
  ulpMax: 1.2,
  write(w, x) {
    const bits = w.constant(INTEGER_BITS);
    const turns = w.add(x, bits);
    const rest = w.sub(x, w.sub(turns, bits));
    const bent = w.mul(polynomial(w, EXP2, rest), w.mul(rest, rest));
    const power = w.add(w.madd(rest, w.constant(Math.LN2), bent), w.constant(1));
    const limited = (result: Lanes) => {
      const over = w.select(w.ge(x, w.constant(1024)), w.constant(Number.POSITIVE_INFINITY), result);
      return w.select(w.lt(x, w.constant(-1080)), w.constant(0), over);
    };
    return w.whenAny(
      w.gt(w.abs(x), w.constant(1021)),
      // Its limits lie elsewhere than those of e^x, and zero is within the latter.
      () => [limited(scaledTwice(w, w.constant(0), power, turns))],
      () => [w.mul(power, powerOfTwo(w, turns))],
    );
  },
};

const expm1: VectorFunction = {
  name: "expm1",
  operands: 1,
  results: 1,
  ulpMax: 1.3,
  write(w, x) {
    const parts = reduced(w, x);
    const { turns, rest } = parts;
    const bent = curve(w, rest, parts.low());
    const isFar = w.gt(w.abs(x), w.constant(NORMAL_BELOW));
    const usual = () => {
      // 2ᵏ·((1 − 2⁻ᵏ + rest) + small): the inner sum is exact where it could cancel.
      const power = powerOfTwo(w, turns);
      const offset = w.sub(w.constant(1), reciprocalPower(w, power));
      return w.mul(w.add(w.add(offset, rest), bent), power);
    };
    const [result] = w.whenAny(
      isFar,
      () => {
        const power = scaledTwice(w, x, w.add(w.add(bent, rest), w.constant(1)), turns);
        return [w.select(isFar, w.sub(power, w.constant(1)), usual())];
      },
      () => [usual()],
    );
    return [withSignOf(w, x, result!)];
  },
};

/** Exponentials. */
export const exponentials: readonly VectorFunction[] = [exp, exp2, expm1];

// (2^r − 1 − r·ln 2)/r² on |r| ≤ 1/2, minimax for the relative error of 2^r: 2^−58.
const EXP2 = [
  0.24022650695910122, 0.05550410866482074, 0.009618129107596933, 0.0013333558146686152, 0.00015403530454139868,
  1.5252733547004893e-5, 1.321543656879281e-6, 1.0178184535599642e-7, 7.073586812579684e-9, 4.4363297959211247e-10,
];
