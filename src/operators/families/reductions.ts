import { type Attrs, optional, required } from "../../graph/attribute.ts";
import { broadcastView, reshapeView } from "../../graph/ndarray.ts";
import type { ElementwiseOperator, Inferred, Node } from "../../graph/operator.ts";
import { elementCount, range } from "../../graph/shape.ts";
import { coerceFloat } from "../cast.ts";
import { known } from "../elementwise.ts";
import { mapElements } from "../kernels/elementwise.ts";
import { reduceAxes } from "../kernels/reduce.ts";
import { composite, elements, type Op, primitive } from "../kinds.ts";
import { add, quotient, scale, subtract } from "../linear.ts";
import {
  foldedIntegers,
  inferReduction,
  type ReductionAttrs,
  reducedCount,
  reduction,
  reductionAttributes,
} from "../reduction.ts";
import { broadcastNode, liftAll, permute_dims, reshape, spread, sum } from "../views.ts";
import { abs, divide, multiply, square } from "./arithmetic.ts";
import { equal, greater, greater_equal, less, logical_and, where } from "./choice.ts";
import { cumulative_prod } from "./cumulative.ts";
import { stop_gradient } from "./differentiation.ts";
import { exp, log, log1p } from "./exponential.ts";
import { difference } from "./special.ts";
import { flipAxis, shiftAxis } from "./structure.ts";

export const prod: Op = reduction({
  name: "prod",
  summary: "the product of elements; 1 of none",
  formula: "sum over elements of dx times the product of the others, exact through zeros",
  initial: 1,
  fold: (a, x) => a * x,
  by: "mul",
  integers: foldedIntegers("multiply"),
  jvp: [
    (dx, [x], out) => {
      const axes = out.attrs.axis;
      const last = x.shape.length - axes.length;
      const before = shiftAxis(cumulative_prod(toLast(x, axes), { axis: -1 }), last, 1);
      const backward = flipAxis(toLast(x, axes), last);
      const after = flipAxis(shiftAxis(cumulative_prod(backward, { axis: -1 }), last, 1), last);
      const tangent = sum(scale(toLast(dx, axes), scale(before, after)), { axis: [last] });
      return reshape(tangent, { shape: out.shape });
    },
  ],
});

function extremum(name: "max" | "min", summary: string, initial: number): Op {
  const op = reduction({
    name,
    summary,
    formula: `sum(where(x == ${name}(x), dx, 0))`,
    kink: {
      told: "1/k to each of k tied elements; NaN when an element is NaN",
      at: ([x], _, { axis }) => hasTies(x!, { axis, keepdims: true }, op),
    },
    initial,
    integers: {},
    fold: Math[name],
    by: name,
    needsElements: true,
    jvp: [(dx, [x], out) => sum(scale(dx, tieShare(x, { axis: out.attrs.axis, largest: name === "max" })), out.attrs)],
  });
  return op;
}

/** Where more than one element along axes is the extreme one. */
export function hasTies(x: Node, kept: Inferred["attrs"], extreme: Op): Node {
  return greater(sum(where(equal(x, extreme(x, kept)), 1, 0), kept), 1);
}

export const max: Op = extremum("max", "the largest element; NaN when one is NaN", Number.NEGATIVE_INFINITY);
export const min: Op = extremum("min", "the smallest element; NaN when one is NaN", Number.POSITIVE_INFINITY);

/** 1/k at each of the k extreme elements along axes, 0 elsewhere; NaN everywhere when one is NaN. */
export const tieShare: Op = primitive({
  name: "tie_share",
  summary: "how the derivative of a maximum is shared",
  formula: "0",
  attributes: { axis: required("integers", "the axes"), largest: required("boolean", "maximum or minimum") },
  costText: "3 per element",
  form: { kind: "opaque" },
  hidesNaN: [0],
  isShare: true,
  infer: ([x], attrs) => ({ shape: x.shape, dtype: "float64", attrs }),
  coerce: coerceFloat,
  cost: (node) => 3 * elements(node),
  evaluate: ([x], node, budget) => {
    const axes = node.attrs.axis;
    const lengths = x.shape.map((n, i) => (axes.includes(i) ? 1 : n));
    const type = { shape: lengths, dtype: "float64" } as const;
    const [initial, fold] = node.attrs.largest
      ? [Number.NEGATIVE_INFINITY, Math.max]
      : [Number.POSITIVE_INFINITY, Math.min];
    const extreme = reduceAxes(x, axes, type, initial, fold, budget);
    const ratio = (a: number, b: number) => (a === b ? 1 : Number.isNaN(b) ? Number.NaN : 0);
    const atExtreme = mapElements(ratio, [x, broadcastView(extreme, x.shape)], node, 1, budget);
    const ties = reduceAxes(atExtreme, axes, type, 0, (a, b) => a + b, budget);
    const share = (at: number, count: number) => (at === 0 ? 0 : at / count);
    return mapElements(share, [atExtreme, broadcastView(ties, x.shape)], node, 1, budget);
  },
  batch: (node, args) => tieShare(args[0], { ...node.attrs, axis: node.attrs.axis.map((axis) => axis + 1) }),
  zero: "all",
});

