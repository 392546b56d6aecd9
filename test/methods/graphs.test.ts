import { describe, expect, test } from "vitest";
import { type Json, post, start } from "./service.ts";

const formula = (i: number) => ({ expression: `x * ${i}` });

describe("graph.put", () => {
  test("describes the graph and tells whether it was known", async () => {
    const { ok } = start();
    const graph = {
      inputs: [
        { name: "x", shape: [2, 3], dtype: "float32" },
        { name: "i", dtype: "int32" },
      ],
      nodes: [
        { id: "y", op: "sum", args: ["x"] },
        { id: "unused", op: "exp", args: ["x"] },
      ],
      outputs: [{ name: "loss", node: "y" }, "i"],
    };
    const first = await ok("graph.put", { graph });
    expect(first).toEqual({
      graph: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      inputs: [
        { name: "x", shape: [2, 3], dtype: "float32" },
        { name: "i", shape: [], dtype: "int32" },
      ],
      outputs: [
        { name: "loss", shape: [], dtype: "float64" },
        { name: "i", shape: [], dtype: "int32" },
      ],
      nodes: 1,
      cached: false,
    });
    expect(await ok("graph.put", { graph })).toEqual({ ...first, cached: true });
    expect(await ok("graph.put", { graph: first.graph })).toEqual({ ...first, cached: true });
  });

  test("makes the id serve in place of the graph, in every method", async () => {
    const { ok } = start();
    const { graph } = await ok("graph.put", { graph: { expression: "x^3" } });
    const at = { graph, inputs: { x: 2 } };
    expect(await ok("evaluate", at)).toEqual({ graph, outputs: { y: 8 } });
    expect((await ok("gradient", at)).gradient).toEqual({ x: 12 });
    expect((await ok("jvp", { ...at, seeds: { x: 1 } })).tangents).toEqual({ y: 12 });
    expect((await ok("vjp", { ...at, seeds: { y: 1 } })).cotangents).toEqual({ x: 12 });
    expect((await ok("hvp", { ...at, seeds: { x: 1 } })).hvp).toEqual({ x: 12 });
    expect((await ok("jacobian", at)).jacobian).toEqual({ y: { x: 12 } });
    expect((await ok("hessian", at)).hessian).toEqual({ x: { x: 12 } });
    expect((await ok("explain", { graph })).graph).toBe(graph);
  });

  test("is what any call does with a graph sent inline", async () => {
    const { ok } = start();
    const { graph } = await ok("evaluate", { graph: { expression: "x+1" }, inputs: { x: 1 } });
    expect((await ok("gradient", { graph, inputs: { x: 1 } })).gradient).toEqual({ x: 1 });
  });
});

