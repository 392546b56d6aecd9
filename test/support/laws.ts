import { expect } from "vitest";
import { Budget } from "../../src/graph/budget.ts";
import { evaluateNode } from "../../src/graph/evaluate.ts";
import type { Graph } from "../../src/graph/graph.ts";
import { nodesOf } from "../../src/graph/graph.ts";
import { copied, type NdArray } from "../../src/graph/ndarray.ts";
import { constantValue, type Node } from "../../src/graph/operator.ts";
import { interpret } from "../../src/graph/running/interpret.ts";
import { elementCount } from "../../src/graph/shape.ts";
import { multiply } from "../../src/operators/families/arithmetic.ts";
import { add } from "../../src/operators/linear.ts";
import { sum, zeroLike } from "../../src/operators/views.ts";
import { batch } from "../../src/transforms/batch.ts";
import { gradient, jvp, type Selection, vjp } from "../../src/transforms/derive.ts";
import { expand } from "../../src/transforms/expand.ts";
import { passes } from "../../src/transforms/passes/index.ts";
import { settle } from "../../src/transforms/settle.ts";
import * as graphs from "./graphs.ts";
import type { Said } from "./holds.ts";
import { outputsOf } from "./programs.ts";
import type { Random } from "./random.ts";
import { element, type Sample, type Values } from "./samples.ts";
import { countAll, flat, tensorOf } from "./tensors.ts";

// Each law takes a sample, fails where it does not hold and tells whether it said something. Laws of derivatives say
// nothing where values are not finite, and no law says anything of tensors without elements.

/** J (a v + b w) = a J v + b J w. */
export function jvpIsLinear({ primal, inputs, random }: Sample): Said {
  const selection = graphs.floats(primal);
  const derived = graphs.finished(jvp(primal, selection));
  const [a, b] = random.numbers(2, -2, 2) as [number, number];
  const v = seedsLike(primal.inputs, selection.wrt, random);
  const w = seedsLike(primal.inputs, selection.wrt, random);
  const mixed = v.map((x, k) =>
    tensorOf(
      flat(x).map((n, i) => a * n + b * flat(w[k]!)[i]!),
      x.shape,
    ),
  );
  const rows = graphs.forwardJacobian(primal, inputs);
  const rowIsFinite = rows.map((row) => row.every(Number.isFinite));
  const [jv, jw, jm] = [v, w, mixed].map((seeds) =>
    further(primal, derived, [...inputs, ...seeds]).filter((_, i) => rowIsFinite[i]),
  );
  expectClose(
    jm!,
    jv!.map((n, i) => a * n + b * jw![i]!),
    rows.filter((_, i) => rowIsFinite[i]).map((row) => 4 * sizeOf(row)),
  );
  return countAll(v) > 0 && rowIsFinite.includes(true);
}

/** ⟨u, J v⟩ = ⟨Jᵀ u, v⟩. */
export function modesAreAdjoint({ primal, inputs, random }: Sample): Said {
  const selection = graphs.floats(primal);
  const rows = graphs.forwardJacobian(primal, inputs);
  const rowIsFinite = rows.map((row) => row.every(Number.isFinite));
  const v = seedsLike(primal.inputs, selection.wrt, random);
  // A cotangent of zero absorbs what is not finite.
  let row = 0;
  const u = seedsLike(primal.outputs, selection.of, random).map((seed) =>
    tensorOf(
      flat(seed).map((x) => (rowIsFinite[row++] ? x : 0)),
      seed.shape,
    ),
  );
  const finite = (list: readonly number[]) => list.filter((_, i) => rowIsFinite[i]);
  const jv = finite(further(primal, graphs.finished(jvp(primal, selection)), [...inputs, ...v]));
  const jtu = further(primal, graphs.finished(vjp(primal, selection)), [...inputs, ...u]);
  const dot = (a: readonly number[], b: readonly number[]) => a.reduce((s, x, i) => s + x * b[i]!, 0);
  const size = sizeOf(rows.filter((_, i) => rowIsFinite[i]).flat());
  expectClose([dot(finite(u.flatMap(flat)), jv)], [dot(jtu, v.flatMap(flat))], [4 * size]);
  return countAll(v) > 0 && rowIsFinite.includes(true);
}

/** The Jacobian by forward mode is the Jacobian by reverse mode, but where the function itself is NaN. */
export function jacobiansAgree({ primal, inputs }: Sample): Said {
  const forward = graphs.forwardJacobian(primal, inputs);
  const values = graphs.run(primal, inputs).flatMap(flat);
  const reverse = graphs.reverseJacobian(primal, inputs);
  const isNaNRow = graphs.floats(primal).of.length === primal.outputs.length ? values.map(Number.isNaN) : [];
  expect(reverse.length).toBe(forward.length);
  isNaNRow.forEach((isUndefined, i) => {
    if (isUndefined) reverse[i] = forward[i] = [];
  });
  const rowSizes = forward.map(sizeOf);
  expectClose(
    reverse.flat(),
    forward.flat(),
    forward.flatMap((row, i) => row.map(() => rowSizes[i]!)),
  );
  return forward.some((row) => row.length > 0);
}

