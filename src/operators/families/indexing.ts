import { optional, required } from "../../graph/attribute.ts";
import { isInteger } from "../../graph/dtype.ts";
import { OperandFault } from "../../graph/fault.ts";
import { isView } from "../../graph/form.ts";
import { constantValue, type Node } from "../../graph/operator.ts";
import { type Shape, sameShape, showShape } from "../../graph/shape.ts";
import { castNode } from "../cast.ts";
import { gatherArray, gatherLayout, gatherPlaces, scatterAdd } from "../kernels/gather.ts";
import { commonDType, composite, elements, normalizeAxis, type Op, primitive } from "../kinds.ts";
import { addedElements, anyAlong, anyPut, everyElement, movedElements } from "../patterns.ts";
import { liftAll, permute_dims, reshape, zeroLike } from "../views.ts";
import { greater_equal, less, logical_or } from "./choice.ts";
import { sliceAxis } from "./structure.ts";

const axis = optional("integer", "the axis that is indexed; absent only when x has one axis");

export const take: Op = composite({
  name: "take",
  operands: ["x", "i"],
  summary: "the elements of x at indices i along an axis; an index that was computed and is outside gives NaN",
  formula: "take(dx, i)",
  kink: {
    told: "no derivative at an index outside",
    at: ([x, i], _, attrs) => {
      const length = x!.shape[attrs.axis as number]!;
      return constantValue(i!) ? undefined : logical_or(less(i!, -length), greater_equal(i!, length));
    },
  },
  attributes: { axis },
  costText: "1 per element",
  infer: (args, attrs) => {
    const [x, i] = args;
    const at = indexedAxis(x, attrs.axis);
    expectIndices(i, 1);
    const outside = constantValue(i)?.data.find((n) => n < -x.shape[at]! || n >= x.shape[at]!);
    if (outside !== undefined) {
      throw new OperandFault(`index ${outside} is out of range for length ${x.shape[at]}`, 1);
    }
    return { shape: takenShape(x.shape, i.shape, at), dtype: x.dtype, attrs: { axis: at } };
  },
  compose: ([x, i], { attrs, dtype, shape }) =>
    takenInSteps(x, i, attrs.axis, shape) ??
    gather(x, i, { axis: attrs.axis, batch: 0, missing: dtype === "float64" ? Number.NaN : 0 }),
});

/** Elements at constant indices that rise, or fall, in equal steps: a view, which costs nothing. */
function takenInSteps(x: Node, i: Node, axis: number, shape: Shape): Node | undefined {
  const indices = constantValue(i);
  if (!indices || indices.data.length === 0 || i.shape.length > 1) return undefined;
  const places = Array.from(indices.data, (index) => (index < 0 ? index + x.shape[axis]! : index));
  const [first, second = first! + 1] = places;
  const step = second - first!;
  if (step === 0 || places.some((place, k) => place !== first! + k * step)) return undefined;
  const end = places.at(-1)! + Math.sign(step);
  return reshape(sliceAxis(x, axis, first!, end < 0 ? null : end, step), { shape });
}

export const put_add: Op = composite({
  name: "put_add",
  operands: ["t", "i", "v"],
  summary: "t with v added at indices i along an axis; repeats add up, indices outside are dropped",
  formula: "put_add(dt, i, dv)",
  attributes: { axis },
  costText: "1 per element of v, and of t where that is a view",
  infer: (args, attrs) => {
    const [t, i, v] = args;
    const at = indexedAxis(t, attrs.axis);
    expectIndices(i, 1);
    const taken = takenShape(t.shape, i.shape, at);
    if (!sameShape(v.shape, taken)) {
      throw new OperandFault(`shape ${showShape(v.shape)} is not ${showShape(taken)}, that of take(t, i)`, 2);
    }
    return { shape: t.shape, dtype: commonDType([t, v]), attrs: { axis: at } };
  },
  compose: ([t, i, v], { attrs, dtype }) => {
    // Integers are added up as numbers, of which the conversion takes two's complement.
    const within = isInteger(dtype) ? "float64" : dtype;
    const sums = scatter_add(castNode(t, within), i, castNode(v, within), { axis: attrs.axis, batch: 0 });
    return castNode(sums, dtype);
  },
});

const gatherAttributes = {
  axis: required("integer", "the axis that is indexed"),
  batch: required("integer", "how many leading axes x and i share"),
};

