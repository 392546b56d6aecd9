import { describe, expect, test } from "vitest";
import { type Json, start } from "./service.ts";

// Graphs that are meant to hurt: small to write down, large in some way that a server has to foresee. Each is refused or
// answered, whichever way programs are made, and what comes after it is served as if nothing had been.

const range = (count: number) => Array.from({ length: count }, (_, i) => i);
const ones = (count: number) => range(count).map(() => 1);
const scalar = [{ name: "x" }];
const vector = (length: number) => [{ name: "x", shape: [length] }];

/** Nodes `v0` to `v{count − 1}`, and the name of the one before each. */
const chained = (count: number, node: (before: string, i: number) => object, first = "x") =>
  range(count).map((i) => ({ id: `v${i}`, ...node(i === 0 ? first : `v${i - 1}`, i) }));

const summed = (args: readonly string[]) => ({ id: "y", op: "sum", args });

interface Refused {
  readonly method: string;
  readonly params: object;
  readonly limit: string;
}

const refused: Readonly<Record<string, () => Refused>> = {
  "sixty broadcasts that double": () => ({
    method: "evaluate",
    params: {
      graph: {
        inputs: scalar,
        nodes: [
          ...chained(60, (before, i) => ({
            op: "broadcast_to",
            args: [before],
            attrs: { shape: ones(i + 1).fill(2) },
          })),
          summed(["v59"]),
        ],
        outputs: ["y"],
      },
      inputs: { x: 1 },
    },
    limit: "elements",
  }),
  "sixty concatenations that double": () => ({
    method: "gradient",
    params: {
      graph: {
        inputs: vector(1),
        nodes: [...chained(60, (before) => ({ op: "concat", args: [before, before] })), summed(["v59"])],
        outputs: ["y"],
      },
      inputs: { x: [1] },
    },
    limit: "elements",
  }),
  "a billion elements behind a scalar": () => ({
    method: "gradient",
    params: {
      graph: {
        inputs: [
          { name: "x", shape: [31_623, 1] },
          { name: "z", shape: [1, 31_623] },
        ],
        nodes: [{ id: "p", op: "add", args: ["x", "z"] }, { id: "e", op: "exp", args: ["p"] }, summed(["e"])],
        outputs: ["y"],
      },
      inputs: { x: ones(31_623).map((x) => [x]), z: [ones(31_623)] },
    },
    limit: "elements",
  }),
  "a Jacobian of 50,000 rows and columns": () => ({
    method: "jacobian",
    params: {
      graph: { inputs: vector(50_000), nodes: [{ id: "y", op: "sin", args: ["x"] }], outputs: ["y"] },
      inputs: { x: ones(50_000) },
    },
    limit: "elements",
  }),
  "a batch of a hundred million points": () => ({
    method: "gradient",
    params: { graph: { expression: "sin(x)" }, inputs: { x: 1 }, batch: 100_000_000 },
    limit: "points",
  }),
  "a chain of more nodes than a graph may have": () => ({
    method: "gradient",
    params: {
      graph: { inputs: scalar, nodes: new Array(1_000_001).fill(0), outputs: ["y"] },
      inputs: { x: 1 },
    },
    limit: "nodes",
  }),
};

interface Served {
  readonly graph: object;
  readonly x: unknown;
  /** Of the gradient with respect to `x`. */
  readonly gradient: unknown;
}

