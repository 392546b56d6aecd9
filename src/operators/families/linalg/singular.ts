import { optional, required } from "../../../graph/attribute.ts";
import { OperandFault } from "../../../graph/fault.ts";
import type { Node } from "../../../graph/operator.ts";
import { castNode, coerceFloat } from "../../cast.ts";
import { forEachMatrices, forEachMatrix } from "../../kernels/linalg/matrices.ts";
import { pseudoInverse, singularValues } from "../../kernels/linalg/singular.ts";
import { composite, elements, type Op, primitive } from "../../kinds.ts";
import { add, negative, quotient, scale, subtract } from "../../linear.ts";
import { resultsOf } from "../../results.ts";
import { several, severalComposite } from "../../several.ts";
import { liftAll, reshape, sum } from "../../views.ts";
import { multiply } from "../arithmetic.ts";
import { diagonal, matrix_transpose } from "../arrangement.ts";
import { greater, less_equal, where } from "../choice.ts";
import { absorbedProduct } from "../products.ts";
import { max } from "../reductions.ts";
import { concat } from "../structure.ts";
import { complementOf, withFixedSigns } from "./complement.ts";
import {
  asColumn,
  asRow,
  expectMatrix,
  gapsBetween,
  isRepeated,
  leadOf,
  roundingOf,
  withDiagonal,
} from "./matrices.ts";

/** U, s and Vᵀ with as many columns and rows as there are values. Source of the derivative: Giles, Collected matrix derivative results for forward and reverse mode AD (2008), 2.4.1. */
export const thin_svd: Op = several({
  name: "thin_svd",
  summary:
    "the singular values, descending, and as many singular vectors, the largest component of each column of U positive",
  formula: "the diagonal of U' dx V for s; for the vectors Giles' formulas, over the differences of squares of s",
  costText: "20 m n min(m, n)",
  infer: ([x], attrs) => {
    expectMatrix(x);
    const { rows, columns, rank } = sidesOf(x);
    const lead = leadOf(x);
    return {
      results: [
        { shape: [...lead, rows, rank], dtype: "float64" },
        { shape: [...lead, rank], dtype: "float64" },
        { shape: [...lead, rank, columns], dtype: "float64" },
      ],
      attrs,
    };
  },
  coerce: coerceFloat,
  rowMajor: true,
  cost: ({ args: [x] }) => 20 * elements(x) * sidesOf(x).rank,
  evaluate: ([x], _, budget) => {
    const { rows, columns, rank } = sidesOf(x);
    const lead = leadOf(x);
    const filled = [
      { shape: [...lead, rows, rank], rank: 2 },
      { shape: [...lead, rank], rank: 1 },
      { shape: [...lead, rank, columns], rank: 2 },
    ];
    return forEachMatrices([x], [2], filled, ([a], [u, s, vt]) =>
      singularValues(a!, rows, columns, u!, s!, vt!, budget),
    );
  },
  batch: (_, [x]) => thin_svd(x),
  jvp: ([tangent], { args: [x] }, results) => {
    const [u, s, vt] = results as [Node, Node, Node];
    const dx = tangent!;
    const { rows, columns, rank } = sidesOf(x);
    const inBasis = absorbedProduct(absorbedProduct(u, dx, { x: true }), vt, { y: true });
    const turned = matrix_transpose(inBasis);
    const [across, down, none] = [asRow(s), asColumn(s), asRow(roundingOf(s))];
    // Two quotients rather than one by the difference of squares, which cancels.
    const byGaps = (t: Node) => withDiagonal(quotient(quotient(t, gapsBetween(s)), add(across, down)), 0);
    let du = absorbedProduct(u, byGaps(add(scale(inBasis, across), scale(turned, down))));
    let dvt = negative(absorbedProduct(byGaps(add(scale(inBasis, down), scale(turned, across))), vt));
    if (rows > rank) {
      const outside = subtract(absorbedProduct(dx, vt, { y: true }), absorbedProduct(u, inBasis));
      du = add(du, quotient(outside, where(less_equal(across, none), Number.NaN, across)));
    }
    if (columns > rank) {
      const outside = subtract(absorbedProduct(u, dx, { x: true }), absorbedProduct(inBasis, vt));
      dvt = add(dvt, quotient(outside, where(less_equal(down, none), Number.NaN, down)));
    }
    return [du, diagonal(inBasis), dvt];
  },
});

