import { required } from "../../../graph/attribute.ts";
import type { Node } from "../../../graph/operator.ts";
import { castNode, coerceFloat } from "../../cast.ts";
import { exponentialOf, exponentialTangent } from "../../kernels/linalg/exponential.ts";
import { forEachMatrix } from "../../kernels/linalg/matrices.ts";
import { composite, elements, type Op, primitive } from "../../kinds.ts";
import { broadcastNode, liftAll, zeroLike } from "../../views.ts";
import { matrix_transpose } from "../arrangement.ts";
import { matmul } from "../products.ts";
import { concat, sliceAxis } from "../structure.ts";
import { everyMatrix, expectSquare, leadOf, singular } from "./matrices.ts";
import { identityFor, inv } from "./systems.ts";

export const expm: Op = primitive({
  name: "expm",
  summary: "the exponential of a matrix, by scaling, a Padé approximant and squaring",
  formula: "the integral of expm(s x) dx expm((1 - s) x) over s from 0 to 1",
  costText: "30 n^3",
  infer: ([x], attrs) => {
    expectSquare(x);
    return { shape: x.shape, dtype: "float64", attrs };
  },
  coerce: coerceFloat,
  cost: (node) => 30 * elements(node) * node.shape.at(-1)!,
  form: { kind: "opaque" },
  rowMajor: true,
  evaluate: ([x], { shape }, budget) =>
    forEachMatrix([x], [2], shape, 2, ([a], out) => exponentialOf(a!, shape.at(-1)!, out, budget)),
  batch: (_, [x]) => expm(x),
  jvp: [(dx, [x]) => expm_tangent(x, dx)],
});

/** The derivative of `expm` at x in direction e, linear in e. */
export const expm_tangent: Op = primitive({
  name: "expm_tangent",
  operands: ["x", "e"],
  summary: "the derivative of the exponential of a matrix in a direction",
  formula: "expm_tangent(x, de) + the same of blocks",
  costText: "90 n^3",
  infer: ([x], attrs) => ({ shape: x.shape, dtype: "float64", attrs }),
  coerce: coerceFloat,
  cost: (node) => 90 * elements(node) * node.shape.at(-1)!,
  form: { kind: "opaque" },
  rowMajor: true,
  hidesNaN: [0],
  evaluate: ([x, e], { shape }, budget) =>
    forEachMatrix([x, e], [2, 2], shape, 2, ([a, direction], out) =>
      exponentialTangent(a!, direction!, shape.at(-1)!, out, budget),
    ),
  batch: (_, args, batched, size) => expm_tangent(...liftAll(args, batched, size)),
  jvp: [
    (dx, [x, e]) => {
      // The upper right block of the exponential of [[x, e], [0, x]], differentiated by both x.
      const n = x.shape.at(-1)!;
      const both = expm_tangent(blocks(x, e, x), blocks(dx, zeroLike(dx), dx));
      const rank = x.shape.length;
      return sliceAxis(sliceAxis(both, rank - 2, 0, n), rank - 1, n, 2 * n);
    },
    (de, [x]) => expm_tangent(x, de),
  ],
  transpose: (ct, { args: [x] }) => expm_tangent(matrix_transpose(x), ct),
  pattern: (sets, [, e], node) => everyMatrix(sets, e, node),
});

export const matrix_power: Op = composite({
  name: "matrix_power",
  summary: "the n-th power of a square matrix, that of its inverse for negative n",
  formula: "the sum over k of matrix_power(x, k) dx matrix_power(x, n - 1 - k)",
  attributes: { n: required("integer", "the exponent") },
  costText: "2 n^3 per product",
  doubt: singular("x is singular, or overflow is near"),
  infer: ([x], attrs) => {
    expectSquare(x);
    return { shape: x.shape, dtype: "float64", attrs };
  },
  compose: ([x], { attrs, shape }) => {
    let left = Math.abs(attrs.n);
    if (left === 0) return broadcastNode(identityFor(x), shape);
    let square = attrs.n < 0 ? inv(x) : castNode(x, "float64");
    let power: Node | undefined;
    for (;;) {
      if (left % 2 === 1) power = power ? matmul(power, square) : square;
      left = Math.floor(left / 2);
      if (left === 0) return power!;
      square = matmul(square, square);
    }
  },
});

function blocks(a: Node, b: Node, d: Node): Node {
  const axis = leadOf(a).length;
  const above = concat(a, b, { axis: axis + 1 });
  const below = concat(zeroLike(a), d, { axis: axis + 1 });
  return concat(above, below, { axis });
}
