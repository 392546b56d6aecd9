import type { Node } from "../../../graph/operator.ts";
import { coerceFloat } from "../../cast.ts";
import { luParts } from "../../kernels/linalg/factors.ts";
import { forEachMatrices } from "../../kernels/linalg/matrices.ts";
import { elements, type Op } from "../../kinds.ts";
import { subtract } from "../../linear.ts";
import { resultsOf } from "../../results.ts";
import { several, severalComposite } from "../../several.ts";
import { broadcastNode, reshape } from "../../views.ts";
import { matrix_transpose } from "../arrangement.ts";
import { greater, where } from "../choice.ts";
import { iota } from "../creation.ts";
import { gather } from "../indexing.ts";
import { absorbedProduct, matmul } from "../products.ts";
import { concat, sliceAxis } from "../structure.ts";
import { expectMatrix, leadOf, withoutZeroPivots, zeroOnDiagonal } from "./matrices.ts";
import { identityFor } from "./systems.ts";
import { solve_triangle } from "./triangular.ts";

/** P, L and U of matrices with no more columns than rows. Source of the derivative: de Hoog, Anderssen and Lukas (2011). */
export const tall_lu: Op = several({
  name: "tall_lu",
  summary: "the permutation P, unit lower triangular L and upper triangular U with x = P L U",
  formula: "with S = tril(L^-1 Pᵀ dx U^-1, -1): 0, L S, triu(L^-1 Pᵀ dx - S U), S of the first rows there",
  costText: "1 m n min(m, n)",
  infer: ([x], attrs) => {
    const [lead, [rows, columns]] = [leadOf(x), x.shape.slice(-2) as [number, number]];
    return {
      results: [
        { shape: [...lead, rows, rows], dtype: "float64" },
        { shape: x.shape, dtype: "float64" },
        { shape: [...lead, columns, columns], dtype: "float64" },
      ],
      attrs,
    };
  },
  coerce: coerceFloat,
  rowMajor: true,
  cost: ({ args: [x] }) => elements(x) * x.shape.at(-1)!,
  evaluate: ([x], _, budget) => {
    const [m, n] = x.shape.slice(-2) as [number, number];
    const lead = leadOf(x);
    const filled = [
      { shape: [...lead, m, m], rank: 2 },
      { shape: x.shape, rank: 2 },
      { shape: [...lead, n, n], rank: 2 },
    ];
    return forEachMatrices([x], [2], filled, ([a], [p, l, u]) => luParts(a!, m, n, p!, l!, u!, budget));
  },
  batch: (_, [x]) => tall_lu(x),
  jvp: ([dx], { args: [x] }, results) => {
    const [p, l, u] = results as [Node, Node, Node];
    const [rows, columns] = x.shape.slice(-2) as [number, number];
    const square = squared(l, rows, columns);
    const ordered = gather(dx!, rowsIn(p), { axis: leadOf(x).length, batch: leadOf(x).length, missing: 0 });
    const left = solve_triangle(square, ordered, { lower: true, unit_diagonal: true, absorb: true });
    const pivots = withoutZeroPivots(u, columns);
    // Y U⁻¹ is the transpose of U⁻ᵀ Yᵀ.
    const moved = matrix_transpose(
      solve_triangle(pivots, matrix_transpose(left), { lower: false, transpose: true, absorb: true }),
    );
    const isBelow = greater(indices(p, { shape: [rows, 1] }), indices(u, { shape: [1, columns] }));
    const below = where(isBelow, moved, 0);
    // Below its diagonal the last column of a square one is empty, so that its last pivot may be 0.
    const above =
      rows === columns
        ? where(isBelow, 0, subtract(left, absorbedProduct(below, pivots)))
        : absorbedProduct(sliceAxis(where(isBelow, 0, moved), moved.shape.length - 2, 0, columns), pivots);
    return [undefined, absorbedProduct(square, below), above];
  },
});

export const lu: Op = severalComposite({
  name: "lu",
  summary:
    "P, L and U with x = P L U by partial pivoting: P a permutation matrix, L lower triangular with a diagonal of ones, U upper triangular",
  formula: "with the lower triangle S of inv(L) P' dx inv(U): L S, and the upper triangle of inv(L) P' dx - S U",
  costText: "1 m n min(m, n)",
  domain: "the first columns of x independent",
  doubt: zeroOnDiagonal(2),
  infer: ([x], attrs) => {
    expectMatrix(x);
    const [lead, [rows, columns]] = [leadOf(x), x.shape.slice(-2) as [number, number]];
    const rank = Math.min(rows, columns);
    return {
      results: [
        { shape: [...lead, rows, rows], dtype: "float64" },
        { shape: [...lead, rows, rank], dtype: "float64" },
        { shape: [...lead, rank, columns], dtype: "float64" },
      ],
      attrs,
    };
  },
  compose: ([x]) => {
    const [rows, columns] = x.shape.slice(-2) as [number, number];
    if (rows >= columns) return resultsOf(tall_lu(x));
    const axis = x.shape.length - 1;
    const [p, l, u] = resultsOf(tall_lu(sliceAxis(x, axis, 0, rows))) as [Node, Node, Node];
    const ordered = matmul(matrix_transpose(p), sliceAxis(x, axis, rows, columns));
    const beside = solve_triangle(l, ordered, { lower: true, unit_diagonal: true, absorb: false });
    return [p, l, concat(u, beside, { axis })];
  },
});

/** For each row of Pᵀ x which one of x it is: that is no product of matrices. */
function rowsIn(p: Node): Node {
  return reshape(matmul(indices(p, { shape: [1, p.shape.at(-1)!] }), p), { shape: p.shape.slice(0, -1) });
}

/** The numbers of a matrix's columns, from 0. */
function indices({ builder, shape }: Node, attrs: { readonly shape: readonly number[] }): Node {
  return reshape(builder.build(iota.operator, [], { length: shape.at(-1)! }), attrs);
}

/** L with the columns of the identity that it lacks. */
function squared(l: Node, rows: number, columns: number): Node {
  if (rows === columns) return l;
  const axis = l.shape.length - 1;
  const lead = leadOf(l);
  const one = identityFor({ ...l, shape: [...lead.map(() => 1), rows, rows] });
  const missing = broadcastNode(sliceAxis(one, axis, columns, rows), [...lead, rows, rows - columns]);
  return concat(l, missing, { axis });
}
