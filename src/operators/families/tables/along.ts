import { optional, required } from "../../../graph/attribute.ts";
import { OperandFault } from "../../../graph/fault.ts";
import { constantValue, type Node } from "../../../graph/operator.ts";
import { broadcastShapes, elementCount, range, type Shape, showShape } from "../../../graph/shape.ts";
import { castNode, coerceFloat } from "../../cast.ts";
import { countBetween, lastWriters } from "../../kernels/order.ts";
import { commonDType, composite, normalizeAxis, type Op, primitive } from "../../kinds.ts";
import { broadcast_to, broadcastNode, permute_dims, reshape } from "../../views.ts";
import { equal, greater_equal, less, logical_or, where } from "../choice.ts";
import { iota } from "../creation.ts";
import { expectIndices, gather, scatter_add } from "../indexing.ts";

const axis = optional("integer", "the axis that is indexed", -1);

export const take_along_axis: Op = composite({
  name: "take_along_axis",
  operands: ["x", "i"],
  summary:
    "the elements of x at indices i along an axis, other axes going side by side; an index that was computed and is outside gives NaN",
  formula: "take_along_axis(dx, i)",
  kink: {
    told: "no derivative at an index outside",
    at: ([x, i], _, attrs) => isOutside(i!, x!.shape[attrs.axis as number]!),
  },
  attributes: { axis },
  costText: "1 per element",
  infer: ([x, i], attrs) => {
    const at = normalizeAxis(attrs.axis, x.shape.length);
    const others = otherAxes(x, i, at, 1);
    expectIndices(i, 1);
    expectWithin(i, x.shape[at]!, 1);
    return { shape: others.with(at, i.shape[at]!), dtype: x.dtype, attrs: { axis: at } };
  },
  compose: ([x, i], { attrs: { axis: at }, shape }) => {
    const [data, indices] = [x, i].map((operand) =>
      toLast(broadcastNode(operand, shape.with(at, operand.shape[at]!)), at),
    ) as [Node, Node];
    return fromLast(alongLast(data, indices), at);
  },
});

export const put_along_axis: Op = composite({
  name: "put_along_axis",
  operands: ["x", "i", "v"],
  summary:
    "x with v put in place of its elements at indices i along an axis, other axes going side by side; of several at one place the last stays, indices outside are dropped",
  formula: "put_along_axis(dx, i, dv)",
  attributes: { axis },
  costText: "4 per element of x",
  infer: ([x, i, v], attrs) => {
    const at = normalizeAxis(attrs.axis, x.shape.length);
    otherAxes(x, i, at, 1);
    expectIndices(i, 1);
    const whole = x.shape.with(at, i.shape[at]!);
    for (const [operand, node] of [
      [1, i],
      [2, v],
    ] as const) {
      if (broadcastShapes(node.shape, whole)?.join() !== whole.join()) {
        throw new OperandFault(`shape ${showShape(node.shape)} does not broadcast to ${showShape(whole)}`, operand);
      }
    }
    return { shape: x.shape, dtype: commonDType([x, v]), attrs: { axis: at } };
  },
  compose: ([x, i, v], { attrs: { axis: at }, dtype }) => {
    const whole = x.shape.with(at, i.shape[at]!);
    const data = toLast(castNode(x, dtype), at);
    if (whole[at] === 0) return castNode(x, dtype);
    const values = toLast(broadcastNode(castNode(v, dtype), whole), at);
    const writers = last_writers(toLast(broadcastNode(i, whole), at), { length: x.shape[at]! });
    const written = alongLast(values, writers, 0);
    return fromLast(where(less(writers, 0), data, written), at);
  },
});

/** For each place along the last axis, which index named it last. */
export const last_writers: Op = primitive({
  name: "last_writers",
  operands: ["i"],
  summary: "which of the indices along the last axis names each place last, -1 where none does",
  formula: "0",
  attributes: { length: required("natural", "how many places there are") },
  costText: "1 per element",
  infer: ([i], attrs) => ({ shape: i.shape.with(-1, attrs.length), dtype: "int32", attrs }),
  cost: ({ args: [i] }) => elementCount(i.shape),
  form: { kind: "opaque" },
  rowMajor: true,
  hidesNaN: [0],
  evaluate: ([i], { attrs }, budget) => lastWriters(i, attrs.length, budget),
  batch: (node, [i]) => last_writers(i, node.attrs),
  zero: "all",
});

export const one_hot: Op = composite({
  name: "one_hot",
  operands: ["i"],
  summary: "1 at the place that an index names along a new last axis, 0 elsewhere; all 0 for an index outside",
  formula: "0",
  attributes: { n: required("natural", "how many places there are") },
  costText: "1 per element",
  infer: ([i], attrs) => {
    expectIndices(i, 0);
    return { shape: [...i.shape, attrs.n], dtype: "float64", attrs };
  },
  compose: ([i], { attrs: { n } }, builder) => {
    const places = builder.build(iota.operator, [], { length: n });
    return castNode(equal(reshape(i, { shape: [...i.shape, 1] }), places), "float64");
  },
});

