import { describe, expect, test } from "vitest";
import { post, start } from "./service.ts";

const graph = {
  inputs: [{ name: "x" }, { name: "v", shape: [2] }, { name: "i", dtype: "int32" }],
  nodes: [
    { id: "s", op: "sin", args: ["x"] },
    { id: "w", op: "multiply", args: ["x", "v"] },
    { id: "b", op: "less", args: ["x", 0] },
  ],
  outputs: ["s", "w", "b", "i"],
};
const inputs = { x: 1, v: [1, 2], i: 3 };

describe("params", () => {
  test.each<[string, string, object, string]>([
    [
      "evaluate",
      "no graph",
      { inputs },
      "/graph: required: a graph document, a formula, or the id or the name of a graph",
    ],
    [
      "jvp",
      "no seeds",
      { graph, inputs },
      "/seeds: required: tensors by name, absent ones being zero; or a list of such",
    ],
    ["evaluate", "a formula as a text", { graph: "x^2" }, "a formula is {expression: …}"],
    ["evaluate", "a request of JSON-RPC", { jsonrpc: "2.0", id: 1, method: "evaluate", params: {} }, "go to /rpc"],
  ])("%s tells who sends %s what is meant", async (method, _, params, told) => {
    const { statusCode, body } = await post(start().app, method, params);
    expect([statusCode, JSON.parse(body).detail]).toEqual([400, expect.stringContaining(told)]);
  });

  test.each<[string, string, object, string]>([
    ["jacobian", "an unknown parameter", { graph, inputs, format: "dense", colour: "red" }, "/colour"],
    ["jacobian", "a parameter of another method", { graph, inputs, seeds: {} }, "/seeds"],
    ["evaluate", "wrt where nothing is differentiated", { graph, inputs, wrt: ["x"] }, "/wrt"],
    ["gradient", "a layout where there is none", { graph, inputs, layout: "matrix" }, "/layout"],
    ["evaluate", "no graph", { inputs }, "/graph"],
    ["evaluate", "a graph that is null", { graph: null }, "/graph"],
    ["evaluate", "a graph that is a list", { graph: [] }, "/graph"],
    ["evaluate", "a graph that is a number", { graph: 1 }, "/graph"],
    ["evaluate", "inputs that are a list", { graph, inputs: [1] }, "/inputs"],
    ["evaluate", "a batch of 0", { graph, inputs, batch: 0 }, "/batch"],
    ["evaluate", "a batch of 1.5", { graph, inputs, batch: 1.5 }, "/batch"],
    ["evaluate", "a batch of −1", { graph, inputs, batch: -1 }, "/batch"],
    ["evaluate", "a batch as text", { graph, inputs, batch: "2" }, "/batch"],
    ["evaluate", "another encoding", { graph, inputs, encoding: "hex" }, "/encoding"],
    ["evaluate", "a timeout of 0", { graph, inputs, timeoutMs: 0 }, "/timeoutMs"],
    ["evaluate", "a timeout of a half", { graph, inputs, timeoutMs: 0.5 }, "/timeoutMs"],
    ["jacobian", "another mode", { graph, inputs, mode: "mixed" }, "/mode"],
    ["jacobian", "another layout", { graph, inputs, layout: "columns" }, "/layout"],
    ["jacobian", "another format", { graph, inputs, format: "csc" }, "/format"],
    ["hessian", "verify as text", { graph, inputs, verify: "yes" }, "/verify"],
    ["jacobian", "an empty name in wrt", { graph, inputs, wrt: [""] }, "/wrt/0"],
    ["jacobian", "a graph of null", { graph: null, inputs }, "/graph"],
    ["jacobian", "a repeated wrt", { graph, inputs, wrt: ["x", "x"] }, "/wrt"],
    ["jacobian", "a repeated of", { graph, inputs, of: ["s", "w", "s"] }, "/of"],
    ["jacobian", "wrt as text", { graph, inputs, wrt: "x" }, "/wrt"],
    ["jacobian", "wrt of a number", { graph, inputs, wrt: ["x", 1] }, "/wrt/1"],
    ["jacobian", "wrt of an unknown name", { graph, inputs, wrt: ["x", "nowhere"] }, "/wrt/1"],
    ["jacobian", "wrt of an output", { graph, inputs, wrt: ["s"] }, "/wrt/0"],
    ["jacobian", "of of an unknown name", { graph, inputs, of: ["nowhere"] }, "/of/0"],
    ["explain", "of of what every object has", { graph, of: ["constructor"] }, "/of/0"],
    ["jvp", "no seeds", { graph, inputs }, "/seeds"],
    ["jvp", "seeds that are a number", { graph, inputs, seeds: 1 }, "/seeds"],
    ["vjp", "seeds that are null", { graph, inputs, seeds: null }, "/seeds"],
    ["hvp", "a seed that is a number", { graph, inputs, of: ["s"], seeds: [{}, 1] }, "/seeds/1"],
    ["jvp", "seeds that are lists of lists", { graph, inputs, seeds: [[{}]] }, "/seeds/0"],
    ["explain", "another method", { graph, method: "compare" }, "/method"],
  ])("%s: %s", async (method, _, params, path) => {
    const { fails, app } = start();
    const error = await fails(method, params);
    expect(error).toMatchObject({ code: -32602, type: "invalid_params" });
    expect(error.issues).toContainEqual({ path, message: expect.any(String) });
    const plain = await post(app, method, params);
    expect(plain.statusCode).toBe(400);
    expect(plain.headers["content-type"]).toMatch("application/problem+json");
    expect(plain.json()).toMatchObject({ type: "urn:cotangent:error:invalid_params", code: -32602, status: 400 });
  });

  test("that are a list are refused, for they go by name", async () => {
    const { fails } = start();
    expect(await fails("evaluate", [graph, inputs])).toMatchObject({ code: -32602, issues: [{ path: "" }] });
  });

  test("every fault is listed", async () => {
    const { issues } = await start().fails("jacobian", { graph: 1, batch: 0, mode: "no", colour: 1 });
    expect(issues.map((issue: { path: string }) => issue.path).sort()).toEqual([
      "/batch",
      "/colour",
      "/graph",
      "/mode",
    ]);
  });

  test("methods of later times do not exist", async () => {
    const { fails } = start();
    for (const method of ["job.create", "job.get", "graph", "constructor"]) {
      expect(await fails(method)).toMatchObject({ code: -32601, type: "method_not_found" });
    }
  });
});

