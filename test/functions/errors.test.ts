import { expect, test } from "vitest";
import { type Json, type Params, start } from "../methods/service.ts";
import { branches, type Entry } from "./unrolled.ts";

const double = { inputs: [{ name: "c" }], nodes: [{ id: "n", op: "add", args: ["c", "c"] }], outputs: ["n"] };
const always = { inputs: [{ name: "c" }], nodes: [{ id: "t", op: "greater", args: ["c", -1] }], outputs: ["t"] };
const step = {
  inputs: [{ name: "c" }, { name: "x" }],
  nodes: [{ id: "n", op: "add", args: ["c", "x"] }],
  outputs: ["n"],
};

/** A document of one node `s` of the input x, and functions. */
function documentOf(functions: Params, node: Omit<Entry, "id">, shape: readonly number[] = []) {
  return {
    functions,
    inputs: [{ name: "x", shape }],
    nodes: [{ id: "s", ...node }],
    outputs: ["x", { name: "y", node: "s:0" }],
  };
}

const deep = Object.fromEntries(
  Array.from({ length: 100 }, (_, i) => [
    `f${i}`,
    i === 99
      ? double
      : {
          inputs: [{ name: "c" }],
          nodes: [{ id: "n", op: "call", args: ["c"], attrs: { function: `f${i + 1}` } }],
          outputs: ["n"],
        },
  ]),
);

const twice = (inner: string) => ({
  inputs: [{ name: "c" }],
  nodes: [{ id: "n", op: "scan", args: ["c"], attrs: { function: inner, carry: 1, length: 10_000 } }],
  outputs: ["n"],
});

