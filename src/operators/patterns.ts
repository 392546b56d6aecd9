import { primitiveForm } from "../graph/form.ts";
import { broadcastView, forEachRun, jointAxes, type NdArray, ndarray, rowMajorData } from "../graph/ndarray.ts";
import type { Node } from "../graph/operator.ts";
import type { PatternOperand, SeedSets } from "../graph/pattern.ts";
import { elementCount, rowMajorStrides, type Shape } from "../graph/shape.ts";

// How kinds of operators pass sets of seeds on. An element's set is a number held in a float64 array, so that whatever
// only moves elements can be evaluated on sets as it is on values.

const elementsPerSpend = 1 << 15;

/** Elementwise operators: each element depends on what its operands' elements depend on. */
export function everyElement(sets: SeedSets, args: readonly PatternOperand[], node: Node): NdArray {
  let result: NdArray | undefined;
  for (const { sets: arg } of args) {
    if (arg) result = result && result !== arg ? unionOf(sets, result, arg, node.shape) : arg;
  }
  return result!;
}

/** Operators that only move elements, evaluated on the sets; what comes from outside is 0, the empty set. */
export function movedElements(sets: SeedSets, args: readonly PatternOperand[], node: Node): NdArray {
  const operands = args.map(({ sets: arg, value }, i) => arg ?? value ?? broadcastView(none(), node.args[i]!.shape));
  return primitiveForm(node.op).evaluate(operands, node, sets.budget);
}

/** As {@link movedElements}, for all operands being data that may depend on no seed. */
export function joinedElements(sets: SeedSets, args: readonly PatternOperand[], node: Node): NdArray {
  const operands = args.map(({ sets: arg }, i) => arg ?? broadcastView(none(), node.args[i]!.shape));
  return primitiveForm(node.op).evaluate(operands, node, sets.budget);
}

/** Where nothing better is known: every element of the result depends on all that any operand depends on. */
export function everything(sets: SeedSets, args: readonly PatternOperand[], node: Node): NdArray {
  sets.begin();
  for (const { sets: arg } of args) {
    if (!arg) continue;
    for (const set of rowMajorData(arg)) sets.add(set);
  }
  return broadcastView(ndarray("float64", [], Float64Array.of(sets.finish())), node.shape);
}

/** A sum along axes. */
export function summedElements(sets: SeedSets, x: NdArray, axes: readonly number[], shape: Shape): NdArray {
  const kept = x.shape.map((n, i) => (axes.includes(i) ? 1 : n));
  const places = offsetsOf(broadcastView(untouched(kept), x.shape));
  return ndarray("float64", shape, gathered(sets, elementCount(shape), rowMajorData(x), places));
}

/** Running sums along an axis: each element depends on all up to it, but for those that a constant factor cuts off. */
export function runningElements(sets: SeedSets, x: NdArray, axis: number, factor?: NdArray): NdArray {
  const data = rowMajorData(x);
  const factors = factor && rowMajorData(factor);
  const out = new Float64Array(data.length);
  const stride = rowMajorStrides(x.shape)[axis]!;
  const length = x.shape[axis]!;
  sets.budget.spend(data.length);
  for (let i = 0; i < data.length; i++) {
    const isFirst = Math.floor(i / stride) % length === 0;
    const before = isFirst ? 0 : out[i - stride]!;
    const carried = before !== 0 && factors ? sets.times(before, factors[i]!) : before;
    out[i] = sets.union(carried, data[i]!);
  }
  return ndarray("float64", x.shape, out);
}

/** A product summed over shared axes, in which one operand depends on seeds; `letters` name the axes. */
export function contractedElements(
  sets: SeedSets,
  args: readonly PatternOperand[],
  node: Node,
  letters: { readonly x: string; readonly y: string; readonly out: string },
): NdArray {
  const [x, y] = args as [PatternOperand, PatternOperand];
  if (x.sets && y.sets) return everything(sets, args, node);
  const [mine, other, own, others] = x.sets
    ? [x.sets, y.value, letters.x, letters.y]
    : [y.sets!, x.value, letters.y, letters.x];
  const strideIn = (array: NdArray, names: string) => (letter: string) => {
    const axis = names.indexOf(letter);
    return axis < 0 ? 0 : array.strides[axis]!;
  };
  const lengthOf = (letter: string) =>
    own.includes(letter) ? mine.shape[own.indexOf(letter)]! : other!.shape[others.indexOf(letter)]!;
  if (other && (sets.followsFactors || holdsZero(other))) {
    const summed = [...own].filter((letter) => !letters.out.includes(letter));
    const out = new Float64Array(elementCount(node.shape));
    const ofMine = strideIn(mine, own);
    const ofOther = strideIn(other, others);
    const outer = jointAxes(node.shape, [
      rowMajorStrides(node.shape),
      [...letters.out].map(ofMine),
      [...letters.out].map(ofOther),
    ]);
    const inner = jointAxes(summed.map(lengthOf), [summed.map(ofMine), summed.map(ofOther)]);
    const [os, ms, ks] = outer.strides.map((list) => list.at(-1) ?? 0) as [number, number, number];
    const [ims, iks] = inner.strides.map((list) => list.at(-1) ?? 0) as [number, number];
    if (out.length === 0) return ndarray("float64", node.shape, out);
    forEachRun(outer.lengths, outer.strides, [0, mine.offset, other.offset], ([o, i, k], length) => {
      for (let n = 0; n < length; n++) {
        sets.begin();
        forEachRun(inner.lengths, inner.strides, [i! + n * ms, k! + n * ks], ([p, q], terms) => {
          sets.budget.spend(terms);
          for (let t = 0; t < terms; t++) sets.add(sets.times(mine.data[p! + t * ims]!, other.data[q! + t * iks]!));
        });
        out[o! + n * os] = sets.finish();
      }
    });
    return ndarray("float64", node.shape, out);
  }
  const common = [...letters.out].filter((letter) => own.includes(letter));
  const shape = common.map(lengthOf);
  const within = untouched(shape);
  const ofCommon = strideIn(within, common.join(""));
  const places = { ...within, shape: mine.shape, strides: [...own].map(ofCommon) };
  const data = gathered(sets, elementCount(shape), rowMajorData(mine), offsetsOf(places));
  return { ...ndarray("float64", shape, data), shape: node.shape, strides: [...letters.out].map(ofCommon) };
}

