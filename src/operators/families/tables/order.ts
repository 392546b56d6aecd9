import { optional, required } from "../../../graph/attribute.ts";
import { OperandFault } from "../../../graph/fault.ts";
import type { Inferred, Node } from "../../../graph/operator.ts";
import { elementCount, range } from "../../../graph/shape.ts";
import { castNode, coerceFloat } from "../../cast.ts";
import { sortedPlaces } from "../../kernels/order.ts";
import { axesOrAll, composite, elements, normalizeAxis, type Op, primitive } from "../../kinds.ts";
import { add } from "../../linear.ts";
import { reducedShape, reductionAttributes } from "../../reduction.ts";
import { severalComposite } from "../../several.ts";
import { permute_dims, reshape } from "../../views.ts";
import { multiply } from "../arithmetic.ts";
import { equal, where } from "../choice.ts";
import { max } from "../reductions.ts";
import { concat, sliceAxis } from "../structure.ts";
import { alongLast, fromLast, toLast } from "./along.ts";

const attributes = {
  axis: optional("integer", "the axis", -1),
  descending: optional("boolean", "whether the largest come first", false),
};

type OrderAttrs = { readonly axis: number; readonly descending: boolean };

export const sort: Op = composite<typeof attributes, OrderAttrs>({
  name: "sort",
  summary: "x in order along an axis, equal elements by place; NaN counts as the largest",
  formula: "the tangents of the elements, moved with them",
  kink: {
    told: "that of the elements by place, at ties",
    at: (_, out, { axis }) => isRepeatedAlong(out, axis as number),
  },
  attributes,
  costText: "40 per element, 1 per element",
  infer: ([x], attrs) => {
    const axis = normalizeAxis(attrs.axis, x.shape.length);
    return { shape: x.shape, dtype: x.dtype, attrs: { ...attrs, axis } };
  },
  compose: ([x], { attrs: { axis, descending } }) => {
    const last = toLast(x, axis);
    return fromLast(alongLast(last, sorted_places(last, { descending })), axis);
  },
});

export const argsort: Op = composite<typeof attributes, OrderAttrs>({
  name: "argsort",
  summary: "the indices that put x in order along an axis, equal elements by place; NaN counts as the largest",
  formula: "0",
  attributes,
  costText: "40 per element",
  infer: ([x], attrs) => {
    const axis = normalizeAxis(attrs.axis, x.shape.length);
    return { shape: x.shape, dtype: "int32", attrs: { ...attrs, axis } };
  },
  compose: ([x], { attrs: { axis, descending } }) => fromLast(sorted_places(toLast(x, axis), { descending }), axis),
});

/** The order of the elements along the last axis. */
export const sorted_places: Op = primitive({
  name: "sorted_places",
  summary: "the order of elements along the last axis",
  formula: "0",
  attributes: { descending: required("boolean", "whether the largest come first") },
  costText: "40 per element",
  infer: ([x], attrs) => ({ shape: x.shape, dtype: "int32", attrs }),
  cost: (node) => 40 * elements(node),
  form: { kind: "opaque" },
  rowMajor: true,
  hidesNaN: [0],
  evaluate: ([x], node, budget) => sortedPlaces(x, node.attrs.descending, budget),
  batch: (node, [x]) => sorted_places(x, node.attrs),
  zero: "all",
});

export const top_k: Op = severalComposite({
  name: "top_k",
  summary: "the k largest elements along an axis, the largest first, and their indices; NaN counts as the largest",
  formula: "the tangents of the elements, moved with them; 0",
  kink: { told: "that of the elements by place, at ties", at: ([x], _, { axis }) => isTied(x!, [axis as number]) },
  attributes: {
    k: required("natural", "how many"),
    axis: optional("integer", "the axis", -1),
  },
  costText: "40 per element of x, 1 per element",
  infer: ([x], attrs) => {
    const axis = normalizeAxis(attrs.axis, x.shape.length);
    if (attrs.k > x.shape[axis]!) {
      throw new OperandFault(`attribute "k" ${attrs.k} is more than the ${x.shape[axis]} elements along axis ${axis}`);
    }
    const shape = x.shape.with(axis, attrs.k);
    return {
      results: [
        { shape, dtype: x.dtype },
        { shape, dtype: "int32" },
      ],
      attrs: { ...attrs, axis },
    };
  },
  compose: ([x], { attrs: { k, axis } }) => {
    const last = toLast(x, axis);
    const places = sliceAxis(sorted_places(last, { descending: true }), last.shape.length - 1, 0, k);
    return [fromLast(alongLast(last, places), axis), fromLast(places, axis)];
  },
});

const quantileAttributes = {
  q: required(
    "numberOrNumbers",
    "the share of the elements that lie below, from 0 to 1, or several along a first axis",
  ),
  ...reductionAttributes,
};

