import { describe, expect, test } from "vitest";
import { type Json, start } from "./service.ts";

const node = (op: string, args: unknown, attrs?: unknown, id = "bad") => ({
  id,
  op,
  args,
  ...(attrs === undefined ? {} : { attrs }),
});
const withNode = (op: string, args: unknown, attrs?: unknown) => ({
  inputs: [
    { name: "x" },
    { name: "v", shape: [3] },
    { name: "m", shape: [2, 3] },
    { name: "none", shape: [0] },
    { name: "i", shape: [2], dtype: "int32" },
  ],
  nodes: [{ id: "fine", op: "sin", args: ["x"] }, node(op, args, attrs)],
  outputs: ["fine"],
});

/** The error of putting a graph, after which the service goes on and nothing was kept. */
async function refused(graph: unknown): Promise<Json> {
  const { fails, ok, context } = start();
  const error = await fails("graph.put", { graph });
  expect(error).toMatchObject({ code: -32001, type: "invalid_graph", reason: expect.any(String) });
  expect(Buffer.byteLength(error.message)).toBeLessThanOrEqual(1000);
  expect(context.engine.stats().entries).toBe(0);
  expect((await ok("evaluate", { graph: { expression: "x" }, inputs: { x: 1 } })).outputs).toEqual({ y: 1 });
  return error;
}

describe("a node that cannot be made names itself, its operator and, where it is one, the operand", () => {
  test.each<[string, string, unknown, unknown, number | undefined]>([
    ["no operand", "sin", [], undefined, undefined],
    ["too many operands", "sin", ["x", "x"], undefined, undefined],
    ["too few operands", "add", ["x"], undefined, undefined],
    ["shapes that do not broadcast", "add", ["m", "i"], undefined, undefined],
    ["shapes that do not multiply", "matmul", ["m", "m"], undefined, undefined],
    ["a scalar where there must be axes", "matmul", ["x", "v"], undefined, undefined],
    ["an axis that is not there", "sum", ["v"], { axis: 1 }, undefined],
    ["a negative axis that is not there", "sum", ["v"], { axis: -2 }, undefined],
    ["an axis twice", "sum", ["m"], { axis: [0, -2] }, undefined],
    ["an axis that is no integer", "sum", ["v"], { axis: 0.5 }, undefined],
    ["an axis that is a string", "sum", ["v"], { axis: "0" }, undefined],
    ["an unknown attribute", "sum", ["v"], { axes: 0 }, undefined],
    ["an attribute of an operator without any", "sin", ["x"], { axis: 0 }, undefined],
    ["an attribute that every object has", "sum", ["v"], { constructor: 0 }, undefined],
    ["a required attribute that is missing", "reshape", ["v"], undefined, undefined],
    ["attributes that are no object", "sum", ["v"], [0], undefined],
    ["attributes that are null", "sum", ["v"], null, undefined],
    ["attributes that are a string", "sum", ["v"], "axis", undefined],
    ["a shape of other size", "reshape", ["v"], { shape: [2] }, undefined],
    ["two open lengths", "reshape", ["v"], { shape: [-1, -1] }, undefined],
    ["the maximum of nothing", "max", ["none"], undefined, undefined],
    ["the argmax of nothing", "argmax", ["none"], undefined, undefined],
    ["a constant index outside", "take", ["v", 3], undefined, 1],
    ["a constant negative index outside", "take", ["v", -4], undefined, 1],
    ["an index with a fraction", "take", ["v", 1.5], undefined, 1],
    ["an index that is NaN", "take", ["v", "NaN"], undefined, 1],
    ["an index that is a float tensor", "take", ["v", "x"], undefined, 1],
    ["a step of 0", "slice", ["v"], { start: [0], stop: [3], step: [0] }, undefined],
    ["an einsum that is none", "einsum", ["v"], { equation: "ij" }, undefined],
    ["a reference that dangles", "add", ["x", "nowhere"], undefined, 1],
    ["an operand that is null", "add", ["x", null], undefined, 1],
    ["ragged constants", "add", ["x", [[1], [2, 3]]], undefined, 1],
    ["a string in a constant", "add", [["one"], "x"], undefined, 0],
    ["an array object with an unknown key", "add", ["x", { shape: [], data: [1], unit: "m" }], undefined, 1],
    ["an array object with a negative length", "add", ["x", { shape: [-1], data: [] }], undefined, 1],
    ["an array object of another dtype", "add", ["x", { shape: [], dtype: "complex64", data: [1] }], undefined, 1],
    ["a bool byte of 2", "where", [{ shape: [], dtype: "bool", data: "Ag==" }, "x", "x"], undefined, 0],
    ["a first result that the operator has not by number", "add", ["x", "fine:0"], undefined, 1],
    ["a second result that the operator has not", "add", ["fine:1", "x"], undefined, 0],
  ])("%s", async (_, op, args, attrs, operand) => {
    const error = await refused(withNode(op, args, attrs));
    expect(error.node).toBe("bad");
    if (operand === undefined) expect(error.reason).toContain(op);
    else expect(error.operand).toBe(operand);
  });

  test("an operator that is unknown", async () => {
    for (const op of ["sine", "", "constructor", "__proto__", "input", "constant", "Sin", "x".repeat(5000)]) {
      const error = await refused(withNode(op, ["x"]));
      expect(error.node).toBe("bad");
      expect(error.reason).toContain("operator");
    }
  });

  test("operators and operands of other types", async () => {
    expect(await refused(withNode(7 as never, ["x"]))).toMatchObject({ node: "bad" });
    expect(await refused(withNode("sin", "x"))).toMatchObject({ node: "bad" });
    expect(await refused(withNode("sin", { 0: "x" }))).toMatchObject({ node: "bad" });
  });

  test("a result by number, though the node comes later in the document", async () => {
    const graph = {
      inputs: [{ name: "x" }],
      nodes: [node("sin", ["late:1"]), node("cos", ["x"], undefined, "late")],
      outputs: ["bad"],
    };
    expect((await refused(graph)).reason).toMatch(/result 1/);
  });
});