/** J v is the difference quotient along v, within its error. */
export function jvpIsDifference({ primal, inputs, random }: Sample): Said {
  const selection = graphs.floats(primal);
  const v = seedsLike(primal.inputs, selection.wrt, random);
  const tangents = further(primal, graphs.finished(jvp(primal, selection)), [...inputs, ...v]);
  const plain = graphs.finished(primal);
  const values = (at: readonly NdArray[]) => {
    const outputs = graphs.run(plain, at);
    return selection.of.flatMap((i) => flat(outputs[i]!));
  };
  return countAll(v) > 0 && expectDifference(tangents, values, inputs, selection, v);
}

/** The Hessian of a weighted sum of all outputs is symmetric and is the difference quotient of the gradient. */
export function hessianIsSymmetricAndDifference({ primal, inputs, random }: Sample): Said {
  const scalar = weightedSum(primal, random);
  if (!scalar) return false;
  const selection = graphs.floats(scalar);
  if (countAll(selection.wrt.map((i) => scalar.inputs[i]!)) === 0) return false;
  const rows = graphs.hessian(scalar, inputs);
  const size = rows.flat().reduce((s, x) => Math.max(s, Math.abs(x)), 1);
  const columns = rows[0]!.flatMap((_, i) => rows.map((row) => row[i]!));
  // Where a slope is infinite, what is left of it depends on the order in which it meets zeros.
  const entries = rows.flat();
  const bothFinite = (_: number, i: number) => Number.isFinite(entries[i]!) && Number.isFinite(columns[i]!);
  const upper = entries.filter(bothFinite);
  expectClose(
    columns.filter(bothFinite),
    upper,
    upper.map(() => size),
  );
  const v = seedsLike(scalar.inputs, selection.wrt, random);
  const plain = graphs.finished(gradient(scalar, selection));
  const gradients = (at: readonly NdArray[]) => graphs.run(plain, at).slice(1).flatMap(flat);
  const product = rows.map((row) => row.reduce((s, x, i) => s + x * v.flatMap(flat)[i]!, 0));
  return expectDifference(product, gradients, inputs, selection, v);
}

/** Simplifying keeps every value bit for bit, and has no more nodes and operations than before. */
export function simplifyPreserves({ surface, primal, inputs, random }: Sample): Said {
  const expanded = expand(surface, graphs.newBuilder());
  const values = expectSimplified(expanded, primal, inputs);
  for (const [before, after] of values) expect(after).toEqual(before);
  const selection = graphs.floats(primal);
  const seeds = seedsLike(primal.inputs, selection.wrt, random);
  const cotangents = seedsLike(primal.outputs, selection.of, random);
  // An absorbed zero is a constant 0, whatever sign the product would have had.
  const unsigned = (list: readonly number[]) => list.map((x) => x + 0);
  const derivatives: [(graph: Graph) => Graph, readonly NdArray[]][] = [
    [(graph) => jvp(graph, selection), seeds],
    [(graph) => vjp(graph, selection), cotangents],
    [
      (graph) =>
        jvp(vjp(graph, selection), { ...selection, of: selection.wrt.map((_, k) => graph.outputs.length + k) }),
      [...cotangents, ...seeds],
    ],
  ];
  for (const [derive, given] of derivatives) {
    const plain = derive(expanded);
    for (const [before, after] of expectSimplified(plain, graphs.finished(plain), [...inputs, ...given])) {
      expect(unsigned(after)).toEqual(unsigned(before));
    }
    // Derived from what is simplified, cotangents may add up in another order.
    for (const [before, after] of expectSimplified(plain, derive(primal), [...inputs, ...given])) {
      if ([...before, ...after].every((x) => Math.abs(x) < 1e6)) expectClose(after, before);
    }
  }
  return hasElements(primal);
}

/** A batch of points is each point alone, whichever inputs have the points' axis; so is a batch of a batch. */
export function batchIsEachPoint({ primal, random }: Sample, values: Values): Said {
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
  const overPoints = batch(
    overSeeds,
    graphs.newBuilder(),
    3,
    () => true,
    () => true,
  );
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
  return hasElements(primal);
}

/** Running writes over no input and no value that is still read: it gives what node after node gives, also again. */
export function runOverwritesNothing({ primal, inputs, random }: Sample): Said {
  const selection = graphs.floats(primal);
  const cotangents = seedsLike(primal.outputs, selection.of, random);
  const derived = vjp(primal, selection);
  const given = [...inputs, ...cotangents];
  const before = given.map(flat);
  const plain = nodeAfterNode(derived, given).map(flat);
  const program = graphs.finished(derived);
  for (let k = 0; k < 2; k++) {
    const results = graphs.run(program, given).map(flat);
    expectClose(results.flat(), plain.flat());
    expect(given.map(flat)).toEqual(before);
  }
  return hasElements(primal);
}

