import { optional, required } from "../../graph/attribute.ts";
import { OperandFault } from "../../graph/fault.ts";
import { reshapeView } from "../../graph/ndarray.ts";
import type { Inferred } from "../../graph/operator.ts";
import { elementCount, range } from "../../graph/shape.ts";
import { emptyLike, forEachLine } from "../kernels/reduce.ts";
import { composite, elements, normalizeAxis, type Op, primitive } from "../kinds.ts";
import { reducedShape, reductionAttributes } from "../reduction.ts";
import { reshape } from "../views.ts";

// Where extreme elements are.

function argExtremum(name: "argmax" | "argmin", what: string): Op {
  return composite({
    name,
    summary: `the index of the ${what} element, the first of equals; of the first NaN if there is one`,
    formula: "0",
    attributes: {
      axis: optional("integer", "the axis; absent: x is flattened"),
      keepdims: reductionAttributes.keepdims,
    },
    costText: "1 per element of x",
    infer: ([{ shape }], given): Inferred<{ readonly axis?: number; readonly keepdims: boolean }> => {
      const axis = given.axis === undefined ? undefined : normalizeAxis(given.axis, shape.length);
      const axes = axis === undefined ? range(shape.length) : [axis];
      if (elementCount(axes.map((i) => shape[i]!)) === 0) throw new OperandFault("there is no element to find", 0);
      const canonical = axis === undefined ? { keepdims: given.keepdims } : { axis, keepdims: given.keepdims };
      return { shape: reducedShape(shape, axes, given.keepdims), dtype: "int32", attrs: canonical };
    },
    compose: ([x], { attrs, shape }) => {
      const flat = attrs.axis === undefined ? reshape(x, { shape: [-1] }) : x;
      return reshape(argAlong(flat, { axis: attrs.axis ?? 0, largest: name === "argmax" }), { shape });
    },
  });
}

export const argmax: Op = argExtremum("argmax", "largest");
export const argmin: Op = argExtremum("argmin", "smallest");

const argAlong: Op = primitive({
  name: "arg_along",
  summary: "the index of the extreme element along one axis",
  formula: "0",
  attributes: { axis: required("integer", "the axis"), largest: required("boolean", "maximum or minimum") },
  costText: "1 per element of x",
  form: { kind: "opaque" },
  hidesNaN: [0],
  infer: ([x], attrs) => ({ shape: x.shape.filter((_, i) => i !== attrs.axis), dtype: "int32", attrs }),
  cost: (node) => elements(node.args[0]),
  evaluate: ([x], node, budget) => {
    const { axis, largest } = node.attrs;
    const { array, data } = emptyLike({ ...node, shape: x.shape.with(axis, 1) });
    // Walks x and the result together, the result not moving along the axis.
    const target = { ...array, shape: x.shape, strides: array.strides.with(axis, 0) };
    forEachLine([x, target], axis, budget, ([start, to], [stride], length) => {
      let best = 0;
      for (let n = 1, i = start! + stride!; n < length; n++, i += stride!) {
        const a = x.data[i]!;
        const b = x.data[start! + best * stride!]!;
        if (Number.isNaN(b)) break;
        if (Number.isNaN(a) || (largest ? a > b : a < b)) best = n;
      }
      data[to!] = best;
    });
    return reshapeView(array, node.shape);
  },
  batch: (node, args) => argAlong(args[0], { ...node.attrs, axis: node.attrs.axis + 1 }),
  zero: "all",
});
