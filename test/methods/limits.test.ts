import { describe, expect, onTestFinished, test, vi } from "vitest";
import { type Json, post, type Service, start } from "./service.ts";

const chain = (length: number) => ({
  inputs: [{ name: "x" }],
  nodes: Array.from({ length }, (_, i) => ({ id: `v${i}`, op: "sin", args: [i === 0 ? "x" : `v${i - 1}`] })),
  outputs: [`v${length - 1}`],
});
const vector = (n: number) => ({ inputs: [{ name: "x", shape: [n] }], outputs: ["x"] });
const ones = (n: number) => Array<number>(n).fill(1);

/** Checks a call at its limit and just over it, and that the server goes on. */
async function boundary(
  service: Service,
  limit: string,
  allowed: number,
  call: (size: number) => [string, object],
  received = allowed + 1,
) {
  const { ok, fails } = service;
  await ok(...call(allowed - 1));
  await ok(...call(allowed));
  expect(await fails(...call(allowed + 1))).toMatchObject({
    code: -32004,
    type: "limit_exceeded",
    limit,
    allowed,
    received,
  });
  await ok("evaluate", { graph: { expression: "x" }, inputs: { x: 1 } });
}

describe("limits of a graph", () => {
  test("nodes", async () => {
    await boundary(start({ LIMIT_NODES: "10" }), "nodes", 10, (n) => ["graph.put", { graph: chain(n) }]);
    await boundary(start({ LIMIT_NODES: "10" }), "nodes", 10, (n) => [
      "graph.put",
      { graph: { expression: `x${"+x".repeat(n)}` } },
    ]);
  });

  test("nodes: inputs, constants and outputs are bounded by the same number", async () => {
    await boundary(start({ LIMIT_NODES: "4" }), "nodes", 4, (n) => [
      "graph.put",
      { graph: { inputs: ones(n).map((_, i) => ({ name: `x${i}` })), outputs: ["x0"] } },
    ]);
    await boundary(start({ LIMIT_NODES: "4" }), "nodes", 4, (n) => [
      "graph.put",
      { graph: { constants: ones(n).map((value, i) => ({ name: `c${i}`, value })), outputs: ["c0"] } },
    ]);
    await boundary(start({ LIMIT_NODES: "4" }), "nodes", 4, (n) => [
      "graph.put",
      { graph: { inputs: [{ name: "x" }], outputs: ones(n).map((_, i) => ({ name: `y${i}`, node: "x" })) } },
    ]);
  });

  test("nameLength", async () => {
    const service = start();
    const name = (n: number) => "n".repeat(n);
    await boundary(service, "nameLength", 128, (n) => [
      "graph.put",
      { graph: { inputs: [{ name: name(n) }], outputs: [name(n)] } },
    ]);
    const graph = (id: string, output: string) => ({
      inputs: [{ name: "x" }],
      nodes: [{ id, op: "sin", args: ["x"] }],
      outputs: [{ name: output, node: id }],
    });
    await boundary(service, "nameLength", 128, (n) => ["graph.put", { graph: graph(name(n), "y") }]);
    await boundary(service, "nameLength", 128, (n) => ["graph.put", { graph: graph("y", name(n)) }]);
    await boundary(service, "nameLength", 128, (n) => [
      "graph.put",
      { graph: { constants: [{ name: name(n), value: 1 }], outputs: [name(n)] } },
    ]);
    await boundary(start({ LIMIT_NAME_LENGTH: "5" }), "nameLength", 5, (n) => [
      "graph.put",
      { graph: { expression: name(n) } },
    ]);
  });

  test("rank", async () => {
    const service = start();
    await boundary(service, "rank", 32, (n) => [
      "graph.put",
      { graph: { inputs: [{ name: "x", shape: ones(n) }], outputs: ["x"] } },
    ]);
    const nested = (n: number): Json => (n === 0 ? 1 : [nested(n - 1)]);
    const constant = (value: Json) =>
      ["graph.put", { graph: { constants: [{ name: "c", value }], outputs: ["c"] } }] as [string, object];
    await boundary(service, "rank", 32, (n) => constant(nested(n)));
    await boundary(service, "rank", 32, (n) => constant({ shape: ones(n), data: [1] }));
    await boundary(service, "rank", 32, (n) => [
      "graph.put",
      { graph: { nodes: [{ id: "y", op: "full", attrs: { shape: ones(n), value: 1 } }], outputs: ["y"] } },
    ]);
    const outer = (n: number) => ({
      inputs: [{ name: "x", shape: ones(n - 1) }],
      nodes: [{ id: "y", op: "expand_dims", args: ["x"] }],
      outputs: ["y"],
    });
    await boundary(service, "rank", 32, (n) => ["graph.put", { graph: outer(n) }]);
  });

  test("rank binds what is sent, not what derivatives make of it", async () => {
    const { ok } = start({ LIMIT_RANK: "2" });
    const graph = {
      inputs: [{ name: "x", shape: [1, 2] }],
      nodes: [{ id: "y", op: "sin", args: ["x"] }],
      outputs: ["y"],
    };
    const { jacobian } = await ok("jacobian", { graph, inputs: { x: [[0, 0]] }, batch: 1, encoding: "flat" });
    expect(jacobian.y.x).toEqual({ shape: [1, 1, 2, 1, 2], dtype: "float64", data: [1, 0, 0, 1] });
  });

  test("formulaLength and formulaDepth", async () => {
    await boundary(start({ LIMIT_FORMULA_LENGTH: "20" }), "formulaLength", 20, (n) => [
      "graph.put",
      { graph: { expression: `x${" ".repeat(n - 1)}` } },
    ]);
    await boundary(start({ LIMIT_FORMULA_DEPTH: "10" }), "formulaDepth", 10, (n) => [
      "graph.put",
      { graph: { expression: `${"(".repeat(n)}x${")".repeat(n)}` } },
    ]);
  });
});

