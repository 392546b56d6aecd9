import { expect } from "vitest";
import type { Graph } from "../../src/graph/graph.ts";
import { nodesOf } from "../../src/graph/graph.ts";
import type { NdArray } from "../../src/graph/ndarray.ts";
import type { Node } from "../../src/graph/node.ts";
import { elementCount } from "../../src/graph/shape.ts";
import { add, multiply } from "../../src/operators/arithmetic.ts";
import { sum } from "../../src/operators/reductions.ts";
import { simplify } from "../../src/simplify/simplify.ts";
import { batch } from "../../src/transforms/batch.ts";
import { type Selection, gradient, jvp, vjp } from "../../src/transforms/derive.ts";
import { expand } from "../../src/transforms/expand.ts";
import * as graphs from "./graphs.ts";
import type { Random } from "./random.ts";
import { element, type Sample, type Values } from "./samples.ts";
import { countAll, flat, tensorOf } from "./tensors.ts";

// Each law takes a sample and fails where it does not hold. Laws of derivatives say nothing where values are not finite.

/** J (a v + b w) = a J v + b J w. */
export function jvpIsLinear({ primal, inputs, random }: Sample): void {
  const selection = graphs.floats(primal);
  const derived = graphs.finished(jvp(primal, selection));
  const [a, b] = random.numbers(2, -2, 2) as [number, number];
  const v = seedsLike(primal.inputs, selection.wrt, random);
  const w = seedsLike(primal.inputs, selection.wrt, random);
  const mixed = v.map((x, k) => tensorOf(flat(x).map((n, i) => a * n + b * flat(w[k]!)[i]!), x.shape));
  const [jv, jw, jm] = [v, w, mixed].map((seeds) => further(primal, derived, [...inputs, ...seeds]));
  const weights = magnitudes(primal, inputs);
  expectClose(
    jm!,
    jv!.map((n, i) => a * n + b * jw![i]!),
    weights.map((row) => 4 * row.reduce((s, x) => s + Math.abs(x), 0)),
  );
}

/** ⟨u, J v⟩ = ⟨Jᵀ u, v⟩. */
export function modesAreAdjoint({ primal, inputs, random }: Sample): void {
  const selection = graphs.floats(primal);
  const v = seedsLike(primal.inputs, selection.wrt, random);
  const u = seedsLike(primal.outputs, selection.of, random);
  const jv = further(primal, graphs.finished(jvp(primal, selection)), [...inputs, ...v]);
  const jtu = further(primal, graphs.finished(vjp(primal, selection)), [...inputs, ...u]);
  const dot = (a: readonly number[], b: readonly number[]) => a.reduce((s, x, i) => s + x * b[i]!, 0);
  const size = magnitudes(primal, inputs)
    .flat()
    .reduce((s, x) => s + Math.abs(x), 0);
  expectClose([dot(u.flatMap(flat), jv)], [dot(jtu, v.flatMap(flat))], [4 * size]);
}

/** The Jacobian by forward mode is the Jacobian by reverse mode. */
export function jacobiansAgree({ primal, inputs }: Sample): void {
  const forward = graphs.forwardJacobian(primal, inputs);
  const reverse = graphs.reverseJacobian(primal, inputs);
  const { of } = graphs.floats(primal);
  if (forward.length === 0 || reverse.length === 0) return expect(countAll(of.map((i) => primal.outputs[i]!.node))).toBe(0);
  expect(reverse.length).toBe(forward.length);
  const rowSizes = forward.map((row) => row.reduce((s, x) => s + Math.abs(x), 0));
  expectClose(
    reverse.flat(),
    forward.flat(),
    forward.flatMap((row, i) => row.map(() => rowSizes[i]!)),
  );
}

/** J v is the difference quotient along v, within its error. */
export function jvpIsDifference({ primal, inputs, random }: Sample): void {
  const selection = graphs.floats(primal);
  const v = seedsLike(primal.inputs, selection.wrt, random);
  const tangents = further(primal, graphs.finished(jvp(primal, selection)), [...inputs, ...v]);
  const plain = graphs.finished(primal);
  const values = (at: readonly NdArray[]) => {
    const outputs = graphs.run(plain, at);
    return selection.of.flatMap((i) => flat(outputs[i]!));
  };
  expectDifference(tangents, values, inputs, selection, v);
}

