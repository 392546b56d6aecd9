import { type AttributesOf, optional, required } from "../../graph/attribute.ts";
import { allocate, type DType, fitsIn } from "../../graph/dtype.ts";
import { OperandFault } from "../../graph/fault.ts";
import { isView } from "../../graph/form.ts";
import { copyInto, ndarray, sliceView } from "../../graph/ndarray.ts";
import type { Node, Own } from "../../graph/operator.ts";
import { elementCount, type Shape, showShape, sliceRange } from "../../graph/shape.ts";
import { coerceResult } from "../cast.ts";
import { mapElements } from "../kernels/elementwise.ts";
import { commonDType, elements, normalizeAxis, type Op, primitive } from "../kinds.ts";
import { addedElements, joinedElements, movedElements, offsetsOf, untouched } from "../patterns.ts";
import { liftAll, zeroLike } from "../views.ts";

export const concat: Op = primitive({
  name: "concat",
  operands: ["...xs"],
  summary: "tensors one after the other along an axis",
  formula: "concat of the tangents",
  attributes: { axis: optional("integer", "the axis that grows", 0) },
  costText: "1 per element",
  infer: (args, attrs) => {
    if (args.length === 0) throw new OperandFault("takes at least 1 operand, received 0");
    const first = args[0]!.shape;
    const axis = normalizeAxis(attrs.axis, first.length);
    let length = 0;
    args.forEach(({ shape }, i) => {
      if (shape.length !== first.length || shape.some((n, k) => k !== axis && n !== first[k])) {
        throw new OperandFault(`shape ${showShape(shape)} does not fit ${showShape(first)} along axis ${axis}`, i);
      }
      length += shape[axis]!;
    });
    return { shape: first.map((n, k) => (k === axis ? length : n)), dtype: commonDType(args), attrs: { axis } };
  },
  coerce: coerceResult,
  cost: elements,
  evaluate: (args, { shape, dtype, attrs }, budget) => {
    const result = ndarray(dtype, shape, allocate(dtype, elementCount(shape)));
    budget.spend(elementCount(shape));
    let first = 0;
    for (const x of args) {
      const firsts = shape.map((_, k) => (k === attrs.axis ? first : 0));
      const ones = shape.map(() => 1);
      copyInto(sliceView(result, firsts, x.shape, ones), x);
      first += x.shape[attrs.axis]!;
    }
    return result;
  },
  form: {
    kind: "assembled",
    assemble: (node) => {
      const firsts = concatFirsts(node);
      const steps = node.shape.map(() => 1);
      const at = (operand: number) => node.shape.map((_, i) => (i === node.attrs.axis ? firsts[operand]! : 0));
      return { parts: node.args.map((_, operand) => ({ operand, firsts: at(operand), steps })) };
    },
  },
  // Built rather than called, here and in `stack`: a call takes no more operands than the stack has room for.
  batch: (node, args, batched, size) =>
    args[0]!.builder.build(node.op, liftAll(args, batched, size), { axis: node.attrs.axis + 1 }),
  linear: "all",
  transpose: (ct, node, operand) => {
    const firsts = concatFirsts(node);
    return sliceAxis(ct, node.attrs.axis, firsts[operand]!, firsts[operand + 1]!);
  },
  pattern: joinedElements,
});

export const pad: Op = primitive({
  name: "pad",
  summary: "x with a margin of one value around it",
  formula: "pad(dx; value=0)",
  attributes: {
    pad_width: required("pairs", "[before, after] for each axis"),
    value: optional("number", "the value of the margin", 0),
  },
  costText: "1 per element",
  infer: (args, attrs) => {
    const { shape, dtype } = args[0];
    const widths = attrs.pad_width;
    if (widths.length !== shape.length || widths.some((pair) => pair.length !== 2)) {
      throw new OperandFault(`pad_width must hold ${shape.length} pairs [before, after]`);
    }
    expectFits(attrs.value, dtype);
    return { shape: shape.map((n, i) => widths[i]![0]! + n + widths[i]![1]!), dtype, attrs };
  },
  cost: elements,
  evaluate: ([x], { shape, dtype, attrs }, budget) => {
    const result = ndarray(dtype, shape, allocate(dtype, elementCount(shape)).fill(attrs.value));
    budget.spend(elementCount(shape));
    const firsts = attrs.pad_width.map((pair) => pair[0]!);
    copyInto(
      sliceView(
        result,
        firsts,
        x.shape,
        shape.map(() => 1),
      ),
      x,
    );
    return result;
  },
  form: {
    kind: "assembled",
    assemble: ({ attrs, shape }) => {
      const firsts = attrs.pad_width.map((pair) => pair[0]!);
      return { fill: attrs.value, parts: [{ operand: 0, firsts, steps: shape.map(() => 1) }] };
    },
  },
  batch: (node, args) => pad(args[0], { ...node.attrs, pad_width: [[0, 0], ...node.attrs.pad_width] }),
  jvp: [(dx, _, out) => pad(dx, { ...out.attrs, value: 0 })],
  transpose: (ct, node) => {
    const firsts = node.attrs.pad_width.map((pair) => pair[0]!);
    const { shape } = node.args[0];
    return slice(ct, { start: firsts, stop: shape.map((n, i) => firsts[i]! + n), step: shape.map(() => 1) });
  },
  pattern: movedElements,
});