describe("elements of one tensor", () => {
  const env = { LIMIT_ELEMENTS: "100" };

  test("of an input, a constant, an intermediate result", async () => {
    await boundary(start(env), "elements", 100, (n) => ["graph.put", { graph: vector(n) }]);
    await boundary(start(env), "elements", 100, (n) => [
      "graph.put",
      { graph: { constants: [{ name: "c", value: ones(n) }], outputs: ["c"] } },
    ]);
    const full = (n: number) => ({
      nodes: [
        { id: "f", op: "full", attrs: { shape: [n], value: 1 } },
        { id: "y", op: "sum", args: ["f"] },
      ],
      outputs: ["y"],
    });
    await boundary(start(env), "elements", 100, (n) => ["graph.put", { graph: full(n) }]);
    const huge = await start(env).fails("graph.put", { graph: full(2 ** 52) });
    expect(huge).toMatchObject({ limit: "elements", received: 2 ** 52 });
  });

  test("of what broadcasting makes", async () => {
    const outer = (n: number) => ({
      inputs: [
        { name: "a", shape: [10, 1] },
        { name: "b", shape: [n] },
      ],
      nodes: [
        { id: "p", op: "add", args: ["a", "b"] },
        { id: "y", op: "sum", args: ["p"] },
      ],
      outputs: ["y"],
    });
    const { ok, fails } = start(env);
    await ok("graph.put", { graph: outer(10) });
    expect(await fails("graph.put", { graph: outer(11) })).toMatchObject({
      code: -32004,
      limit: "elements",
      received: 110,
    });
  });

  test("of the answer: a batch, a block, a matrix", async () => {
    const { ok, fails } = start(env);
    const over = (received: number) => ({
      code: -32004,
      type: "limit_exceeded",
      limit: "elements",
      allowed: 100,
      received,
    });
    const at = (n: number) => ({ graph: vector(n), inputs: { x: ones(n) } });
    await ok("evaluate", { ...at(10), batch: 10 });
    expect(await fails("evaluate", { ...at(10), batch: 11 })).toMatchObject(over(110));
    for (const layout of ["blocks", "matrix"]) {
      await ok("jacobian", { ...at(10), layout });
      expect(await fails("jacobian", { ...at(11), layout })).toMatchObject(over(121));
      expect(await fails("jacobian", { ...at(10), layout, batch: 2 })).toMatchObject(over(200));
    }
    const sum = (n: number) => ({
      graph: { ...vector(n), nodes: [{ id: "y", op: "sum", args: ["x"] }], outputs: ["y"] },
      inputs: { x: ones(n) },
    });
    await ok("hessian", sum(10));
    expect(await fails("hessian", sum(11))).toMatchObject(over(121));
    expect(await fails("gradient", { ...sum(11), batch: 10 })).toMatchObject(over(110));
    expect(await fails("vjp", { ...sum(11), batch: 10, seeds: { y: 1 } })).toMatchObject(over(110));
  });
});

