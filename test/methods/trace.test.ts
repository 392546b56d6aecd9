import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalize } from "../../src/graph/canonical.ts";
import { standard, standardTrace } from "../../src/methods/schemas/examples.ts";
import { printGraph } from "../../src/syntax/print.ts";
import { randomGraph } from "../support/random-graphs.ts";
import { flat } from "../support/tensors.ts";
import { type Json, start } from "./service.ts";

const { graph } = standardTrace;
const call = { graph, inputs: standard.inputs, seed: { x1: 1 } };

describe("the standard example", () => {
  test("has the figures of the textbooks", async () => {
    const { nodes, reverse, outputs } = await start().ok("trace", call);
    const round = (key: string) => nodes.map((node: Json) => [node.name, Math.round(node[key] * 1000) / 1000]);
    expect(outputs.y).toBe(standard.y);
    expect(Object.fromEntries(round("value"))).toEqual({
      x1: 2,
      x2: 5,
      // biome-ignore lint/suspicious/noApproximativeNumericConstant: as the textbooks print it
      v1: 0.693,
      v2: 10,
      v3: -0.959,
      v4: 10.693,
      y: 11.652,
    });
    expect(Object.fromEntries(round("tangent"))).toEqual({ x1: 1, x2: 0, v1: 0.5, v2: 5, v3: 0, v4: 5.5, y: 5.5 });
    expect(Object.fromEntries(round("adjoint"))).toEqual({ x1: 5.5, x2: 1.716, v1: 1, v2: 1, v3: -1, v4: 1, y: 1 });
    expect(reverse).toEqual(["y", "v4", "v3", "v2", "v1", "x2", "x1"]);
    const [x1, x2] = nodes;
    expect(x1.adjoint).toBe(5.5);
    expect(x2.adjoint).toBe(2 - Math.cos(5));
  });

  test("as a table", async () => {
    const { text } = await start().ok("trace", { ...call, render: "text" });
    expect(text).toMatchInlineSnapshot(`
      "forward primal and tangent trace
      x1             = 2          |  ẋ1  = 1
      x2             = 5          |  ẋ2  = 0
      v1  = ln(x1)   = 0.693147   |  v̇1  = 0.5
      v2  = x1 * x2  = 10         |  v̇2  = 5
      v3  = sin(x2)  = -0.958924  |  v̇3  = 0
      v4  = v1 + v2  = 10.6931    |  v̇4  = 5.5
      y   = v4 - v3  = 11.6521    |  ẏ   = 5.5

      reverse adjoint trace
      ȳ   = seed                                                  = 1
      v̄4  = ȳ · ∂y/∂v4                   = 1 · 1                  = 1
      v̄3  = ȳ · ∂y/∂v3                   = 1 · (-1)               = -1
      v̄2  = v̄4 · ∂v4/∂v2                 = 1 · 1                  = 1
      v̄1  = v̄4 · ∂v4/∂v1                 = 1 · 1                  = 1
      x̄2  = v̄3 · ∂v3/∂x2 + v̄2 · ∂v2/∂x2  = -1 · 0.283662 + 1 · 2  = 1.71634
      x̄1  = v̄2 · ∂v2/∂x1 + v̄1 · ∂v1/∂x1  = 1 · 5 + 1 · 0.5        = 5.5
      "
    `);
  });

  test("in LaTeX", async () => {
    const { text } = await start().ok("trace", { ...call, render: "latex" });
    expect(text).toMatchInlineSnapshot(`
      "\\begin{array}{lll|ll}
        x_{1} &  & = 2 & \\dot{x}_{1} & = 1 \\\\
        x_{2} &  & = 5 & \\dot{x}_{2} & = 0 \\\\
        v_{1} & = \\ln\\left(x_{1}\\right) & = 0.693147 & \\dot{v}_{1} & = 0.5 \\\\
        v_{2} & = x_{1} \\cdot x_{2} & = 10 & \\dot{v}_{2} & = 5 \\\\
        v_{3} & = \\sin\\left(x_{2}\\right) & = -0.958924 & \\dot{v}_{3} & = 0 \\\\
        v_{4} & = v_{1} + v_{2} & = 10.6931 & \\dot{v}_{4} & = 5.5 \\\\
        y & = v_{4} - v_{3} & = 11.6521 & \\dot{y} & = 5.5 \\\\
      \\end{array}
      \\begin{array}{llll}
        \\bar{y} & = \\text{seed} &  & = 1 \\\\
        \\bar{v}_{4} & = \\bar{y} \\cdot \\frac{\\partial y}{\\partial v_{4}} & = 1 \\cdot 1 & = 1 \\\\
        \\bar{v}_{3} & = \\bar{y} \\cdot \\frac{\\partial y}{\\partial v_{3}} & = 1 \\cdot (-1) & = -1 \\\\
        \\bar{v}_{2} & = \\bar{v}_{4} \\cdot \\frac{\\partial v_{4}}{\\partial v_{2}} & = 1 \\cdot 1 & = 1 \\\\
        \\bar{v}_{1} & = \\bar{v}_{4} \\cdot \\frac{\\partial v_{4}}{\\partial v_{1}} & = 1 \\cdot 1 & = 1 \\\\
        \\bar{x}_{2} & = \\bar{v}_{3} \\cdot \\frac{\\partial v_{3}}{\\partial x_{2}} + \\bar{v}_{2} \\cdot \\frac{\\partial v_{2}}{\\partial x_{2}} & = -1 \\cdot 0.283662 + 1 \\cdot 2 & = 1.71634 \\\\
        \\bar{x}_{1} & = \\bar{v}_{2} \\cdot \\frac{\\partial v_{2}}{\\partial x_{1}} + \\bar{v}_{1} \\cdot \\frac{\\partial v_{1}}{\\partial x_{1}} & = 1 \\cdot 5 + 1 \\cdot 0.5 & = 5.5 \\\\
      \\end{array}"
    `);
  });

  test("as a drawing", async () => {
    const { text } = await start().ok("trace", { ...call, render: "dot" });
    expect(text).toMatchInlineSnapshot(`
      "digraph trace {
        rankdir=LR;
        "x1" [label="x1\\n2\\nẋ1 = 1\\nx̄1 = 5.5", shape=box];
        "x2" [label="x2\\n5\\nẋ2 = 0\\nx̄2 = 1.71634", shape=box];
        "v1" [label="v1 = ln(x1)\\n0.693147\\nv̇1 = 0.5\\nv̄1 = 1"];
        "v2" [label="v2 = x1 * x2\\n10\\nv̇2 = 5\\nv̄2 = 1"];
        "v3" [label="v3 = sin(x2)\\n-0.958924\\nv̇3 = 0\\nv̄3 = -1"];
        "v4" [label="v4 = v1 + v2\\n10.6931\\nv̇4 = 5.5\\nv̄4 = 1"];
        "y" [label="y = v4 - v3\\n11.6521\\nẏ = 5.5\\nȳ = 1"];
        "x1" -> "v1" [label="0.5"];
        "x1" -> "v2" [label="5"];
        "x2" -> "v2" [label="2"];
        "x2" -> "v3" [label="0.283662"];
        "v1" -> "v4" [label="1"];
        "v2" -> "v4" [label="1"];
        "v4" -> "y" [label="1"];
        "v3" -> "y" [label="-1"];
      }
      "
    `);
  });
});

