import { optional, required } from "../../graph/attribute.ts";
import type { Budget } from "../../graph/budget.ts";
import { OperandFault } from "../../graph/fault.ts";
import type { NdArray } from "../../graph/ndarray.ts";
import type { Own } from "../../graph/operator.ts";
import { castNode, coerceFloat } from "../cast.ts";
import { emptyLike, forEachLine } from "../kernels/reduce.ts";
import { type Described, elements, normalizeAxis, type Op, primitive, type Ruled, type X } from "../kinds.ts";
import { scale } from "../linear.ts";
import { everything, runningElements } from "../patterns.ts";
import { integerFolds } from "../reduction.ts";
import { liftAll } from "../views.ts";
import { flipAxis, shiftAxis } from "./structure.ts";

const attributes = { axis: optional("integer", "the axis; absent only when x has one") };

type AxisAttrs = { readonly axis: number };

function cumulative(
  declaration: Omit<Described<never, X>, "costText"> & Ruled<AxisAttrs, X>,
  initial: number,
  fold: (a: number, x: number) => number,
): Op {
  return primitive<typeof attributes, AxisAttrs>({
    ...declaration,
    attributes,
    costText: "1 per element",
    infer: (args, attrs) => {
      const { shape } = args[0];
      if (attrs.axis === undefined && shape.length !== 1) {
        throw new OperandFault(`needs the attribute "axis", because it has ${shape.length} axes`, 0);
      }
      return { shape, dtype: "float64", attrs: { axis: normalizeAxis(attrs.axis ?? 0, shape.length) } };
    },
    coerce: coerceFloat,
    cost: elements,
    form: { kind: "opaque" },
    evaluate: ([x], node, budget) => runningFold(x, node, initial, fold, budget),
    batch: (node, args) => args[0].builder.build(node.op, args, { axis: node.attrs.axis + 1 }),
  });
}

/** Folds the elements along an axis, and keeps what there is after each. */
function runningFold(
  x: NdArray,
  node: Own<AxisAttrs>,
  initial: number,
  fold: (a: number, x: number) => number,
  budget: Budget,
): NdArray {
  const { array, data } = emptyLike(node);
  forEachLine([x, array], node.attrs.axis, budget, ([i, o], [xs, os], length) => {
    let accumulated = initial;
    for (let n = 0, p = i!, q = o!; n < length; n++, p += xs!, q += os!) {
      accumulated = fold(accumulated, x.data[p]!);
      data[q] = accumulated;
    }
  });
  return array;
}

export const cumulative_sum: Op = cumulative(
  {
    name: "cumulative_sum",
    integers: { compose: ([x], { attrs, dtype }) => integer_sums(castNode(x!, dtype), attrs) },
    summary: "the sums of the elements up to each",
    formula: "cumulative_sum(dx)",
    linear: [0],
    transpose: (ct, node) =>
      flipAxis(cumulative_sum(flipAxis(ct, node.attrs.axis), { axis: node.attrs.axis }), node.attrs.axis),
    pattern: (sets, [x], node) => runningElements(sets, x.sets!, node.attrs.axis),
  },
  0,
  (a, x) => a + x,
);

/** Running sums of integers, as {@link integer_fold}. */
export const integer_sums: Op = primitive({
  name: "integer_sums",
  summary: "the sums of integers up to each",
  formula: "0",
  attributes: { axis: required("integer", "the axis") },
  costText: "1 per element",
  infer: ([x], attrs) => ({ shape: x.shape, dtype: x.dtype, attrs }),
  cost: elements,
  form: { kind: "opaque" },
  evaluate: ([x], node, budget) => runningFold(x, node, 0, integerFolds[node.dtype === "int32" ? 32 : 64].add, budget),
  batch: (node, [x]) => integer_sums(x, { axis: node.attrs.axis + 1 }),
  zero: "all",
});

export const cumulative_prod: Op = cumulative(
  {
    name: "cumulative_prod",
    summary: "the products of the elements up to each",
    formula: "the recurrence dy[k] = x[k] dy[k-1] + y[k-1] dx[k], exact through zeros",
    jvp: [(dx, [x], out) => recurrence(x, scale(dx, shiftAxis(out, out.attrs.axis, 1)), { axis: out.attrs.axis })],
  },
  1,
  (a, x) => a * x,
);

/** y[k] = a[k] y[k−1] + b[k] along an axis, y[−1] = 0; a product with a zero is 0. */
/** y[k] = a[k] y[k-1] + b[k] along an axis. */
export const recurrence: Op = primitive({
  name: "recurrence",
  operands: ["a", "b"],
  summary: "a linear recurrence along an axis",
  formula: "recurrence(a, da y[k-1] + db)",
  attributes: { axis: required("integer", "the axis") },
  costText: "2 per element",
  hidesNaN: [0, 1],
  infer: ([a], attrs) => ({ shape: a.shape, dtype: "float64", attrs }),
  cost: (node) => 2 * elements(node),
  form: { kind: "opaque" },
  evaluate: ([a, b], node, budget) => {
    const { array, data } = emptyLike(node);
    forEachLine([a, b, array], node.attrs.axis, budget, ([i, j, o], [as, bs, os], length) => {
      let y = 0;
      for (let n = 0; n < length; n++) {
        const factor = a.data[i! + n * as!]!;
        y = (factor === 0 || y === 0 ? 0 : factor * y) + b.data[j! + n * bs!]!;
        data[o! + n * os!] = y;
      }
    });
    return array;
  },
  batch: (node, args, batched, size) => recurrence(...liftAll(args, batched, size), { axis: node.attrs.axis + 1 }),
  jvp: [
    (da, [a], out) => recurrence(a, scale(da, shiftAxis(out, out.attrs.axis, 0)), out.attrs),
    (db, [a], out) => recurrence(a, db, out.attrs),
  ],
  // Backward: r[k] = ct[k] + a[k+1] r[k+1].
  transpose: (ct, node) => {
    const axis = node.attrs.axis;
    const next = shiftAxis(flipAxis(node.args[0], axis), axis, 0);
    return flipAxis(recurrence(next, flipAxis(ct, axis), { axis }), axis);
  },
  pattern: (sets, args, node) => {
    const [a, b] = args;
    if (a.sets) return everything(sets, args, node);
    return runningElements(sets, b.sets!, node.attrs.axis, a.value);
  },
});