const sliceAttributes = {
  start: required("nullableIntegers", "the first index on each axis; negative counts from the end, null is open"),
  stop: required("nullableIntegers", "the index to stop before on each axis; negative and null likewise"),
  step: optional("integers", "the step on each axis, not 0; absent: 1 everywhere"),
};

/** The attributes of a slice's nodes. */
type SliceAttrs = AttributesOf<typeof sliceAttributes> & { readonly step: readonly number[] };

export const slice: Op = primitive({
  name: "slice",
  summary: "every step-th element from start to before stop on each axis, by Python's rules",
  formula: "slice(dx)",
  attributes: sliceAttributes,
  costText: "0",
  infer: (args, attrs) => {
    const { shape, dtype } = args[0];
    const { start, stop } = attrs;
    const step = attrs.step ?? shape.map(() => 1);
    for (const [name, list] of Object.entries({ start, stop, step })) {
      if (list.length !== shape.length) {
        throw new OperandFault(`attribute "${name}" must have ${shape.length} entries, one an axis`);
      }
    }
    if (step.includes(0)) throw new OperandFault('attribute "step" must not be 0');
    return {
      shape: shape.map((n, i) => sliceRange(n, start[i]!, stop[i]!, step[i]!).count),
      dtype,
      attrs: { start, step, stop },
    };
  },
  cost: () => 0,
  form: { kind: "view", layout: "strided" },
  evaluate: ([x], node) => sliceView(x, ...sliceBounds(node.attrs, x.shape)),
  batch: (node, args) => slice(args[0], leadingOpen(node.attrs)),
  linear: [0],
  accumulate: (accumulated, ct, node) => slice_add(accumulated ?? zeroLike(node.args[0]), ct, node.attrs),
  pattern: movedElements,
});

/** x + v at the places of a slice, x elsewhere. */
export const slice_add: Op = primitive({
  name: "slice_add",
  operands: ["x", "v"],
  summary: "x with v added at the places of a slice",
  formula: "slice_add(dx, dv)",
  attributes: { ...sliceAttributes, step: required("integers", "the step on each axis") },
  costText: "1 per element of v, and of x where that is a view",
  infer: ([x], attrs) => ({ shape: x.shape, dtype: x.dtype, attrs }),
  cost: (node) => elements(node.args[1]) + (isView(node.args[0].op) ? elements(node) : 0),
  inPlace: true,
  evaluate: ([x, v], node, budget) => {
    const view = sliceView(x, ...sliceBounds(node.attrs, x.shape));
    const added = mapElements((a, b) => a + b, [view, v], { shape: v.shape, dtype: x.dtype }, 1, budget);
    copyInto(view, added);
    return x;
  },
  form: {
    kind: "assembled",
    assemble: ({ attrs, shape }) => {
      const [firsts, , steps] = sliceBounds(attrs, shape);
      return { base: 0, parts: [{ operand: 1, firsts, steps, isAdded: true }] };
    },
  },
  batch: (node, args, batched, size) => slice_add(...liftAll(args, batched, size), leadingOpen(node.attrs)),
  linear: [0, 1],
  transpose: (ct, node, operand) => (operand === 0 ? ct : slice(ct, node.attrs)),
  pattern: (sets, [x, v], node) => {
    const places = sliceView(untouched(node.shape), ...sliceBounds(node.attrs, node.shape));
    return addedElements(sets, x, v.sets, offsetsOf(places), node.shape);
  },
});

/** The elements of x from index `first` to before `end` on one axis. */
export function sliceAxis(x: Node, axis: number, first: number | null, end: number | null, step = 1): Node {
  const at = <T>(value: T, other: T) => x.shape.map((_, i) => (i === axis ? value : other));
  return slice(x, { start: at(first, null), stop: at(end, null), step: at(step, 1) });
}

/** x with its elements along one axis in reverse order. */
export function flipAxis(x: Node, axis: number): Node {
  return sliceAxis(x, axis, null, null, -1);
}

/** x moved one place along an axis, `value` entering and the last element leaving. */
export function shiftAxis(x: Node, axis: number, value: number): Node {
  if (x.shape[axis] === 0) return x;
  const widths = x.shape.map((_, i) => (i === axis ? [1, 0] : [0, 0]));
  return pad(sliceAxis(x, axis, 0, x.shape[axis]! - 1), { pad_width: widths, value });
}

const knownFirsts = new WeakMap<object, readonly number[]>();

/** Where each operand of a concat begins, and where the last one ends; worked out once a node. */
function concatFirsts(node: Own<{ readonly axis: number }>): readonly number[] {
  let firsts = knownFirsts.get(node);
  if (!firsts) {
    let end = 0;
    firsts = [0, ...node.args.map((x) => (end += x.shape[node.attrs.axis]!))];
    knownFirsts.set(node, firsts);
  }
  return firsts;
}

/** The first indices, the counts and the steps of a slice of a shape. */
function sliceBounds({ start, stop, step }: SliceAttrs, shape: Shape): [number[], number[], readonly number[]] {
  const ranges = shape.map((n, i) => sliceRange(n, start[i]!, stop[i]!, step[i]!));
  return [ranges.map((r) => r.first), ranges.map((r) => r.count), step];
}

function leadingOpen({ start, stop, step }: SliceAttrs): SliceAttrs {
  return { start: [null, ...start], stop: [null, ...stop], step: [1, ...step] };
}

function expectFits(value: number, dtype: DType): void {
  if (!fitsIn(dtype, value)) throw new OperandFault(`attribute "value" ${value} does not fit dtype ${dtype}`);
}