describe("counts of a call", () => {
  test("points", async () => {
    await boundary(start({ LIMIT_POINTS: "10" }), "points", 10, (batch) => [
      "evaluate",
      { graph: vector(1), inputs: { x: [1] }, batch },
    ]);
    expect(await start().fails("explain", { graph: vector(1), batch: 1e15 })).toMatchObject({
      code: -32004,
      limit: "points",
    });
  });

  test("seeds", async () => {
    for (const method of ["jvp", "vjp", "hvp"]) {
      await boundary(start({ LIMIT_SEEDS: "3" }), "seeds", 3, (n) => [
        method,
        { graph: { expression: "x*x" }, inputs: { x: 1 }, seeds: ones(n).map(() => ({})) },
      ]);
    }
  });

  test("operations: of all passes and points together", async () => {
    const graph = { expression: "sin(x)" };
    await boundary(
      start({ LIMIT_OPERATIONS: "200" }),
      "operations",
      200,
      (n) => ["evaluate", { graph, inputs: { x: 1 }, batch: n === 201 ? 11 : Math.floor(n / 20) }],
      220,
    );
    const { ok, fails } = start({ LIMIT_OPERATIONS: "200" });
    // 20 of the primal, and 21 of each tangent.
    const jvp = (seeds: number, batch: number) =>
      ["jvp", { graph, inputs: { x: 1 }, seeds: ones(seeds).map(() => ({})), batch }] as const;
    await ok(...jvp(8, 1));
    await ok(...jvp(1, 4));
    expect(await fails(...jvp(9, 1))).toMatchObject({ limit: "operations", allowed: 200, received: 209 });
    expect(await fails(...jvp(1, 5))).toMatchObject({ limit: "operations", received: 205 });
  });

  test("calls of a batch", async () => {
    const { body } = start({ LIMIT_CALLS: "3" });
    const call = {
      jsonrpc: "2.0",
      id: 1,
      method: "evaluate",
      params: { graph: { expression: "x" }, inputs: { x: 1 } },
    };
    const batch = (n: number) => body(JSON.stringify(Array(n).fill(call)));
    expect(await batch(2)).toHaveLength(2);
    expect(await batch(3)).toHaveLength(3);
    expect(await batch(4)).toMatchObject({
      id: null,
      error: { code: -32600, data: { limit: "calls", allowed: 3, received: 4 } },
    });
  });

  test("timeoutMs: more than the maximum is refused, not cut", async () => {
    const { ok, fails } = start({ LIMIT_TIMEOUT_MS: "1000" });
    const call = { graph: vector(1), inputs: { x: [1] } };
    expect((await ok("evaluate", { ...call, timeoutMs: 1000 })).outputs).toBeDefined();
    expect(await fails("evaluate", { ...call, timeoutMs: 1001 })).toMatchObject({
      code: -32602,
      issues: [{ path: "/timeoutMs", message: "must be at most 1000" }],
    });
  });

  test("depth and bodyBytes of a body", async () => {
    const { app, body } = start({ LIMIT_DEPTH: "10", LIMIT_BODY_BYTES: "500" });
    const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;
    // Four levels of its own: the request, its params, the graph's inputs, the tensor.
    const call = (x: string) =>
      `{"jsonrpc":"2.0","id":1,"method":"evaluate","params":{"graph":{"expression":"x","inputs":[{"name":"x"}]},"inputs":{"x":${x}}}}`;
    expect((await body(call(nested(7)))).error).toMatchObject({ code: -32007 });
    expect((await body(call(nested(8)))).error).toMatchObject({
      code: -32700,
      data: { limit: "depth", allowed: 10, received: 11 },
    });
    const padded = (bytes: number) => call("1").padEnd(bytes);
    expect((await body(padded(500))).result.outputs).toEqual({ y: 1 });
    const response = await app.inject({ method: "POST", url: "/rpc", payload: padded(501) });
    expect(response.statusCode).toBe(413);
    expect(response.json()).toMatchObject({
      id: null,
      error: { code: -32004, data: { limit: "bodyBytes", allowed: 500, received: 501 } },
    });
    expect((await body(padded(500))).result.outputs).toEqual({ y: 1 });
  });
});