/** The Hessian of a weighted sum of all outputs is symmetric and is the difference quotient of the gradient. */
export function hessianIsSymmetricAndDifference({ primal, inputs, random }: Sample): void {
  const scalar = weightedSum(primal, random);
  if (!scalar) return;
  const selection = graphs.floats(scalar);
  if (countAll(selection.wrt.map((i) => scalar.inputs[i]!)) === 0) return;
  const rows = graphs.hessian(scalar, inputs);
  const size = rows.flat().reduce((s, x) => Math.max(s, Math.abs(x)), 1);
  const columns = rows[0]!.map((_, i) => rows.map((row) => row[i]!));
  expectClose(
    columns.flat(),
    rows.flat(),
    rows.flat().map(() => size),
  );
  const v = seedsLike(scalar.inputs, selection.wrt, random);
  const plain = graphs.finished(gradient(scalar, selection));
  const gradients = (at: readonly NdArray[]) => graphs.run(plain, at).slice(1).flatMap(flat);
  const product = rows.map((row) => row.reduce((s, x, i) => s + x * v.flatMap(flat)[i]!, 0));
  expectDifference(product, gradients, inputs, selection, v);
}

/** Simplifying keeps every value bit for bit, and has no more nodes and operations than before. */
export function simplifyPreserves({ surface, primal, inputs, random }: Sample): void {
  const expanded = expand(surface, graphs.newBuilder());
  const values = expectSimplified(expanded, primal, inputs);
  values.forEach(([before, after]) => expect(after).toEqual(before));
  const selection = graphs.floats(primal);
  const seeds = seedsLike(primal.inputs, selection.wrt, random);
  const cotangents = seedsLike(primal.outputs, selection.of, random);
  // An absorbed zero is a constant 0, whatever sign the product would have had.
  const unsigned = (list: readonly number[]) => list.map((x) => x + 0);
  const derived: [Graph, readonly NdArray[]][] = [
    [jvp(primal, selection), seeds],
    [vjp(primal, selection), cotangents],
    [jvp(vjp(primal, selection), { wrt: selection.wrt, of: selection.wrt.map((_, k) => primal.outputs.length + k) }), [...cotangents, ...seeds]],
  ];
  for (const [graph, given] of derived) {
    const list = expectSimplified(graph, graphs.finished(graph), [...inputs, ...given]);
    for (const [before, after] of list) expect(unsigned(after)).toEqual(unsigned(before));
  }
}

/** A batch of points is each point alone, whichever inputs have the points' axis; so is a batch of a batch. */
export function batchIsEachPoint({ primal, random }: Sample, values: Values): void {
  const points = Array.from({ length: 3 }, () => valuesLike(primal.inputs, values, random));
  const count = primal.inputs.length;
  // Every subset of the inputs; of many inputs a few subsets.
  const masks = count <= 3 ? [...Array(2 ** count).keys()] : [0, 1, 2].map(() => random.below(2 ** count));
  for (const mask of masks) {
    const isBatched = (i: number) => ((mask >> i) & 1) === 1;
    const at = points.map((point) => point.map((x, i) => (isBatched(i) ? x : points[0]![i]!)));
    expectBatch(primal, at, isBatched);
  }
  const selection = graphs.floats(primal);
  const derived = graphs.finished(vjp(primal, selection));
  const seeds = [0, 1].map(() => seedsLike(primal.outputs, selection.of, random));
  const isSeed = (i: number) => i >= count;
  const overSeeds = batch(derived, graphs.newBuilder(), 2, isSeed, (o) => o >= primal.outputs.length);
  const overPoints = batch(overSeeds, graphs.newBuilder(), 3, () => true, () => true);
  const together = graphs.run(graphs.finished(overPoints), [
    ...stacked(points),
    ...stacked(points.map(() => stacked(seeds))),
  ]);
  points.forEach((point, p) => {
    const primals = graphs.run(derived, [...point, ...seeds[0]!]).slice(0, primal.outputs.length);
    const cotangents = seeds.map((seed) => graphs.run(derived, [...point, ...seed]).slice(primal.outputs.length));
    const alone = [...primals, ...stacked(cotangents)];
    together.forEach((all, k) => {
      expect(all.shape.slice(1)).toEqual(alone[k]!.shape);
      expectClose(part(all, p), flat(alone[k]!));
    });
  });
}

/** Reverse mode costs at most five times what the function and the touching of inputs and outputs cost. */
export function gradientIsCheap({ primal }: Sample): void {
  const selection = graphs.floats(primal);
  const scalars = countAll([...primal.inputs, ...primal.outputs.map(({ node }) => node)]);
  const cost = graphs.operations(graphs.finished(vjp(primal, selection)));
  expect(cost).toBeLessThanOrEqual(5 * (graphs.operations(graphs.finished(primal)) + scalars));
}

/** Two lists of numbers are equal but for rounding relative to `sizes`; what is not finite is equal. */
export function expectClose(actual: readonly number[], expected: readonly number[], sizes?: readonly number[]): void {
  expect(actual.length).toBe(expected.length);
  const isClose = expected.every((x, i) => {
    const y = actual[i]!;
    if (Object.is(x, y) || x === y) return true;
    return Math.abs(x - y) <= 1e-10 * (1 + Math.abs(x) + (sizes?.[i] ?? 0));
  });
  if (!isClose) expect(actual).toEqual(expected);
}