export const svd: Op = severalComposite({
  name: "svd",
  summary:
    "U, s and V' with x = U diag(s) V': singular values s, descending, and singular vectors as columns of U and V, the largest component of each column of U positive, and of those of V that have none beside them",
  formula: "the diagonal of U' dx V for s; for the vectors Giles' formulas, over the differences of squares of s",
  kink: {
    told: "NaN for the vectors where singular values are equal or 0",
    at: (_, out) => isDegenerate(resultsOf(out)[1]!),
  },
  doubt: {
    type: "degenerate",
    told: "singular values are equal or 0, so that the derivatives of their vectors are NaN",
    at: (_, out) => isDegenerate(resultsOf(out)[1]!),
  },
  attributes: {
    full_matrices: optional(
      "boolean",
      "whether U and V are square, with vectors beyond the singular values; else they have as many as there are values",
      false,
    ),
  },
  costText: "20 m n min(m, n)",
  infer: ([x], attrs) => {
    expectMatrix(x);
    const { rows, columns, rank } = sidesOf(x);
    const lead = leadOf(x);
    const [left, right] = attrs.full_matrices ? [rows, columns] : [rank, rank];
    return {
      results: [
        { shape: [...lead, rows, left], dtype: "float64" },
        { shape: [...lead, rank], dtype: "float64" },
        { shape: [...lead, right, columns], dtype: "float64" },
      ],
      attrs,
    };
  },
  compose: ([x], { attrs }) => {
    const [u, s, vt] = resultsOf(thin_svd(x)) as [Node, Node, Node];
    const { rows, columns, rank } = sidesOf(x);
    const axis = x.shape.length - 1;
    const isWhole = attrs.full_matrices;
    const more = (basis: Node) => withFixedSigns(complementOf(basis));
    return [
      isWhole && rows > rank ? concat(u, more(u), { axis }) : u,
      s,
      isWhole && columns > rank ? concat(vt, matrix_transpose(more(matrix_transpose(vt))), { axis: axis - 1 }) : vt,
    ];
  },
});

export const svdvals: Op = composite({
  name: "svdvals",
  summary: "the singular values of x, descending",
  formula: "the diagonal of U' dx V, U and V being the singular vectors",
  kink: {
    told: "that of one choice of the vectors where singular values are equal or 0",
    at: (_, out) => isDegenerate(out),
  },
  costText: "20 m n min(m, n)",
  infer: ([x], attrs) => {
    expectMatrix(x);
    return { shape: [...leadOf(x), sidesOf(x).rank], dtype: "float64", attrs };
  },
  compose: ([x]) => singularValuesOf(x),
});

const rtol = optional(
  "number",
  "singular values up to this share of the largest count as 0; absent: the machine's precision times the longer side",
);

export const matrix_rank: Op = composite({
  name: "matrix_rank",
  summary: "how many singular values of x count as more than 0",
  formula: "0",
  attributes: { rtol },
  costText: "20 m n min(m, n)",
  infer: ([x], attrs) => {
    expectMatrix(x);
    expectTolerance(attrs.rtol);
    return { shape: leadOf(x), dtype: "int32", attrs };
  },
  compose: ([x], { attrs, shape }) => {
    const values = singularValuesOf(x);
    if (values.shape.at(-1) === 0) return castNode(sum(values, { axis: -1 }), "int32");
    const limit = multiply(max(values, { axis: -1, keepdims: true }), attrs.rtol ?? precisionOf(x));
    return castNode(reshape(sum(where(greater(values, limit), 1, 0), { axis: -1 }), { shape }), "int32");
  },
});