describe("liveBytes", () => {
  test("are those that explain tells, within what it counts too many", async () => {
    const graph = { ...vector(1000), nodes: [{ id: "y", op: "sin", args: ["x"] }], outputs: ["y"] };
    for (const [method, params] of [
      ["jacobian", {}],
      ["evaluate", { batch: 50 }],
      ["hvp", { of: ["z"], seeds: [{}] }],
    ] as const) {
      const whole = { ...graph, nodes: [...graph.nodes, { id: "z", op: "sum", args: ["y"] }], outputs: ["y", "z"] };
      const { seeds: _, ...rest } = params as Json;
      const { memoryBytes } = await start().ok("explain", { graph: whole, method, ...rest });
      const call = [
        method,
        { graph: whole, inputs: { x: rest.batch ? ones(50).map(() => ones(1000)) : ones(1000) }, ...params },
      ] as const;
      await start({ LIMIT_LIVE_BYTES: String(memoryBytes) }).ok(...call);
      const { fails, ok } = start({ LIMIT_LIVE_BYTES: String(Math.floor(memoryBytes / 2)) });
      expect(await fails(...call)).toMatchObject({
        code: -32004,
        limit: "liveBytes",
        allowed: Math.floor(memoryBytes / 2),
      });
      await ok("evaluate", { graph: { expression: "x" }, inputs: { x: 1 } });
    }
  });

  test("count the answer once for every point and every seed", async () => {
    const { fails } = start({ LIMIT_LIVE_BYTES: "700000" });
    const sum = {
      ...vector(1000),
      nodes: [
        { id: "s", op: "square", args: ["x"] },
        { id: "y", op: "sum", args: ["s"] },
      ],
      outputs: ["y"],
    };
    const at = { graph: sum, inputs: { x: ones(1000) } };
    const over = { code: -32004, limit: "liveBytes" };
    const calls: [string, object][] = [
      ["gradient", { ...at, batch: 100 }],
      ["vjp", { ...at, batch: 10, seeds: ones(10).map(() => ({})) }],
      ["hvp", { ...at, seeds: ones(100).map(() => ({})) }],
    ];
    for (const call of calls) {
      const error = await fails(...call);
      expect(error).toMatchObject(over);
      expect(error.received).toBeGreaterThan(8 * 100 * 1000);
    }
  });

  test("of all running calls: what does not fit now is overloaded", async () => {
    const { rpc, context } = start({ LIMIT_LIVE_BYTES_TOTAL: "200000" });
    const graph = { ...vector(10000), nodes: [{ id: "y", op: "sin", args: ["x"] }], outputs: ["y"] };
    const call = () => rpc("evaluate", { graph, inputs: { x: ones(10000) } });
    expect((await call()).error).toMatchObject({
      code: -32006,
      data: { type: "overloaded", retryAfterMs: expect.any(Number) },
    });
    expect(context.engine.stats()).toMatchObject({ liveBytes: 0, running: 0 });
    expect((await rpc("evaluate", { graph: { expression: "x" }, inputs: { x: 1 } })).result.outputs).toEqual({ y: 1 });
  });

  test("are given back however a call ends", async () => {
    const { context, fails, ok } = start();
    const huge = {
      nodes: [
        { id: "f", op: "full", attrs: { shape: [2000, 2000], value: 1 } },
        { id: "y", op: "matmul", args: ["f", "f"] },
      ],
      outputs: ["y"],
    };
    expect(await fails("evaluate", { graph: huge, timeoutMs: 30 })).toMatchObject({ code: -32005 });
    await ok("evaluate", { graph: { expression: "x" }, inputs: { x: 1 } });
    expect(context.engine.stats()).toMatchObject({ liveBytes: 0, running: 0 });
  });
});

describe("an answer of more pairs than memory is refused by counting", () => {
  const many = (n: number) => {
    const names = Array.from({ length: n }, (_, i) => `x${i}`);
    return { inputs: names.map((name) => ({ name })), outputs: names };
  };
  const inputs = (n: number) => Object.fromEntries(Array.from({ length: n }, (_, i) => [`x${i}`, 1]));

  test("blocks of scalars", async () => {
    const { fails, ok } = start();
    const at = { graph: many(20000), inputs: inputs(20000) };
    expect(await fails("jacobian", at)).toMatchObject({ code: -32003, limit: "responseBytes" });
    const { graph } = await ok("graph.put", { graph: many(4000) });
    expect(await fails("jacobian", { graph, inputs: inputs(4000) })).toMatchObject({
      code: -32004,
      limit: "liveBytes",
    });
    expect((await ok("explain", { graph })).memoryBytes).toBeGreaterThan(16e6 * 100);
  });

  test("seeds of many tensors", async () => {
    const { fails } = start();
    const seeds = Array.from({ length: 10000 }, () => ({}));
    expect(await fails("jvp", { graph: many(20000), inputs: inputs(20000), seeds })).toMatchObject({ code: -32003 });
  });

  test("names in numbers are not looked for one by one", async () => {
    const { ok } = start();
    const n = 20000;
    const { graph } = await ok("graph.put", { graph: many(n) });
    const wrt = Array.from({ length: n }, (_, i) => `x${n - 1 - i}`);
    const searched = countSearched();
    await ok("jvp", { graph, inputs: inputs(n), wrt, of: ["x0"], seeds: inputs(n) });
    expect(searched()).toBeLessThan(20 * n);
  });
});