const served: Readonly<Record<string, () => Served>> = {
  "a constant for each of 2000 nodes": () => ({
    graph: {
      inputs: scalar,
      constants: range(2000).map((i) => ({ name: `c${i}`, value: i + 0.5 })),
      nodes: chained(2000, (before, i) => ({ op: "add", args: [before, `c${i}`] })),
      outputs: ["v1999"],
    },
    x: 1,
    gradient: 1,
  }),
  "a concatenation of 5000 operands": () => ({
    graph: {
      inputs: vector(1),
      nodes: [{ id: "c", op: "concat", args: ones(5000).map(() => "x") }, summed(["c"])],
      outputs: ["y"],
    },
    x: [1],
    gradient: [5000],
  }),
  "a concatenation of 1000 values": () => ({
    graph: {
      inputs: vector(1),
      nodes: [
        ...range(1000).map((i) => ({ id: `v${i}`, op: "multiply", args: ["x", i] })),
        { id: "c", op: "concat", args: range(1000).map((i) => `v${i}`) },
        summed(["c"]),
      ],
      outputs: ["y"],
    },
    x: [1],
    gradient: [499_500],
  }),
  "500 values, each the one before shifted": () => ({
    graph: {
      inputs: vector(600),
      nodes: [
        ...range(500).flatMap((i) => [
          { id: `s${i}`, op: "slice", args: [i === 0 ? "x" : `c${i - 1}`], attrs: { start: [1], stop: [600] } },
          { id: `c${i}`, op: "concat", args: [`s${i}`, [0.5]] },
        ]),
        summed(["c499"]),
      ],
      outputs: ["y"],
    },
    x: ones(600),
    gradient: range(600).map((i) => (i < 500 ? 0 : 1)),
  }),
  "300 shapes": () => ({
    graph: {
      inputs: vector(1),
      nodes: range(300).flatMap((i) => [
        { id: `b${i}`, op: "broadcast_to", args: ["x"], attrs: { shape: [i + 1] } },
        { id: `s${i}`, op: "square", args: [`b${i}`] },
        { id: `r${i}`, op: "sum", args: [`s${i}`] },
        { id: `t${i}`, op: "add", args: [i === 0 ? 0 : `t${i - 1}`, `r${i}`] },
      ]),
      outputs: ["t299"],
    },
    x: [1],
    gradient: [90_300],
  }),
  "32 permutations of 32 axes": () => ({
    graph: {
      inputs: [{ name: "x", shape: ones(32).map((n, i) => (i < 8 ? 2 : n)) }],
      nodes: [
        ...range(32).flatMap((i) => [
          { id: `p${i}`, op: "permute_dims", args: ["x"], attrs: { axes: range(32).map((k) => (k + i) % 32) } },
          { id: `r${i}`, op: "reshape", args: [`p${i}`], attrs: { shape: ones(8).fill(2) } },
          { id: `t${i}`, op: "add", args: [i === 0 ? 0 : `t${i - 1}`, `r${i}`] },
        ]),
        { id: "m", op: "multiply", args: ["t31", 0.5] },
        summed(["m"]),
      ],
      outputs: ["y"],
    },
    x: { shape: ones(32).map((n, i) => (i < 8 ? 2 : n)), data: ones(256) },
    gradient: { shape: ones(32).map((n, i) => (i < 8 ? 2 : n)), dtype: "float64", data: ones(256).fill(16) },
  }),
  "one operator with 2000 sets of attributes": () => ({
    graph: {
      inputs: scalar,
      nodes: [
        ...range(2000).map((i) => ({ id: `p${i}`, op: "polygamma", args: ["x"], attrs: { n: i } })),
        ...chained(2000, (before, i) => ({ op: "add", args: [before, `p${i}`] })),
      ],
      outputs: ["v1999"],
    },
    x: 3,
    gradient: "NaN",
  }),
};

describe.each(["interpreted", "compiled"])("where programs are %s", (programs) => {
  test.each(Object.keys(refused))("%s: refused", async (name) => {
    const { fails, ok, context } = start({ PROGRAMS: programs });
    const { method, params, limit } = refused[name]!();
    expect(await fails(method, params)).toMatchObject({ type: "limit_exceeded", limit });
    expect(context.engine.stats()).toMatchObject({ running: 0, liveBytes: 0 });
    expect((await ok("gradient", { graph: { expression: "x*x" }, inputs: { x: 3 } })).gradient).toEqual({ x: 6 });
  });

  test.each(Object.keys(served))("%s: served", async (name) => {
    const { ok, context } = start({ PROGRAMS: programs });
    const { graph, x, gradient } = served[name]!();
    const encoding = typeof gradient === "object" && !Array.isArray(gradient) ? "flat" : "json";
    const answer: Json = await ok("gradient", { graph, inputs: { x }, encoding });
    expect(answer.gradient).toEqual({ x: gradient });
    expect(context.engine.stats()).toMatchObject({ running: 0, liveBytes: 0 });
    expect((await ok("gradient", { graph: { expression: "x*x" }, inputs: { x: 3 } })).gradient).toEqual({ x: 6 });
  });
});