function expectSimplified(before: Graph, after: Graph, inputs: readonly NdArray[]): [number[], number[]][] {
  const inner = simplify(before, graphs.newBuilder());
  expect(nodesOf(inner).length).toBeLessThanOrEqual(nodesOf(before).length);
  expect(graphs.operations(inner)).toBeLessThanOrEqual(graphs.operations(before));
  const plain = graphs.run(before, inputs);
  const simple = graphs.run(after, inputs);
  return plain.map((x, i) => {
    expect([simple[i]!.shape, simple[i]!.dtype]).toEqual([x.shape, x.dtype]);
    return [flat(x), flat(simple[i]!)];
  });
}

function expectDifference(
  derivative: readonly number[],
  values: (at: readonly NdArray[]) => number[],
  inputs: readonly NdArray[],
  { wrt }: Selection,
  v: readonly NdArray[],
): void {
  const moved = (t: number) => {
    const at = [...inputs];
    wrt.forEach((i, k) => {
      at[i] = tensorOf(flat(at[i]!).map((x, n) => x + t * flat(v[k]!)[n]!), at[i]!.shape);
    });
    return values(at);
  };
  const quotient = (h: number) => {
    const [up, down] = [moved(h), moved(-h)];
    return up.map((x, i) => (x - down[i]!) / (2 * h));
  };
  const here = values(inputs);
  const [wide, narrow] = [quotient(2e-4), quotient(1e-4)];
  const isWithin = derivative.every((d, i) => {
    const [a, b, f] = [wide[i]!, narrow[i]!, here[i]!];
    // Quotients that differ much have a kink or a jump between them.
    if (!Number.isFinite(a + b + f) || Math.abs(a - b) > 1e-3 * (1 + Math.abs(b))) return true;
    const error = 3 * Math.abs(a - b) + 1e-8 * (1 + Math.abs(f) + Math.abs(b));
    return Math.abs(d - b) <= error;
  });
  if (!isWithin) expect(derivative).toEqual(narrow);
}

function expectBatch(primal: Graph, points: readonly (readonly NdArray[])[], isBatched: (i: number) => boolean): void {
  const size = points.length;
  const plain = graphs.finished(primal);
  const all = graphs.finished(batch(primal, graphs.newBuilder(), size, isBatched, () => true));
  const together = graphs.run(
    all,
    stacked(points).map((x, i) => (isBatched(i) ? x : points[0]![i]!)),
  );
  points.forEach((point, p) => {
    graphs.run(plain, point).forEach((alone, k) => {
      expect([together[k]!.shape, together[k]!.dtype]).toEqual([[size, ...alone.shape], alone.dtype]);
      expectClose(part(together[k]!, p), flat(alone));
    });
  });
}

/** Σ of weights times outputs, or undefined where no output is a float. */
function weightedSum(graph: Graph, random: Random): Graph | undefined {
  const { of } = graphs.floats(graph);
  const terms = of.map((i): Node => {
    const { node } = graph.outputs[i]!;
    const weights = tensorOf(random.numbers(elementCount(node.shape)), node.shape);
    return sum(multiply(node.builder.constant(weights), node));
  });
  const node = terms.length > 0 ? terms.reduce((a, b) => add(a, b)) : undefined;
  return node && { inputs: graph.inputs, outputs: [{ name: "f", dtype: "float64", node }] };
}

/** |J|, or no weights where it is not defined. */
function magnitudes(graph: Graph, inputs: readonly NdArray[]): number[][] {
  const rows = graphs.forwardJacobian(graph, inputs);
  return rows.length > 0 ? rows : [[]];
}

function further(graph: Graph, derived: Graph, inputs: readonly NdArray[]): number[] {
  return graphs.run(derived, inputs).slice(graph.outputs.length).flatMap(flat);
}

function seedsLike(list: Graph["inputs"] | Graph["outputs"], which: readonly number[], random: Random): NdArray[] {
  return which.map((i) => {
    const { shape } = list[i]!.node;
    return tensorOf(random.numbers(elementCount(shape)), shape);
  });
}

function valuesLike(list: Graph["inputs"], values: Values, random: Random): NdArray[] {
  return list.map(({ shape, dtype }) =>
    tensorOf(
      Array.from({ length: elementCount(shape) }, () => element(random, dtype, values)),
      shape,
      dtype,
    ),
  );
}

/** Lists of tensors as one list of tensors with a new leading axis. */
function stacked(lists: readonly (readonly NdArray[])[]): NdArray[] {
  return lists[0]!.map((like, i) =>
    tensorOf(
      lists.flatMap((list) => flat(list[i]!)),
      [lists.length, ...like.shape],
      like.dtype,
    ),
  );
}

function part(all: NdArray, point: number): number[] {
  const count = elementCount(all.shape.slice(1));
  return flat(all).slice(point * count, (point + 1) * count);
}