test.each<[string, ReturnType<typeof documentOf>, Params]>([
  [
    "a function that is not there",
    documentOf({ double }, { op: "call", args: ["x"], attrs: { function: "dbl" } }),
    { code: -32001, node: "s", message: /no function is called "dbl"; there are "double"/ },
  ],
  [
    "no functions at all",
    { ...documentOf({}, { op: "call", args: ["x"], attrs: { function: "f" } }) },
    { code: -32001, message: /no function is called "f"; the document has none/ },
  ],
  [
    "a circle of functions",
    documentOf(
      {
        f: { ...double, nodes: [{ id: "n", op: "call", args: ["c"], attrs: { function: "g" } }] },
        g: { ...double, nodes: [{ id: "n", op: "call", args: ["c"], attrs: { function: "f" } }] },
      },
      { op: "call", args: ["x"], attrs: { function: "f" } },
    ),
    { code: -32001, message: /functions use each other in a circle: f -> g -> f/ },
  ],
  [
    "too few arguments",
    documentOf({ step }, { op: "call", args: ["x"], attrs: { function: "step" } }),
    { code: -32001, node: "s", message: /function "step" has 2 inputs, received 1/ },
  ],
  [
    "a shape that is not the declared one",
    documentOf(
      { f: { ...double, inputs: [{ name: "c", shape: [3] }] } },
      { op: "call", args: ["x"], attrs: { function: "f" } },
    ),
    { code: -32001, node: "s", operand: 0, message: /input "c" of function "f" has shape \[3\], received \[\]/ },
  ],
  [
    "a carry that changes its shape",
    documentOf({ step }, { op: "scan", args: [0, "x"], attrs: { function: "step", carry: 1 } }, [5, 2]),
    {
      code: -32001,
      node: "s",
      operand: 0,
      message: /carry "c" of function "step" is float64\[\] and becomes float64\[2\] in a step/,
    },
  ],
  [
    "a carry that changes its dtype",
    documentOf({ step }, { op: "scan", args: [true, "x"], attrs: { function: "step", carry: 1 } }, [5]),
    { code: -32001, node: "s", message: /is bool\[\] and becomes float64\[\]/ },
  ],
  [
    "rows of different lengths",
    documentOf({ step }, { op: "scan", args: ["x", [1, 2, 3]], attrs: { function: "step", carry: 0 } }, [5]),
    { code: -32001, node: "s", operand: 1, message: /has 3 rows in shape \[3\], and 5 are needed/ },
  ],
  [
    "a scalar where rows are needed",
    documentOf({ step }, { op: "scan", args: [0, "x"], attrs: { function: "step", carry: 1 } }),
    { code: -32001, operand: 1, message: /has no axis of rows/ },
  ],
  [
    "a scan without a length",
    documentOf({ double }, { op: "scan", args: ["x"], attrs: { function: "double", carry: 1 } }),
    { code: -32001, message: /"length" is required/ },
  ],
  [
    "more steps than there may be",
    documentOf(
      { double, inner: twice("double"), outer: twice("inner") },
      { op: "call", args: ["x"], attrs: { function: "outer" } },
    ),
    { code: -32004, limit: "iterations" },
  ],
  [
    "a scan of very many steps",
    documentOf({ double }, { op: "scan", args: ["x"], attrs: { function: "double", carry: 1, length: 1e12 } }),
    { code: -32004, limit: "iterations" },
  ],
  [
    "calls that nest too deep",
    documentOf(deep, { op: "call", args: ["x"], attrs: { function: "f0" } }),
    { code: -32004, limit: "functionDepth", received: 65 },
  ],
  [
    "branches of different types",
    documentOf({ double, always }, { op: "cond", args: [true, "x"], attrs: branches("double", "always") }),
    { code: -32001, node: "s", message: /output 0 is float64\[\] of branch "double" and bool\[\] of "always"/ },
  ],
  [
    "a predicate that is no scalar",
    documentOf({ double }, { op: "cond", args: ["x", "x"], attrs: branches("double", "double") }, [2]),
    { code: -32001, operand: 0, message: /the predicate must be a scalar/ },
  ],
  [
    "an index that is no integer",
    documentOf({ double }, { op: "switch", args: ["x", "x"], attrs: { branches: ["double"] } }),
    { code: -32001, operand: 0, message: /the index must be an integer/ },
  ],
  [
    "a condition that gives a vector",
    documentOf({ double, always }, { op: "while", args: ["x"], attrs: { condition: "always", body: "double" } }, [2]),
    { code: -32001, message: /the condition "always" must give one scalar, and gives bool\[2\]/ },
  ],
  [
    "an error within a function",
    documentOf(
      { f: { ...double, nodes: [{ id: "n", op: "matmul", args: ["c", "c"] }] } },
      { op: "call", args: ["x"], attrs: { function: "f" } },
    ),
    { code: -32001, node: "n", function: "f", message: /^function "f": node "n"/ },
  ],
  [
    "an unknown member of a function",
    documentOf({ f: { ...double, body: [] } }, { op: "call", args: ["x"], attrs: { function: "f" } }),
    { code: -32001, message: /the key "body" is unknown/ },
  ],
  [
    "a result that is not there",
    {
      ...documentOf({ double }, { op: "call", args: ["x"], attrs: { function: "double" } }),
      outputs: [{ name: "z", node: "s:1" }],
    },
    { code: -32001, message: /"s:1" asks for result 1, but "s" has a single one/ },
  ],
  [
    "one name for several results",
    {
      ...documentOf(
        { two: { ...double, outputs: ["n", "c"] } },
        { op: "call", args: ["x"], attrs: { function: "two" } },
      ),
      outputs: ["s"],
    },
    { code: -32001, message: /"s" has 2 results, of which one is meant: "s:0" to "s:1"/ },
  ],
])("%s is refused", async (_, graph, expected) => {
  const { fails } = start();
  const error: Json = await fails("graph.put", { graph });
  const { message, ...rest } = expected as { message?: RegExp };
  expect(error).toMatchObject(rest);
  if (message) expect(error.message).toMatch(message);
});

test("a while that never ends meets its deadline", async () => {
  for (const PROGRAMS of ["interpreted", "compiled"]) {
    const { fails } = start({ PROGRAMS });
    const graph = documentOf(
      { double, always },
      { op: "while", args: ["x"], attrs: { condition: "always", body: "double" } },
    );
    expect(await fails("evaluate", { graph, inputs: { x: 1 }, timeoutMs: 100 })).toMatchObject({ code: -32005 });
  }
});