export const bincount_weighted: Op = composite({
  name: "bincount_weighted",
  operands: ["i", "w"],
  summary: "for each number from 0 to before `length` the sum of the w whose i it is; indices outside are dropped",
  formula: "bincount_weighted(i, dw)",
  attributes: { length: required("natural", "how many sums there are") },
  costText: "3 per element of w, 1 per element",
  infer: ([i, w], attrs) => {
    expectIndices(i, 0);
    const rank = i.shape.length;
    if (rank === 0 || w.shape.slice(0, rank).join() !== i.shape.join()) {
      throw new OperandFault(
        `shape ${showShape(w.shape)} does not begin with that of the indices, ${showShape(i.shape)}`,
        1,
      );
    }
    return { shape: [attrs.length, ...w.shape.slice(rank)], dtype: "float64", attrs };
  },
  compose: ([i, w], { shape }, builder) => {
    const flat = [elementCount(i.shape)];
    const weights = reshape(coerceFloat([w])[0]!, { shape: [...flat, ...shape.slice(1)] });
    const none = broadcast_to(builder.constant(0), { shape });
    // A negative index names no number.
    const places = where(less(i, 0), shape[0]!, i);
    return scatter_add(none, reshape(places, { shape: flat }), weights, { axis: 0, batch: 0 });
  },
});

export const histogram: Op = composite({
  name: "histogram",
  summary:
    "how many elements of x lie in each of `bins` intervals of one length, the last one with its end; the intervals go from the least to the greatest element unless `range` says",
  formula: "0",
  attributes: {
    bins: optional("natural", "how many intervals", 10),
    range: optional("numbers", "where the first begins and the last ends; absent: the least and the greatest element"),
  },
  costText: "8 per element of x",
  infer: (_, attrs) => {
    if (attrs.bins === 0) throw new OperandFault('attribute "bins" must be at least 1');
    const { range: ends } = attrs;
    if (ends && !(ends.length === 2 && ends[0]! < ends[1]! && ends.every(Number.isFinite))) {
      throw new OperandFault('attribute "range" must be two numbers, the first less than the second');
    }
    return { shape: [attrs.bins], dtype: "int32", attrs };
  },
  compose: ([x], { attrs }) => counts_between(reshape(castNode(x, "float64"), { shape: [-1] }), attrs),
});

/** A histogram of each row. */
export const counts_between: Op = primitive({
  name: "counts_between",
  summary: "a histogram along the last axis",
  formula: "0",
  attributes: histogram.operator.attributes as {
    bins: ReturnType<typeof required<"natural">>;
    range: ReturnType<typeof optional<"numbers">>;
  },
  costText: "8 per element of x",
  infer: ([x], attrs) => ({ shape: x.shape.with(-1, attrs.bins), dtype: "int32", attrs }),
  cost: ({ args: [x] }) => 8 * elementCount(x.shape),
  form: { kind: "opaque" },
  rowMajor: true,
  hidesNaN: [0],
  evaluate: ([x], { attrs }, budget) =>
    countBetween(x, (row) => edgesOf(row, attrs.bins, attrs.range), attrs.bins, budget),
  batch: (node, [x]) => counts_between(x, node.attrs),
  zero: "all",
});

/** NumPy's: the intervals of a single value are half a unit to each side of it, those of none from 0 to 1. */
function edgesOf(row: ArrayLike<number>, bins: number, ends: readonly number[] | undefined): number[] {
  let [low, high] = ends ?? [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  if (!ends) {
    for (let k = 0; k < row.length; k++) {
      if (row[k]! < low!) low = row[k]!;
      if (row[k]! > high!) high = row[k]!;
    }
  }
  if (!(low! <= high!)) [low, high] = [0, 1];
  if (low === high) [low, high] = [low! - 0.5, high! + 0.5];
  return range(bins + 1).map((k) => (k === bins ? high! : low! + (k * (high! - low!)) / bins));
}

/** x with an axis moved to the end. */
export function toLast(x: Node, at: number): Node {
  const others = range(x.shape.length).filter((i) => i !== at);
  return at === x.shape.length - 1 ? x : permute_dims(x, { axes: [...others, at] });
}

/** x with its last axis moved to `at`. */
export function fromLast(x: Node, at: number): Node {
  const last = x.shape.length - 1;
  return at === last ? x : permute_dims(x, { axes: range(last).toSpliced(at, 0, last) });
}

/** The elements of x at indices along the last axis, of the same other axes. */
export function alongLast(x: Node, i: Node, missing = x.dtype === "float64" ? Number.NaN : 0): Node {
  const lead = x.shape.length - 1;
  return gather(x, i, { axis: lead, batch: lead, missing });
}

/** Where indices lie outside of a length; undefined for constants, which are checked. */
function isOutside(i: Node, length: number): Node | undefined {
  return constantValue(i) ? undefined : logical_or(less(i, -length), greater_equal(i, length));
}

/** Throws a fault where a constant index lies outside. */
function expectWithin(i: Node, length: number, operand: number): void {
  const outside = constantValue(i)?.data.find((n) => n < -length || n >= length);
  if (outside !== undefined) throw new OperandFault(`index ${outside} is out of range for length ${length}`, operand);
}

/** The shape that two operands broadcast to beside an axis. */
function otherAxes(x: Node, i: Node, at: number, operand: number): Shape {
  if (i.shape.length !== x.shape.length) {
    throw new OperandFault(`has ${i.shape.length} axes, the other operand ${x.shape.length}`, operand);
  }
  const shape = broadcastShapes(x.shape.with(at, 1), i.shape.with(at, 1));
  if (!shape) throw new OperandFault(`shape ${showShape(i.shape)} does not go beside ${showShape(x.shape)}`, operand);
  return shape;
}
