import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { DType } from "../../src/graph/dtype.ts";
import type { Graph } from "../../src/graph/graph.ts";
import type { NdArray } from "../../src/graph/ndarray.ts";
import type { Node } from "../../src/graph/operator.ts";
import { multiply } from "../../src/operators/families/arithmetic.ts";
import { add } from "../../src/operators/linear.ts";
import { sum } from "../../src/operators/views.ts";
import { gradient } from "../../src/transforms/derive.ts";
import { applied, finished, floats, jacobian, operations, primalOf, run, value } from "../support/graphs.ts";
import { flat, ints, type Nested, tensor, tensorOf } from "../support/tensors.ts";

interface Case {
  readonly op: string;
  readonly attrs: Readonly<Record<string, unknown>>;
  readonly dtypes: readonly DType[];
  readonly operands: readonly Nested[];
  readonly values: readonly Nested[];
  readonly weights?: readonly Nested[];
  readonly gradient?: readonly Nested[];
}

const cases: Case[] = JSON.parse(readFileSync(new URL("../data/tables.json", import.meta.url), "utf8"));
const operandsOf = ({ op, operands, dtypes }: Case) =>
  operands.map((x, i) => tensor(x, op === "conv" ? "float64" : dtypes[i]));

describe("tables, order and windows", () => {
  test.each(cases)("$op has the values of NumPy, SciPy and JAX, case %#", (given) => {
    const tensors = operandsOf(given);
    const results = run(primalOf(applied(given.op, tensors, given.attrs)), tensors);
    expectNear(results, given.values);
  });

  test.each(cases.filter(({ weights }) => weights))("$op has the derivatives of JAX, case %#", (given) => {
    const tensors = operandsOf(given);
    const graph = primalOf(applied(given.op, tensors, given.attrs));
    const scalar = weighted(
      graph,
      given.weights!.map((x) => tensor(x)),
    );
    const slopes = run(finished(gradient(scalar, floats(scalar))), tensors).slice(1);
    expectNear(slopes, given.gradient!);
  });
});

describe("at kinks and beyond", () => {
  const knots = [0, 1, 3];
  const heights = [1, 2, 0];

  test("interp has at a knot the mean of both slopes, at an end half of one, outside 0", () => {
    const [rows] = [jacobian("interp", [[0, 1, 3, -1, 4], knots, heights])];
    expect(rows.map((row, i) => row[i])).toEqual([0.5, 0, -0.5, 0, 0]);
    // By fp, a knot's own value.
    expect(rows[1]!.slice(8)).toEqual([0, 1, 0]);
  });

  test("interp and cubic_spline are NaN where xp does not ascend", () => {
    expect(value("interp", [0.5, [1, 0], [1, 2]])).toBeNaN();
    expect(value("cubic_spline", [0.5, [1, 0], [1, 2]])).toBeNaN();
    expect(value("cubic_spline", [0.5, [0, 1, 1], [1, 2, 3]])).toBeNaN();
  });

  test("a spline through 20,000 knots costs in proportion to them, and so do its derivatives", () => {
    const n = 20_000;
    const xp = tensorOf(
      Array.from({ length: n }, (_, k) => k + 0.3 * Math.sin(k)),
      [n],
    );
    const fp = tensorOf(
      Array.from(xp.data, (x) => Math.sin(x / 500)),
      [n],
    );
    const at = tensor([1000.4, 15_000.2]);
    const primal = primalOf(applied("cubic_spline", [at, xp, fp]));
    const [y] = run(finished(primal), [at, xp, fp]);
    flat(y!).forEach((found, k) => {
      expect(found).toBeCloseTo(Math.sin(at.data[k]! / 500), 11);
    });
    const derived = finished(gradient(weighted(primal, [tensor([1, 2])]), { wrt: [0, 1, 2], of: [0] }));
    expect(operations(derived)).toBeLessThan(1000 * n);
    const [, byX] = run(derived, [at, xp, fp]);
    expect(flat(byX!)[0]).toBeCloseTo(Math.cos(1000.4 / 500) / 500, 11);
  });

  test.each(["natural", "not-a-knot"])("a %s spline has the derivatives that differences give", (bc) => {
    const operands = [
      [0.2, 1.4, 3.7],
      [0, 0.01, 1, 1.5, 3, 4],
      [1, 2, 0.5, 0.3, 2, 1],
    ].map((x) => tensor(x));
    const rows = jacobian("cubic_spline", operands, { bc });
    const h = 1e-6;
    let column = 0;
    operands.forEach((x, i) => {
      x.data.forEach((_, k) => {
        const [up, down] = [h, -h].map((by) => {
          const data = Float64Array.from(x.data);
          data[k]! += by;
          return value("cubic_spline", operands.with(i, { ...x, data }), { bc }) as number[];
        });
        rows.forEach((row, r) => {
          const slope = (up![r]! - down![r]!) / (2 * h);
          expect(Math.abs(row[column]! - slope)).toBeLessThan(1e-4 * (1 + Math.abs(slope)));
        });
        column++;
      });
    });
  });

  test("order is stable, and NaN is the largest", () => {
    expect(value("argsort", [[2, Number.NaN, 1, 2, 1]])).toEqual([2, 4, 0, 3, 1]);
    expect(value("argsort", [[2, Number.NaN, 1, 2, 1]], { descending: true })).toEqual([1, 0, 3, 2, 4]);
    expect(value("quantile", [[1, Number.NaN]], { q: 0 })).toBeNaN();
    expect(jacobian("sort", [[2, 1, 1]])).toEqual([
      [0, 1, 0],
      [0, 0, 1],
      [1, 0, 0],
    ]);
  });

  test("of several values put at one place the last stays, and those outside are dropped", () => {
    expect(value("put_along_axis", [[1, 2, 3], ints(0, -3, 7), [7, 8, 9]])).toEqual([8, 2, 3]);
    expect(value("bincount_weighted", [ints(0, -1, 5, 0), [1, 2, 4, 8]], { length: 2 })).toEqual([9, 0]);
    expect(value("take_along_axis", [[1, 2, 3], ints(-1, 3)])).toEqual([3, Number.NaN]);
  });

  test("ties of a pool share", () => {
    expect(jacobian("max_pool", [[1, 1, 0, 2]], { window: [2] })).toEqual([
      [0.5, 0.5, 0, 0],
      [0, 0, 0, 1],
    ]);
  });
});