/** `take`, over points too, with a value for indices outside. */
export const gather: Op = primitive({
  name: "gather",
  operands: ["x", "i"],
  summary: "the elements of x at indices i along an axis",
  formula: "gather(dx, i; missing=0)",
  attributes: { ...gatherAttributes, missing: required("number", "the value at an index outside") },
  costText: "1 per element",
  infer: ([x, i], attrs) => {
    const { axis, batch } = attrs;
    const shape = [...x.shape.slice(0, axis), ...i.shape.slice(batch), ...x.shape.slice(axis + 1)];
    return { shape, dtype: x.dtype, attrs };
  },
  cost: elements,
  form: { kind: "opaque", indexing: (attrs) => attrs },
  rowMajor: true,
  hidesNaN: [1],
  evaluate: ([x, i], { shape, attrs }, budget) => {
    const { axis, batch, missing } = attrs;
    return gatherArray(x, i, gatherLayout(x.shape, i.shape, axis, batch), shape, missing, budget);
  },
  batch: (node, args, batched, size) => {
    const { axis, batch, missing } = node.attrs;
    const [x, i] = args;
    if (batch > 0 || (batched[0] && batched[1])) {
      return gather(...liftAll(args, batched, size), { axis: axis + 1, batch: batch + 1, missing });
    }
    if (batched[0]) return gather(x, i, { axis: axis + 1, batch, missing });
    // Taking from one operand for all points at once puts their axis in the middle.
    const taken = gather(x, i, { axis, batch, missing });
    const others = taken.shape.map((_, k) => k).filter((k) => k !== axis);
    return permute_dims(taken, { axes: [axis, ...others] });
  },
  zero: [1],
  jvp: [(dx, [, i], out) => gather(dx, i, { ...out.attrs, missing: 0 })],
  accumulate: (accumulated, ct, node) => {
    const { axis, batch } = node.attrs;
    return scatter_add(accumulated ?? zeroLike(node.args[0]), node.args[1], ct, { axis, batch });
  },
  pattern: (sets, args, node) => {
    const [x, i] = args;
    if (i.value) return movedElements(sets, args, node);
    const { axis, batch } = node.attrs;
    return anyAlong(sets, x.sets!, axis, node.args[1].shape.length - batch, node.shape);
  },
});

/** `put_add`, over points too. */
export const scatter_add: Op = primitive({
  name: "scatter_add",
  operands: ["t", "i", "v"],
  summary: "t with v added at indices i along an axis",
  formula: "scatter_add(dt, i, dv)",
  attributes: gatherAttributes,
  costText: "1 per element of v, and of t where that is a view",
  infer: ([t], attrs) => ({ shape: t.shape, dtype: t.dtype, attrs }),
  cost: (node) => elements(node.args[2]) + (isView(node.args[0].op) ? elements(node) : 0),
  form: { kind: "opaque", adding: (attrs) => attrs },
  inPlace: true,
  rowMajor: true,
  hidesNaN: [1],
  evaluate: ([t, i, v], { attrs }, budget) => {
    const { axis, batch } = attrs;
    return scatterAdd(t, i, v, gatherLayout(t.shape, i.shape, axis, batch), budget);
  },
  batch: (node, args, batched, size) => {
    const { axis, batch } = node.attrs;
    const shared = batch === 0 && !batched[1];
    const lifted = liftAll(args, shared ? [batched[0]!, true, batched[2]!] : batched, size);
    return scatter_add(...lifted, { axis: axis + 1, batch: shared ? 0 : batch + 1 });
  },
  zero: [1],
  linear: [0, 2],
  transpose: (ct, node, operand) => (operand === 0 ? ct : gather(ct, node.args[1], { ...node.attrs, missing: 0 })),
  pattern: (sets, [t, i, v], node) => {
    const { axis, batch } = node.attrs;
    if (!i.value) {
      const added = v.sets && anyPut(sets, v.sets, axis, node.args[1].shape.length - batch, node.shape);
      return everyElement(sets, [t, { sets: added, value: undefined, isOwned: false }], node);
    }
    const places = gatherPlaces(gatherLayout(node.shape, i.value.shape, axis, batch), i.value, sets.budget);
    return addedElements(sets, t, v.sets, places, node.shape);
  },
});

function indexedAxis(x: Node, axis: number | undefined): number {
  if (axis !== undefined) return normalizeAxis(axis, x.shape.length);
  if (x.shape.length !== 1) {
    throw new OperandFault(`needs the attribute "axis", because it has ${x.shape.length} axes`, 0);
  }
  return 0;
}

function takenShape(x: Shape, i: Shape, axis: number): Shape {
  return [...x.slice(0, axis), ...i, ...x.slice(axis + 1)];
}

/** Throws a fault unless an operand holds integers. */
export function expectIndices(i: Node, operand: number): void {
  const isIntegral =
    isInteger(i.dtype) || i.op.integral?.(i.attrs) || constantValue(i)?.data.every((n) => Number.isSafeInteger(n));
  if (!isIntegral) {
    throw new OperandFault(
      "indices must be int32 or int64, of floor, ceil, round or trunc, or a constant whose values are all integers",
      operand,
    );
  }
}