export const mean: Op = composite<typeof reductionAttributes, ReductionAttrs>({
  name: "mean",
  summary: "the mean of elements; NaN of none",
  formula: "mean(dx)",
  attributes: reductionAttributes,
  costText: "1 per element of x",
  infer: inferReduction(false),
  compose: ([x], { attrs }) => divide(sum(x, attrs), reducedCount(x, attrs)),
});

const spreadAttributes = {
  ...reductionAttributes,
  correction: optional("number", "what is taken from the number of elements before dividing by it", 0),
};

type SpreadAttrs = ReductionAttrs & { readonly correction: number };

export const variance: Op = composite<typeof spreadAttributes, SpreadAttrs>({
  name: "var",
  summary: "the mean squared distance from the mean; NaN when there are no more elements than `correction`",
  formula: "2 * mean((x - mean(x)) * dx)",
  attributes: spreadAttributes,
  costText: "4 per element of x",
  infer: inferReduction(false),
  compose: ([x], { attrs }) =>
    divide(sum(square(centered(x, attrs)), reductionAttrs(attrs)), degreesOfFreedom(x, attrs)),
});

export const std: Op = composite<typeof spreadAttributes, SpreadAttrs>({
  name: "std",
  summary: "the square root of var",
  formula: "mean((x - mean(x)) * dx) / std(x)",
  kink: { told: "0 where std is 0", at: (_, out) => equal(out, 0), isSmoothSquared: () => true },
  attributes: spreadAttributes,
  costText: "4 per element of x",
  infer: inferReduction(false),
  compose: ([x], { attrs }) =>
    divide(euclideanNorm(centered(x, attrs), reductionAttrs(attrs)), Math.sqrt(degreesOfFreedom(x, attrs))),
});

export const logsumexp: Op = composite<typeof reductionAttributes, ReductionAttrs>({
  name: "logsumexp",
  summary: "log(sum(exp(x))) without overflow; -Infinity of none",
  formula: "sum(softmax(x) * dx)",
  kink: {
    told: "1/k to each of k elements that are the same largest infinity",
    at: ([x], _, { axis }) => {
      const kept = { axis, keepdims: true };
      if (elements(x!) === 0) return undefined;
      const isInfinite = equal(abs(max(x!, kept)), Number.POSITIVE_INFINITY);
      return logical_and(isInfinite, hasTies(x!, kept, max));
    },
  },
  attributes: reductionAttributes,
  costText: "30 per element of x",
  infer: inferReduction(false),
  compose: ([x], { attrs, shape }, builder) => {
    if (reducedCount(x, attrs) === 0) {
      return broadcastNode(builder.constant(Number.NEGATIVE_INFINITY), shape);
    }
    const kept = { axis: attrs.axis, keepdims: true };
    const largest = stop_gradient(max(x, kept));
    // Where one element outweighs each other by their number, log(1 + the others) keeps the digits of 1 - p.
    const isLarge = greater_equal(x, subtract(largest, Math.log(reducedCount(x, attrs))));
    const isAlone = equal(sum(where(isLarge, 1, 0), kept), 1);
    const isMain = logical_and(isLarge, isAlone);
    const top = where(isAlone, sum(where(isMain, x, 0), kept), largest);
    const total = sum(where(isMain, 0, exp(difference(x, top))), kept);
    return reshape(add(where(isAlone, log1p(total), log(total)), top), { shape });
  },
});

/** The maximum along axes for subtracting before exp: constant for derivatives, and 0 where it is not finite. */
export function finiteMaximum(x: Node, attrs: Attrs): Node {
  const top = max(x, attrs);
  return stop_gradient(where(less(abs(top), Number.POSITIVE_INFINITY), top, 0));
}

