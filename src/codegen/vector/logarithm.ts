import type { Lanes, LaneWriter } from "../lanes.ts";
import type { VectorFunction } from "./function.ts";
import { isUnusual, logOfNormal, logOfOnePlus, logOnePlus, normalized, split, withLimits } from "./log-core.ts";
import { withSignOf } from "./signs.ts";

const log: VectorFunction = {
  name: "log",
  operands: 1,
  results: 1,
  ulpMax: 0.9,
  write: (w, x) => ofPositive(w, x, (number, exponent) => logOfNormal(w, number, exponent)),
};

const log1p: VectorFunction = {
  name: "log1p",
  operands: 1,
  results: 1,
  ulpMax: 0.9,
  write(w, x) {
    const limit = w.constant(2 ** 60);
    const [result] = w.whenAny(
      w.not(w.and(w.gt(x, w.constant(-1)), w.lt(x, limit))),
      () => {
        const usual = w.select(w.lt(x, limit), logOfOnePlus(w, x), logOfNormal(w, x));
        return [withLimits(w, w.add(x, w.constant(1)), usual)];
      },
      () => [logOfOnePlus(w, x)],
    );
    return [withSignOf(w, x, result!)];
  },
};

const log2: VectorFunction = {
  name: "log2",
  operands: 1,
  results: 1,
  ulpMax: 0.9,
  write: (w, x) => ofPositive(w, x, (number, exponent) => inBase(w, number, exponent, LOG2E_HIGH, LOG2E_LOW, 1, 0)),
};

const log10: VectorFunction = {
  name: "log10",
  operands: 1,
  results: 1,
  ulpMax: 0.8,
  write: (w, x) =>
    ofPositive(w, x, (number, exponent) =>
      inBase(w, number, exponent, LOG10E_HIGH, LOG10E_LOW, LOG10_2_HIGH, LOG10_2_LOW),
    ),
};

/** Logarithms. */
export const logarithms: readonly VectorFunction[] = [log, log1p, log2, log10];

/** A logarithm of any x, from that of number·2^exponent for a normal number. */
function ofPositive(
  w: LaneWriter,
  x: Lanes,
  logarithm: (number: Lanes, exponent: Lanes | undefined) => Lanes,
): readonly Lanes[] {
  return w.whenAny(
    isUnusual(w, x),
    () => {
      const { number, exponent } = normalized(w, x);
      return [withLimits(w, x, logarithm(number, exponent))];
    },
    () => [logarithm(x, undefined)],
  );
}

/** log(x·2^exponent)·scale for a normal x, given the scale and scale·ln 2 in two parts each. */
function inBase(
  w: LaneWriter,
  x: Lanes,
  exponent: Lanes | undefined,
  scaleHigh: number,
  scaleLow: number,
  turnHigh: number,
  turnLow: number,
): Lanes {
  const { k, f } = split(w, x);
  const shift = exponent === undefined ? k : w.add(k, exponent);
  const { half, tail } = logOnePlus(w, f);
  // 32 bits of log(1 + f), so that their product with the scale is exact.
  const high = w.and(w.sub(f, half), w.bits(-1n << 32n));
  const low = w.add(w.sub(w.sub(f, high), half), tail);
  const main = w.mul(high, w.constant(scaleHigh));
  const turns = w.mul(shift, w.constant(turnHigh));
  const sum = w.add(turns, main);
  const lost = w.add(w.sub(turns, sum), main);
  const small = w.madd(w.add(high, low), w.constant(scaleLow), w.mul(low, w.constant(scaleHigh)));
  const rest = turnLow === 0 ? small : w.madd(shift, w.constant(turnLow), small);
  return w.add(sum, w.add(lost, rest));
}

// 1/ln 2, 1/ln 10: 20 bits and the rest. log₁₀ 2: 42 bits and the rest.
const LOG2E_HIGH = 1.4426937103271484;
const LOG2E_LOW = 1.33056181496986e-6;
const LOG10E_HIGH = 0.4342942237854004;
const LOG10E_LOW = 2.5811785143702614e-7;
const LOG10_2_HIGH = 0.30102999566395283;
const LOG10_2_LOW = 2.8363394551044964e-14;