describe("nodes that depend on each other", () => {
  test("are named, and only they", async () => {
    const nodes = [
      node("sin", ["c"], undefined, "before"),
      node("add", ["x", "b"], undefined, "a"),
      node("sin", ["c"], undefined, "b"),
      node("add", ["x", "a"], undefined, "c"),
      node("sin", ["x"], undefined, "apart"),
    ];
    const { reason } = await refused({ inputs: [{ name: "x" }], nodes, outputs: ["apart"] });
    const named = [...reason.matchAll(/\b(before|a|b|c|apart|x)\b/g)].map((match) => match[1]);
    expect(new Set(named)).toEqual(new Set(["a", "b", "c"]));
  });

  test("even one on itself", async () => {
    const error = await refused({ inputs: [{ name: "x" }], nodes: [node("add", ["x", "bad"])], outputs: ["x"] });
    expect(error).toMatchObject({ node: "bad", reason: expect.stringContaining("bad <- bad") });
  });

  test("many of them, in a short message and in a short time", async () => {
    const n = 20000;
    const nodes = Array.from({ length: n }, (_, i) => node("sin", [`v${(i + 1) % n}`], undefined, `v${i}`));
    const error = await refused({ nodes, outputs: ["v0"] });
    expect(error.reason).toContain(`${n - 20} more`);
  });
});