/** The square root of the sum of squares along axes, without overflow. */
export const euclideanNorm: Op = primitive<typeof reductionAttributes, ReductionAttrs>({
  name: "euclidean_norm",
  summary: "the square root of the sum of squares",
  formula: "sum(x dx) / norm(x)",
  attributes: reductionAttributes,
  costText: "2 per element of x, 4 per element",
  infer: inferReduction(false),
  coerce: coerceFloat,
  cost: (node) => 2 * elements(node.args[0]) + 4 * elements(node),
  form: { kind: "opaque" },
  evaluate: ([x], node, budget) => {
    const axes = node.attrs.axis;
    const plain = reduceAxes(x, axes, node, 0, (a, b) => a + b * b, budget);
    const largest = reduceAxes(x, axes, node, 0, (a, b) => Math.max(a, Math.abs(b)), budget);
    const lengths = x.shape.map((n, i) => (axes.includes(i) ? 1 : n));
    const top = broadcastView(reshapeView(largest, lengths), x.shape);
    const isSafe = (m: number) => m === 0 || !(m < 1e-140 || m > 1e140);
    if (largest.data.every(isSafe)) return mapElements(Math.sqrt, [plain], node, 4, budget);
    const type = { shape: x.shape, dtype: "float64" } as const;
    const ratio = (a: number, m: number) => (m === 0 || m === Number.POSITIVE_INFINITY ? 0 : a / m);
    const scaled = mapElements(ratio, [x, top], type, 1, budget);
    const squares = reduceAxes(scaled, axes, node, 0, (a, b) => a + b * b, budget);
    const whole = (m: number, s: number) => (m === 0 || m === Number.POSITIVE_INFINITY ? m : m * Math.sqrt(s));
    // Place by place: the bits of one must not depend on what its neighbours are.
    const either = (p: number, m: number, s: number) => (isSafe(m) ? Math.sqrt(p) : whole(m, s));
    return mapElements(either, [plain, largest, squares], node, 4, budget);
  },
  batch: (node, args) => euclideanNorm(args[0], { ...node.attrs, axis: node.attrs.axis.map((axis) => axis + 1) }),
  jvp: [
    (dx, [x], out) => {
      const radius = spread(out, out);
      return sum(scale(dx, unitVector(x, radius, quotient(x, radius), { axis: out.attrs.axis })), out.attrs);
    },
  ],
  squared: [(dx, [x], out) => sum(scale(dx, multiply(2, x)), out.attrs)],
});

/**
 * x over its norm along axes. The derivative, (dx - u (u·dx))/r, is taken so that the one component of u that may be
 * near 1 does not cancel: 1 - u² is there the sum of the squares of the others.
 */
export const unitVector: Op<ElementwiseOperator> = known({
  name: "unit_vector",
  operands: ["x", "r", "unit"],
  summary: "x / norm(x)",
  formula: "(dx - u sum(u dx)) / r",
  attributes: { axis: required("integers", "the axes") },
  zero: [1],
  batch: (node, args, batched, size) =>
    unitVector(...liftAll(args, batched, size), { axis: node.attrs.axis.map((axis) => axis + 1) }),
  jvp: [
    (dx, [, r], u) => {
      const along = { axis: u.attrs.axis, keepdims: true };
      const isMain = greater(square(u), 0.5);
      const others = where(isMain, 0, u);
      const main = broadcastNode(sum(where(isMain, u, 0), along), u.shape);
      const projected = broadcastNode(sum(scale(dx, others), along), u.shape);
      const ofMain = broadcastNode(sum(where(isMain, dx, 0), along), u.shape);
      const rest = broadcastNode(sum(square(others), along), u.shape);
      const atMain = subtract(scale(dx, rest), scale(projected, u));
      const elsewhere = subtract(dx, scale(add(projected, scale(ofMain, main)), u));
      return quotient(where(isMain, atMain, elsewhere), r);
    },
  ],
});

/** The reduced axes, flattened, as one last axis. */
function toLast(x: Node, axes: readonly number[]): Node {
  const kept = range(x.shape.length).filter((i) => !axes.includes(i));
  const lengths = kept.map((i) => x.shape[i]!);
  const count = elementCount(axes.map((i) => x.shape[i]!));
  return reshape(permute_dims(x, { axes: [...kept, ...axes] }), { shape: [...lengths, count] });
}

function centered(x: Node, { axis }: ReductionAttrs): Node {
  return subtract(x, mean(x, { axis, keepdims: true }));
}

function degreesOfFreedom(x: Node, attrs: SpreadAttrs): number {
  const count = reducedCount(x, attrs) - attrs.correction;
  return count > 0 ? count : Number.NaN;
}

function reductionAttrs({ axis, keepdims }: ReductionAttrs): ReductionAttrs {
  return { axis, keepdims };
}
