import type { Lanes, LaneWriter } from "../lanes.ts";
import { exactProduct, exactSum, exactSumOfOrdered, halves } from "./exact.ts";
import type { VectorFunction } from "./function.ts";

/**
 * x = k·π/2 + high − excess with |high| ≤ π/4 or a little above: the low bits of `turns` are k's. The excess of −0 is 0.
 */
export interface Angle {
  readonly turns: Lanes;
  readonly high: Lanes;
  readonly excess: Lanes;
}

/**
 * x less the nearest multiple of π/2, with 2⁻⁶⁰ relative error whatever x is: W. J. Cody and W. Waite's subtraction in
 * parts, and beyond 2¹⁹ the call of a function for such angles.
 */
export function reducedAngle(w: LaneWriter, x: Lanes): Angle {
  const integer = w.constant(INTEGER);
  const turns = w.madd(x, w.constant(2 / Math.PI), integer);
  const k = w.sub(turns, integer);
  const minusK = w.neg(k);
  const [first, second, third] = HALF_PI_PARTS.map((part) => w.constant(part)) as [Lanes, Lanes, Lanes];
  // The parts have 33 bits and k at most 20, so that all products but the last are exact, and each remainder of a
  // subtraction too: either way of rounding a madd gives the same.
  const a = w.madd(minusK, first, x);
  const b = w.madd(minusK, second, a);
  const high = w.madd(minusK, third, b);
  const excessOfB = w.madd(k, second, w.sub(b, a));
  const excessOfHigh = w.madd(k, third, w.sub(high, b));
  const excess = w.madd(k, w.constant(HALF_PI_REST), w.add(excessOfB, excessOfHigh));
  const isHuge = w.gt(w.abs(x), w.constant(USUAL_UP_TO));
  const [allTurns, allHigh, allExcess] = w.whenAny(
    isHuge,
    () => {
      const rare = w.call(hugeAngle.name, [x], hugeAngle.results);
      return [turns, high, excess].map((value, i) => w.select(isHuge, rare[i]!, value));
    },
    () => [turns, high, excess],
  );
  return { turns: allTurns!, high: allHigh!, excess: allExcess! };
}

/**
 * The same for |x| ≥ 2¹⁹: x·2/π in pieces of 24 bits of 2/π, without those that make multiples of four turns (M. Payne
 * and R. Hanek, "Radian reduction for trigonometric functions", 1983). NaN for an infinity.
 */
export const hugeAngle: VectorFunction = {
  name: "huge_angle",
  operands: 1,
  results: 3,
  write(w, x) {
    // Piece j of 2/π counts 2^(−24(j−1)); two of zero stand before the point, so that the first needed is never −1.
    const exponent = w.sub(
      w.or(w.and(w.shiftRight(x, 52), w.bits(0x7ffn)), w.constant(2 ** 52)),
      w.constant(2 ** 52 + FIRST_EXPONENT),
    );
    const index = w.floor(w.mul(w.add(exponent, w.constant(0.5)), w.constant(1 / PIECE_BITS)));
    const pieces = piecesFrom(w, index);
    const scaleExponent = w.madd(index, w.constant(-PIECE_BITS), w.constant(INTEGER + 1023 + PIECE_BITS));
    const scaled = halves(w, w.mul(x, w.shiftLeft(scaleExponent, 52)));

    // Every product is exact (27 + 24 bits), and so is its remainder by four turns. Three numbers hold their sum.
    let sums = [0, 0, 0].map((zero) => w.constant(zero)) as [Lanes, Lanes, Lanes];
    pieces.forEach((piece, j) => {
      const weighted = w.mul(piece, w.constant(2 ** (-PIECE_BITS * j)));
      for (const part of [scaled.high, scaled.low]) {
        const product = w.mul(part, weighted);
        const fours = w.mul(w.nearest(w.mul(product, w.constant(0.25))), w.constant(4));
        const top = exactSum(w, sums[0], w.sub(product, fours));
        const middle = exactSum(w, sums[1], top.low);
        sums = [top.high, middle.high, w.add(sums[2], middle.low)];
      }
    });
    const k = w.nearest(sums[0]);
    const first = exactSum(w, w.sub(sums[0], k), sums[1]);
    const fraction = exactSumOfOrdered(w, first.high, w.add(first.low, sums[2]));

    const halfPi = w.constant(Math.PI / 2);
    const product = exactProduct(w, fraction.high, halfPi);
    const tail = w.add(w.mul(fraction.high, w.constant(HALF_PI_TAIL)), w.mul(fraction.low, halfPi));
    const angle = exactSumOfOrdered(w, product.high, w.add(product.low, tail));
    const nanIfInfinite = w.sub(x, x);
    return [w.add(k, w.constant(INTEGER)), w.add(angle.high, nanIfInfinite), w.neg(angle.low)];
  },
};

/** The nine pieces of 2/π from the index on, which may differ between lanes. */
function piecesFrom(w: LaneWriter, index: Lanes): Lanes[] {
  let pieces = PIECES.map((piece) => w.constant(piece));
  for (let step = 32; step >= 1; step /= 2) {
    const isBeyond = w.ge(index, w.constant(step));
    index = w.sub(index, w.and(isBeyond, w.constant(step)));
    pieces = pieces
      .slice(0, PIECES_NEEDED + step - 1)
      .map((piece, i) => (i + step < pieces.length ? w.select(isBeyond, pieces[i + step]!, piece) : piece));
  }
  return pieces;
}

// Adding this rounds to an integer and puts it into the low bits of a number's significand.
const INTEGER = 1.5 * 2 ** 52;

// Up to here k has at most 19 bits.
const USUAL_UP_TO = 2 ** 19;

// π/2 in parts of 33 bits, and the rest.
const HALF_PI_PARTS = [1.5707963267341256, 6.077100506303966e-11, 2.0222662487111665e-21];
const HALF_PI_REST = 8.4784276603689e-32;

/** π/2 − Math.PI / 2. */
const HALF_PI_TAIL = 6.123233995736766e-17;

const PIECE_BITS = 24;

// 24 bits for the first number, 53 + 24 to pass by, 61 that may cancel, and 54 that count.
const PIECES_NEEDED = 9;

// A number with this biased exponent needs the pieces from the first on.
const FIRST_EXPONENT = 1029;

/** The first 1176 bits of 2/π (computed with mpmath), six hexadecimal digits a piece, after two pieces of zero. */
const PIECES: readonly number[] = (
  "000000000000" +
  "a2f9836e4e441529fc2757d1f534ddc0db6295993c439041fe5163abdebbc561b7246e3a424dd2e006492eea09d1921cfe" +
  "1deb1cb129a73ee88235f52ebb4484e99c7026b45f7e413991d639835339f49c845f8bbdf9283b1ff897ffde05980fef2f" +
  "118b5a0a6d1f6d367ecf27cb09b74f463f669e5fea2d7527bac7ebe5f17b3d0739f78a5292ea6bfb5fb11f8d5d08560330"
)
  .match(/.{6}/g)!
  .map((digits) => Number.parseInt(digits, 16));
