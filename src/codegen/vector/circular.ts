import type { Lanes, LaneWriter } from "../lanes.ts";
import { type Angle, hugeAngle, reducedAngle } from "./angle.ts";
import type { VectorFunction } from "./function.ts";
import { polynomial } from "./polynomial.ts";

const sin: VectorFunction = {
  name: "sin",
  operands: 1,
  results: 1,
  ulpMax: 0.95,
  write(w, x) {
    const angle = reducedAngle(w, x);
    const { isOdd, signOfSine } = quadrant(w, angle);
    return [w.xor(w.select(isOdd, cosine(w, angle), sine(w, angle)), signOfSine)];
  },
};

const cos: VectorFunction = {
  name: "cos",
  operands: 1,
  results: 1,
  ulpMax: 0.95,
  write(w, x) {
    const angle = reducedAngle(w, x);
    const { isOdd, signOfCosine } = quadrant(w, angle);
    return [w.xor(w.select(isOdd, sine(w, angle), cosine(w, angle)), signOfCosine)];
  },
};

const sinCos: VectorFunction = {
  name: "sin_cos",
  operands: 1,
  results: 2,
  parts: ["sin", "cos"],
  ulpMax: 0.95,
  write(w, x) {
    const angle = reducedAngle(w, x);
    const { isOdd, signOfSine, signOfCosine } = quadrant(w, angle);
    const [s, c] = exchanged(w, isOdd, sine(w, angle), cosine(w, angle));
    return [w.xor(s, signOfSine), w.xor(c, signOfCosine)];
  },
};

const tan: VectorFunction = {
  name: "tan",
  operands: 1,
  results: 1,
  ulpMax: 1.65,
  write(w, x) {
    const angle = reducedAngle(w, x);
    const { isOdd } = quadrant(w, angle);
    const s = sineParts(w, angle);
    const c = cosineParts(w, angle);
    const sum = w.sub(s.most, s.rest);
    const cosineSum = w.add(c.most, c.rest);
    const [above, below] = exchanged(w, isOdd, sum, cosineSum);
    // What rounding has added: +0 for −0, so that the sign of zero is kept.
    const added = w.add(w.sub(sum, s.most), s.rest);
    const addedToCosine = w.sub(w.sub(cosineSum, c.most), c.rest);
    const [addedAbove, addedBelow] = exchanged(w, isOdd, added, addedToCosine);
    // (a − δa)/(b − δb) = a/b − (δa − a/b·δb)/b.
    const quotient = w.div(above, below);
    const correction = w.mul(w.sub(addedAbove, w.mul(quotient, addedBelow)), w.div(w.constant(1), below));
    return [w.xor(w.sub(quotient, correction), w.and(isOdd, w.bits(SIGN)))];
  },
};

/** Sine, cosine, both at once, and tangent. */
export const circulars: readonly VectorFunction[] = [sin, cos, sinCos, tan, hugeAngle];

/** Whether sine and cosine change places, and their signs. */
function quadrant(w: LaneWriter, { turns }: Angle): { isOdd: Lanes; signOfSine: Lanes; signOfCosine: Lanes } {
  const one = w.bits(1n);
  const isOdd = w.eqBits(w.and(turns, one), one);
  const signOfSine = w.shiftLeft(w.shiftRight(turns, 1), 63);
  const signOfCosine = w.shiftLeft(w.shiftRight(w.addBits(turns, one), 1), 63);
  return { isOdd, signOfSine, signOfCosine };
}

/** A sum that is not yet rounded. */
interface Parts {
  readonly most: Lanes;
  readonly rest: Lanes;
}

/** sin(high − excess) for |high| ≤ π/4. */
function sine(w: LaneWriter, angle: Angle): Lanes {
  const { most, rest } = sineParts(w, angle);
  // A difference keeps the sign of zero.
  return w.sub(most, rest);
}

/** sin(high − excess) = most − rest, with rest = high³·P(high²) + excess. */
function sineParts(w: LaneWriter, { high, excess }: Angle): Parts {
  const square = w.mul(high, high);
  const cube = w.mul(high, square);
  return { most: high, rest: w.madd(cube, polynomial(w, SIN, square), excess) };
}

/** cos(high − excess) for |high| ≤ π/4. */
function cosine(w: LaneWriter, angle: Angle): Lanes {
  const { most, rest } = cosineParts(w, angle);
  return w.add(most, rest);
}

/** cos(high − excess) = most + rest: 1 − high²/2 rounded, and what that lacks with the higher terms. */
function cosineParts(w: LaneWriter, { high, excess }: Angle): Parts {
  const one = w.constant(1);
  const square = w.mul(high, high);
  const minusHalf = w.constant(-0.5);
  const most = w.madd(square, minusHalf, one);
  const lacking = w.madd(square, minusHalf, w.sub(one, most));
  const rest = w.madd(w.mul(square, square), polynomial(w, COS, square), lacking);
  return { most, rest: w.madd(high, excess, rest) };
}

/** The two values, in each other's place where the mask is set. */
function exchanged(w: LaneWriter, mask: Lanes, a: Lanes, b: Lanes): [Lanes, Lanes] {
  const difference = w.and(w.xor(a, b), mask);
  return [w.xor(a, difference), w.xor(b, difference)];
}

const SIGN = 1n << 63n;

/** (x − sin x)/x³ in powers of x² for |x| ≤ π/4: minimax, relative error 2⁻⁵⁸ of sin x. */
const SIN: readonly number[] = [
  0.16666666666666632, -0.008333333333322422, 0.00019841269829814768, -2.7557313694383344e-6, 2.5050758505809684e-8,
  -1.5896818442494774e-10,
];

/** (cos x − 1 + x²/2)/x⁴ in powers of x² for |x| ≤ π/4: minimax, relative error 2⁻⁶⁴ of cos x. */
const COS: readonly number[] = [
  0.0416666666666666, -0.0013888888888874133, 2.4801587289488493e-5, -2.755731435422343e-7, 2.0875723538254613e-9,
  -1.1359661907399871e-11,
];
