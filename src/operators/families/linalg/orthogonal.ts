import { optional } from "../../../graph/attribute.ts";
import { OperandFault } from "../../../graph/fault.ts";
import type { Node } from "../../../graph/operator.ts";
import { elementCount, showShape } from "../../../graph/shape.ts";
import { coerceFloat } from "../../cast.ts";
import { solveTriangle } from "../../kernels/linalg/factors.ts";
import { factorByReflections } from "../../kernels/linalg/householder.ts";
import { forEachMatrices, forEachMatrix } from "../../kernels/linalg/matrices.ts";
import { composite, elements, type Op, primitive } from "../../kinds.ts";
import { add, negative, subtract } from "../../linear.ts";
import { resultsOf } from "../../results.ts";
import { several, severalComposite } from "../../several.ts";
import { broadcastNode, reshape } from "../../views.ts";
import { matrix_transpose, tril, triu } from "../arrangement.ts";
import { absorbedProduct, matmul } from "../products.ts";
import { concat, sliceAxis } from "../structure.ts";
import { complementOf } from "./complement.ts";
import {
  aligned,
  asColumns,
  everyColumn,
  expectMatrix,
  jointLead,
  leadingOnes,
  leadOf,
  rightSideOf,
  singular,
  summedTo,
  withoutZeroPivots,
  zeroOnDiagonal,
} from "./matrices.ts";
import { solve_triangle } from "./triangular.ts";

/** Q and R of matrices with no more columns than rows. Source of the derivative: Walter and Lehmann (2018). */
export const tall_qr: Op = several({
  name: "tall_qr",
  summary: "Q with orthonormal columns and the upper triangular R with x = Q R",
  formula: "with S = skew(Qᵀ dx R^-1): Q S + (dx - Q Qᵀ dx) R^-1, triu(Qᵀ dx - S R)",
  costText: "4 m n min(m, n)",
  infer: ([x], attrs) => {
    const [lead, columns] = [leadOf(x), x.shape.at(-1)!];
    return {
      results: [
        { shape: x.shape, dtype: "float64" },
        { shape: [...lead, columns, columns], dtype: "float64" },
      ],
      attrs,
    };
  },
  coerce: coerceFloat,
  rowMajor: true,
  cost: ({ args: [x] }) => 4 * elements(x) * x.shape.at(-1)!,
  evaluate: ([x], _, budget) => {
    const [m, n] = x.shape.slice(-2) as [number, number];
    const filled = [
      { shape: x.shape, rank: 2 },
      { shape: [...leadOf(x), n, n], rank: 2 },
    ];
    return forEachMatrices([x], [2], filled, ([a], [q, r]) => factorByReflections(a!, m, n, q!, r!, budget));
  },
  batch: (_, [x]) => tall_qr(x),
  jvp: ([tangent], _, results) => {
    const [q, r] = results as [Node, Node];
    const dx = tangent!;
    const [rows, columns] = dx.shape.slice(-2) as [number, number];
    const isSquare = rows === columns;
    // The last column of a square Q follows from the others, whatever the last pivot is.
    const pivots = withoutZeroPivots(r, isSquare ? columns - 1 : columns);
    // Y R⁻¹ is the transpose of R⁻ᵀ Yᵀ.
    const divided = (y: Node) =>
      matrix_transpose(solve_triangle(pivots, matrix_transpose(y), { lower: false, transpose: true, absorb: true }));
    const inBasis = absorbedProduct(q, dx, { x: true });
    const below = tril(divided(inBasis), { k: -1 });
    const skew = subtract(below, matrix_transpose(below));
    const within = absorbedProduct(q, skew);
    const outside = isSquare ? undefined : divided(subtract(dx, absorbedProduct(q, inBasis)));
    return [outside ? add(outside, within) : within, triu(subtract(inBasis, absorbedProduct(skew, pivots)))];
  },
});

export const qr: Op = severalComposite({
  name: "qr",
  summary: "Q with orthonormal columns and the upper triangular R with x = Q R, by reflections, with LAPACK's signs",
  formula:
    "with the lower triangle L of Q' dx R^-1: Q (L - L') + (dx - Q Q' dx) R^-1, and the upper triangle of Q' dx - (L - L') R",
  attributes: {
    mode: optional(
      "text",
      "`reduced`: Q has as many columns as x, or as rows where these are fewer; `complete`: Q is square, and R has zeros below",
      "reduced",
    ),
  },
  costText: "4 m n min(m, n)",
  domain: "the first columns of x independent",
  doubt: zeroOnDiagonal(1),
  infer: ([x], attrs) => {
    expectMatrix(x);
    if (attrs.mode !== "reduced" && attrs.mode !== "complete") {
      throw new OperandFault(
        `attribute "mode" must be "reduced" or "complete", received ${JSON.stringify(attrs.mode)}`,
      );
    }
    const [lead, [rows, columns]] = [leadOf(x), x.shape.slice(-2) as [number, number]];
    const rank = attrs.mode === "complete" ? rows : Math.min(rows, columns);
    return {
      results: [
        { shape: [...lead, rows, rank], dtype: "float64" },
        { shape: [...lead, rank, columns], dtype: "float64" },
      ],
      attrs,
    };
  },
  compose: ([x], { attrs }) => {
    const [rows, columns] = x.shape.slice(-2) as [number, number];
    if (rows > columns && attrs.mode === "complete") {
      const [q, r] = resultsOf(tall_qr(x)) as [Node, Node];
      const lead = leadOf(x);
      const below = broadcastNode(x.builder.constant(0), [...lead, rows - columns, columns]);
      return [concat(q, complementOf(q), { axis: lead.length + 1 }), concat(r, below, { axis: lead.length })];
    }
    if (rows >= columns) return resultsOf(tall_qr(x));
    const axis = x.shape.length - 1;
    const [q, r] = resultsOf(tall_qr(sliceAxis(x, axis, 0, rows))) as [Node, Node];
    const beside = matmul(matrix_transpose(q), sliceAxis(x, axis, rows, columns));
    return [q, concat(r, beside, { axis })];
  },
});

