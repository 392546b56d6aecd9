import { expect, test } from "vitest";
import { type Json, start } from "../methods/service.ts";
import { branches, type Entry } from "./unrolled.ts";

const node = (id: string, op: string, args: readonly unknown[], attrs?: Json): Entry => ({
  id,
  op,
  args,
  ...(attrs && { attrs }),
});
const body = (inputs: readonly string[], nodes: readonly Entry[], ...outputs: Json[]) => ({
  inputs: inputs.map((name) => ({ name })),
  nodes,
  outputs,
});
const step = body(["c", "x"], [node("d", "multiply", [0.5, "c"]), node("n", "add", ["d", "x"])], "n", {
  name: "before",
  node: "d",
});
const filter = {
  functions: { step },
  inputs: [{ name: "xs", shape: [2] }],
  nodes: [node("s", "scan", [0, "xs"], { function: "step", carry: 1 })],
  outputs: [
    { name: "last", node: "s:0" },
    { name: "all", node: "s:1" },
  ],
};
const inputs = { xs: [1, 2] };

/** The runs of a row, each as its step and the values by name. */
function runsOf(row: Json) {
  return row.runs?.map(({ step: at, function: name, nodes }: Json) => [
    at ?? name,
    Object.fromEntries(nodes.map((inner: Json) => [inner.name, inner.value])),
  ]);
}

test("a loop is one row, and each of its steps where it is opened", async () => {
  const { ok } = start();
  const closed = await ok("trace", { graph: filter, inputs });
  expect(closed.nodes.map(({ name }: Json) => name)).toEqual(["xs", "s:0", "s:1"]);
  expect(closed.nodes.some((row: Json) => row.runs)).toBe(false);
  const opened = await ok("trace", { graph: filter, inputs, depth: 1, seed: { xs: [1, 0] } });
  expect(opened.nodes.map(runsOf)).toEqual([
    undefined,
    [
      [0, { c: 0, x: 1, n1: 0, n2: 1 }],
      [1, { c: 1, x: 2, n1: 0.5, n2: 2.5 }],
    ],
    undefined,
  ]);
  expect(opened.nodes[1].runs[1]).toMatchObject({
    function: "step",
    nodes: [{ op: "input" }, {}, { op: "multiply" }, {}],
  });
  expect(opened.nodes[1].tangent).toBe(0.5);
});

test("steps that go back and stop where a condition says are opened in their order", async () => {
  const { ok } = start();
  const graph = {
    functions: {
      step,
      on: body(["c"], [node("t", "less", ["c", 9])], "t"),
      thrice: body(["c"], [node("n", "multiply", ["c", 3])], "n"),
    },
    inputs: [{ name: "xs", shape: [2] }, { name: "y" }],
    nodes: [
      node("s", "scan", [0, "xs"], { function: "step", carry: 1, reverse: true }),
      node("w", "while", ["y"], { condition: "on", body: "thrice" }),
    ],
    outputs: [
      { name: "last", node: "s:0" },
      { name: "w", node: "w:0" },
      { name: "steps", node: "w:1" },
    ],
  };
  const { nodes } = await ok("trace", { graph, inputs: { ...inputs, y: 1.5 }, depth: 1 });
  const runs = Object.fromEntries(nodes.map((row: Json) => [row.name, runsOf(row)]));
  expect(runs["s:0"].map(([at]: Json) => at)).toEqual([1, 0]);
  expect(runs["w:0"]).toEqual([
    [0, { c: 1.5, n1: 4.5 }],
    [1, { c: 4.5, n1: 13.5 }],
  ]);
});

test("functions within functions are opened as deep as is asked for, and of branches the one that is taken", async () => {
  const { ok } = start();
  const graph = {
    functions: {
      half: body(["x"], [node("h", "multiply", ["x", 0.5])], "h"),
      twice: body(["x"], [node("t", "multiply", ["x", 2])], "t"),
      pick: body(
        ["x"],
        [node("p", "greater", ["x", 0]), node("c", "cond", ["p", "x"], branches("half", "twice"))],
        "c",
      ),
    },
    inputs: [{ name: "xs", shape: [2] }],
    nodes: [node("m", "map", ["xs"], { function: "pick" })],
    outputs: ["m"],
  };
  const shallow = await ok("trace", { graph, inputs: { xs: [4, -4] }, depth: 1 });
  const deep = await ok("trace", { graph, inputs: { xs: [4, -4] }, depth: 2 });
  const inner = (answer: Json) => answer.nodes[1].runs.map((run: Json) => runsOf(run.nodes.at(-1)));
  expect(inner(shallow)).toEqual([undefined, undefined]);
  expect(inner(deep)).toEqual([[["half", { x: 4, n1: 2 }]], [["twice", { x: -4, n1: -8 }]]]);
});

test("an opened trace is drawn with a cluster for each step, and written with its steps before it", async () => {
  const { ok } = start();
  const drawn = await ok("trace", { graph: filter, inputs, depth: 1, render: "dot" });
  expect(drawn.text).toContain('subgraph "cluster s:0[1]." {\n    label="s:0, step 1: step";');
  expect(drawn.text).toContain('"s:0[1].n1" -> "s:0[1].n2";');
  const { text } = await ok("trace", { graph: filter, inputs, depth: 1, render: "text" });
  expect(text).toMatch(/ {2}step 1: step\n {4}c {2,}= 1 *\n {4}x {2,}= 2 *\n {4}n1 += 0.5 \* c/);
});

test("a loop of more steps than a trace may show is not opened", async () => {
  const { fails, ok } = start({ LIMIT_TRACE_NODES: "20" });
  const graph = { ...filter, inputs: [{ name: "xs", shape: [6] }] };
  const many = { xs: new Array(6).fill(1) };
  await ok("trace", { graph, inputs: many });
  expect(await fails("trace", { graph, inputs: many, depth: 1 })).toMatchObject({ code: -32004, limit: "traceNodes" });
});