describe("not differentiable", () => {
  test.each<[string, string, object]>([
    ["jacobian", "by an int32 input", { wrt: ["x", "i"] }],
    ["gradient", "by an int32 input", { wrt: ["i"], of: ["s"] }],
    ["jvp", "of a bool output", { of: ["b"], seeds: {} }],
    ["vjp", "of an int32 output", { of: ["s", "i"], seeds: {} }],
    ["gradient", "of a vector", { of: ["w"] }],
    ["gradient", "of two outputs", { of: ["s", "w"] }],
    ["gradient", "of all outputs where there are two", {}],
    ["hvp", "of a vector", { of: ["w"], seeds: {} }],
    ["hessian", "of a vector", { of: ["w"] }],
    ["hessian", "of all outputs where there are two", {}],
    ["explain", "of a vector's gradient", { method: "gradient", of: ["w"] }],
  ])("%s %s", async (method, _, params) => {
    const { fails, app } = start();
    const given = method === "explain" ? { graph, ...params } : { graph, inputs, ...params };
    const error = await fails(method, given);
    expect(error).toMatchObject({ code: -32008, type: "not_differentiable" });
    expect((await post(app, method, given)).statusCode).toBe(422);
  });

  test("a graph without float inputs, and one without float outputs", async () => {
    const { fails, ok } = start();
    const ints = { inputs: [{ name: "i", dtype: "int32" }], outputs: [{ name: "y", node: "i", dtype: "float64" }] };
    const bools = { inputs: [{ name: "x" }], nodes: [{ id: "b", op: "less", args: ["x", 0] }], outputs: ["b"] };
    for (const method of ["jacobian", "gradient", "hessian"]) {
      expect(await fails(method, { graph: ints, inputs: { i: 1 } })).toMatchObject({ code: -32008 });
      expect(await fails(method, { graph: bools, inputs: { x: 1 } })).toMatchObject({ code: -32008 });
    }
    expect((await ok("evaluate", { graph: ints, inputs: { i: 1 } })).outputs).toEqual({ y: 1 });
  });
});

test("what generated clients send for parameters that nobody has set counts as absent", async () => {
  const { ok } = start();
  const call = { graph: { expression: "x^2" }, inputs: { x: 3 } };
  const unset = { wrt: [], of: [], weights: {}, batch: null, encoding: null, timeoutMs: null, zeros: null };
  expect(await ok("gradient", { ...call, ...unset })).toEqual(await ok("gradient", call));
});

describe("of several faults the first in the contract's order is told", () => {
  const env = { LIMIT_POINTS: "2", LIMIT_SEEDS: "2", LIMIT_TIMEOUT_MS: "1000", LIMIT_OPERATIONS: "60" };
  // Each layer holds a fault of its own; they are taken away one after another.
  const layers: [number, string, object][] = [
    [-32602, "params", { colour: "red" }],
    [-32602, "timeout", { timeoutMs: 5000 }],
    [-32001, "graph", { graph: { expression: "sin(x" } }],
    [-32602, "names", { wrt: ["x", "nowhere"] }],
    [-32004, "points", { batch: 3 }],
    [-32004, "seeds", { seeds: [{}, {}, {}] }],
    [-32008, "differentiability", { wrt: ["i"] }],
    [-32004, "operations", { batch: 2 }],
    [-32007, "inputs", { inputs: { x: "no" } }],
    [-32007, "seeds", { seeds: [{ x: "no" }] }],
  ];
  const base = {
    graph: { expression: "sin(x)+0*i", inputs: [{ name: "x" }, { name: "i", dtype: "int32" }] },
    inputs: { x: 1, i: 1 },
    seeds: [{}],
  };

  test.each(layers.map(([code, name], k) => [name, code, k] as const))("%s: %i", async (_, code, k) => {
    // A later layer comes first, so that an earlier one has its way where both set the same parameter.
    const params = Object.assign(
      {},
      base,
      ...layers
        .slice(k)
        .reverse()
        .map(([, , fault]) => fault),
    );
    expect((await start(env).fails("jvp", params)).code).toBe(code);
  });

  test("an envelope that is none comes before all", async () => {
    const { body } = start(env);
    const call = { jsonrpc: "1.0", id: 1, method: "nowhere", params: { colour: "red" } };
    expect((await body(JSON.stringify(call))).error.code).toBe(-32600);
    expect((await body(JSON.stringify({ ...call, jsonrpc: "2.0" }))).error.code).toBe(-32601);
  });

  test("nothing differentiable comes before the limits that count derivatives", async () => {
    const { fails } = start({ LIMIT_ELEMENTS: "10" });
    const vector = { inputs: [{ name: "x", shape: [9] }], outputs: ["x"] };
    expect(await fails("hessian", { graph: vector, inputs: {} })).toMatchObject({ code: -32008 });
    expect(await fails("jacobian", { graph: vector, inputs: {} })).toMatchObject({ code: -32004, limit: "elements" });
    expect(await fails("evaluate", { graph: vector, inputs: {} })).toMatchObject({ code: -32007 });
  });
});
