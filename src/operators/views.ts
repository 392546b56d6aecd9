import { required } from "../graph/attribute.ts";
import { OperandFault } from "../graph/fault.ts";
import { isView } from "../graph/form.ts";
import { broadcastView, copied, permuteView, reshapeView } from "../graph/ndarray.ts";
import type { Node, Own } from "../graph/operator.ts";
import { broadcastShapes, elementCount, range, type Shape, sameShape, showShape } from "../graph/shape.ts";
import type { X } from "./kinds.ts";
import { normalizeAxes, type Op, primitive } from "./kinds.ts";
import { movedElements, summedElements } from "./patterns.ts";
import { foldedIntegers, type ReductionAttrs, reduction } from "./reduction.ts";

// Operators that show the same elements in another way, and `sum`, into which broadcasting turns when it is transposed.

export const reshape: Op = primitive({
  name: "reshape",
  summary: "the elements of x, in row-major order, in another shape",
  formula: "reshape(dx)",
  attributes: { shape: required("integers", "the new shape; one length may be -1 and is worked out") },
  costText: "0",
  infer: (args, attrs) => {
    const shape = resolveShape(args[0].shape, attrs.shape);
    return { shape, dtype: args[0].dtype, attrs: { shape } };
  },
  cost: () => 0,
  form: { kind: "view", layout: "rowMajor" },
  // A copy of a strided view even where its elements lie in order, because others take the storage for its own.
  evaluate: ([x], node) => reshapeView(isView(node.args[0].op, "strided") ? copied(x) : x, node.shape),
  batch: (node, args, _, size) => reshape(args[0], { shape: [size, ...node.shape] }),
  linear: [0],
  transpose: (ct, node) => reshape(ct, { shape: node.args[0].shape }),
  pattern: movedElements,
});

export const broadcast_to: Op = primitive({
  name: "broadcast_to",
  summary: "x repeated along new or length-1 axes",
  formula: "broadcast_to(dx)",
  attributes: { shape: required("lengths", "the new shape") },
  costText: "0",
  infer: (args, attrs) => {
    const shape = attrs.shape;
    const joint = broadcastShapes(args[0].shape, shape);
    if (!joint || !sameShape(joint, shape)) {
      throw new OperandFault(`shape ${showShape(args[0].shape)} does not broadcast to ${showShape(shape)}`, 0);
    }
    return { shape, dtype: args[0].dtype, attrs };
  },
  cost: () => 0,
  form: { kind: "view", layout: "strided" },
  evaluate: ([x], node) => broadcastView(x, node.shape),
  batch: (node, [x], _, size) => {
    const ones = node.shape.slice(node.args[0].shape.length).map(() => 1);
    return broadcast_to(reshape(x, { shape: [size, ...ones, ...node.args[0].shape] }), {
      shape: [size, ...node.shape],
    });
  },
  linear: [0],
  transpose: (ct, node) => {
    const { shape } = node.args[0];
    const lead = ct.shape.length - shape.length;
    const axis = range(ct.shape.length).filter((i) => i < lead || shape[i - lead] !== ct.shape[i]);
    return reshape(sum(ct, { axis }), { shape });
  },
  pattern: movedElements,
});

export const permute_dims: Op = primitive({
  name: "permute_dims",
  summary: "x with its axes in another order",
  formula: "permute_dims(dx)",
  attributes: { axes: required("integers", "for each axis of the result, the axis of x that it is") },
  costText: "0",
  infer: (args, attrs) => {
    const { shape, dtype } = args[0];
    const axes = normalizeAxes(attrs.axes, shape.length);
    if (axes.length !== shape.length) throw new OperandFault(`axes must name each of the ${shape.length} axes once`);
    return { shape: axes.map((axis) => shape[axis]!), dtype, attrs: { axes } };
  },
  cost: () => 0,
  form: { kind: "view", layout: "strided" },
  evaluate: ([x], node) => permuteView(x, node.attrs.axes),
  batch: (node, args) => permute_dims(args[0], { axes: [0, ...node.attrs.axes.map((axis) => axis + 1)] }),
  linear: [0],
  transpose: (ct, node) => {
    const axes = node.attrs.axes;
    return permute_dims(ct, { axes: range(axes.length).map((axis) => axes.indexOf(axis)) });
  },
  pattern: movedElements,
});

export const sum: Op = reduction({
  name: "sum",
  summary: "the sum of elements; 0 of none",
  formula: "sum(dx)",
  initial: 0,
  fold: (a, x) => a + x,
  by: "add",
  integers: foldedIntegers("add"),
  linear: [0],
  transpose: (ct, node) => spread(ct, node),
  pattern: (sets, [x], node) => summedElements(sets, x.sets!, node.attrs.axis, node.shape),
});

/** `x` broadcast to `shape`, itself where it has it. */
export function broadcastNode(x: Node, shape: Shape): Node {
  return sameShape(x.shape, shape) ? x : broadcast_to(x, { shape });
}

/** `x` repeated along a new leading axis, as a view. */
export function lift(x: Node, size: number): Node {
  return broadcast_to(x, { shape: [size, ...x.shape] });
}

/** All operands with the leading axis: those that lack it are repeated along it. */
export function liftAll(args: readonly Node[], batched: readonly boolean[], size: number): Node[] {
  return args.map((x, i) => (batched[i] ? x : lift(x, size)));
}

/** A zero tensor of a node's shape, as a view of one number. */
export function zeroLike(x: Node): Node {
  return broadcastNode(x.builder.constant(0), x.shape);
}

/** A reduction's result repeated along the axes it reduced, in the shape of its operand. */
export function spread(value: Node, { args, attrs }: Own<ReductionAttrs, X>): Node {
  const { shape } = args[0];
  const kept = shape.map((n, i) => (attrs.axis.includes(i) ? 1 : n));
  return broadcast_to(reshape(value, { shape: kept }), { shape });
}

function resolveShape(from: Shape, to: readonly number[]): Shape {
  const count = elementCount(from);
  const open = to.indexOf(-1);
  if (to.some((n, i) => n < 0 && i !== open)) {
    throw new OperandFault(`attribute "shape" ${showShape(to)} may hold one -1 and no other negative length`);
  }
  const known = elementCount(to.filter((n) => n !== -1));
  const shape = open < 0 ? to : to.with(open, known === 0 ? (count === 0 ? 0 : Number.NaN) : count / known);
  if (elementCount(shape) !== count || shape.some((n) => !Number.isInteger(n))) {
    throw new OperandFault(`shape ${showShape(from)} cannot become ${showShape(to)}`, 0);
  }
  return shape;
}
