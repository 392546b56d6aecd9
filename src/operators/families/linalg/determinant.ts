import type { Node } from "../../../graph/operator.ts";
import { coerceFloat } from "../../cast.ts";
import {
  cofactorsOf,
  determinantOf,
  determinantSign,
  logDeterminantOf,
  regularShift,
} from "../../kernels/linalg/determinant.ts";
import { fewLogarithms } from "../../kernels/linalg/few.ts";
import { forEachMatrix } from "../../kernels/linalg/matrices.ts";
import { composite, elements, type Op, primitive } from "../../kinds.ts";
import { add, scale, subtract } from "../../linear.ts";
import { resultsOf } from "../../results.ts";
import { severalComposite } from "../../several.ts";
import { liftAll, reshape, sum } from "../../views.ts";
import { multiply } from "../arithmetic.ts";
import { matrix_transpose } from "../arrangement.ts";
import { equal } from "../choice.ts";
import { absorbedProduct } from "../products.ts";
import { sliceAxis } from "../structure.ts";
import { expectSquare, leadOf } from "./matrices.ts";
import { identityFor, lu_factors, solveBy } from "./systems.ts";

export const det: Op = composite({
  name: "det",
  summary: "the determinant of x; it and its derivatives are exact where one singular value is 0, too",
  formula: "det(x) * trace(solve(x, dx))",
  costText: "1 n^3",
  infer: ([x], attrs) => {
    expectSquare(x);
    return { shape: leadOf(x), dtype: "float64", attrs };
  },
  compose: ([x]) => factored_determinant(x, lu_factors(x)),
});

/** The determinant by LU factors. */
export const factored_determinant: Op = primitive({
  name: "factored_determinant",
  operands: ["a", "factors"],
  summary: "the determinant of a matrix whose LU factors are known",
  formula: "det(a) trace(solve(a, da))",
  costText: "1 n",
  infer: ([a], attrs) => ({ shape: leadOf(a), dtype: "float64", attrs }),
  coerce: coerceFloat,
  cost: (node) => elements(node) * node.args[0].shape.at(-1)!,
  form: { kind: "opaque" },
  rowMajor: true,
  hidesNaN: [0, 1],
  evaluate: ([a, factors], { shape }) => {
    const n = a.shape.at(-1)!;
    return forEachMatrix([factors], [2], shape, 0, ([f], out) => out.fill(determinantOf(f!, n)));
  },
  batch: (_, args, batched, size) => factored_determinant(...liftAll(args, batched, size)),
  zero: [1],
  jvp: [(da, [a, factors]) => sum(scale(da, cofactors(a, factors)), { axis: [-2, -1] })],
});

/** The cofactors of a matrix, exact where one singular value is 0, too: the derivative of its determinant. */
export const cofactors: Op = primitive({
  name: "cofactors",
  operands: ["a", "factors"],
  summary: "the matrix of cofactors of a matrix whose LU factors are known",
  formula: "det(a) (trace(a^-1 da) a^-T - a^-T daᵀ a^-T)",
  costText: "3 n^3",
  infer: ([a], attrs) => ({ shape: a.shape, dtype: "float64", attrs }),
  coerce: coerceFloat,
  cost: (node) => 3 * elements(node) * node.shape.at(-1)!,
  form: { kind: "opaque" },
  rowMajor: true,
  evaluate: ([a, factors], { shape }, budget) =>
    forEachMatrix([a, factors], [2, 2], shape, 2, ([matrix, f], out) =>
      cofactorsOf(matrix!, f!, shape.at(-1)!, out, budget),
    ),
  batch: (_, args, batched, size) => cofactors(...liftAll(args, batched, size)),
  zero: [1],
  jvp: [
    (da, [a, factors]) => {
      const { determinant, inverse, correction, whole } = shifted(a, factors);
      const along = (by: Node) => sum(scale(da, by), { axis: [-2, -1], keepdims: true });
      const turned = { y: true } as const;
      const grown = add(scale(along(inverse), whole), scale(along(correction), inverse));
      const moved = add(
        absorbedProduct(absorbedProduct(inverse, da, turned), whole),
        absorbedProduct(absorbedProduct(correction, da, turned), inverse),
      );
      return scale(subtract(grown, moved), determinant);
    },
  ],
});

/**
 * The parts of the cofactors of A = M - u vᵀ for M far from singular. That det(A) = det(M) (1 - vᵀ M⁻¹ u) holds for any u
 * and v, so that they count as constants, and derivatives of any order are exact.
 */
