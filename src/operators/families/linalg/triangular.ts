import { optional, required } from "../../../graph/attribute.ts";
import type { Node } from "../../../graph/operator.ts";
import { elementCount } from "../../../graph/shape.ts";
import { coerceFloat } from "../../cast.ts";
import { solveTriangle } from "../../kernels/linalg/factors.ts";
import { fewTriangles } from "../../kernels/linalg/few.ts";
import { forEachMatrix } from "../../kernels/linalg/matrices.ts";
import { composite, type Op, primitive } from "../../kinds.ts";
import { negative } from "../../linear.ts";
import { reshape } from "../../views.ts";
import { tril, triu } from "../arrangement.ts";
import { absorbedProduct } from "../products.ts";
import {
  aligned,
  asColumns,
  everyColumn,
  expectSquare,
  jointLead,
  leadingOnes,
  rightSideOf,
  singular,
  summedTo,
} from "./matrices.ts";

const lower = optional("boolean", "whether the triangle below the diagonal of a is read, else that above", false);
const transpose = optional("boolean", "whether the triangle is transposed", false);
const unit_diagonal = optional("boolean", "whether the diagonal counts as ones and is not read", false);

/** Triangular systems on aligned matrices; in derivatives a right side of zero has the solution zero. */
export const solve_triangle: Op = primitive({
  name: "solve_triangle",
  operands: ["a", "b"],
  summary: "the solutions of triangular systems",
  formula: "solve_triangle(a, db - triangle(da) x)",
  attributes: { lower, transpose, unit_diagonal, absorb: required("boolean", "whether zero absorbs") },
  costText: "1 n^2 k",
  infer: ([a, b], attrs) => ({ shape: [...jointLead(a, b), ...b.shape.slice(-2)], dtype: "float64", attrs }),
  coerce: coerceFloat,
  cost: (node) => elementCount(node.shape) * node.shape.at(-2)!,
  form: { kind: "opaque", few: ({ shape, attrs }) => fewTriangles(shape.at(-2)!, shape.at(-1)!, attrs) },
  rowMajor: true,
  hidesNaN: [0],
  evaluate: ([a, b], { shape, attrs }, budget) => {
    const [n, m] = shape.slice(-2) as [number, number];
    const how = { ...attrs, isUnit: attrs.unit_diagonal };
    return forEachMatrix([a, b], [2, 2], shape, 2, ([matrix, right], out) => {
      out.set(right!);
      solveTriangle(matrix!, n, out, m, how, budget);
    });
  },
  batch: (node, args, batched) => solve_triangle(...leadingOnes(args, batched), node.attrs),
  jvp: [
    (da, [a], out) => {
      const { attrs } = out;
      const k = attrs.unit_diagonal ? 1 : 0;
      const triangle = attrs.lower ? tril(da, { k: -k }) : triu(da, { k });
      const moved = absorbedProduct(triangle, out, { x: attrs.transpose });
      return negative(solve_triangle(a, moved, { ...attrs, absorb: true }));
    },
    (db, [a], out) => solve_triangle(a, db, { ...out.attrs, absorb: true }),
  ],
  transpose: (ct, { args: [a, b], attrs }) =>
    summedTo(solve_triangle(a, ct, { ...attrs, transpose: !attrs.transpose, absorb: true }), b.shape),
  pattern: (sets, [, b], node) => everyColumn(sets, b, node),
});

export const triangular_solve: Op = composite({
  name: "triangular_solve",
  operands: ["a", "b"],
  summary:
    "x with a x = b for the upper triangle of a, or the lower; b is one vector, or a matrix whose columns are right sides",
  formula: "triangular_solve(a, db - matmul(triu(da), triangular_solve(a, b)))",
  attributes: { lower, transpose, unit_diagonal },
  costText: "1 n^2 k",
  domain: "no zero on the diagonal of a, else Infinity or NaN",
  doubt: singular("the diagonal of a holds a zero, or overflow is near"),
  infer: ([a, b], attrs) => {
    const n = expectSquare(a);
    const { isVector, shape } = rightSideOf(a, b, n, n);
    return { shape: isVector ? [...a.shape.slice(0, -2), n] : shape, dtype: "float64", attrs };
  },
  compose: ([a, b], { shape, attrs }) => {
    const [matrix, right] = aligned(a, asColumns(b)) as [Node, Node];
    return reshape(solve_triangle(matrix, right, { ...attrs, absorb: false }), { shape });
  },
});
