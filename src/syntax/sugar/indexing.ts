import { OperandFault } from "../../graph/fault.ts";
import { ndarray } from "../../graph/ndarray.ts";
import { type Builder, constantValue, type Node } from "../../graph/operator.ts";
import { range } from "../../graph/shape.ts";
import { findOperator } from "../../operators/index.ts";
import { staticInteger, staticValue } from "./static.ts";

/** One index of several: a value, a slice, `...` or `None`; values are nodes. */
export type ResolvedIndex = Node | SliceIndex | "..." | "new";

/** A slice; what is absent is open. */
export interface SliceIndex {
  readonly start: Node | undefined;
  readonly stop: Node | undefined;
  readonly step: Node | undefined;
}

/**
 * `x[…]` as NumPy has it: integers, slices, `...`, `None` and one array of integers. Slices are one `slice`, integers and
 * the array a `take` each, new axes one `expand_dims`. Throws an `OperandFault`.
 */
export function indexed(builder: Builder, x: Node, indices: readonly ResolvedIndex[]): Node {
  const items = withEllipsis(x, indices).map((index) => (isNode(index) ? valueIndex(index) : index));
  const onAxes = items.filter((item): item is OnAxis => typeof item === "object");
  const arrays = onAxes.filter((item) => "node" in item && !item.isInteger);
  if (arrays.length > 1) {
    throw new OperandFault("only one index may be an array; take one after the other: x[i][:, j], or use take");
  }
  let result = sliced(builder, x, onAxes);
  for (const [axis, item] of [...onAxes.entries()].reverse()) {
    if (!("node" in item)) continue;
    if (item.isInteger) checkRange(item.node, x, axis);
    result = apply(builder, "take", [result, item.node], { axis });
  }
  return rearranged(builder, result, items, arrays[0]);
}

/**
 * One of as many elements as there are names for, `a, b = x`, or of lengths, `n, m = x.shape`. Throws an `OperandFault` where
 * there are not as many.
 */
export function part(
  builder: Builder,
  x: Node,
  { index, count, ofShape }: { readonly index: number; readonly count: number; readonly ofShape: boolean },
): Node {
  const [first] = x.shape;
  const length = ofShape ? x.shape.length : first;
  if (length !== count) {
    const has = length === undefined ? "a number" : `${length} ${ofShape ? "axes" : "elements along the first axis"}`;
    throw new OperandFault(`${has}, and ${count} names are to take it apart`);
  }
  if (ofShape) return builder.constant(x.shape[index]!);
  return apply(builder, "take", [x, builder.constant(index)], { axis: 0 });
}

/** The lengths of all axes (`...`), of several or of one, `x.shape[…]`, as constants. Throws an `OperandFault`. */
export function indexedShape(builder: Builder, { shape }: Node, index: ResolvedIndex): Node {
  if (index === "new") throw new OperandFault("the index of a shape is a number or a slice");
  if (isNode(index)) {
    const axis = staticInteger(index, "the number of an axis");
    const length = shape.at(axis);
    if (length === undefined || axis >= shape.length) {
      throw new OperandFault(`axis ${axis} is out of range for ${shape.length} axes`);
    }
    return builder.constant(length);
  }
  const { start, stop, step } = index === "..." ? whole : index;
  if (step) throw new OperandFault("a slice of a shape takes no step");
  const bound = (node: Node | undefined) => (node ? staticInteger(node, "a bound of a slice") : undefined);
  const lengths = shape.slice(bound(start), bound(stop));
  return builder.constant(ndarray("float64", [lengths.length], Float64Array.from(lengths)));
}

/** `x'` or `x.T`: a matrix transposed, with `isStack` in the last two axes of more; a vector or a number itself. */
export function transposed(builder: Builder, x: Node, isStack: boolean): Node {
  const rank = x.shape.length;
  if (rank < 2) return x;
  if (rank > 2 && !isStack) {
    throw new OperandFault(
      `.T of ${rank} axes can be misread: write .mT for the last two exchanged, or permute_dims(x, axes=[…])`,
    );
  }
  return apply(builder, "matrix_transpose", [x]);
}

/** An index that takes part of an axis. */
type OnAxis = ValueIndex | SliceIndex;

interface ValueIndex {
  readonly node: Node;
  /** Whether it is a number, known or not, so that the axis goes. */
  readonly isInteger: boolean;
}

type Item = OnAxis | "..." | "new";