/** Reverse mode costs at most five times what the function and the touching of inputs and outputs cost. */
export function gradientIsCheap({ primal }: Sample, factor = 5): Said {
  const selection = graphs.floats(primal);
  const scalars = countAll([...primal.inputs, ...primal.outputs.map(({ node }) => node)]);
  const cost = graphs.operations(graphs.finished(vjp(primal, selection)));
  expect(cost).toBeLessThanOrEqual(factor * (graphs.operations(graphs.finished(primal)) + scalars));
  return hasElements(primal);
}

/** What maps tangents to tangents, transposed and transposed again, is itself. */
export function transposesBack({ primal, inputs, random }: Sample): Said {
  const selection = graphs.floats(primal);
  const forward = jvp(primal, selection);
  const first = primal.inputs.length;
  const tangents = forward.inputs.slice(first);
  const results = forward.outputs.slice(primal.outputs.length);
  // Names that no graph has: of the seeds that the transposed maps are given.
  const seedOf = ({ node }: { readonly node: Node }, name: string) => ({
    name,
    shape: node.shape,
    dtype: "float64" as const,
    node: node.builder.input(name, node.shape, "float64"),
  });
  const nodesIn = (list: readonly { readonly node: Node }[]) => list.map(({ node }) => node);
  const cotangents = results.map((result, i) => seedOf(result, `once:${i}`));
  const once = passes.transpose(nodesIn(results), nodesIn(cotangents), nodesIn(tangents));
  const again = tangents.map((tangent, i) => seedOf(tangent, `twice:${i}`));
  const present = [...once.keys()].filter((i) => once[i]);
  const twice = passes.transpose(
    present.map((i) => once[i]!),
    present.map((i) => again[i]!.node),
    nodesIn(cotangents),
  );
  const back = settle({
    inputs: [...primal.inputs, ...again],
    outputs: results.map((result, i) => ({ ...result, node: twice[i] ?? zeroLike(result.node) })),
  });
  const v = seedsLike(primal.inputs, selection.wrt, random);
  const expected = further(primal, graphs.finished(settle(forward)), [...inputs, ...v]);
  if (!expected.every(Number.isFinite)) return false;
  const actual = graphs.run(graphs.finished(back), [...inputs, ...v]).flatMap(flat);
  const rows = graphs.forwardJacobian(primal, inputs);
  expectClose(
    actual,
    expected,
    rows.map((row) => 4 * sizeOf(row)),
  );
  return countAll(v) > 0 && expected.some((x) => x !== 0);
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

/** The outputs of a graph of primitives, each value in storage of its own and kept to the end. */
function nodeAfterNode(graph: Graph, inputs: readonly NdArray[]): NdArray[] {
  const values = new Map<Node, NdArray>(graph.inputs.map(({ node }, i) => [node, copied(inputs[i]!)]));
  for (const node of nodesOf(graph)) {
    if (values.has(node)) continue;
    const operands = node.args.map((arg) => copied(values.get(arg)!));
    values.set(node, constantValue(node) ?? evaluateNode(node, operands, false, Budget.unlimited()));
  }
  return graph.outputs.map(({ node }) => values.get(node)!);
}

function expectSimplified(before: Graph, after: Graph, inputs: readonly NdArray[]): [number[], number[]][] {
  // Constants and views aside: a folded constant may need a view of its own.
  const computing = (graph: Graph) => nodesOf(graph).filter((node) => node.op.cost(node) > 0).length;
  expect(computing(after)).toBeLessThanOrEqual(computing(before));
  expect(graphs.operations(after)).toBeLessThanOrEqual(graphs.operations(before));
  // By one way of computing: constants are folded as the interpreter computes.
  const plain = outputsOf(interpret(before), inputs);
  const simple = outputsOf(interpret(after), inputs);
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
): Said {
  const moved = (t: number) => {
    const at = [...inputs];
    wrt.forEach((i, k) => {
      at[i] = tensorOf(
        flat(at[i]!).map((x, n) => x + t * flat(v[k]!)[n]!),
        at[i]!.shape,
      );
    });
    return values(at);
  };
  const quotient = (h: number) => {
    const [up, down] = [moved(h), moved(-h)];
    return up.map((x, i) => (x - down[i]!) / (2 * h));
  };
  const here = values(inputs);
  const [wide, narrow, narrowest] = [quotient(2e-4), quotient(1e-4), quotient(1e-6)];
  let compared = 0;
  const isWithin = derivative.every((d, i) => {
    const [a, b, c, f] = [wide[i]!, narrow[i]!, narrowest[i]!, here[i]!];
    // Quotients that differ much have a kink or jumps between them.
    const spread = Math.max(Math.abs(a - b), Math.abs(b - c));
    if (!Number.isFinite(a + b + c + f) || spread > 1e-3 * (1 + Math.abs(b))) return true;
    compared++;
    const error = 3 * Math.abs(a - b) + 1e-8 * (1 + Math.abs(f) + Math.abs(b));
    return Math.abs(d - b) <= error;
  });
  if (!isWithin) expect(derivative).toEqual(narrow);
  return compared > 0 && compared >= derivative.length / 2;
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

function hasElements({ outputs }: Graph): boolean {
  return countAll(outputs.map(({ node }) => node)) > 0;
}

function sizeOf(list: readonly number[]): number {
  return list.reduce((size, x) => size + Math.abs(x), 0);
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