describe("graph.get", () => {
  const graph = {
    version: 1,
    name: "a label",
    description: "another",
    inputs: [{ name: "n1", shape: [2] }, { name: "c" }],
    constants: [
      { name: "k", value: { shape: [2], dtype: "int32", data: [1, 2] } },
      { name: "minusZero", value: -0 },
    ],
    nodes: [
      { id: "out", op: "sub", args: ["b", "NaN"] },
      { id: "a", op: "mul", args: ["n1", "k"] },
      { id: "b", op: "sum", args: ["a"], attrs: { axis: [-1] } },
      { id: "idle", op: "exp", args: ["c"] },
    ],
    outputs: [{ name: "loss", node: "out", dtype: "float32" }, "n1", "k"],
  };

  test("answers the graph as a formula, which has the same id", async () => {
    const { ok, fails } = start({ LIMIT_FORMULA_LENGTH: "60" });
    const { graph: id } = await ok("graph.put", { graph });
    const { document } = await ok("graph.get", { graph: id, form: "expression" });
    expect(document).toEqual({
      expression: "k = int32([1, 2])\nloss: float32 = sum(n1 * k) - NaN",
      inputs: [
        { name: "n1", shape: [2], dtype: "float64" },
        { name: "c", shape: [], dtype: "float64" },
      ],
      outputs: ["loss", "n1", "k"],
    });
    expect((await ok("graph.put", { graph: document })).graph).toBe(id);
    const short = await ok("graph.put", { graph: { expression: "log(x1) + x1*x2 - sin(x2)" } });
    expect((await ok("graph.get", { graph: short.graph, form: "expression" })).document.expression).toBe(
      "ln(x1) + x1 * x2 - sin(x2)",
    );
    const long = {
      inputs: [{ name: "x", shape: [30] }],
      nodes: [{ id: "y", op: "add", args: ["x", [...Array(30).keys()]] }],
      outputs: ["y"],
    };
    const { graph: longId } = await ok("graph.put", { graph: long });
    expect(await fails("graph.get", { graph: longId, form: "expression" })).toMatchObject({ limit: "formulaLength" });
    expect(await fails("graph.get", { graph: longId, form: "text" })).toMatchObject({ type: "invalid_params" });
  });

  test("answers the canonical document, without labels and with names of its own", async () => {
    const { ok } = start();
    const { graph: id } = await ok("graph.put", { graph });
    const { document } = await ok("graph.get", { graph: id });
    expect(document).toEqual({
      inputs: [
        { name: "n1", shape: [2], dtype: "float64" },
        { name: "c", shape: [], dtype: "float64" },
      ],
      constants: [{ name: "c1", value: { shape: [2], dtype: "int32", data: "AQAAAAIAAAA=" } }],
      nodes: [
        { id: "n2", op: "multiply", args: ["n1", "c1"] },
        { id: "n3", op: "sum", args: ["n2"], attrs: { axis: [0], keepdims: false } },
        { id: "n4", op: "subtract", args: ["n3", "NaN"] },
      ],
      outputs: [
        { name: "loss", node: "n4", dtype: "float32" },
        { name: "n1", node: "n1", dtype: "float64" },
        { name: "k", node: "c1", dtype: "int32" },
      ],
    });
    expect((await ok("graph.put", { graph: document })).graph).toBe(id);
  });

  test("answers what has the same id for hard constants and attributes", async () => {
    const { ok } = start();
    const nodes = [
      { id: "f", op: "full", attrs: { shape: [2], value: "-Infinity" } },
      { id: "g", op: "full", attrs: { shape: [2], value: "NaN" } },
      { id: "h", op: "full", attrs: { shape: [], value: 1e-320 } },
      { id: "t", op: "full", attrs: { shape: [1], value: true } },
      { id: "p", op: "pad", args: ["x"], attrs: { pad_width: [[1, 0]], value: 3 } },
      { id: "s", op: "slice", args: ["x"], attrs: { start: [null], stop: [-1] } },
      { id: "e", op: "einsum", args: ["x", [1.5, 2.5, 0.1]], attrs: { equation: "i, i ->" } },
      { id: "d", op: "tensordot", args: ["x", "x"], attrs: { axes: [[-1], [0]] } },
      { id: "r", op: "roll", args: ["x"], attrs: { shift: [1], axis: [-1] } },
      { id: "w", op: "where", args: [true, "x", { shape: [3], dtype: "float32", data: [0.1, "NaN", 2] }] },
    ];
    const graph = { inputs: [{ name: "x", shape: [3] }], nodes, outputs: nodes.map(({ id }) => id) };
    for (const document of [graph, { inputs: [], nodes: [{ id: "z", op: "add", args: [-0, 0] }], outputs: ["z"] }]) {
      const { graph: id } = await ok("graph.put", { graph: document });
      const { document: got } = await ok("graph.get", { graph: id });
      expect((await ok("graph.put", { graph: got })).graph).toBe(id);
    }
  });

  test("keeps the sign of a zero in an attribute", async () => {
    const { ok, app } = start();
    const put = async (value: string) => {
      const node = `{"id":"z","op":"full","attrs":{"shape":[],"value":${value}}}`;
      const payload = `{"graph":{"nodes":[${node}],"outputs":["z"]}}`;
      return (await app.inject({ method: "POST", url: "/v1/graph.put", payload })).json().graph as string;
    };
    const graph = await put("-0");
    expect(graph).not.toBe(await put("0"));
    const { body } = await post(app, "graph.get", { graph });
    const payload = `{"graph":${body.slice(body.indexOf('"document":') + 11)}`;
    expect((await app.inject({ method: "POST", url: "/v1/graph.put", payload })).json()).toMatchObject({
      graph,
      cached: true,
    });
    expect((await ok("evaluate", { graph, encoding: "base64" })).outputs.z.data).toBe("AAAAAAAAAIA=");
  });

  test("of an id that nobody sent is not found, and of a malformed one a bad parameter", async () => {
    const { fails } = start();
    const unknown = `sha256:${"ab".repeat(32)}`;
    for (const method of ["graph.get", "graph.put", "evaluate", "explain"]) {
      expect(await fails(method, { graph: unknown })).toMatchObject({ code: -32002, type: "graph_not_found" });
      for (const graph of ["sha256:12", unknown.toUpperCase(), `${unknown}0`, "1x", ""]) {
        expect(await fails(method, { graph })).toMatchObject({ code: -32602, issues: [{ path: "/graph" }] });
      }
    }
    expect(await fails("graph.get", { graph: { expression: "x" } })).toMatchObject({ code: -32602 });
  });
});

