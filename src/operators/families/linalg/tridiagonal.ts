import { required } from "../../../graph/attribute.ts";
import type { Node } from "../../../graph/operator.ts";
import { coerceFloat } from "../../cast.ts";
import { forEachMatrix } from "../../kernels/linalg/matrices.ts";
import { solveThreeDiagonals } from "../../kernels/linalg/three-diagonals.ts";
import { elements, type Op, primitive } from "../../kinds.ts";
import { negative, scale } from "../../linear.ts";
import { everything } from "../../patterns.ts";
import { liftAll } from "../../views.ts";
import { flipAxis, shiftAxis } from "../structure.ts";
import { everyAlongLast, lastAxis } from "./matrices.ts";

/**
 * Linear systems of three diagonals along the last axis, with exchanges of rows: row k is below[k] x[k−1] + main[k] x[k] +
 * above[k] x[k+1]. In derivatives a right side of zero has the solution zero.
 */
export const solve_tridiagonal: Op = primitive({
  name: "solve_tridiagonal",
  operands: ["below", "main", "above", "b"],
  summary: "the solutions of systems of three diagonals",
  formula: "solve_tridiagonal(below, main, above, db - dbelow x[k-1] - dmain x - dabove x[k+1])",
  attributes: { absorb: required("boolean", "whether zero absorbs") },
  costText: "10 per element",
  infer: ([, , , b], attrs) => ({ shape: b.shape, dtype: "float64", attrs }),
  coerce: coerceFloat,
  cost: (node) => 10 * elements(node),
  form: { kind: "opaque" },
  rowMajor: true,
  hidesNaN: [0, 1, 2],
  evaluate: (args, { shape, attrs }, budget) =>
    forEachMatrix(args, [1, 1, 1, 1], shape, 1, ([below, main, above, b], out) => {
      budget.spend(10 * b!.length);
      solveThreeDiagonals(below!, main!, above!, b!, attrs.absorb, out);
    }),
  batch: (node, args, batched, size) => solve_tridiagonal(...liftAll(args, batched, size), node.attrs),
  jvp: [
    (d, [below, main, above], out) => moved(below, main, above, scale(d, shiftAxis(out, lastAxis(out), 0))),
    (d, [below, main, above], out) => moved(below, main, above, scale(d, out)),
    (d, [below, main, above], out) => moved(below, main, above, scale(d, shiftedBack(out))),
    (db, [below, main, above]) => solve_tridiagonal(below, main, above, db, { absorb: true }),
  ],
  // The transposed matrix has the diagonals exchanged, each by one row further.
  transpose: (ct, { args: [below, main, above] }) =>
    solve_tridiagonal(shiftAxis(above, lastAxis(above), 0), main, shiftedBack(below), ct, { absorb: true }),
  pattern: (sets, args, node) => {
    const [below, main, above, b] = args;
    if (below.sets || main.sets || above.sets) return everything(sets, args, node);
    return everyAlongLast(sets, b, node);
  },
});

function moved(below: Node, main: Node, above: Node, by: Node): Node {
  return negative(solve_tridiagonal(below, main, above, by, { absorb: true }));
}

/** What is one place further along the last axis, 0 at its end. */
function shiftedBack(x: Node): Node {
  const axis = lastAxis(x);
  return flipAxis(shiftAxis(flipAxis(x, axis), axis, 0), axis);
}