describe("names", () => {
  const namesIn = async (source: unknown) =>
    (await start().ok("trace", { graph: source, inputs: standard.inputs })).nodes.map(({ name }: Json) => name);

  test("are those of the document, in its order", async () => {
    const shuffled = { ...graph, nodes: [graph.nodes[2], graph.nodes[4], ...graph.nodes.slice(0, 2), graph.nodes[3]] };
    expect(await namesIn(shuffled)).toEqual(["x1", "x2", "v3", "v1", "v2", "v4", "y"]);
  });

  test("are numbered in a formula, but for its statements and outputs", async () => {
    expect(await namesIn(standard.graph)).toEqual(["x1", "x2", "v1", "v2", "v3", "v4", "y"]);
    const named = { expression: "v1 = x1 * x2; sin(log(x1) + v1)" };
    expect(await namesIn(named)).toEqual(["x1", "x2", "v1", "v2", "v3", "y"]);
  });

  test("are those of graph.get for a graph that was sent by id", async () => {
    const { ok } = start();
    const { graph: id } = await ok("graph.put", { graph });
    const { nodes } = await ok("trace", { graph: id, inputs: standard.inputs });
    expect(nodes.map(({ name }: Json) => name)).toEqual(["x1", "x2", "n1", "n2", "n3", "n4", "n5"]);
    const { document } = await ok("graph.get", { graph: id });
    expect(nodes.slice(2).map(({ name, op }: Json) => [name, op])).toEqual(
      document.nodes.map(({ id, op }: Json) => [id, op]),
    );
  });
});

