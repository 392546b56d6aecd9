import { optional, required } from "../../../graph/attribute.ts";
import { OperandFault } from "../../../graph/fault.ts";
import { ndarray } from "../../../graph/ndarray.ts";
import type { Inferred, Node } from "../../../graph/operator.ts";
import { range, showShape } from "../../../graph/shape.ts";
import { castNode } from "../../cast.ts";
import { composite, normalizeAxis, type Op } from "../../kinds.ts";
import { permute_dims, reshape } from "../../views.ts";
import { gather } from "../indexing.ts";
import { einsum } from "../products.ts";
import { max, mean } from "../reductions.ts";
import { pad, sliceAxis } from "../structure.ts";

export const unfold: Op = composite({
  name: "unfold",
  summary: "the windows of `size` elements along an axis, every `step` elements, each along a new last axis",
  formula: "unfold(dx)",
  attributes: {
    size: required("natural", "the elements of a window"),
    axis: optional("integer", "the axis", -1),
    step: optional("natural", "how far apart the windows begin", 1),
  },
  costText: "1 per element",
  infer: ([x], attrs) => {
    const axis = normalizeAxis(attrs.axis, x.shape.length);
    expectAtLeastOne("size", attrs.size);
    expectAtLeastOne("step", attrs.step);
    const count = windowCount(x.shape[axis]!, { size: attrs.size, stride: attrs.step, dilation: 1 });
    return { shape: [...x.shape.with(axis, count), attrs.size], dtype: x.dtype, attrs: { ...attrs, axis } };
  },
  compose: ([x], { attrs: { size, axis, step } }) => {
    const windows = windowed(x, axis, { size, stride: step, dilation: 1 });
    const last = windows.shape.length - 1;
    const others = range(last + 1).filter((i) => i !== axis + 1);
    return permute_dims(windows, { axes: [...others, axis + 1] });
  },
});

const convAttributes = {
  strides: optional("integers", "how far apart windows begin, for each spatial axis; absent: 1"),
  padding: optional("pairs", "[before, after], how many zeros are put around, for each spatial axis; absent: none"),
  dilations: optional("integers", "how far apart the elements of a window are, for each spatial axis; absent: 1"),
  input_dilations: optional("integers", "how far apart the elements of x are put, zeros between; absent: 1"),
  groups: optional("natural", "into how many groups channels fall, each of which sees its own", 1),
};

type ConvAttrs = {
  readonly strides: readonly number[];
  readonly padding: readonly (readonly number[])[];
  readonly dilations: readonly number[];
  readonly input_dilations: readonly number[];
  readonly groups: number;
};

export const conv: Op = composite<typeof convAttributes, ConvAttrs, readonly ["x", "w"]>({
  name: "conv",
  operands: ["x", "w"],
  summary:
    "the correlation of x, [points, channels, spatial axes…], with w, [features, channels of a group, window…], as neural networks call convolution",
  formula: "conv(dx, w) + conv(x, dw)",
  attributes: convAttributes,
  costText: "2 per element and weight of a feature, 1 per element of its windows",
  infer: ([x, w], given): Inferred<ConvAttrs> => {
    const spatial = x.shape.length - 2;
    if (spatial < 1)
      throw new OperandFault(`needs points, channels and a spatial axis, received ${showShape(x.shape)}`, 0);
    if (w.shape.length !== x.shape.length) {
      throw new OperandFault(`has ${w.shape.length} axes, x ${x.shape.length}`, 1);
    }
    const attrs = {
      strides: oneEach("strides", given.strides, spatial),
      padding: given.padding ?? range(spatial).map(() => [0, 0]),
      dilations: oneEach("dilations", given.dilations, spatial),
      input_dilations: oneEach("input_dilations", given.input_dilations, spatial),
      groups: given.groups,
    };
    expectPadding(attrs.padding, spatial);
    expectAtLeastOne("groups", attrs.groups);
    const [channels, features, seen] = [x.shape[1]!, w.shape[0]!, w.shape[1]!];
    if (channels !== seen * attrs.groups) {
      throw new OperandFault(`sees ${seen} channels in each of ${attrs.groups} groups, x has ${channels}`, 1);
    }
    if (features % attrs.groups !== 0) {
      throw new OperandFault(`has ${features} features, which is no multiple of ${attrs.groups} groups`, 1);
    }
    const lengths = range(spatial).map((k) => {
      const length = spread(x.shape[k + 2]!, attrs.input_dilations[k]!) + attrs.padding[k]![0]! + attrs.padding[k]![1]!;
      return windowCount(length, { size: w.shape[k + 2]!, stride: attrs.strides[k]!, dilation: attrs.dilations[k]! });
    });
    return { shape: [x.shape[0]!, features, ...lengths], dtype: "float64", attrs };
  },
  compose: ([x, w], { attrs, shape }, builder) => {
    const spatial = x.shape.length - 2;
    let windows = castNode(x, "float64");
    for (let k = 0; k < spatial; k++) windows = spreadAxis(windows, k + 2, attrs.input_dilations[k]!);
    windows = padded(windows, attrs.padding, 0);
    // Axes behind the one at hand first: each puts an axis of the window behind its own.
    for (let k = spatial - 1; k >= 0; k--) {
      const how = { size: w.shape[k + 2]!, stride: attrs.strides[k]!, dilation: attrs.dilations[k]! };
      windows = windowed(windows, k + 2, how);
    }
    const { groups } = attrs;
    const [points, channels] = [x.shape[0]!, x.shape[1]! / groups];
    const data = reshape(windows, { shape: [points, groups, channels, ...windows.shape.slice(2)] });
    const weights = reshape(w, { shape: [groups, shape[1]! / groups, ...w.shape.slice(1)] });
    const [places, offsets] = [letters(spatial, "i"), letters(spatial, "A")];
    const pairs = range(spatial).map((k) => places[k]! + offsets[k]!);
    const equation = `bgc${pairs.join("")},gfc${offsets.join("")}->bgf${places.join("")}`;
    return reshape(builder.build(einsum.operator, [data, weights], { equation }), { shape });
  },
});

