import { describe, expect, test } from "vitest";
import { compile } from "../../src/codegen/compile.ts";
import { compileProgram } from "../../src/engine/programs/compiled.ts";
import { Budget } from "../../src/graph/budget.ts";
import type { Graph } from "../../src/graph/graph.ts";
import type { NdArray } from "../../src/graph/ndarray.ts";
import { elementCount } from "../../src/graph/shape.ts";
import { multiply } from "../../src/operators/families/arithmetic.ts";
import { add } from "../../src/operators/linear.ts";
import { sum } from "../../src/operators/views.ts";
import { gradient, hvp } from "../../src/transforms/derive.ts";
import { applied, finished, floats, primalOf } from "../support/graphs.ts";
import { Random } from "../support/random.ts";
import { tensorOf } from "../support/tensors.ts";

// A NaN that nobody asked for, or a comparison behind a product in which zero absorbs, has a program run where zero
// absorbs: its products are no code then, and take twenty times as long.

const n = 9;
const square = uniform([n, n], 1);
const tall = uniform([n + 3, n], 2);
const vector = uniform([n], 3);
const definite = tensorOf(
  [...square.data].map((x, i) => (i % (n + 1) === 0 ? x + 2 * n : x)),
  [n, n],
);

const cases: readonly (readonly [op: string, operands: readonly NdArray[], attrs?: object])[] = [
  ["cholesky", [definite]],
  ["triangular_solve", [definite, vector], { lower: true }],
  ["solve", [square, vector]],
  ["inv", [square]],
  ["det", [square]],
  ["slogdet", [square]],
  ["lu", [square]],
  ["qr", [tall]],
  ["lstsq", [tall, uniform([n + 3], 4)]],
  ["pinv", [tall]],
  ["matrix_power", [square], { n: 3 }],
  ["expm", [square]],
  ["eigh", [square]],
  ["eigvalsh", [square]],
  ["svd", [tall]],
  ["svd", [square]],
  ["svdvals", [square]],
  ["matrix_norm", [tall], { ord: "nuc" }],
  ["matrix_norm", [tall], { ord: 2 }],
];

describe.each(cases.map(([op, operands, attrs = {}]) => ({ op, operands, attrs })))("derivatives of $op", (given) => {
  const { op, operands, attrs } = given;
  const primal = scalarOf(primalOf(applied(op, operands, attrs)));
  const selection = floats(primal);
  const programs = { gradient: gradient(primal, selection), "product with its Hessian": hvp(primal, selection) };
  test.each(Object.entries(programs))("the %s is computed once, its products as code", (_, derived) => {
    const graph = finished(derived);
    const called = compile(graph).actions.flatMap((action) => (action.kind === "call" ? [action.node.op.name] : []));
    expect(called).not.toContain("contract");
    let isAbsorbed = false;
    const inputs = graph.inputs.map(({ shape }, i) => operands[i] ?? uniform(shape, 7 + i));
    const running = compileProgram(graph).run(inputs, Budget.unlimited(), () => {
      isAbsorbed = true;
    });
    while (!running.next().done);
    expect(isAbsorbed).toBe(false);
  });
});

/** A weighted sum of all results. */
function scalarOf(graph: Graph): Graph {
  const terms = graph.outputs.map(({ node }, i) =>
    sum(multiply(node.builder.constant(uniform(node.shape, 20 + i)), node)),
  );
  return { ...graph, outputs: [{ name: "f", dtype: "float64", node: terms.reduce((a, b) => add(a, b)) }] };
}

function uniform(shape: readonly number[], seed: number): NdArray {
  return tensorOf(new Random(seed).numbers(elementCount(shape)), shape);
}