test("adjoints of inputs are the vjp, tangents of outputs the jvp, on random graphs", async () => {
  const { ok } = start();
  await fc.assert(
    fc.asyncProperty(fc.integer(), fc.integer({ min: 1, max: 12 }), async (seed, size) => {
      const sample = randomGraph(seed, size);
      const { surface, random } = sample;
      const document = printGraph(surface, canonicalize(surface));
      const tensor = (values: number[], shape: readonly number[], dtype = "float64") => ({
        shape,
        dtype,
        data: values,
      });
      const inputs = Object.fromEntries(
        surface.inputs.map(({ name, shape, dtype }, i) => [name, tensor(flat(sample.inputs[i]!), shape, dtype)]),
      );
      const seedsOf = (list: readonly { name: string; shape: readonly number[]; dtype: string }[]) =>
        Object.fromEntries(
          list
            .filter(({ dtype }) => dtype === "float64")
            .map(({ name, shape }) => [name, tensor(random.numbers(shape.reduce((a, b) => a * b, 1)), shape)]),
        );
      const tangents = seedsOf(surface.inputs);
      const cotangents = seedsOf(surface.outputs.map(({ name, dtype, node }) => ({ name, dtype, shape: node.shape })));
      const { nodes, outputs } = await ok("trace", { graph: document, inputs, seed: tangents, cotangent: cotangents });
      const rows = new Map<string, Json>(nodes.map((node: Json) => [node.name, node]));
      expect(outputs).toEqual((await ok("evaluate", { graph: document, inputs })).outputs);
      const close = (actual: Json, expected: Json) => {
        const [a, b] = [[actual].flat(9), [expected].flat(9)] as number[][];
        const size = Math.max(1, ...b!.map(Math.abs));
        for (const [i, x] of a!.entries()) expect(Math.abs(x - b![i]!)).toBeLessThan(1e-9 * size);
      };
      const pushed = await ok("jvp", { graph: document, inputs, seeds: tangents });
      for (const { name, node } of document.outputs as Json[]) {
        if (name in pushed.tangents) close(rows.get(node).tangent, pushed.tangents[name]);
      }
      const pulled = await ok("vjp", { graph: document, inputs, seeds: cotangents });
      for (const [name, value] of Object.entries<Json>(pulled.cotangents)) close(rows.get(name).adjoint, value);
      for (const { adjoint, parts } of nodes) {
        if (!parts?.length || Array.isArray(adjoint)) continue;
        close(
          adjoint,
          parts.reduce((sum: number, { value }: Json) => sum + value, 0),
        );
      }
    }),
    { numRuns: 40 },
  );
}, 60_000);

test("each use of a node is a part of its adjoint", async () => {
  const { nodes } = await start().ok("trace", { graph: { expression: "x * x" }, inputs: { x: 3 } });
  const part = { from: "y", formula: "ȳ · ∂y/∂x", partial: 3, value: 3 };
  expect(nodes[0]).toMatchObject({ adjoint: 6, parts: [part, part] });
});

test("arrays have values but no partial derivatives", async () => {
  const vector = { expression: "sum(x * x)", inputs: [{ name: "x", shape: [2] }] };
  const { nodes } = await start().ok("trace", { graph: vector, inputs: { x: [1, 2] }, encoding: "flat" });
  const flat = (data: number[]) => ({ shape: [2], dtype: "float64", data });
  expect(nodes[0]).toEqual({
    name: "x",
    op: "input",
    args: [],
    value: flat([1, 2]),
    adjoint: flat([2, 4]),
    parts: Array(2).fill({ from: "v1", formula: "v̄1 · ∂v1/∂x", value: flat([1, 2]) }),
  });
});

test("without a cotangent several outputs have no adjoints", async () => {
  const several = { expression: "a = x + 1; b = 2 * x", outputs: ["a", "b"] };
  const { ok } = start();
  const alone = await ok("trace", { graph: several, inputs: { x: 1 } });
  expect(alone.reverse).toBeUndefined();
  expect(alone.nodes[0]).toEqual({ name: "x", op: "input", args: [], value: 1 });
  const { nodes } = await ok("trace", { graph: several, inputs: { x: 1 }, cotangent: { b: 1 } });
  expect(nodes.map(({ name, adjoint }: Json) => [name, adjoint])).toEqual([
    ["x", 2],
    ["a", 0],
    ["b", 1],
  ]);
});

describe("what is refused", () => {
  test("a graph beyond the limits of nodes and elements", async () => {
    const { ok, fails } = start({ LIMIT_TRACE_NODES: "7", LIMIT_TRACE_ELEMENTS: "30" });
    await ok("trace", call);
    const more = { expression: "log(x1) + x1*x2 - sin(x2) + 1" };
    expect(await fails("trace", { ...call, graph: more })).toMatchObject({
      code: -32004,
      limit: "traceNodes",
      allowed: 7,
      received: 9,
    });
    const large = { expression: "sum(x + x)", inputs: [{ name: "x", shape: [20] }] };
    expect(await fails("trace", { graph: large, inputs: { x: Array(20).fill(1) } })).toMatchObject({
      code: -32004,
      limit: "traceElements",
      allowed: 30,
      received: 101,
    });
  });

  test("a batch, and seeds of other names", async () => {
    const { fails } = start();
    expect(await fails("trace", { ...call, batch: 2 })).toMatchObject({ code: -32602 });
    expect(await fails("trace", { ...call, seed: { y: 1 } })).toMatchObject({ code: -32007, name: "y" });
    expect(await fails("trace", { ...call, cotangent: { x1: 1 } })).toMatchObject({ code: -32007, name: "x1" });
    expect(await fails("trace", { graph, inputs: { x1: 2 } })).toMatchObject({ code: -32007, name: "x2" });
  });
});
