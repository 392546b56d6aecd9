import type { Lanes, LaneWriter } from "../lanes.ts";
import { halves, sum } from "./double-double.ts";
import type { VectorFunction } from "./function.ts";
import { polynomial } from "./polynomial.ts";
import { signOf, withSignOf } from "./signs.ts";

const atan: VectorFunction = {
  name: "atan",
  operands: 1,
  results: 1,
  ulpMax: 1.4,
  write(w, x) {
    // atan x = π/2 + atan(−1/x) for x > 1.
    const one = w.constant(1);
    const magnitude = w.abs(x);
    const isSteep = w.gt(magnitude, one);
    const slope = w.div(w.select(isSteep, w.neg(one), magnitude), w.select(isSteep, magnitude, one));
    const angle = arcTangent(w, slope, {
      high: w.and(isSteep, w.constant(HALF_PI)),
      low: w.and(isSteep, w.constant(HALF_PI_TAIL)),
    });
    return [withSignOf(w, x, angle)];
  },
};

const atan2: VectorFunction = {
  name: "atan2",
  operands: 2,
  results: 1,
  ulpMax: 1.8,
  write(w, y, x) {
    const [width, height] = [w.abs(x), w.abs(y)];
    const isSteep = w.gt(height, width);
    const isLeft = w.gtBits(w.bits(0n), x);
    const [less, more] = [w.select(isSteep, width, height), w.select(isSteep, height, width)];
    // Of two zeros the slope is 0, of two infinities 1.
    const ofEquals = w.andNot(w.constant(1), w.eq(more, w.constant(0)));
    const slope = w.select(w.eq(less, more), ofEquals, w.div(less, more));
    const isFalling = w.and(w.xor(isSteep, isLeft), w.bits(SIGN));
    const angle = arcTangent(w, w.xor(slope, isFalling), {
      high: w.select(isSteep, w.constant(HALF_PI), w.and(isLeft, w.constant(2 * HALF_PI))),
      low: w.select(isSteep, w.constant(HALF_PI_TAIL), w.and(isLeft, w.constant(2 * HALF_PI_TAIL))),
    });
    return [withSignOf(w, y, angle)];
  },
};

const asin: VectorFunction = {
  name: "asin",
  operands: 1,
  results: 1,
  ulpMax: 0.7,
  write(w, x) {
    // asin x = π/2 − 2·asin √((1 − x)/2) for x > 1/2.
    const { isBig, root, rest } = halfAngle(w, x);
    const factor = w.select(isBig, w.constant(-2), w.constant(1));
    const [mostHigh, mostLow] = sum(w, w.and(isBig, w.constant(HALF_PI)), w.mul(factor, root));
    const low = w.madd(factor, rest, w.and(isBig, w.constant(HALF_PI_TAIL)));
    return [withSignOf(w, x, w.add(mostHigh, w.add(mostLow, low)))];
  },
};

const acos: VectorFunction = {
  name: "acos",
  operands: 1,
  results: 1,
  ulpMax: 0.9,
  write(w, x) {
    // acos x = π/2 − asin x for |x| ≤ 1/2, 2·asin √((1 − x)/2) above, and 2·(π/2 − asin √((1 + x)/2)) below.
    const { isBig, root, rest } = halfAngle(w, x);
    const sign = signOf(w, x);
    const isFromZero = w.andNot(isBig, w.gtBits(w.bits(0n), x));
    const direction = w.xor(sign, w.andNot(w.bits(SIGN), isBig));
    const low = w.add(w.xor(rest, direction), w.andNot(w.constant(HALF_PI_TAIL), isFromZero));
    const angle = w.add(w.andNot(w.constant(HALF_PI), isFromZero), w.add(w.xor(root, direction), low));
    return [w.add(angle, w.and(angle, isBig))];
  },
};

/** Arc tangents, arc sine and arc cosine. */
export const inverseCirculars: readonly VectorFunction[] = [atan, atan2, asin, acos];

/** base + atan x for |x| ≤ 1. */
function arcTangent(w: LaneWriter, x: Lanes, base: { high: Lanes; low: Lanes }): Lanes {
  const square = w.mul(x, x);
  const rest = w.madd(w.mul(x, square), arcTangentSeries(w, square), base.low);
  const [mostHigh, mostLow] = sum(w, base.high, x);
  return w.add(mostHigh, w.add(mostLow, rest));
}

/** (atan x − x)/x³: the first terms, which alternate and nearly cancel, by Horner's rule, for it rounds them least. */
function arcTangentSeries(w: LaneWriter, square: Lanes): Lanes {
  const inner = polynomial(w, ATAN.slice(6), square);
  return ATAN.slice(0, 6).reduceRight((value, coefficient) => w.madd(value, square, w.constant(coefficient)), inner);
}

/** asin of |x|, or of √((1 − |x|)/2) where |x| > 1/2, as `root` + `rest`. */
function halfAngle(w: LaneWriter, x: Lanes): { isBig: Lanes; root: Lanes; rest: Lanes } {
  const half = w.constant(0.5);
  const magnitude = w.abs(x);
  const isBig = w.gt(magnitude, half);
  // Exact where it is used.
  const complement = w.mul(w.sub(w.constant(1), magnitude), half);
  const square = w.select(isBig, complement, w.mul(x, x));
  const root = w.sqrt(complement);
  const [startHigh, startLow] = halves(w, root);
  const lacking = w.sub(w.sub(complement, w.mul(startHigh, startHigh)), w.mul(startLow, w.add(root, startHigh)));
  const correction = w.mul(lacking, w.subBits(w.bits(HALF_RECIPROCAL), root));
  const angle = w.select(isBig, root, magnitude);
  const series = polynomial(w, ASIN, square);
  return { isBig, root: angle, rest: w.madd(w.mul(angle, square), series, w.and(correction, isBig)) };
}

const SIGN = 1n << 63n;
const HALF_PI = Math.PI / 2;

// Less the bits of a positive x, these are the bits of 1/(2x) within 13 %, which is enough for a correction.
const HALF_RECIPROCAL = 0x7fce_6238_5024_84ban;

/** π/2 − HALF_PI. */
const HALF_PI_TAIL = 6.123233995736766e-17;

/** (atan x − x)/x³ in powers of x² for |x| ≤ 1: minimax, relative error 2⁻⁵⁷ of atan x. */
const ATAN: readonly number[] = [
  -0.3333333333333329, 0.19999999999991555, -0.14285714285102322, 0.11111111088482908, -0.09090908585723194,
  0.07692300196379541, -0.06666588028152964, 0.05881744161770342, -0.05259570705899586, 0.04745438491198621,
  -0.04287878516841651, 0.03824388846145242, -0.03284600550154645, 0.026237269958716142, -0.01870937127892462,
  0.011400133831080897, -0.005667103705685496, 0.0021784797212375056, -0.0006021334079127342, 0.00010585466133067742,
  -8.854169999616391e-6,
];

/** (asin x − x)/x³ in powers of x² for |x| ≤ 1/2: minimax, relative error 2⁻⁵⁹ of asin x. */
const ASIN: readonly number[] = [
  0.16666666666666763, 0.07499999999970244, 0.044642857175137274, 0.030381942682876206, 0.02237221567974071,
  0.017351599766329908, 0.013980965106935313, 0.011397747793813228, 0.010786678988590656, 0.0036825012318554293,
  0.021764762734518227, -0.021079018661815548, 0.03267793708050326,
];