export const pinv: Op = composite({
  name: "pinv",
  summary: "the Moore-Penrose inverse of x",
  formula: "Golub and Pereyra's formula; -pinv(x) dx pinv(x) where x is square and not singular",
  attributes: { rtol },
  costText: "22 m n min(m, n)",
  domain: "the derivative is that of matrices of the same rank",
  infer: ([x], attrs) => {
    expectMatrix(x);
    expectTolerance(attrs.rtol);
    return { shape: [...leadOf(x), x.shape.at(-1)!, x.shape.at(-2)!], dtype: "float64", attrs };
  },
  compose: ([x], { attrs }) => {
    const [u, s, vt] = resultsOf(thin_svd(x)) as [Node, Node, Node];
    return pseudo_inverse(x, u, s, vt, { rtol: attrs.rtol ?? precisionOf(x) });
  },
});

/** The Moore-Penrose inverse of a matrix whose singular values are known. */
export const pseudo_inverse: Op = primitive({
  name: "pseudo_inverse",
  operands: ["a", "u", "s", "vt"],
  summary: "the Moore-Penrose inverse of a matrix whose singular value decomposition is known",
  formula: "-P da P + P Pᵀ daᵀ (1 - a P) + (1 - P a) daᵀ Pᵀ P",
  attributes: { rtol: required("number", "the share of the largest singular value up to which others count as 0") },
  costText: "2 m n min(m, n)",
  infer: ([a], attrs) => ({ shape: [...leadOf(a), a.shape.at(-1)!, a.shape.at(-2)!], dtype: "float64", attrs }),
  coerce: coerceFloat,
  cost: ({ args: [a] }) => 2 * elements(a) * sidesOf(a).rank,
  form: { kind: "opaque" },
  rowMajor: true,
  hidesNaN: [0],
  evaluate: ([a, u, s, vt], { shape, attrs }, budget) => {
    const { rows, columns, rank } = sidesOf(a);
    return forEachMatrix([u, s, vt], [2, 1, 2], shape, 2, ([left, values, right], out) => {
      budget.spend(2 * rows * columns * rank);
      pseudoInverse({ u: left!, s: values!, vt: right! }, rows, columns, attrs.rtol, out);
    });
  },
  batch: (node, args, batched, size) => pseudo_inverse(...liftAll(args, batched, size), node.attrs),
  zero: [1, 2, 3],
  jvp: [
    (da, [a], out) => {
      const moved = negative(absorbedProduct(out, absorbedProduct(da, out)));
      // What the inverse leaves out of the spaces of the columns and the rows: nothing where the rank is full.
      const byRows = absorbedProduct(out, absorbedProduct(out, da, { x: true, y: true }));
      const byColumns = absorbedProduct(absorbedProduct(da, out, { x: true, y: true }), out);
      const ofColumns = subtract(byRows, absorbedProduct(absorbedProduct(byRows, a), out));
      return add(add(moved, ofColumns), subtract(byColumns, absorbedProduct(out, absorbedProduct(a, byColumns))));
    },
  ],
});

/** How many singular values cannot be told from 0 or from the one before. */
function isDegenerate(values: Node): Node | undefined {
  if (values.shape.at(-1) === 0) return undefined;
  const zeros = sum(where(less_equal(values, roundingOf(values)), 1, 0));
  const isSame = isRepeated(values);
  return isSame ? add(zeros, sum(where(isSame, 1, 0))) : zeros;
}

/** The singular values of a matrix. */
export function singularValuesOf(x: Node): Node {
  return resultsOf(thin_svd(x))[1]!;
}

function sidesOf({ shape }: Pick<Node, "shape">) {
  const [rows, columns] = shape.slice(-2) as [number, number];
  return { rows, columns, rank: Math.min(rows, columns) };
}

function precisionOf({ shape }: Node): number {
  return Number.EPSILON * Math.max(...shape.slice(-2));
}

function expectTolerance(value: number | undefined): void {
  if (value !== undefined && !(value >= 0)) throw new OperandFault('attribute "rtol" must be at least 0');
}