export const lstsq: Op = composite({
  name: "lstsq",
  operands: ["a", "b"],
  summary:
    "the x for which the sum of squares of a x - b is least, for a of independent columns; b is one vector, or a matrix whose columns are right sides",
  formula:
    "lstsq(a, db - matmul(da, lstsq(a, b))) + solve(matmul(matrix_transpose(a), a), matmul(matrix_transpose(da), b - matmul(a, lstsq(a, b))))",
  costText: "4 m n^2, 3 m n k",
  domain: "the columns of a independent, else Infinity or NaN",
  doubt: singular("the columns of a are not independent, or overflow is near"),
  infer: ([a, b], attrs) => {
    expectMatrix(a);
    const [rows, columns] = a.shape.slice(-2) as [number, number];
    if (rows < columns) {
      throw new OperandFault(
        `needs at least as many rows as columns, received shape ${showShape(a.shape)}; for fewer, matmul(pinv(a), b)`,
        0,
      );
    }
    const { isVector, shape } = rightSideOf(a, b, rows, columns);
    return { shape: isVector ? [...leadOf(a), columns] : shape, dtype: "float64", attrs };
  },
  compose: ([a, b], { shape }) => {
    const [matrix, right] = aligned(a, asColumns(b)) as [Node, Node];
    const [q, r] = resultsOf(tall_qr(matrix)) as [Node, Node];
    return reshape(least_squares(matrix, q, r, right), { shape });
  },
});

/** Least squares by known factors, of aligned matrices. */
export const least_squares: Op = primitive({
  name: "least_squares",
  operands: ["a", "q", "r", "b"],
  summary: "the solutions of least squares whose QR factors are known",
  formula: "lstsq(a, db - da x) + R^-1 R^-T daᵀ (b - a x)",
  costText: "3 m n k",
  infer: ([a, , , b], attrs) => ({
    shape: [...jointLead(a, b, 3), a.shape.at(-1)!, b.shape.at(-1)!],
    dtype: "float64",
    attrs,
  }),
  coerce: coerceFloat,
  cost: ({ args: [a], shape }) => 3 * elementCount(shape) * a.shape.at(-2)!,
  form: { kind: "opaque" },
  rowMajor: true,
  hidesNaN: [0],
  evaluate: ([, q, r, b], { shape }, budget) => {
    const [n, k] = shape.slice(-2) as [number, number];
    const m = q.shape.at(-2)!;
    const how = { lower: false, transpose: false, isUnit: false, absorb: false };
    return forEachMatrix([q, r, b], [2, 2, 2], shape, 2, ([basis, triangle, right], out) => {
      budget.spend(2 * m * n * k);
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < n; j++) {
          const factor = basis![i * n + j]!;
          for (let l = 0; l < k; l++) out[j * k + l]! += factor * right![i * k + l]!;
        }
      }
      solveTriangle(triangle!, n, out, k, how, budget);
    });
  },
  batch: (node, args, batched) => least_squares(...leadingOnes(args, batched), node.attrs),
  zero: [1, 2],
  jvp: [
    (da, [a, q, r, b], out) => {
      const byColumns = negative(least_squares(a, q, r, absorbedProduct(da, out)));
      const residual = subtract(b, matmul(a, out));
      const upper = { lower: false, absorb: true };
      const pulled = solve_triangle(r, absorbedProduct(da, residual, { x: true }), { ...upper, transpose: true });
      return add(byColumns, solve_triangle(r, pulled, upper));
    },
    undefined,
    undefined,
    (db, [a, q, r]) => least_squares(a, q, r, db),
  ],
  transpose: (ct, { args: [, q, r, b] }) => {
    const pulled = solve_triangle(r, ct, { lower: false, transpose: true, absorb: true });
    return summedTo(absorbedProduct(q, pulled), b.shape);
  },
  pattern: (sets, [, , , b], node) => everyColumn(sets, b, node),
});
