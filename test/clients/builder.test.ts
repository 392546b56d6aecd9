import { expect, test } from "vitest";
import * as build from "../../clients/typescript/graph.ts";
import { operators } from "../../src/operators/index.ts";
import { describeOperator } from "../../src/operators/table.ts";
import { type Params, start } from "../methods/service.ts";

const { graph, sum, square, multiply, subtract, exp, log, divide, add, sin, cos, matmul, tanh, slice, where, less } =
  build;
const { fn, call, map, scan, while_, cond, switch_, grad, jvp, vjp, jacobian, hessian, root, fixed_point, odeint } =
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

const cube = fn((x) => multiply(x, square(x)));
const decay = fn((c, x) => add(multiply(0.5, c), x));
const traced = fn((c, x) => {
  const next = add(multiply(0.5, c), x);
  return [next, multiply(2, next)];
});
const absolute = fn((x) => abs(x), [{}], { jvp: fn((x, dx) => multiply(tanh(multiply(5, x)), dx)) });

/** Operators that apply functions, with their inputs and values. */
const applied: typeof functions = [
  ["a call", (g) => call([g.input("x")], { function: cube }), { x: 2 }, 8],
  ["a map", (g) => sum(map([g.input("x", [3])], { function: cube })), { x: [1, 2, 3] }, 36],
  ["a scan", (g) => scan([0, g.input("x", [3])], { function: decay, carry: 1 }), { x: [1, 2, 3] }, 4.25],
  [
    "a scan with rows, in reverse",
    (g) => sum(scan([0, g.input("x", [3])], { function: traced, carry: 1, reverse: true }).result(1)),
    { x: [1, 2, 3] },
    2 * (3 + 3.5 + 2.75),
  ],
  [
    "a while",
    (g) =>
      while_([g.input("x")], { condition: fn((x) => less(x, 100)), body: fn((x) => multiply(2, x)), limit: 20 }).result(
        0,
      ),
    { x: 3 },
    192,
  ],
  [
    "a branch",
    (g) => {
      const x = g.input("x");
      return cond(less(x, 0), [x], { then: fn((x) => negative(x)), else: cube });
    },
    { x: -3 },
    3,
  ],
  [
    "a choice of three",
    (g) =>
      switch_(g.input("i", [], "int32"), [g.input("x")], { branches: [cube, fn((x) => sin(x)), fn((x) => exp(x))] }),
    { i: 2, x: 0 },
    1,
  ],
  ["a gradient", (g) => grad([g.input("x")], { function: cube }), { x: 2 }, 12],
  [
    "a gradient of a gradient",
    (g) => grad([g.input("x")], { function: fn((x) => grad([x], { function: cube })) }),
    { x: 2 },
    12,
  ],
  ["a JVP", (g) => jvp([g.input("x"), 2], { function: cube }).result(1), { x: 2 }, 24],
  ["a VJP", (g) => vjp([g.input("x"), 3], { function: cube }).result(1), { x: 2 }, 36],
  ["a Jacobian", (g) => sum(jacobian([g.input("x", [2])], { function: cube })), { x: [1, 2] }, 15],
  ["a Hessian", (g) => hessian([g.input("x")], { function: cube }), { x: 2 }, 12],
  ["a root", (g) => root([g.input("p"), 1], { residual: fn((p, x) => subtract(square(x), p)) }), { p: 2 }, Math.SQRT2],
  [
    "a fixed point",
    (g) => fixed_point([g.input("p"), 1], { function: fn((p, x) => multiply(p, cos(x))) }),
    { p: 1 },
    0.739085133215161,
  ],
  [
    "a differential equation",
    (g) =>
      slice(odeint([1, g.input("t", [2])], { function: fn((_, y) => negative(y)), method: "rk4", steps: 100 }), {
        start: [1],
        stop: [2],
      }),
    { t: [0, 1] },
    [Math.exp(-1)],
  ],
  [
    "a rule of its own",
    (g) => grad([g.input("x")], { function: fn((x) => call([x], { function: absolute })) }),
    { x: 0.1 },
    Math.tanh(0.5),
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

test.each([...functions, ...applied])(
  "%s is built, has its value, and comes back as the same graph",
  async (_, make, inputs, value) => {
    const { ok } = start();
    const g = graph();
    const document = g.output("y", make(g)).document();
    const { graph: id, outputs } = await ok("evaluate", { graph: document, inputs });
    const [actual, expected] = [outputs.y, value].map((number) => (Array.isArray(number) ? number[0] : number));
    expect(actual).toBeCloseTo(expected as number, 10);
    const { document: kept } = await ok("graph.get", { graph: id });
    expect((await ok("graph.put", { graph: kept })).graph).toBe(id);
  },
);

test("there is a function for each operator", () => {
  const has = (name: string) => typeof (build as Params)[name] === "function";
  const missing = operators.map(describeOperator).filter(({ name }) => !has(name) && !has(`${name}_`));
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
  const leaking = fn((y) => add(y, start));
  expect(() => other.output("z", call([start], { function: leaking })).document()).toThrow("another graph or function");
});

test("a function that is used twice is in the document once", () => {
  const g = graph();
  const x = g.input("x");
  const document = g.output("y", add(call([x], { function: cube }), grad([x], { function: cube }))).document();
  expect(document.functions).toEqual({
    f1: {
      inputs: [{ name: "a0" }],
      nodes: [
        { id: "v1", op: "square", args: ["a0"] },
        { id: "v2", op: "multiply", args: ["a0", "v1"] },
      ],
      outputs: [{ name: "y0", node: "v2" }],
    },
  });
});