function shifted(a: Node, factors: Node) {
  const shift = regular_shift(factors);
  const n = a.shape.at(-1)!;
  const row = (k: number) => sliceAxis(shift, shift.shape.length - 2, k, k + 1);
  const column = (k: number) => reshape(row(k), { shape: [...leadOf(a), n, 1] });
  const m = add(a, multiply(column(0), row(1)));
  const ofM = lu_factors(m);
  const inverse = solveBy(m, ofM, identityFor(m), true);
  const right = solveBy(m, ofM, column(0));
  const left = solveBy(m, ofM, column(1), true);
  const rest = subtract(1, sum(multiply(column(1), right), { axis: [-2, -1], keepdims: true }));
  const correction = multiply(left, matrix_transpose(right));
  const determinant = factored_determinant(m, ofM);
  return {
    determinant: reshape(determinant, { shape: [...leadOf(a), 1, 1] }),
    inverse,
    correction,
    whole: add(multiply(rest, inverse), correction),
  };
}

/** Two vectors, as rows, whose product a + u vᵀ has no small singular value where a has but one. */
export const regular_shift: Op = primitive({
  name: "regular_shift",
  operands: ["factors"],
  summary: "vectors u and v such that a + u vᵀ is far from singular, 0 where a is",
  formula: "0",
  costText: "1 n^2",
  infer: ([factors], attrs) => ({ shape: [...leadOf(factors), 2, factors.shape.at(-1)!], dtype: "float64", attrs }),
  coerce: coerceFloat,
  cost: (node) => elements(node) * node.shape.at(-1)!,
  form: { kind: "opaque" },
  rowMajor: true,
  hidesNaN: [0],
  evaluate: ([factors], { shape }, budget) => {
    const n = shape.at(-1)!;
    return forEachMatrix([factors], [2], shape, 2, ([f], out) => regularShift(f!, n, out, budget));
  },
  batch: (_, [factors]) => regular_shift(factors),
  zero: "all",
});

export const slogdet: Op = severalComposite({
  name: "slogdet",
  summary: "the sign of the determinant of x and the logarithm of its size, without overflow; 0 and -Infinity for 0",
  formula: "0 for the sign; trace(solve(x, dx)) for the logarithm",
  costText: "1 n^3",
  doubt: {
    type: "singular",
    told: "x is singular, so that the logarithm is -Infinity",
    at: (_, out) => equal(resultsOf(out)[0]!, 0),
  },
  infer: ([x], attrs) => {
    expectSquare(x);
    const type = { shape: leadOf(x), dtype: "float64" } as const;
    return { results: [type, type], attrs };
  },
  compose: ([x]) => {
    const factors = lu_factors(x);
    return [factored_sign(factors), factored_logarithm(x, factors)];
  },
});

/** The determinant's sign by LU factors. */
export const factored_sign: Op = primitive({
  name: "factored_sign",
  operands: ["factors"],
  summary: "the sign of the determinant of a matrix whose LU factors are known",
  formula: "0",
  costText: "1 n",
  infer: ([factors], attrs) => ({ shape: leadOf(factors), dtype: "float64", attrs }),
  coerce: coerceFloat,
  cost: (node) => elements(node) * node.args[0].shape.at(-1)!,
  form: { kind: "opaque" },
  rowMajor: true,
  hidesNaN: [0],
  evaluate: ([factors], { shape }) =>
    forEachMatrix([factors], [2], shape, 0, ([f], out) => out.fill(determinantSign(f!, factors.shape.at(-1)!))),
  batch: (_, [factors]) => factored_sign(factors),
  zero: "all",
});

/** The logarithm of the determinant's size by LU factors. */
export const factored_logarithm: Op = primitive({
  name: "factored_logarithm",
  operands: ["a", "factors"],
  summary: "log(|det(a)|) of a matrix whose LU factors are known",
  formula: "trace(solve(a, da))",
  costText: "21 n",
  infer: ([a], attrs) => ({ shape: leadOf(a), dtype: "float64", attrs }),
  coerce: coerceFloat,
  cost: (node) => 21 * elements(node) * node.args[0].shape.at(-1)!,
  form: { kind: "opaque", few: ({ args: [a] }) => fewLogarithms(a.shape.at(-1)!) },
  rowMajor: true,
  hidesNaN: [0, 1],
  evaluate: ([a, factors], { shape }) =>
    forEachMatrix([factors], [2], shape, 0, ([f], out) => out.fill(logDeterminantOf(f!, a.shape.at(-1)!))),
  batch: (_, args, batched, size) => factored_logarithm(...liftAll(args, batched, size)),
  zero: [1],
  jvp: [
    // The inverse once, for seeds as many as there may be.
    (da, [a, factors]) => sum(scale(da, solveBy(a, factors, identityFor(a), true)), { axis: [-2, -1] }),
  ],
});
