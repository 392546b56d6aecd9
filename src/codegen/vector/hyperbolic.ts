import type { Lanes, LaneWriter } from "../lanes.ts";
import {
  curve,
  expInTwoParts,
  NORMAL_BELOW,
  powerOfTwo,
  type Reduced,
  reciprocalPower,
  reduced,
  roughReciprocal,
  scaledTwice,
} from "./exp-core.ts";
import type { VectorFunction } from "./function.ts";
import { horner } from "./polynomial.ts";
import { withSignOf } from "./signs.ts";

const tanh: VectorFunction = {
  name: "tanh",
  operands: 1,
  results: 1,
  ulpMax: 1.5,
  write(w, x) {
    // From 100 on e^x is nothing beside 1.
    const twice = w.quickMax(w.mul(w.abs(x), w.constant(-2)), w.constant(-100));
    const parts = reduced(w, twice);
    const { quotient, error } = tanhParts(w, parts, curve(w, parts.rest, parts.low()), powerOfTwo(w, parts.turns));
    return [withSignOf(w, x, w.add(quotient, error))];
  },
};

/** tanh x and its derivative 1/cosh² x, which keeps its relative accuracy where tanh x is 1. */
const tanhPair: VectorFunction = {
  name: "tanh_pair",
  operands: 1,
  results: 2,
  parts: ["tanh", "sech_square"],
  ulpMax: 1.6,
  write(w, x) {
    const twice = w.mul(w.abs(x), w.constant(-2));
    const parts = reduced(w, twice);
    const bent = curve(w, parts.rest, parts.low());
    const [high, low] = expInTwoParts(w, parts, bent);
    const [tangent, slope] = w.whenAny(
      w.lt(twice, w.constant(-NORMAL_BELOW)),
      () => {
        const { quotient, error, slope } = withSlope(w, parts, bent, high, low);
        const isFar = w.lt(twice, w.constant(-NORMAL_BELOW));
        return [
          w.select(isFar, w.constant(1), w.add(quotient, error)),
          w.select(isFar, scaledTwice(w, twice, w.mul(high, w.constant(4)), parts.turns), slope),
        ];
      },
      () => {
        const { quotient, error, slope } = withSlope(w, parts, bent, high, low);
        return [w.add(quotient, error), slope];
      },
    );
    return [withSignOf(w, x, tangent!), slope!];
  },
};

const sinh: VectorFunction = {
  name: "sinh",
  operands: 1,
  results: 1,
  ulpMax: 1.3,
  write: (w, x) => [sinhCoshOf(w, x)[0]],
};

const cosh: VectorFunction = {
  name: "cosh",
  operands: 1,
  results: 1,
  ulpMax: 1.4,
  write: (w, x) => [sinhCoshOf(w, x)[1]],
};

const sinhCosh: VectorFunction = {
  name: "sinh_cosh",
  operands: 1,
  results: 2,
  parts: ["sinh", "cosh"],
  ulpMax: 1.4,
  write: sinhCoshOf,
};

/** Hyperbolic functions. */
export const hyperbolics: readonly VectorFunction[] = [tanh, tanhPair, sinh, cosh, sinhCosh];

/** tanh |x| = −E/(2 + E) as quotient + error, with E = e^(−2|x|) − 1 in two parts. */
function tanhParts(w: LaneWriter, { rest }: Reduced, bent: Lanes, power: Lanes): { quotient: Lanes; error: Lanes } {
  const offset = w.sub(w.constant(1), reciprocalPower(w, power));
  const main = w.add(offset, rest);
  const sum = w.add(main, bent);
  const lost = w.add(w.add(w.sub(main, sum), bent), w.add(w.sub(offset, main), rest));
  const [high, highLow] = [w.mul(sum, power), w.mul(lost, power)];
  const two = w.constant(2);
  const bottom = w.add(high, two);
  const bottomLow = w.add(w.add(w.sub(two, bottom), high), highLow);
  const quotient = w.div(w.abs(high), bottom);
  const error = w.mul(w.neg(w.madd(quotient, bottomLow, highLow)), roughReciprocal(w, bottom));
  return { quotient, error };
}

