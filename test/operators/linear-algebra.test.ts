import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Graph } from "../../src/graph/graph.ts";
import type { NdArray } from "../../src/graph/ndarray.ts";
import type { Node } from "../../src/graph/operator.ts";
import { multiply } from "../../src/operators/families/arithmetic.ts";
import { add } from "../../src/operators/linear.ts";
import { sum } from "../../src/operators/views.ts";
import { gradient, hvp } from "../../src/transforms/derive.ts";
import { applied, finished, floats, hessian, jacobian, primalOf, run, value } from "../support/graphs.ts";
import { flat, type Nested, tensor } from "../support/tensors.ts";

interface Case {
  readonly op: string;
  readonly attrs: Readonly<Record<string, unknown>>;
  readonly operands: readonly Nested[];
  readonly values: readonly Nested[];
  readonly weights?: readonly Nested[];
  readonly gradient?: readonly Nested[];
  readonly direction?: readonly Nested[];
  readonly hvp?: readonly Nested[] | null;
}

const cases: Case[] = JSON.parse(readFileSync(new URL("../data/linear-algebra.json", import.meta.url), "utf8"));

describe("linear algebra", () => {
  test.each(cases)("$op has the values that LAPACK gives, case %#", ({ op, attrs, operands, values }) => {
    const tensors = operands.map((x) => tensor(x));
    const results = run(primalOf(applied(op, tensors, attrs)), tensors);
    expectNear(
      results.map(flat),
      values.map((x) => flat(tensor(x))),
      1e-13,
    );
  });

  test.each(cases.filter(({ weights }) => weights))("$op has the derivatives that JAX gives, case %#", (given) => {
    const tensors = given.operands.map((x) => tensor(x));
    const scalar = weighted(
      primalOf(applied(given.op, tensors, given.attrs)),
      given.weights!.map((x) => tensor(x)),
    );
    const selection = floats(scalar);
    const slopes = run(finished(gradient(scalar, selection)), tensors).slice(1);
    expectNear(
      slopes.map(flat),
      given.gradient!.map((x) => flat(tensor(x))),
      1e-11,
    );
    if (!given.hvp) return;
    const products = run(finished(hvp(scalar, selection)), [...tensors, ...given.direction!.map((x) => tensor(x))]);
    expectNear(
      products.slice(1 + tensors.length).map(flat),
      given.hvp.map((x) => flat(tensor(x))),
      1e-10,
    );
  });
});

describe("a determinant", () => {
  // Of rank 2: its cofactors are the products of the two null vectors.
  const singular = [
    [1, 2, 3],
    [4, 5, 6],
    [7, 8, 9],
  ];

  test("has its cofactors for a derivative where the matrix is singular", () => {
    const [row] = jacobian("det", [singular]);
    expectNear([row!], [[-3, 6, -3, 6, -12, 6, -3, 6, -3]], 1e-13);
  });

  test("has a second derivative there", () => {
    const graph = primalOf(applied("det", [tensor(singular)]));
    const rows = hessian(graph, [tensor(singular)]);
    // d²det / dA00 dA11 is A22, d²det / dA01 dA10 is -A22.
    expect(rows[0]![4]).toBeCloseTo(9, 12);
    expect(rows[1]![3]).toBeCloseTo(-9, 12);
    expect(rows[0]![0]).toBeCloseTo(0, 12);
    expect(rows[8]![0]).toBeCloseTo(5, 12);
  });

  test("of a zero number has the slope 1, of a matrix with a zero in the middle of its pivots the cofactors", () => {
    expect(jacobian("det", [[[0]]])).toEqual([[1]]);
    const matrix = [
      [1, 1, 0],
      [0, 0, 2],
      [0, 0, 3],
    ];
    expectNear(jacobian("det", [matrix]), [[0, 0, 0, -3, 3, 0, 2, -2, 0]], 1e-13);
  });

  test("of no rows is 1", () => {
    expect(value("det", [tensorOfNone()])).toBe(1);
  });
});

describe("a matrix that is singular or indefinite gives values, not errors", () => {
  const singular = [
    [1, 2],
    [2, 4],
  ];

  test("by solve and inv: what is infinite or NaN", () => {
    for (const x of (value("inv", [singular]) as number[][]).flat()) expect(Number.isFinite(x)).toBe(false);
    for (const x of value("solve", [singular, [1, 2]]) as number[]) expect(Number.isFinite(x)).toBe(false);
  });

  test("by cholesky: NaN in the whole factor", () => {
    const indefinite = [
      [1, 2],
      [2, 1],
    ];
    expect(value("cholesky", [indefinite])).toEqual([
      [Number.NaN, Number.NaN],
      [Number.NaN, Number.NaN],
    ]);
  });

  test("by slogdet: 0 and -Infinity", () => {
    const tensors = [tensor(singular)];
    const [sign, logarithm] = run(primalOf(applied("slogdet", tensors)), tensors).map(flat);
    expect([sign, logarithm]).toEqual([[0], [Number.NEGATIVE_INFINITY]]);
  });
});

describe("eigenvalues that are equal", () => {
  test("have exact derivatives, by which the trace has the identity's", () => {
    const matrix = [
      [2, 0, 0],
      [0, 2, 0],
      [0, 0, 5],
    ];
    const graph = primalOf(applied("eigvalsh", [tensor(matrix)]));
    const total: Graph = {
      inputs: graph.inputs,
      outputs: [{ ...graph.outputs[0]!, node: sum(graph.outputs[0]!.node) }],
    };
    const [, slope] = run(finished(gradient(total, floats(total))), [tensor(matrix)]);
    expectNear([flat(slope!)], [[1, 0, 0, 0, 1, 0, 0, 0, 1]], 1e-13);
  });

  test("leave the vectors without one: NaN", () => {
    const matrix = [
      tensor([
        [2, 0],
        [0, 2],
      ]),
    ];
    const graph = primalOf(applied("eigh", matrix));
    const vectors = weighted({ ...graph, outputs: [graph.outputs[1]!] }, [
      tensor([
        [1, 2],
        [3, 4],
      ]),
    ]);
    const [, slope] = run(finished(gradient(vectors, floats(vectors))), matrix);
    expect(flat(slope!).some(Number.isNaN)).toBe(true);
  });
});

/** The sum of weights times all outputs. */
function weighted(graph: Graph, weights: readonly NdArray[]): Graph {
  const terms = graph.outputs.map(({ node }, i): Node => sum(multiply(node.builder.constant(weights[i]!), node)));
  return { inputs: graph.inputs, outputs: [{ name: "f", dtype: "float64", node: terms.reduce((a, b) => add(a, b)) }] };
}

function tensorOfNone(): NdArray {
  return { ...tensor([[1]]), shape: [0, 0] };
}

/** Lists of numbers are equal but for rounding relative to the largest of their list. */
function expectNear(actual: readonly (readonly number[])[], expected: readonly (readonly number[])[], error: number) {
  expect(actual.map(({ length }) => length)).toEqual(expected.map(({ length }) => length));
  actual.forEach((list, i) => {
    const size = expected[i]!.reduce((largest, x) => Math.max(largest, Math.abs(x)), 1);
    const isNear = list.every((x, k) => Math.abs(x - expected[i]![k]!) <= error * size);
    if (!isNear) expect(list).toEqual(expected[i]);
  });
}