const poolAttributes = {
  window: required("integers", "the lengths of a window, for each of the last axes"),
  strides: optional("integers", "how far apart windows begin; absent: as far as they are long"),
  padding: optional("pairs", "[before, after], how much is put around, for each of these axes; absent: none"),
};

type PoolAttrs = {
  readonly window: readonly number[];
  readonly strides: readonly number[];
  readonly padding: readonly (readonly number[])[];
};

function pool(name: "max_pool" | "avg_pool", summary: string, formula: string, costText: string, filling: number): Op {
  return composite<typeof poolAttributes, PoolAttrs>({
    name,
    summary,
    formula,
    attributes: poolAttributes,
    costText,
    infer: ([x], given): Inferred<PoolAttrs> => {
      const window = given.window;
      const count = window.length;
      for (const size of window) expectAtLeastOne("window", size);
      if (count === 0 || count > x.shape.length) {
        throw new OperandFault(`attribute "window" has ${count} lengths, x has ${x.shape.length} axes`);
      }
      const strides = given.strides === undefined ? window : oneEach("strides", given.strides, count);
      const padding = given.padding ?? window.map(() => [0, 0]);
      expectPadding(padding, count);
      const first = x.shape.length - count;
      const shape = x.shape.map((n, i) => {
        const k = i - first;
        if (k < 0) return n;
        const [before, after] = padding[k]! as [number, number];
        return windowCount(n + before + after, { size: window[k]!, stride: strides[k]!, dilation: 1 });
      });
      return { shape, dtype: "float64", attrs: { window, strides, padding } };
    },
    compose: ([x], { attrs: { window, strides, padding } }) => {
      const first = x.shape.length - window.length;
      let windows = padded(castNode(x, "float64"), padding, filling);
      for (let k = window.length - 1; k >= 0; k--) {
        windows = windowed(windows, first + k, { size: window[k]!, stride: strides[k]!, dilation: 1 });
      }
      const axis = window.map((_, k) => first + 2 * k + 1);
      return (name === "max_pool" ? max : mean)(windows, { axis });
    },
  });
}

export const max_pool: Op = pool(
  "max_pool",
  "the largest element of each window over the last axes; what is put around is -Infinity",
  "the tangents of the largest elements, shared by ties",
  "2 per element of its windows",
  Number.NEGATIVE_INFINITY,
);

export const avg_pool: Op = pool(
  "avg_pool",
  "the mean of each window over the last axes; the zeros that are put around count",
  "avg_pool(dx)",
  "2 per element of its windows, 4 per element",
  0,
);

interface Windows {
  readonly size: number;
  readonly stride: number;
  readonly dilation: number;
}

/** How many windows there are along so many elements. */
function windowCount(length: number, { size, stride, dilation }: Windows): number {
  const reach = (size - 1) * dilation + 1;
  return length < reach ? 0 : Math.floor((length - reach) / stride) + 1;
}

/** An axis replaced by two: which window, and where in it. */
function windowed(x: Node, axis: number, how: Windows): Node {
  const count = windowCount(x.shape[axis]!, how);
  const places = new Int32Array(count * how.size);
  for (let k = 0; k < places.length; k++) {
    places[k] = Math.floor(k / how.size) * how.stride + (k % how.size) * how.dilation;
  }
  const indices = x.builder.constant(ndarray("int32", [count, how.size], places));
  return gather(x, indices, { axis, batch: 0, missing: 0 });
}

/** Zeros, or another number, around the last axes. */
function padded(x: Node, padding: readonly (readonly number[])[], value: number): Node {
  if (padding.every((pair) => pair.every((n) => n === 0))) return x;
  const none = range(x.shape.length - padding.length).map(() => [0, 0]);
  return pad(x, { pad_width: [...none, ...padding], value });
}

/** The elements along an axis so far apart, zeros between. */
function spreadAxis(x: Node, axis: number, step: number): Node {
  if (step === 1 || x.shape[axis] === 0) return x;
  const apart = reshape(x, { shape: [...x.shape.slice(0, axis + 1), 1, ...x.shape.slice(axis + 1)] });
  const widths = apart.shape.map((_, i) => (i === axis + 1 ? [0, step - 1] : [0, 0]));
  const whole = reshape(pad(apart, { pad_width: widths }), { shape: x.shape.with(axis, x.shape[axis]! * step) });
  return sliceAxis(whole, axis, 0, spread(x.shape[axis]!, step));
}

function spread(length: number, step: number): number {
  return length === 0 ? 0 : (length - 1) * step + 1;
}

function letters(count: number, first: string): string[] {
  return range(count).map((k) => String.fromCharCode(first.charCodeAt(0) + k));
}

function oneEach(name: string, given: readonly number[] | undefined, count: number): readonly number[] {
  if (given === undefined) return range(count).map(() => 1);
  if (given.length !== count || given.some((n) => n < 1)) {
    throw new OperandFault(
      `attribute "${name}" must have ${count} entries of at least 1, received ${showShape(given)}`,
    );
  }
  return given;
}

function expectPadding(padding: readonly (readonly number[])[], count: number): void {
  if (padding.length !== count || padding.some((pair) => pair.length !== 2)) {
    throw new OperandFault(`attribute "padding" must hold ${count} pairs [before, after]`);
  }
}

function expectAtLeastOne(name: string, value: number): void {
  if (value < 1) throw new OperandFault(`attribute "${name}" must be at least 1, received ${value}`);
}