type QuantileAttrs = {
  readonly q: number | readonly number[];
  readonly axis: readonly number[];
  readonly keepdims: boolean;
};

export const quantile: Op = composite<typeof quantileAttributes, QuantileAttrs>({
  name: "quantile",
  summary:
    "the value below which a share q of the elements lies, linear between neighbours; NaN when an element is NaN",
  formula: "the tangents of the two elements beside it, by their shares",
  kink: {
    told: "that of the elements by place, at ties",
    at: ([x], _, { axis }) => isTied(x!, axis as readonly number[]),
  },
  attributes: quantileAttributes,
  costText: "41 per element of x",
  infer: ([{ shape }], attrs): Inferred<QuantileAttrs> => {
    const list = [attrs.q].flat();
    const outside = list.find((q) => !(q >= 0 && q <= 1));
    if (outside !== undefined) throw new OperandFault(`attribute "q" must be from 0 to 1, received ${outside}`);
    const axis = axesOrAll(attrs.axis, shape.length);
    if (elementCount(axis.map((i) => shape[i]!)) === 0) throw new OperandFault("there is no element to choose from", 0);
    const reduced = reducedShape(shape, axis, attrs.keepdims);
    return {
      shape: Array.isArray(attrs.q) ? [list.length, ...reduced] : reduced,
      dtype: "float64",
      attrs: { ...attrs, axis },
    };
  },
  compose: ([x], { attrs: { q, axis }, shape }, builder) => {
    const values = [q]
      .flat()
      .map((share) =>
        reshape(quantileOf(x, share, axis), { shape: Array.isArray(q) ? [1, ...shape.slice(1)] : shape }),
      );
    return Array.isArray(q) ? builder.build(concat.operator, values, { axis: 0 }) : values[0]!;
  },
});

const medianAttributes = reductionAttributes;

export const median: Op = composite<typeof medianAttributes, Omit<QuantileAttrs, "q">>({
  name: "median",
  summary: "the value in the middle, the mean of the two where there are two; NaN when an element is NaN",
  formula: "the tangents of the elements in the middle, by their shares",
  kink: {
    told: "that of the elements by place, at ties",
    at: ([x], _, { axis }) => isTied(x!, axis as readonly number[]),
  },
  attributes: medianAttributes,
  costText: "41 per element of x",
  infer: ([{ shape }], attrs): Inferred<Omit<QuantileAttrs, "q">> => {
    const axis = axesOrAll(attrs.axis, shape.length);
    if (elementCount(axis.map((i) => shape[i]!)) === 0) throw new OperandFault("there is no element to choose from", 0);
    return { shape: reducedShape(shape, axis, attrs.keepdims), dtype: "float64", attrs: { ...attrs, axis } };
  },
  compose: ([x], { attrs: { axis }, shape }) => reshape(quantileOf(x, 0.5, axis), { shape }),
});

/** A quantile along axes, which are gone. */
function quantileOf(x: Node, q: number, axes: readonly number[]): Node {
  const kept = range(x.shape.length).filter((i) => !axes.includes(i));
  const count = elementCount(axes.map((i) => x.shape[i]!));
  const lead = kept.map((i) => x.shape[i]!);
  const [float] = coerceFloat([x]) as [Node];
  const flat = reshape(permute_dims(float, { axes: [...kept, ...axes] }), { shape: [...lead, count] });
  const at = q * (count - 1);
  const below = Math.min(Math.floor(at), count - 1);
  const share = at - below;
  const places = sorted_places(flat, { descending: false });
  const chosen = alongLast(flat, sliceAxis(places, lead.length, below, Math.min(below + 2, count)));
  const first = sliceAxis(chosen, lead.length, 0, 1);
  const value =
    share === 0 ? first : add(multiply(1 - share, first), multiply(share, sliceAxis(chosen, lead.length, 1, 2)));
  const largest = max(flat, { axis: [lead.length], keepdims: true });
  return reshape(where(equal(largest, largest), value, Number.NaN), { shape: lead });
}

/** Where neighbours along an axis of what is sorted are equal. */
function isRepeatedAlong(out: Node, axis: number): Node | undefined {
  const n = out.shape[axis]!;
  return n < 2 ? undefined : equal(sliceAxis(out, axis, 1, n), sliceAxis(out, axis, 0, n - 1));
}

/** Where elements along axes are equal to another one. */
function isTied(x: Node, axes: readonly number[]): Node | undefined {
  const kept = range(x.shape.length).filter((i) => !axes.includes(i));
  const flat = reshape(permute_dims(castNode(x, "float64"), { axes: [...kept, ...axes] }), {
    shape: [...kept.map((i) => x.shape[i]!), elementCount(axes.map((i) => x.shape[i]!))],
  });
  return isRepeatedAlong(alongLast(flat, sorted_places(flat, { descending: false })), kept.length);
}