describe("bad input is told", () => {
  test.each([
    ["top_k", [[1, 2]], { k: 3 }, 'attribute "k" 3 is more than the 2 elements along axis 0'],
    ["quantile", [[1, 2]], { q: 1.5 }, 'attribute "q" must be from 0 to 1, received 1.5'],
    ["quantile", [[1, 2]], { q: [0.5, -1] }, 'attribute "q" must be from 0 to 1, received -1'],
    ["searchsorted", [[1, 2], 0], { side: "top" }, 'attribute "side" must be "left" or "right"'],
    ["cubic_spline", [0, [1], [1]], {}, "needs at least 2 knots, received 1"],
    ["interp", [0, [1, 2], [1]], {}, "shape [1] is not [2], that of xp"],
    ["conv", [[[[1, 2]]], [[[1], [2]]]], {}, "sees 2 channels in each of 1 groups, x has 1"],
    ["conv", [[[[1, 2]]], [[[1]]]], { strides: [0] }, 'attribute "strides" must have 1 entries of at least 1'],
    ["max_pool", [[1, 2]], { window: [1, 1] }, 'attribute "window" has 2 lengths, x has 1 axes'],
    ["unfold", [[1, 2]], { size: 0 }, 'attribute "size" must be at least 1'],
    ["histogram", [[1, 2]], { range: [2, 1] }, 'attribute "range" must be two numbers'],
    ["take_along_axis", [[1, 2], [0.5]], {}, "indices must be int32"],
  ] as [string, Nested[], object, string][])("%s of %j with %j", (op, operands, attrs, reason) => {
    expect(() => value(op, operands, attrs)).toThrow(reason);
  });
});

/** The sum of weights times the outputs that are floats. */
function weighted(graph: Graph, weights: readonly NdArray[]): Graph {
  const terms = floats(graph).of.map((i, k): Node => {
    const { node } = graph.outputs[i]!;
    return sum(multiply(node.builder.constant(weights[k]!), node));
  });
  return { inputs: graph.inputs, outputs: [{ name: "f", dtype: "float64", node: terms.reduce((a, b) => add(a, b)) }] };
}

function expectNear(actual: readonly NdArray[], expected: readonly Nested[]): void {
  expect(actual.map(({ shape }) => shape)).toEqual(expected.map((x) => tensor(x).shape));
  actual.forEach((array, i) => {
    const [list, wanted] = [flat(array), flat(tensor(expected[i]!))];
    const size = wanted.reduce((largest, x) => Math.max(largest, Math.abs(x)), 1);
    if (!list.every((x, k) => Math.abs(x - wanted[k]!) <= 2e-13 * size)) expect(list).toEqual(wanted);
  });
}