describe("responseBytes", () => {
  const at = (n: number) => ({ graph: vector(n), inputs: { x: ones(n) } });

  test("refuses what cannot fit before it runs, and what does not fit afterwards", async () => {
    const { ok, fails, app } = start({ LIMIT_RESPONSE_BYTES: "1000" });
    await ok("evaluate", at(300));
    // At least 2 × 600 bytes: known beforehand.
    expect(await fails("evaluate", at(600))).toMatchObject({
      code: -32003,
      type: "response_too_large",
      limit: "responseBytes",
      allowed: 1000,
      received: expect.any(Number),
    });
    const thirds = { graph: vector(300), inputs: { x: ones(300).fill(1 / 3) } };
    expect(await fails("evaluate", thirds)).toMatchObject({ code: -32003, limit: "responseBytes", allowed: 1000 });
    expect((await post(app, "evaluate", thirds)).statusCode).toBe(413);
    expect((await post(app, "evaluate", at(600))).json()).toMatchObject({ code: -32003, status: 413 });
    await ok("evaluate", at(300));
  });

  test("is met exactly", async () => {
    const { app } = start();
    const call = { jsonrpc: "2.0", id: 1, method: "evaluate", params: at(50) };
    const inject = (service: Service) =>
      service.app.inject({ method: "POST", url: "/rpc", payload: JSON.stringify(call) });
    const size = Buffer.byteLength(
      (await app.inject({ method: "POST", url: "/rpc", payload: JSON.stringify(call) })).body,
    );
    expect((await inject(start({ LIMIT_RESPONSE_BYTES: String(size) }))).json().result.outputs.x).toHaveLength(50);
    expect((await inject(start({ LIMIT_RESPONSE_BYTES: String(size - 1) }))).json().error.code).toBe(-32003);
  });

  test("of a batch: the call that does not fit and all that follow answer so", async () => {
    const { body } = start({ LIMIT_RESPONSE_BYTES: "1500" });
    const sizes = [50, 400, 600, 1, 1];
    const calls = sizes.map((n, id) => ({ jsonrpc: "2.0", id, method: "evaluate", params: at(n) }));
    const answers = await body(JSON.stringify(calls));
    expect(answers.map((answer: Json) => answer.id)).toEqual([0, 1, 2, 3, 4]);
    expect(answers.map((answer: Json) => answer.error?.code)).toEqual([undefined, undefined, -32003, -32003, -32003]);
  });

  test("counts the empty rows of a tensor without elements", async () => {
    const { fails, ok } = start({ LIMIT_RESPONSE_BYTES: "100000" });
    const rows = (n: number) => ({
      graph: { inputs: [{ name: "x", shape: [n, 0] }], outputs: ["x"] },
      inputs: { x: { shape: [n, 0], data: "" } },
    });
    expect((await ok("evaluate", rows(3))).outputs).toEqual({ x: [[], [], []] });
    expect(await fails("evaluate", rows(2e9))).toMatchObject({ code: -32003, received: expect.any(Number) });
    expect((await ok("evaluate", { ...rows(2e9), encoding: "flat" })).outputs.x).toMatchObject({
      shape: [2e9, 0],
      data: [],
    });
  });
});

/** From now on, counts the entries of the lists in which something is looked for. */
function countSearched(): () => number {
  let count = 0;
  for (const name of ["indexOf", "includes", "find", "findIndex"] as const) {
    const search = Array.prototype[name] as (...args: unknown[]) => unknown;
    const spy = vi.spyOn(Array.prototype, name).mockImplementation(function (this: unknown[], ...args: unknown[]) {
      count += this.length;
      return search.apply(this, args) as never;
    });
    onTestFinished(() => spy.mockRestore());
  }
  return () => count;
}
