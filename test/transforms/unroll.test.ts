import fc from "fast-check";
import { expect, test } from "vitest";
import type { Graph } from "../../src/graph/graph.ts";
import type { NdArray } from "../../src/graph/ndarray.ts";
import { interpret } from "../../src/graph/running/interpret.ts";
import { elementCount, range, type Shape } from "../../src/graph/shape.ts";
import { cumulative_sum } from "../../src/operators/families/cumulative.ts";
import { sum } from "../../src/operators/views.ts";
import { simplifyingBuilder } from "../../src/simplify/simplify.ts";
import { jvp, vjp } from "../../src/transforms/derive.ts";
import { type UnitSeeds, unroll } from "../../src/transforms/unroll.ts";
import { differenceCompiled } from "../support/compiled.ts";
import { finished, floats, graphOf, newBuilder, primalOf } from "../support/graphs.ts";
import { outputsOf } from "../support/programs.ts";
import { randomGraph } from "../support/random-graphs.ts";
import { stridedGraph } from "../support/strided-graphs.ts";
import { countAll, flat, tensorOf } from "../support/tensors.ts";

const unlimited = { rank: Number.POSITIVE_INFINITY, elements: Number.POSITIVE_INFINITY };

test.each([false, true])("on scalars a graph has the same values to the bit (NaN and infinities: %s)", (isSpecial) => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 8 }), (seed, size) => {
      const { graph, inputs } = stridedGraph(seed, size, isSpecial);
      const unrolled = unroll(graph, newBuilder(), 1e6)!;
      const [actual, expected] = [unrolled, graph].map((either) => described(outputsOf(interpret(either), inputs), -0));
      expect(actual).toEqual(expected);
      expect(differenceCompiled(unrolled, inputs, true)).toBeUndefined();
    }),
    { numRuns: 12 },
  );
});

test("with the unit seeds written in it gives the matrix, in both layouts and modes", () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 6 }), fc.boolean(), (seed, size, isReverse) => {
      const { primal, inputs } = randomGraph(seed, size);
      const derived = finished((isReverse ? vjp : jvp)(primal, floats(primal)));
      const [firstSeed, firstSeeded] = [primal.inputs.length, primal.outputs.length];
      const zeros = derived.inputs
        .slice(firstSeed)
        .map(({ shape }) => tensorOf(new Float64Array(elementCount(shape)), shape));
      for (const layout of ["matrix", "blocks"] as const) {
        const units = { firstSeed, firstSeeded, isReverse, layout };
        const unrolled = unroll(derived, simplifyingBuilder(unlimited), 1e6, units);
        if (!unrolled) continue;
        const given = [...inputs, ...zeros];
        const actual = described(outputsOf(interpret(unrolled), given).slice(firstSeeded));
        expect(actual).toEqual(described(matrices(derived, inputs, units)));
        expect(differenceCompiled(unrolled, given)).toBeUndefined();
      }
    }),
    { numRuns: 12 },
  );
});

test("nothing is taken apart past the allowed elements", () => {
  const graph = primalOf(graphOf([[50], [40]], (x, y) => [sum(x!), y!]));
  const units = { firstSeed: 2, firstSeeded: 2, isReverse: false, layout: "matrix" } as const;
  // The derivative of y is zero: 2000 entries that no node makes.
  const derived = finished(jvp(graph, { wrt: [0], of: [0, 1] }));
  expect(unroll(derived, newBuilder(), 1900, units)).toBeUndefined();
  const builder = newBuilder();
  expect(unroll(derived, builder, 20_000, units)!.outputs[2]!.node.shape).toEqual([41, 50]);
  expect(builder.size).toBeLessThan(20_000);
  for (const elements of [0, 10, 100, 1000, 5000]) {
    const limited = newBuilder();
    unroll(derived, limited, elements, units);
    expect(limited.size).toBeLessThanOrEqual(6 * elements);
  }
});

test("inputs that nothing reads stay whole", () => {
  const builder = newBuilder();
  const graph = graphOf([[100_000], [2]], (_, y) => sum(y!, { axis: [0] }));
  expect(unroll(graph, builder, 100)!.inputs.map(({ shape }) => shape)).toEqual([[100_000], [2]]);
  expect(builder.size).toBeLessThan(20);
});

test("what is no function of single elements is not taken apart", () => {
  const graph = primalOf(graphOf([[3]], (x) => cumulative_sum(x!, { axis: 0 })));
  expect(unroll(graph, newBuilder(), 1e6)).toBeUndefined();
});

// An absorbed zero is a constant 0, whatever sign the product would have had: adding 0 makes all zeros positive.
function described(arrays: readonly NdArray[], zero = 0) {
  return arrays.map((x) => ({ shape: x.shape, dtype: x.dtype, elements: flat(x).map((n) => n + zero) }));
}

/** The matrix of a derivative, from one run for each unit seed. */
function matrices(
  derived: Graph,
  inputs: readonly NdArray[],
  { firstSeed, firstSeeded, isReverse, layout }: UnitSeeds,
) {
  const seeds = derived.inputs.slice(firstSeed);
  const count = countAll(seeds);
  const program = interpret(derived);
  const products = range(count).map((seed) => {
    let first = 0;
    const units = seeds.map(({ shape }) => {
      const data = new Float64Array(elementCount(shape));
      if (seed >= first && seed < first + data.length) data[seed - first] = 1;
      first += data.length;
      return tensorOf(data, shape);
    });
    return outputsOf(program, [...inputs, ...units])
      .slice(firstSeeded)
      .flatMap(flat);
  });
  const results = derived.outputs.slice(firstSeeded).map(({ node }) => node);
  const [rows, columns] = isReverse ? [seeds, results] : [results, seeds];
  const entry = (row: number, column: number) => (isReverse ? products[row]![column]! : products[column]![row]!);
  const block = (shape: Shape, fromRow: number, countRows: number, fromColumn: number, countColumns: number) =>
    tensorOf(
      range(countRows).flatMap((i) => range(countColumns).map((j) => entry(fromRow + i, fromColumn + j))),
      shape,
    );
  const [height, width] = [countAll(rows), countAll(columns)];
  if (layout === "matrix") return [block([height, width], 0, height, 0, width)];
  const before = (list: readonly { readonly shape: Shape }[], i: number) => countAll(list.slice(0, i));
  return rows.flatMap((row, i) =>
    columns.map((column, j) =>
      block(
        [...row.shape, ...column.shape],
        before(rows, i),
        elementCount(row.shape),
        before(columns, j),
        elementCount(column.shape),
      ),
    ),
  );
}
