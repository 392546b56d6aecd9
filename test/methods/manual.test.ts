import { describe, expect, test } from "vitest";
import { standard } from "../../src/methods/schemas/examples.ts";
import { type Json, start } from "./service.ts";

const expression = "log(x1) + x1*x2 - sin(x2)";
const right = [
  { of: "y", wrt: "x1", expression: "1/x1 + x2" },
  { of: "y", wrt: "x2", expression: "x1 - cos(x2)" },
];
const { inputs } = standard;
const nodes = [
  { id: "a", op: "reciprocal", args: ["x1"] },
  { id: "b", op: "add", args: ["a", "x2"] },
];
const asGraph = { inputs: [{ name: "x2" }, { name: "x1" }], nodes, outputs: ["b"] };

describe("manual derivatives", () => {
  test("are not part of a graph's identity", async () => {
    const { ok } = start();
    const { graph } = await ok("graph.put", { graph: { expression, derivatives: right } });
    expect(graph).toBe(standard.id);
    const document = { ...(await ok("graph.get", { graph })).document, derivatives: right };
    expect(
      (await ok("graph.put", { graph: { ...document, derivatives: [{ of: "y", wrt: "x1", expression: "0" }] } })).graph,
    ).toBe(graph);
  });

  test("live with their call and not with the graph", async () => {
    const { ok } = start();
    const { graph, rows } = await ok("compare", { graph: { expression, derivatives: right }, inputs });
    expect(rows[0].method).toBe("manual");
    expect((await ok("compare", { graph, inputs })).rows[0].method).toBe("numerical");
  });

  test("are used by no other method, wrong ones neither", async () => {
    const derivatives = [{ of: "y", wrt: "x1", expression: "0" }];
    const { gradient } = await start().ok("gradient", { graph: { expression, derivatives }, inputs });
    expect(gradient.x1).toBe(5.5);
  });

  test("are formulas or graphs, whose inputs may come in another order", async () => {
    const derivatives = [{ of: "y", wrt: "x1", graph: asGraph }, right[1]];
    expect((await start().ok("compare", { graph: { expression, derivatives }, inputs })).rows[0]).toMatchObject({
      method: "manual",
      verdict: "agrees",
      jacobian: { y: { x1: 5.5, x2: standard.dx2 } },
    });
  });

  test("have the shape of the output followed by that of the input", async () => {
    const graph = {
      expression: "A @ x",
      inputs: [
        { name: "A", shape: [2, 3] },
        { name: "x", shape: [3] },
      ],
      derivatives: [{ of: "y", wrt: "x", expression: "A" }],
    };
    const A = [[1, 2, 3], [4, 5, 6]]; // biome-ignore format: a matrix
    const { rows, verdict } = await start().ok("compare", { graph, inputs: { A, x: [1, 1, 2] } });
    expect({ verdict, manual: rows[0].jacobian }).toEqual({ verdict: "agrees", manual: { y: { x: A } } });
  });
});

describe("a manual derivative is refused", () => {
  const refused = async (derivatives: unknown, more: object = {}): Promise<Json> => {
    const error = await start().fails("graph.put", { graph: { expression, ...more, derivatives } });
    expect(error).toMatchObject({ code: -32001, type: "invalid_graph" });
    return error.reason;
  };

  test.each<[string, unknown, RegExp]>([
    ["of an unknown output", [{ of: "z", wrt: "x1", expression: "1" }], /derivatives\[0\]\.of.*no output "z"/],
    [
      "by an unknown input",
      [right[0], { of: "y", wrt: "x3", expression: "1" }],
      /derivatives\[1\]\.wrt.*no input "x3"/,
    ],
    ["that is given twice", [right[0], right[0]], /derivatives\[1\], of "y" by "x1", is given twice/],
    ["of another shape", [{ of: "y", wrt: "x1", expression: "stack(x1, x2)" }], /of "y" by "x1".*shape/],
    ["with another symbol", [{ of: "y", wrt: "x1", expression: "1/x3" }], /of "y" by "x1".*x3/],
    ["that does not parse", [{ of: "y", wrt: "x1", expression: "1/" }], /of "y" by "x1"/],
    ["without a formula", [{ of: "y", wrt: "x1" }], /either `expression` or `graph`/],
    ["with two formulas", [{ ...right[0], graph: asGraph }], /either `expression` or `graph`/],
    ["with another key", [{ ...right[0], by: "me" }], /"by" is unknown/],
    ["with a number for its output", [{ of: 1, wrt: "x1", expression: "1" }], /derivatives\[0\]\.of/],
    ["that is no object", ["1/x1"], /derivatives\[0\]/],
    ["outside of a list", { y: "1/x1" }, /must be a list/],
    [
      "with an input of another shape",
      [{ of: "y", wrt: "x1", graph: { ...asGraph, inputs: [{ name: "x1", shape: [2] }, { name: "x2" }] } }],
      /input "x1" is/,
    ],
    ["with an input of its own", [{ of: "y", wrt: "x1", graph: { expression: "x9" } }], /no input "x9"/],
    [
      "with two outputs",
      [{ of: "y", wrt: "x1", graph: { expression: "a = x1; b = a", outputs: ["a", "b"] } }],
      /2 outputs/,
    ],
    [
      "with derivatives itself",
      [{ of: "y", wrt: "x1", graph: { expression: "x1", derivatives: [] } }],
      /derivatives itself/,
    ],
  ])("%s", async (_, derivatives, reason) => {
    expect(await refused(derivatives)).toMatch(reason);
  });

  test("by an int input", async () => {
    const ints = { expression: "x*k", inputs: [{ name: "x" }, { name: "k", dtype: "int32" }] };
    expect(await refused([{ of: "y", wrt: "k", expression: "x" }], ints)).toMatch(/"k" is int32/);
  });
});