function withEllipsis(x: Node, indices: readonly ResolvedIndex[]): ResolvedIndex[] {
  const rank = x.shape.length;
  const used = indices.filter((index) => index !== "..." && index !== "new").length;
  const axes = rank === 1 ? "1 axis" : `${rank} axes`;
  if (used > rank) {
    const why = rank === 0 ? "a number has no axes to index" : `${used} indices for ${axes}`;
    throw new OperandFault(why, 0);
  }
  const dots = indices.indexOf("...");
  if (dots !== indices.lastIndexOf("...")) throw new OperandFault("an index may have ... once only");
  const rest = range(rank - used).map(() => whole);
  if (dots < 0) return [...indices, ...rest];
  // The dots stay where they are: for NumPy they part the indices on their two sides.
  return [...indices.slice(0, dots + 1), ...rest, ...indices.slice(dots + 1)];
}

function valueIndex(node: Node): ValueIndex {
  if (node.dtype === "bool") {
    throw new OperandFault("a mask leaves a number of elements that is not known: write where(mask, x, 0)");
  }
  const isInteger = node.shape.length === 0;
  if (!isInteger || constantValue(node) || node.dtype === "int32") return { node, isInteger };
  const value = staticValue(node);
  return { node: typeof value === "number" ? node.builder.constant(value) : node, isInteger };
}

function checkRange(index: Node, x: Node, axis: number): void {
  const value = constantValue(index)?.data[0];
  const length = x.shape[axis]!;
  if (value === undefined || (Number.isSafeInteger(value) && value >= -length && value < length)) return;
  if (!Number.isSafeInteger(value)) throw new OperandFault(`an index must be an integer, received ${value}`);
  throw new OperandFault(`index ${value} is out of range for axis ${axis}, whose length is ${length}`);
}

function sliced(builder: Builder, x: Node, onAxes: readonly OnAxis[]): Node {
  const slices = onAxes.map((item) => ("node" in item ? whole : item));
  if (slices.every(({ start, stop, step }) => !start && !stop && !step)) return x;
  const bounds = (name: keyof SliceIndex, absent: number | null) =>
    slices.map(({ [name]: bound }) => (bound ? staticInteger(bound, `the ${name} of a slice`) : absent));
  const step = bounds("step", 1);
  if (step.includes(0)) throw new OperandFault("the step of a slice must not be 0");
  const [start, stop] = [bounds("start", null), bounds("stop", null)];
  if (start.every((n) => n === null) && stop.every((n) => n === null) && step.every((n) => n === 1)) return x;
  return apply(builder, "slice", [x], { start, stop, step });
}

/** Puts the axes of the array first where NumPy does, and makes the new ones. */
function rearranged(builder: Builder, result: Node, items: readonly Item[], array: OnAxis | undefined): Node {
  const isAdvanced = (item: Item) => typeof item === "object" && "node" in item;
  const advanced = [...items.keys()].filter((i) => isAdvanced(items[i]!));
  const isApart = advanced.some((i, k) => k > 0 && i !== advanced[k - 1]! + 1);
  const arrayAxes: ("array" | "new" | "kept")[] =
    array && "node" in array ? array.node.shape.map(() => "array" as const) : [];
  const axes = items.flatMap((item): ("array" | "new" | "kept")[] => {
    if (item === array) return arrayAxes;
    if (item === "new") return ["new"];
    return item === "..." || isAdvanced(item) ? [] : ["kept"];
  });
  const ordered = isApart ? [...arrayAxes, ...axes.filter((axis) => axis !== "array")] : axes;
  let moved = result;
  if (isApart && arrayAxes.length > 0) {
    const old = axes.filter((axis) => axis !== "new");
    const [first, others] = [true, false].map((isOfArray) =>
      [...old.keys()].filter((i) => (old[i] === "array") === isOfArray),
    );
    const order = [...first!, ...others!];
    if (order.some((axis, i) => axis !== i)) moved = apply(builder, "permute_dims", [result], { axes: order });
  }
  const made = [...ordered.keys()].filter((i) => ordered[i] === "new");
  return made.length === 0 ? moved : apply(builder, "expand_dims", [moved], { axis: made });
}

const whole: SliceIndex = { start: undefined, stop: undefined, step: undefined };

function isNode(index: ResolvedIndex): index is Node {
  return typeof index === "object" && "op" in index;
}

function apply(builder: Builder, name: string, args: readonly Node[], attrs: object = {}): Node {
  return builder.apply(findOperator(name)!, args, attrs);
}
