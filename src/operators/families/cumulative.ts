import { optional, required } from "../../graph/attribute.ts";
import { OperandFault } from "../../graph/fault.ts";
import type { NdArray } from "../../graph/ndarray.ts";
import type { Node } from "../../graph/operator.ts";
import { coerceFloat } from "../cast.ts";
import { emptyLike, forEachLine } from "../kernels/reduce.ts";
import { type Declaration, elements, expectArity, normalizeAxis, type Op, primitive } from "../kinds.ts";
import { scale } from "../linear.ts";
import { everything, runningElements } from "../patterns.ts";
import { liftAll } from "../views.ts";
import { flipAxis, shiftAxis } from "./structure.ts";

function cumulative(declaration: Declaration, initial: number, fold: (a: number, x: number) => number): Op {
  return primitive({
    attributes: { axis: optional("integer", "the axis; absent only when x has one") },
    costText: "1 per element",
    infer: (args, attrs) => {
      expectArity(args, 1);
      const { shape } = args[0]!;
      if (attrs.axis === undefined && shape.length !== 1) {
        throw new OperandFault(`needs the attribute "axis", because it has ${shape.length} axes`, 0);
      }
      return { shape, dtype: "float64", attrs: { axis: normalizeAxis((attrs.axis as number) ?? 0, shape.length) } };
    },
    coerce: coerceFloat,
    cost: elements,
    evaluate: ([x], node, budget) => {
      const { array, data } = emptyLike(node);
      forEachLine([x!, array], axisOf(node), budget, ([i, o], [xs, os], length) => {
        let accumulated = initial;
        for (let n = 0, p = i!, q = o!; n < length; n++, p += xs!, q += os!) {
          accumulated = fold(accumulated, x!.data[p]!);
          data[q] = accumulated;
        }
      });
      return array;
    },
    batch: (node, args) => args[0]!.builder.build(node.op, args, { axis: axisOf(node) + 1 }),
    ...declaration,
  });
}

export const cumulative_sum = cumulative(
  {
    name: "cumulative_sum",
    summary: "the sums of the elements up to each",
    formula: "cumulative_sum(dx)",
    linear: [0],
    transpose: (ct, node) => flipAxis(cumulative_sum(flipAxis(ct, axisOf(node)), { axis: axisOf(node) }), axisOf(node)),
    pattern: (sets, [x], node) => runningElements(sets, x!.sets!, axisOf(node)),
  },
  0,
  (a, x) => a + x,
);

export const cumulative_prod = cumulative(
  {
    name: "cumulative_prod",
    summary: "the products of the elements up to each",
    formula: "the recurrence dy[k] = x[k] dy[k-1] + y[k-1] dx[k], exact through zeros",
    jvp: [(dx, [x], out) => recurrence(x!, scale(dx, shiftAxis(out, axisOf(out), 1)), { axis: axisOf(out) })],
  },
  1,
  (a, x) => a * x,
);

/** y[k] = a[k] y[k−1] + b[k] along an axis, y[−1] = 0; a product with a zero is 0. */
const recurrence = primitive({
  name: "recurrence",
  operands: ["a", "b"],
  summary: "a linear recurrence along an axis",
  formula: "recurrence(a, da y[k-1] + db)",
  attributes: { axis: required("integer", "the axis") },
  costText: "2 per element",
  hidesNaN: [0, 1],
  infer: ([a], attrs) => ({ shape: a!.shape, dtype: "float64", attrs }),
  cost: (node) => 2 * elements(node),
  evaluate: ([a, b], node, budget) => {
    const { array, data } = emptyLike(node);
    forEachLine([a as NdArray, b as NdArray, array], axisOf(node), budget, ([i, j, o], [as, bs, os], length) => {
      let y = 0;
      for (let n = 0; n < length; n++) {
        const factor = a!.data[i! + n * as!]!;
        y = (factor === 0 || y === 0 ? 0 : factor * y) + b!.data[j! + n * bs!]!;
        data[o! + n * os!] = y;
      }
    });
    return array;
  },
  batch: (node, args, batched, size) => recurrence(...liftAll(args, batched, size), { axis: axisOf(node) + 1 }),
  jvp: [
    (da, [a], out) => recurrence(a!, scale(da, shiftAxis(out, axisOf(out), 0)), out.attrs),
    (db, [a], out) => recurrence(a!, db, out.attrs),
  ],
  // Backward: r[k] = ct[k] + a[k+1] r[k+1].
  transpose: (ct, node) => {
    const axis = axisOf(node);
    const next = shiftAxis(flipAxis(node.args[0]!, axis), axis, 0);
    return flipAxis(recurrence(next, flipAxis(ct, axis), { axis }), axis);
  },
  pattern: (sets, args, node) => {
    const [a, b] = args;
    if (a!.sets) return everything(sets, args, node);
    return runningElements(sets, b!.sets!, axisOf(node), a!.value);
  },
});

function axisOf(node: Node): number {
  return node.attrs.axis as number;
}