describe("graph.list", () => {
  test("pages through the graphs in the order of their ids", async () => {
    const { ok } = start();
    const ids: string[] = [];
    for (let i = 0; i < 7; i++) ids.push((await ok("graph.put", { graph: formula(i) })).graph);
    await ok("gradient", { graph: formula(3), inputs: { x: 1 } });
    ids.sort();
    const all = await ok("graph.list");
    expect(all.graphs.map((entry: Json) => entry.graph)).toEqual(ids);
    expect(all.graphs[0]).toEqual({ graph: ids[0], nodes: 1, bytes: expect.any(Number) });
    expect(all.next).toBeUndefined();
    const pages: string[][] = [];
    for (let after: string | undefined; ; ) {
      const page = await ok("graph.list", { limit: 3, ...(after ? { after } : {}) });
      pages.push(page.graphs.map((entry: Json) => entry.graph));
      after = page.next;
      if (!after) break;
    }
    expect(pages).toEqual([ids.slice(0, 3), ids.slice(3, 6), ids.slice(6)]);
    expect((await ok("graph.list", { limit: 7 })).next).toBeUndefined();
    expect(await ok("graph.list", { after: ids[6] })).toEqual({ graphs: [] });
  });

  test("refuses limits that are none", async () => {
    const { fails } = start();
    for (const limit of [0, -1, 1.5, 1001, "3"]) {
      expect(await fails("graph.list", { limit })).toMatchObject({ code: -32602, issues: [{ path: "/limit" }] });
    }
  });
});

describe("graph.delete", () => {
  test("forgets a graph and its programs", async () => {
    const { ok, fails, context } = start();
    const { graph } = await ok("gradient", { graph: formula(2), inputs: { x: 1 } });
    const { graph: other } = await ok("graph.put", { graph: formula(3) });
    expect(await ok("graph.delete", { graph })).toEqual({ graph, deleted: true });
    expect(await ok("graph.delete", { graph })).toEqual({ graph, deleted: false });
    expect(await fails("gradient", { graph, inputs: { x: 1 } })).toMatchObject({ code: -32002 });
    // The other graph, and the document that it was read from.
    expect(context.engine.stats().entries).toBe(2);
    expect((await ok("graph.get", { graph: other })).graph).toBe(other);
    expect((await ok("graph.put", { graph: formula(2) })).cached).toBe(false);
  });
});

describe("GRAPH_ADMIN", () => {
  test.each([
    [{ GRAPH_ADMIN: "false" }, false],
    [{ HOST: "0.0.0.0", AUTH: "none" }, false],
    [{ HOST: "0.0.0.0", AUTH: "none", GRAPH_ADMIN: "true" }, true],
    [{}, true],
  ])("%j: %s", async (env, served) => {
    const { rpc, app } = start(env);
    const id = `sha256:${"0".repeat(64)}`;
    const list = await rpc("graph.list");
    const remove = await rpc("graph.delete", { graph: id });
    const codes = [list.error?.code, remove.error?.code];
    expect(codes).toEqual(served ? [undefined, undefined] : [-32601, -32601]);
    expect((await post(app, "graph.list", {})).statusCode).toBe(served ? 200 : 404);
    expect((await rpc("graph.put", { graph: formula(1) })).result.cached).toBe(false);
  });
});
