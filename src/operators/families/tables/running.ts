import { optional, required } from "../../../graph/attribute.ts";
import { coerceFloat } from "../../cast.ts";
import { runningPlaces } from "../../kernels/order.ts";
import { emptyLike, forEachLine } from "../../kernels/reduce.ts";
import { composite, elements, normalizeAxis, type Op, primitive } from "../../kinds.ts";
import { scale } from "../../linear.ts";
import { logaddexp as logaddexpOf } from "../../scalar/index.ts";
import { equal } from "../choice.ts";
import { recurrence } from "../cumulative.ts";
import { exp } from "../exponential.ts";
import { difference } from "../special.ts";
import { shiftAxis, sliceAxis } from "../structure.ts";
import { alongLast, fromLast, toLast } from "./along.ts";

const attributes = { axis: optional("integer", "the axis", -1) };

type AxisAttrs = { readonly axis: number };

function running(name: "cumulative_max" | "cumulative_min", what: string): Op {
  return composite<typeof attributes, AxisAttrs>({
    name,
    summary: `the ${what} of the elements up to each along an axis; NaN from a NaN on`,
    formula: "the tangent of the extreme element, the first of equals",
    kink: {
      told: "that of the first of equal elements",
      at: ([x], out, { axis }) => {
        const n = x!.shape[axis as number]!;
        const part = (v: typeof out, first: number, end: number) => sliceAxis(v, axis as number, first, end);
        return n < 2 ? undefined : equal(part(x!, 1, n), part(out, 0, n - 1));
      },
    },
    attributes,
    costText: "2 per element",
    infer: ([x], attrs) => {
      const axis = normalizeAxis(attrs.axis, x.shape.length);
      return { shape: x.shape, dtype: x.dtype, attrs: { axis } };
    },
    compose: ([x], { attrs: { axis } }) => {
      const last = toLast(x, axis);
      return fromLast(alongLast(last, running_places(last, { largest: name === "cumulative_max" })), axis);
    },
  });
}

export const cumulative_max: Op = running("cumulative_max", "largest");
export const cumulative_min: Op = running("cumulative_min", "smallest");

/** The place of the extreme element so far along the last axis. */
export const running_places: Op = primitive({
  name: "running_places",
  summary: "where the extreme element so far is along the last axis",
  formula: "0",
  attributes: { largest: required("boolean", "maximum or minimum") },
  costText: "1 per element",
  infer: ([x], attrs) => ({ shape: x.shape, dtype: "int32", attrs }),
  cost: elements,
  form: { kind: "opaque" },
  rowMajor: true,
  hidesNaN: [0],
  evaluate: ([x], node, budget) => runningPlaces(x, node.attrs.largest, budget),
  batch: (node, [x]) => running_places(x, node.attrs),
  zero: "all",
});

export const cumulative_logsumexp: Op = primitive<typeof attributes, AxisAttrs>({
  name: "cumulative_logsumexp",
  summary: "log(sum(exp(x))) of the elements up to each along an axis, without overflow",
  formula: "the sums of exp(x - cumulative_logsumexp(x)) dx up to each",
  attributes,
  costText: "40 per element",
  infer: ([x], attrs) => {
    const axis = normalizeAxis(attrs.axis, x.shape.length);
    return { shape: x.shape, dtype: "float64", attrs: { axis } };
  },
  coerce: coerceFloat,
  cost: (node) => 40 * elements(node),
  form: { kind: "opaque" },
  evaluate: ([x], node, budget) => {
    const { array, data } = emptyLike(node);
    forEachLine([x, array], node.attrs.axis, budget, ([i, o], [xs, os], length) => {
      let total = Number.NEGATIVE_INFINITY;
      for (let n = 0, p = i!, q = o!; n < length; n++, p += xs!, q += os!) {
        total = logaddexpOf(total, x.data[p]!);
        data[q] = total;
      }
    });
    return array;
  },
  batch: (node, [x]) => cumulative_logsumexp(x, { axis: node.attrs.axis + 1 }),
  jvp: [
    (dx, [x], out) => {
      const { axis } = out.attrs;
      const before = shiftAxis(out, axis, Number.NEGATIVE_INFINITY);
      return recurrence(exp(difference(before, out)), scale(dx, exp(difference(x, out))), { axis });
    },
  ],
});
