import type { Budget } from "../../graph/budget.ts";
import { type NdArray, rowMajorData, zeros } from "../../graph/ndarray.ts";
import { elementCount, type Shape } from "../../graph/shape.ts";

/** How a gather addresses its operand: [points…, before…, axis, after…], with indices [points…, …]. */
export interface GatherLayout {
  /** Leading axes shared by operand and indices. */
  readonly points: number;
  /** Elements of the axes between those and the indexed one, the length of the indexed one, elements after it. */
  readonly before: number;
  readonly length: number;
  readonly after: number;
  /** Indices for each point. */
  readonly indices: number;
}

/** The layout for operand and index shapes of which `batch` leading axes are shared and `axis` is indexed. */
export function gatherLayout(x: Shape, i: Shape, axis: number, batch: number): GatherLayout {
  return {
    points: elementCount(x.slice(0, batch)),
    before: elementCount(x.slice(batch, axis)),
    length: x[axis]!,
    after: elementCount(x.slice(axis + 1)),
    indices: elementCount(i.slice(batch)),
  };
}

/** The places of `x` that the indices name; an index outside yields `missing`. */
export function gatherArray(
  x: NdArray,
  index: NdArray,
  layout: GatherLayout,
  shape: Shape,
  missing: number,
  budget: Budget,
): NdArray {
  const result = zeros(x.dtype, shape);
  const source = rowMajorData(x);
  const target = result.data;
  forEachIndex(layout, rowMajorData(index), budget, (from, to) => {
    if (from < 0) target.fill(missing, to, to + layout.after);
    else for (let k = 0; k < layout.after; k++) target[to + k] = source[from + k]!;
  });
  return result;
}

/** Adds the elements of `v` into the places of `t` that the indices name, in place; outside ones are dropped. */
export function scatterAdd(t: NdArray, index: NdArray, v: NdArray, layout: GatherLayout, budget: Budget): NdArray {
  const source = rowMajorData(v);
  const { data } = t;
  const isBool = t.dtype === "bool";
  forEachIndex(layout, rowMajorData(index), budget, (to, from) => {
    if (to < 0) return;
    for (let k = 0; k < layout.after; k++) {
      const sum = data[to + k]! + source[from + k]!;
      data[to + k] = isBool ? Math.min(sum, 1) : sum;
    }
  });
  return t;
}

/** Where each gathered element comes from; -1 for those outside. */
export function gatherPlaces(layout: GatherLayout, index: NdArray, budget: Budget): Float64Array {
  const { points, before, after, indices } = layout;
  const places = new Float64Array(points * before * indices * after);
  forEachIndex(layout, rowMajorData(index), budget, (from, to) => {
    for (let k = 0; k < after; k++) places[to + k] = from < 0 ? -1 : from + k;
  });
  return places;
}

function forEachIndex(
  { points, before, length, after, indices }: GatherLayout,
  index: ArrayLike<number>,
  budget: Budget,
  visit: (whole: number, part: number) => void,
): void {
  for (let p = 0; p < points; p++) {
    for (let b = 0; b < before; b++) {
      const whole = (p * before + b) * length * after;
      const part = (p * before + b) * indices * after;
      budget.spend(indices * Math.max(1, after));
      for (let n = 0; n < indices; n++) {
        const given = index[p * indices + n]!;
        const at = given < 0 ? given + length : given;
        visit(at >= 0 && at < length ? whole + at * after : -1, part + n * after);
      }
    }
  }
}