describe("names", () => {
  const named = (name: unknown) => [
    { inputs: [{ name }], outputs: [name] },
    { constants: [{ name, value: 1 }], outputs: [name] },
    { inputs: [{ name: "in" }], nodes: [{ id: name, op: "sin", args: ["in"] }], outputs: [name] },
    { inputs: [{ name: "x" }], outputs: [{ name, node: "x" }] },
  ];

  test.each(["NaN", "Infinity", "__proto__", "", "1x", "-x", ".x", "x y", "x:0", "é", "x\n", "a/b"])(
    "%j is none",
    async (name) => {
      for (const graph of named(name)) {
        // As text, for a literal would set the prototype.
        await refused(JSON.parse(JSON.stringify(graph)));
      }
    },
  );

  test.each([7, null, {}, ["x"], true])("%j is none", async (name) => {
    for (const graph of named(name)) await refused(graph);
  });

  test.each(["x", "_", "A.b-c_9", "x".repeat(128), "nan", "constructor", "proto__"])("%s is one", async (name) => {
    const { ok } = start();
    for (const graph of named(name)) await ok("graph.put", { graph });
  });

  test("are one namespace, but for outputs", async () => {
    const x = { name: "x" };
    await refused({ inputs: [x, x], outputs: ["x"] });
    await refused({ inputs: [x], constants: [{ name: "x", value: 1 }], outputs: ["x"] });
    await refused({ inputs: [x], nodes: [node("sin", ["x"], undefined, "x")], outputs: ["x"] });
    await refused({ inputs: [x], nodes: [node("sin", ["x"]), node("cos", ["x"])], outputs: ["x"] });
    await refused({ inputs: [x], outputs: ["x", { name: "x", node: "x" }] });
    await refused({ inputs: [x], outputs: ["x", "x"] });
    await start().ok("graph.put", {
      graph: {
        inputs: [x, { name: "y" }],
        outputs: [
          { name: "y", node: "x" },
          { name: "x", node: "y" },
        ],
      },
    });
  });
});

describe("structure", () => {
  const x = { name: "x" };
  const fine = { inputs: [x], nodes: [{ id: "n", op: "sin", args: ["x"] }], outputs: ["n"] };

  test.each<[string, unknown]>([
    ["a key of the graph", { ...fine, node: [] }],
    ["a key of an input", { ...fine, inputs: [{ ...x, unit: "m" }] }],
    ["a key of a constant", { ...fine, constants: [{ name: "c", value: 1, dtype: "int32" }] }],
    ["a key of a node", { ...fine, nodes: [{ ...fine.nodes[0], name: "n" }] }],
    ["a key of an output", { ...fine, outputs: [{ name: "n", node: "n", shape: [] }] }],
    ["a key of a formula", { expression: "x", wrt: ["x"] }],
    ["the key __proto__", JSON.parse('{"expression":"x","__proto__":{}}')],
    ["nodes beside a formula", { expression: "x", nodes: [] }],
    ["constants beside a formula", { expression: "x", constants: [] }],
  ])("%s that is unknown is refused", async (_, graph) => {
    expect((await refused(graph)).reason).toMatch(/key/);
  });

  test.each(["onnx", "cppad", "nl", "mathjson"])("the reserved key %s is refused", async (key) => {
    expect((await refused({ ...fine, [key]: {} })).reason).toContain(key);
    expect((await refused({ [key]: "…" })).reason).toContain(key);
  });

  test.each<[string, unknown]>([
    ["an empty graph", {}],
    ["no outputs", { inputs: [x] }],
    ["empty outputs", { ...fine, outputs: [] }],
    ["outputs that are no list", { ...fine, outputs: "n" }],
    ["inputs that are no list", { ...fine, inputs: { x: {} } }],
    ["inputs that are null", { ...fine, inputs: null }],
    ["nodes that are no list", { ...fine, nodes: {} }],
    ["an input that is a string", { ...fine, inputs: ["x"] }],
    ["a node that is null", { ...fine, nodes: [null] }],
    ["a node without an id", { ...fine, nodes: [{ op: "sin", args: ["x"] }] }],
    ["a node without an operator", { ...fine, nodes: [{ id: "n", args: ["x"] }] }],
    ["a constant without a value", { ...fine, constants: [{ name: "c" }] }],
    ["a constant that is a reference", { ...fine, constants: [{ name: "c", value: "x" }] }],
    ["an output that dangles", { ...fine, outputs: ["nowhere"] }],
    ["an output of nothing", { ...fine, outputs: [{ name: "y" }] }],
    ["an output that is a number", { ...fine, outputs: [1] }],
    ["an output by the number of its result", { ...fine, outputs: [{ name: "y", node: "n:0" }] }],
    ["an output of another dtype", { ...fine, outputs: [{ name: "y", node: "n", dtype: "complex64" }] }],
    ["an input of another dtype", { ...fine, inputs: [{ ...x, dtype: "double" }] }],
    ["an input whose dtype is null", { ...fine, inputs: [{ ...x, dtype: null }] }],
    ["a shape that is a number", { ...fine, inputs: [{ ...x, shape: 3 }] }],
    ["a shape of a fraction", { ...fine, inputs: [{ ...x, shape: [1.5] }] }],
    ["a negative shape", { ...fine, inputs: [{ ...x, shape: [-1] }] }],
    ["a shape of null", { ...fine, inputs: [{ ...x, shape: [null] }] }],
    ["version 2", { ...fine, version: 2 }],
    ["version 1 as text", { ...fine, version: "1" }],
    ["version 2 of a formula", { expression: "x", version: 2 }],
    ["a name that is a number", { ...fine, name: 1 }],
    ["a description that is null", { expression: "x", description: null }],
    ["an expression that is a number", { expression: 1 }],
    ["an empty expression", { expression: "" }],
    ["an expression that does not parse", { expression: "x +" }],
    ["outputs of a formula that it has not", { expression: "a = x", outputs: ["b"] }],
    ["outputs of a formula that are objects", { expression: "a = x", outputs: [{ name: "a", node: "a" }] }],
    ["inputs of a formula that it lacks", { expression: "x + z", inputs: [x] }],
  ])("%s is refused", async (_, graph) => {
    await refused(graph);
  });

  test("labels and version 1 are taken", async () => {
    const labels = { version: 1, name: "", description: "d" };
    const { ok } = start();
    expect((await ok("graph.put", { graph: { ...fine, ...labels } })).graph).toBe(
      (await ok("graph.put", { graph: fine })).graph,
    );
    await ok("graph.put", { graph: { expression: "x", ...labels } });
  });

  test("numbers that overflow are refused wherever they are", async () => {
    const { body } = start();
    const put = (graph: string) => body(`{"jsonrpc":"2.0","id":1,"method":"graph.put","params":{"graph":${graph}}}`);
    for (const graph of [
      '{"constants":[{"name":"c","value":1e999}],"outputs":["c"]}',
      '{"constants":[{"name":"c","value":[[1,-1e999]]}],"outputs":["c"]}',
      '{"nodes":[{"id":"n","op":"sin","args":[1e999]}],"outputs":["n"]}',
      '{"nodes":[{"id":"n","op":"full","attrs":{"shape":[],"value":1e999}}],"outputs":["n"]}',
      '{"nodes":[{"id":"n","op":"full","attrs":{"shape":[1e999],"value":1}}],"outputs":["n"]}',
      '{"inputs":[{"name":"x","shape":[1e999]}],"outputs":["x"]}',
    ]) {
      expect((await put(graph)).error).toMatchObject({ code: -32001, data: { type: "invalid_graph" } });
    }
  });

  test("what is not reachable is checked all the same", async () => {
    await refused({ ...fine, nodes: [...fine.nodes, node("add", ["x"])] });
    await refused({ ...fine, constants: [{ name: "c", value: [[1], []] }] });
  });
});