/** `x` with `v` added at places of it: overwrites `x` where that is its own. */
export function addedElements(
  sets: SeedSets,
  x: PatternOperand,
  v: NdArray | undefined,
  places: ArrayLike<number>,
  shape: Shape,
): NdArray {
  const count = elementCount(shape);
  const data = !x.sets
    ? new Float64Array(count)
    : x.isOwned
      ? rowMajorData(x.sets)
      : Float64Array.from(rowMajorData(x.sets));
  if (!x.isOwned) sets.budget.spend(count);
  if (v) {
    const added = rowMajorData(v);
    if (added.length * 4 < count) {
      for (let k = 0; k < added.length; k++) {
        const place = places[k]!;
        if (place >= 0) data[place] = sets.union(data[place]!, added[k]!);
      }
    } else {
      const sums = gathered(sets, count, added, places);
      for (let i = 0; i < count; i++) data[i] = sets.union(data[i]!, sums[i]!);
    }
    sets.budget.spend(added.length);
  }
  return ndarray("float64", shape, data);
}

/** A gather at unknown indices: any element along the axis. */
export function anyAlong(sets: SeedSets, x: NdArray, axis: number, indexRank: number, shape: Shape): NdArray {
  const kept = x.shape.toSpliced(axis, 1);
  const union = summedElements(sets, x, [axis], kept);
  const ones = new Array<number>(indexRank).fill(1);
  return broadcastView(ndarray("float64", kept.toSpliced(axis, 0, ...ones), union.data), shape);
}

/** What is added at unknown indices: any of it, anywhere along the axis. */
export function anyPut(sets: SeedSets, v: NdArray, axis: number, indexRank: number, shape: Shape): NdArray {
  const kept = v.shape.toSpliced(axis, indexRank);
  const axes = Array.from({ length: indexRank }, (_, i) => axis + i);
  const union = summedElements(sets, v, axes, kept);
  return broadcastView(ndarray("float64", kept.toSpliced(axis, 0, 1), union.data), shape);
}

/** A tensor of a shape that is never read: views of it tell places. */
export function untouched(shape: Shape): NdArray {
  return ndarray("float64", shape, new Float64Array(0));
}

/** The places in storage of a view's elements, in row-major order. */
export function offsetsOf({ shape, strides, offset }: NdArray): Float64Array {
  const places = new Float64Array(elementCount(shape));
  if (places.length === 0) return places;
  const joint = jointAxes(shape, [strides]);
  const stride = joint.strides[0]!.at(-1) ?? 0;
  let next = 0;
  forEachRun(joint.lengths, joint.strides, [offset], ([first], length) => {
    for (let n = 0; n < length; n++) places[next++] = first! + n * stride;
  });
  return places;
}

/** For each of `count` places the union of the members that go there; those with a negative place go nowhere. */
export function gathered(
  sets: SeedSets,
  count: number,
  members: ArrayLike<number>,
  places: ArrayLike<number>,
): Float64Array<ArrayBuffer> {
  const out = new Float64Array(count);
  const starts = new Int32Array(count + 1);
  for (let k = 0; k < members.length; k++) if (places[k]! >= 0) starts[places[k]! + 1]!++;
  for (let i = 0; i < count; i++) starts[i + 1]! += starts[i]!;
  const next = starts.slice();
  const sorted = new Float64Array(starts[count]!);
  for (let k = 0; k < members.length; k++) if (places[k]! >= 0) sorted[next[places[k]!]!++] = members[k]!;
  sets.budget.spend(members.length + count);
  for (let i = 0; i < count; i++) {
    const [from, to] = [starts[i]!, starts[i + 1]!];
    if (to - from === 1) out[i] = sorted[from]!;
    else if (to - from === 2) out[i] = sets.union(sorted[from]!, sorted[from + 1]!);
    else if (to > from) {
      sets.begin();
      for (let k = from; k < to; k++) sets.add(sorted[k]!);
      out[i] = sets.finish();
    }
  }
  return out;
}

function unionOf(sets: SeedSets, x: NdArray, y: NdArray, shape: Shape): NdArray {
  const [a, b] = [rowMajorData(x), rowMajorData(y)];
  const out = new Float64Array(a.length);
  for (let i = 0; i < out.length; ) {
    const end = Math.min(out.length, i + elementsPerSpend);
    sets.budget.spend(end - i);
    for (; i < end; i++) out[i] = sets.union(a[i]!, b[i]!);
  }
  return ndarray("float64", shape, out);
}

/** Whether a known factor is 0 anywhere. */
export function holdsZero(array: NdArray): boolean {
  if (array.data.length === 1) return array.data[0] === 0;
  return rowMajorData(array).includes(0);
}

/** The empty set, once. */
export function none(): NdArray {
  return ndarray("float64", [], new Float64Array(1));
}
