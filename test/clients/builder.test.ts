import { expect, test } from "vitest";
import * as build from "../../clients/typescript/graph.ts";
import { operators } from "../../src/operators/index.ts";
import { describeOperator } from "../../src/operators/table.ts";
import { isPlain } from "../../src/rpc/documents/builder.ts";
import { type Params, start } from "../methods/service.ts";

const { graph, sum, square, multiply, subtract, exp, log, divide, add, sin, cos, matmul, tanh, slice, where, less } =
  build;
const { abs, negative, logsumexp, softmax, sqrt, lgamma, einsum, eigh, mean, logaddexp } = build;

type Build = (g: build.Graph) => build.Node;

/** Functions of science, with their inputs and values. */
const functions: readonly (readonly [string, Build, Params, unknown])[] = [
  ["a sum of squares", (g) => sum(square(g.input("x", [3]))), { x: [1, 2, 3] }, 14],
  ["the standard example", (g) => standard(g.input("x1"), g.input("x2")), { x1: 2, x2: 5 }, 11.652071455223084],
  ["Rosenbrock's valley", (g) => rosenbrock(g.input("x", [3])), { x: [1, 1, 1] }, 0],
  ["a logistic loss", (g) => mean(logaddexp(0, negative(g.input("z", [2])))), { z: [0, 0] }, Math.log(2)],
  [
    "a pendulum's energy",
    (g) => add(multiply(0.5, square(g.input("w"))), subtract(1, cos(g.input("a")))),
    { w: 2, a: 0 },
    2,
  ],
  ["Huber's loss", (g) => huber(g.input("r", [2])), { r: [0.5, 3] }, 0.125 + 2.5],
  ["a mixture's density", (g) => logsumexp(g.input("l", [2])), { l: [0, 0] }, Math.log(2)],
  [
    "a layer",
    (g) =>
      sum(
        tanh(
          matmul(
            [
              [1, 2],
              [3, 4],
            ],
            g.input("x", [2]),
          ),
        ),
      ),
    { x: [0, 0] },
    0,
  ],
  ["an attention", (g) => einsum([softmax(g.input("s", [2])), [2, 4]], { equation: "i,i->" }), { s: [1, 1] }, 3],
  ["a binomial coefficient", (g) => exp(subtract(lgamma(g.input("n")), add(lgamma(3), lgamma(4)))), { n: 6 }, 10],
  ["a distance", (g) => sqrt(sum(square(subtract(g.input("p", [2]), [3, 4])))), { p: [0, 0] }, 5],
  [
    "the greatest eigenvalue",
    (g) => sum(eigh(g.input("m", [2, 2])).result(0)),
    {
      m: [
        [2, 0],
        [0, 3],
      ],
    },
    5,
  ],
];

function standard(x1: build.Node, x2: build.Node): build.Node {
  return subtract(add(log(x1), multiply(x1, x2)), sin(x2));
}

function rosenbrock(x: build.Node): build.Node {
  const first = slice(x, { start: [0], stop: [2] });
  const rest = slice(x, { start: [1], stop: [3] });
  return sum(add(multiply(100, square(subtract(rest, square(first)))), square(subtract(1, first))));
}

function huber(r: build.Node): build.Node {
  return sum(where(less(abs(r), 1), divide(square(r), 2), subtract(abs(r), 0.5)));
}

test.each(functions)("%s is built, has its value, and comes back as the same graph", async (_, make, inputs, value) => {
  const { ok } = start();
  const g = graph();
  const document = g.output("y", make(g)).document();
  const { graph: id, outputs } = await ok("evaluate", { graph: document, inputs });
  expect(outputs.y).toBeCloseTo(value as number, 12);
  const { document: kept } = await ok("graph.get", { graph: id });
  expect((await ok("graph.put", { graph: kept })).graph).toBe(id);
});

test("there is a function for each operator that applies none", () => {
  const has = (name: string) => typeof (build as Params)[name] === "function";
  const published = operators.map(describeOperator).filter(isPlain);
  const missing = published.filter(({ name }) => !has(name) && !has(`${name}_`));
  expect(missing.map(({ name }) => name)).toEqual([]);
});

test("shared values are one node, and chains may be long", () => {
  const g = graph();
  const x = g.input("v1");
  const s = sin(x);
  expect(g.output("y", multiply(s, s)).document()).toMatchObject({
    nodes: [
      { id: "v2", op: "sin", args: ["v1"] },
      { id: "v3", op: "multiply", args: ["v2", "v2"] },
    ],
    outputs: [{ name: "y", node: "v3" }],
  });
  let long = graph().input("z");
  const other = graph();
  const start = other.input("z");
  long = start;
  for (let i = 0; i < 20_000; i++) long = add(long, 1);
  expect(other.output("y", long).document().nodes).toHaveLength(20_000);
  expect(() => graph().output("y", sin(start)).document()).toThrow("an input of another graph");
});
