import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readConfig } from "../../src/config.ts";
import { canonicalize } from "../../src/graph/canonical.ts";
import { type Graph, type GraphInput, nodesOf } from "../../src/graph/graph.ts";
import { ndarray } from "../../src/graph/ndarray.ts";
import type { Node } from "../../src/graph/operator.ts";
import { elementCount } from "../../src/graph/shape.ts";
import { operators } from "../../src/operators/index.ts";
import { resultIndex, resultNode, resultTypes } from "../../src/operators/results.ts";
import { expressionOf } from "../../src/studies/expression.ts";
import { parseGraph } from "../../src/syntax/sources.ts";
import { newBuilder } from "../support/graphs.ts";
import { casesOf, isIndex, type OperatorCase } from "../support/operator-cases.ts";
import { Random } from "../support/random.ts";
import { randomGraph } from "../support/random-graphs.ts";

const { limits } = readConfig();

/** What is printed of a graph is read as the same graph. */
function expectReadBack(graph: Graph): void {
  const document = expressionOf(graph, limits);
  const again = parseGraph(document, newBuilder(), limits);
  expect(canonicalize(again).id, document.expression).toBe(canonicalize(graph).id);
}

function graphOf(inputs: readonly GraphInput[], node: Node): Graph {
  const types = resultTypes(node);
  const nodes = types ? types.map(({ dtype }, i) => resultNode(node, i, dtype)) : [node];
  return { inputs, outputs: nodes.map((value, i) => ({ name: `y${i}`, dtype: value.dtype, node: value })) };
}

/** An operator on inputs, on constants where they are picked. */
function applied({ op, shapes, attrs }: OperatorCase, isConstant: readonly boolean[], isNamed: boolean): Graph {
  const builder = newBuilder();
  const inputs: GraphInput[] = [];
  const args = shapes.map((shape, i) => {
    const dtype = isIndex(op, i) ? "int32" : "float64";
    const name = isNamed ? `x.${i}` : `x${i}`;
    if (isConstant[i]) {
      const data = Float64Array.from({ length: elementCount(shape) }, () => 0);
      return builder.constant(ndarray("float64", shape, data));
    }
    const node = builder.input(name, shape, dtype);
    inputs.push({ name, shape, dtype, node });
    return node;
  });
  return graphOf(inputs, builder.apply(op, args, attrs));
}

const plain = operators.filter(({ attributes }) => !Object.values(attributes).some(({ isFunction }) => isFunction));

describe("what is printed of a graph is read as the same graph", () => {
  test.each(plain.map((op) => [op.name, op] as const))("%s, with all its attributes", (_, op) => {
    const random = new Random(7);
    const cases = casesOf(op).flat();
    expect(cases.length).toBeGreaterThan(0);
    const step = Math.max(1, Math.floor(cases.length / 80));
    for (let i = 0; i < cases.length; i += step) {
      const picked = cases[i]!;
      const some = picked.shapes.map(() => random.unit() < 0.3);
      for (const isConstant of [picked.shapes.map(() => false), some]) {
        // An index that is a constant has to be within what it indexes.
        if (picked.isEmpty && isConstant.some((is, k) => is && isIndex(op, k))) continue;
        expectReadBack(applied(picked, isConstant, i % 2 === 1));
      }
    }
  });

  test("graphs of all operators", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 40 }), (seed, size) => {
        const { surface } = randomGraph(seed, size);
        // What has several results is no operand itself.
        fc.pre(
          nodesOf(surface).every((node) =>
            node.args.every((arg) => !resultTypes(arg) || resultIndex(node) !== undefined),
          ),
        );
        fc.pre(surface.outputs.every(({ node }) => !resultTypes(node)));
        expectReadBack(surface);
      }),
      { numRuns: 60 },
    );
  });

  test("constants of all dtypes and shapes, bit for bit", () => {
    const shapes = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 });
    const dtypes = fc.constantFrom("float64", "float32", "int32", "bool");
    const numbers = fc.infiniteStream(
      fc.oneof(fc.double(), fc.constantFrom(-0, 0, Math.PI, -Math.E, 1e300, 5e-324, NaN)),
    );
    fc.assert(
      fc.property(shapes, dtypes, numbers, fc.boolean(), (shape, dtype, stream, isLong) => {
        const lengths = isLong ? [...shape, 300] : shape;
        const next = () => stream.next().value as number;
        const value = {
          shape: lengths,
          dtype,
          data: Array.from({ length: elementCount(lengths) }, () => {
            const x =
              dtype === "float32" ? Math.fround(next()) : dtype === "float64" ? next() : Math.trunc(next()) || 0;
            if (dtype === "bool") return x > 0 ? 1 : 0;
            if (dtype === "int32") return x | 0;
            return Number.isFinite(x) ? x : String(x);
          }),
        };
        const document = { constants: [{ name: "c", value }], nodes: [], outputs: ["c"] };
        expectReadBack(parseGraph(document, newBuilder(), limits));
      }),
      { numRuns: 200 },
    );
  });
});

test("every golden graph can be written as a formula", () => {
  const cases: { name: string; graph: object }[] = JSON.parse(
    readFileSync(new URL("../data/golden.json", import.meta.url), "utf8"),
  );
  for (const { graph } of cases) expectReadBack(parseGraph(graph, newBuilder(), limits));
});

test("a formula that is longer than what is read is refused", () => {
  const graph = parseGraph({ expression: new Array(100).fill("sin(x)").join(" + ") }, newBuilder(), limits);
  expect(() => expressionOf(graph, { formulaLength: 20 })).toThrow("formulaLength");
});

test("names, dtypes and inputs that nothing uses are kept", () => {
  const inputs = [{ name: "e" }, { name: "x.1", shape: [2] }, { name: "and" }, { name: "unused1" }, { name: "y" }];
  const nodes = [
    { id: "a", op: "sin", args: ["x.1"] },
    { id: "b", op: "add", args: ["a", "and"] },
  ];
  const outputs = [
    { name: "t1", node: "a", dtype: "float32" },
    "b",
    { name: "again", node: "b" },
    "y",
    { name: "c-d", node: "x.1" },
    { name: "and", node: "b" },
    { name: "x.1", node: "x.1", dtype: "float32" },
  ];
  expectReadBack(parseGraph({ inputs, nodes, outputs }, newBuilder(), limits));
  expectReadBack(parseGraph({ expression: "y + 1" }, newBuilder(), limits));
  expectReadBack(parseGraph({ expression: "y" }, newBuilder(), limits));
  expectReadBack(parseGraph({ expression: "z = 3" }, newBuilder(), limits));
});