test("a million functions that call each other are refused quickly", async () => {
  const { fails } = start({ LIMIT_BODY_BYTES: "500000000" });
  const functions: Record<string, unknown> = {};
  for (let i = 0; i < 50_000; i++) {
    functions[`f${i}`] = {
      inputs: [{ name: "c" }],
      nodes: [{ id: "n", op: "call", args: ["c"], attrs: { function: `f${(i + 1) % 50_000}` } }],
      outputs: ["n"],
    };
  }
  const graph = documentOf(functions, { op: "call", args: ["x"], attrs: { function: "f0" } });
  expect((await fails("graph.put", { graph })).message).toMatch(/in a circle: f0 -> f1 -> .*… 49980 more -> f0/);
});

test("functions that each call the one before twice are run in time that is bounded", async () => {
  const { fails, ok } = start();
  const functions: Record<string, unknown> = { f0: double };
  for (let i = 1; i < 60; i++) {
    const attrs = { function: `f${i - 1}` };
    functions[`f${i}`] = {
      inputs: [{ name: "c" }],
      nodes: [
        { id: "a", op: "call", args: ["c"], attrs },
        { id: "b", op: "call", args: ["a"], attrs },
      ],
      outputs: ["b"],
    };
  }
  const graph = documentOf(functions, { op: "call", args: ["x"], attrs: { function: "f59" } });
  await ok("graph.put", { graph });
  expect((await fails("gradient", { graph, of: ["y"], inputs: { x: 1e-300 }, timeoutMs: 3000 })).code).toBeOneOf([
    -32004, -32005,
  ]);
});

test("a loop that would keep more than a call may hold is refused before it runs", async () => {
  const { fails } = start();
  const wide = { inputs: [{ name: "c" }], nodes: [{ id: "n", op: "sin", args: ["c"] }], outputs: ["n"] };
  const graph = {
    functions: { wide },
    inputs: [{ name: "x", shape: [1000] }],
    nodes: [
      {
        id: "s",
        op: "scan",
        args: ["x"],
        attrs: { function: "wide", carry: 1, length: 1_000_000, checkpoint: "none" },
      },
      { id: "y", op: "sum", args: ["s"] },
    ],
    outputs: ["y"],
  };
  const inputs = { x: new Array(1000).fill(1) };
  expect((await fails("gradient", { graph, inputs })).code).toBe(-32004);
});

test("a loop that would keep more than a call may hold is refused with its function and node, before memory is taken", async () => {
  const { fails, ok } = start({ LIMIT_LIVE_BYTES: "100000" });
  const functions = {
    step: {
      inputs: [{ name: "k" }, { name: "c" }],
      nodes: [
        { id: "m", op: "multiply", args: ["k", "c"] },
        { id: "s", op: "sin", args: ["m"] },
      ],
      outputs: ["s"],
    },
    on: { inputs: [{ name: "k" }, { name: "c" }], nodes: [{ id: "t", op: "less", args: ["c", 9] }], outputs: ["t"] },
  };
  const graph = (op: string, attrs: object, out: string) => ({
    functions,
    inputs: [{ name: "k" }, { name: "x" }],
    nodes: [{ id: "loop", op, args: ["k", "x"], attrs: { constants: 1, ...attrs } }],
    outputs: [{ name: "y", node: out }],
  });
  const scan = (checkpoint: unknown) =>
    graph("scan", { function: "step", carry: 1, length: 10_000, checkpoint }, "loop");
  const inputs = { k: 0.9, x: 0.5 };
  const { message, ...data } = await fails("gradient", { graph: scan("none"), inputs });
  expect(data).toMatchObject({ code: -32004, limit: "liveBytes", allowed: 100_000, function: "step", node: "loop" });
  expect(message).toContain(
    'the steps of function "step" of "loop" keep 160000 bytes for reverse mode: a "checkpoint"',
  );
  // What the message says to do does.
  await ok("gradient", { graph: scan(100), inputs });
  await ok("evaluate", { graph: scan("none"), inputs });
  const until = graph("while", { condition: "on", body: "step", limit: 10_000 }, "loop:0");
  const bounded = await fails("gradient", { graph: until, inputs });
  expect(bounded).toMatchObject({ code: -32004, limit: "liveBytes", function: "step", node: "loop" });
  expect(bounded.message).toContain('a smaller "limit" keeps less');
});
