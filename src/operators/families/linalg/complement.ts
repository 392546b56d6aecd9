import type { Node } from "../../../graph/operator.ts";
import { coerceFloat } from "../../cast.ts";
import { columnSigns, reflectionSigns } from "../../kernels/linalg/complement.ts";
import { forEachMatrix } from "../../kernels/linalg/matrices.ts";
import { elements, type Op, primitive } from "../../kinds.ts";
import { add, subtract } from "../../linear.ts";
import { broadcastNode } from "../../views.ts";
import { multiply } from "../arithmetic.ts";
import { matrix_transpose } from "../arrangement.ts";
import { matmul } from "../products.ts";
import { sliceAxis } from "../structure.ts";
import { asRow, leadOf } from "./matrices.ts";
import { identityFor, lu_factors, solveBy } from "./systems.ts";

/**
 * The columns that make a square orthogonal matrix of a basis Q with orthonormal columns: the last columns of the product of
 * the reflections that make Q. With signs S these are E + (Q S − 1) (Q S − 1)₁⁻ᵀ (Q S)₂ᵀ, 1 and 2 being the rows above and
 * below, so that derivatives of any order follow.
 */
export function complementOf(q: Node): Node {
  const [rows, columns] = q.shape.slice(-2) as [number, number];
  const [lead, axis] = [leadOf(q), q.shape.length - 1];
  const one = identityFor({ ...q, shape: [...lead, rows, rows] });
  const part = (from: number, to: number) => broadcastNode(sliceAxis(one, axis, from, to), [...lead, rows, to - from]);
  if (columns === 0) return part(0, rows);
  const turned = subtract(multiply(q, asRow(reflection_signs(q))), part(0, columns));
  const above = sliceAxis(turned, axis - 1, 0, columns);
  const below = sliceAxis(turned, axis - 1, columns, rows);
  const mixed = solveBy(above, lu_factors(above), matrix_transpose(below), true);
  return add(part(columns, rows), matmul(turned, mixed));
}

/** The columns of a matrix, of each of which the largest component is positive. */
export function withFixedSigns(x: Node): Node {
  return multiply(x, asRow(column_signs(x)));
}

/** The signs of the columns of a basis that its reflections make of the identity's. */
export const reflection_signs: Op = primitive({
  name: "reflection_signs",
  operands: ["q"],
  summary: "the signs of the columns of a basis that the reflections that make it give",
  formula: "0",
  costText: "1 n^3",
  infer: ([q], attrs) => ({ shape: [...leadOf(q), q.shape.at(-1)!], dtype: "float64", attrs }),
  coerce: coerceFloat,
  cost: (node) => elements(node) * node.shape.at(-1)! ** 2,
  form: { kind: "opaque" },
  rowMajor: true,
  hidesNaN: [0],
  evaluate: ([q], { shape }, budget) =>
    forEachMatrix([q], [2], shape, 1, ([a], out) => reflectionSigns(a!, shape.at(-1)!, out, budget)),
  batch: (_, [q]) => reflection_signs(q),
  zero: "all",
});

/** The signs that make the largest component of each column positive. */
export const column_signs: Op = primitive({
  name: "column_signs",
  summary: "1 or -1, so that the largest component of each column times it is positive",
  formula: "0",
  costText: "1 per element of x",
  infer: ([x], attrs) => ({ shape: [...leadOf(x), x.shape.at(-1)!], dtype: "float64", attrs }),
  coerce: coerceFloat,
  cost: ({ args: [x] }) => elements(x),
  form: { kind: "opaque" },
  rowMajor: true,
  hidesNaN: [0],
  evaluate: ([x], { shape }, budget) => {
    const [rows, columns] = x.shape.slice(-2) as [number, number];
    return forEachMatrix([x], [2], shape, 1, ([a], out) => {
      budget.spend(rows * columns);
      columnSigns(a!, rows, columns, out);
    });
  },
  batch: (_, [x]) => column_signs(x),
  zero: "all",
});