test("no answer repeats a tensor of the graph, and no message is long", async () => {
  const long = Array.from({ length: 3000 }, (_, i) => i + 0.125);
  const { rpc } = start();
  for (const graph of [
    { constants: [{ name: "c", value: [long, [1]] }], outputs: ["c"] },
    { constants: [{ name: "c", value: { shape: [2], data: long } }], outputs: ["c"] },
    { constants: [{ name: "c", value: { shape: [2], data: "A".repeat(5000) } }], outputs: ["c"] },
    { constants: [{ name: "c", value: "A".repeat(5000) }], outputs: ["c"] },
    withNode("sum", [long], { axis: long }),
    withNode("sum", ["v"], { ["k".repeat(5000)]: 1 }),
    withNode("reshape", ["v"], { shape: Array(60).fill(1e15) }),
    withNode("take", [long, long]),
    { inputs: [{ name: "x" }], outputs: ["y".repeat(100)] },
    { ["k".repeat(5000)]: 1 },
    { expression: `x + ${"z".repeat(400)}!` },
  ]) {
    const { error } = await rpc("graph.put", { graph });
    expect(error).toBeDefined();
    expect(Buffer.byteLength(error.message)).toBeLessThanOrEqual(1000);
    expect(JSON.stringify(error).length).toBeLessThan(2500);
    expect(JSON.stringify(error)).not.toMatch(
      /1\.125|AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/,
    );
  }
});