/** 1/cosh² x = e·(1 + tanh |x|)², with e = e^(−2|x|) in two parts. */
function withSlope(
  w: LaneWriter,
  parts: Reduced,
  bent: Lanes,
  high: Lanes,
  low: Lanes,
): { quotient: Lanes; error: Lanes; slope: Lanes } {
  const power = powerOfTwo(w, parts.turns);
  const { quotient, error } = tanhParts(w, parts, bent, power);
  const one = w.constant(1);
  // 26 bits of 1 + tanh, so that their square is exact.
  const top = w.and(w.add(quotient, one), w.bits(-1n << 27n));
  const rest = w.add(w.add(w.sub(one, top), quotient), error);
  const square = w.mul(top, top);
  const squareLow = w.mul(rest, w.add(w.add(top, top), rest));
  const main = w.mul(high, square);
  const slope = w.mul(w.add(main, w.madd(high, squareLow, w.mul(low, square))), power);
  return { quotient, error, slope };
}

/** sinh x and cosh x, from those of the rest r of |x| = k·ln 2 + r and of k·ln 2. */
function sinhCoshOf(w: LaneWriter, x: Lanes): [sinh: Lanes, cosh: Lanes] {
  const magnitude = w.abs(x);
  const { turns, rest, low } = reduced(w, magnitude);
  const z = w.mul(rest, rest);
  // cosh r − 1 and sinh r − r.
  const rise = w.mul(z, horner(w, COSH, z));
  const bend = w.mul(w.mul(rest, z), horner(w, SINH, z));
  const [sinh, cosh] = w.whenAny(
    w.gt(magnitude, w.constant(NORMAL_BELOW)),
    () => {
      const half = w.mul(w.add(w.add(w.add(rise, bend), rest), w.constant(1)), w.constant(0.5));
      const far = scaledTwice(w, magnitude, half, turns);
      const isFar = w.gt(magnitude, w.constant(NORMAL_BELOW));
      return combined(w, turns, rest, rise, w.add(bend, low())).map((value) => w.select(isFar, far, value));
    },
    () => combined(w, turns, rest, rise, w.add(bend, low())),
  );
  return [withSignOf(w, x, sinh!), cosh!];
}

/** sinh and cosh of k·ln 2 + r, given r, cosh r − 1 and sinh r − r. */
function combined(w: LaneWriter, turns: Lanes, rest: Lanes, rise: Lanes, bend: Lanes): [sinh: Lanes, cosh: Lanes] {
  const power = powerOfTwo(w, turns);
  const half = w.constant(0.5);
  // 2ᵏ/2 and 2⁻ᵏ/2: the sum and the difference are cosh and sinh of k·ln 2.
  const growing = w.mul(power, half);
  const fading = w.mul(reciprocalPower(w, power), half);
  const sinhTurns = w.sub(growing, fading);
  const coshTurns = w.add(growing, fading);
  const grown = w.mul(growing, rest);
  // What these two lack when 2⁻²ᵏ is about the last place.
  const sinhLost = w.sub(w.sub(growing, sinhTurns), fading);
  const coshLost = w.add(w.sub(growing, coshTurns), fading);
  const sinhSmall = w.madd(fading, rest, w.madd(sinhTurns, rise, w.madd(coshTurns, bend, sinhLost)));
  const coshSmall = w.madd(coshTurns, rise, w.madd(sinhTurns, w.add(rest, bend), coshLost));
  return [w.add(w.add(sinhTurns, grown), sinhSmall), w.add(coshTurns, coshSmall)];
}

// (cosh r − 1)/r² and (sinh r − r)/r³ as polynomials in r² for |r| ≤ ln 2 / 2: errors 2^−58 and 2^−61 of cosh and sinh.
const COSH = [
  0.5000000000000013, 0.041666666666514154, 0.0013888888947299277, 2.480148968039158e-5, 2.763136597382865e-7,
];
const SINH = [
  0.16666666666666677, 0.008333333333321605, 0.00019841269886189492, 2.7557244147564686e-6, 2.5109057931129103e-8,
];
