import { describe, expect, test } from "vitest";
import { call, deaf, large, type Pooled, quick, send, slow, startPooled, until } from "./service.ts";

const served = async (service: Pooled) => {
  expect((await call(service, "check", quick)).status).toBe(200);
  expect((await call(service, "evaluate", { graph: { expression: "x" }, inputs: { x: 1 } })).status).toBe(200);
};

const zeros = (shape: [number, number]) => ({
  shape,
  dtype: "float64",
  data: new Uint8Array(8 * shape[0] * shape[1]).toBase64(),
});

test("what is small stays on the thread that serves", async () => {
  const service = await startPooled();
  const graph = { expression: "log(x1) + x1*x2 - sin(x2)" };
  for (const method of ["evaluate", "gradient", "jacobian", "hessian", "explain"]) {
    const params = method === "explain" ? { graph } : { graph, inputs: { x1: 2, x2: 5 } };
    expect((await call(service, method, params)).status).toBe(200);
  }
  expect((await call(service, "graph.put", { graph })).json.cached).toBe(true);
  expect(service.pool.workers).toEqual([]);
});

describe("a call that is late", () => {
  test("stops by itself where it looks at its budget", async () => {
    const service = await startPooled();
    await served(service);
    const { status, json } = await call(service, "evaluate", { ...slow(), timeoutMs: 200 });
    expect([status, json.data.timeoutMs]).toEqual([504, 200]);
    expect(service.pool.stats()).toMatchObject({ busy: 0, terminated: 0, workers: 1 });
    await served(service);
  });

  test.each([
    ["a product", "sum((x * y) @ exp(x * y))", 3000],
    ["a sum of 100 million numbers", "sum(tanh(exp(x * y)))", 10_000],
  ])("stops by itself within %s that is compiled", async (_, expression, n) => {
    const service = await startPooled({ PROGRAMS: "compiled" });
    await served(service);
    const inputs = { x: zeros([n, 1]), y: zeros([1, n]) };
    const graph = { expression, inputs: Object.entries(inputs).map(([name, { shape }]) => ({ name, shape })) };
    const { status, json } = await call(service, "evaluate", { graph, inputs, timeoutMs: 300 });
    expect([status, json.data.timeoutMs]).toEqual([504, 300]);
    expect(service.pool.stats()).toMatchObject({ busy: 0, terminated: 0, workers: 1 });
    await served(service);
  });

  test.each(["small", "large"])("and deaf to everything ends with its thread, in a %s body", async (size) => {
    const service = await startPooled();
    await served(service);
    const body = { jsonrpc: "2.0", id: 7, method: "evaluate", params: { ...deaf, timeoutMs: 400 } };
    const { json } = await send(service.port, "/rpc", size === "large" ? large([body, body]) : JSON.stringify(body))
      .answer;
    const error = { jsonrpc: "2.0", id: 7, error: { code: -32005, data: { timeoutMs: 400 } } };
    expect(json).toMatchObject(size === "large" ? [error, error] : error);
    await served(service);
    await until(() => service.pool.stats().terminated === 1);
    expect(service.stats()).toMatchObject({ running: 0, liveBytes: 0 });
    expect(service.faults).toEqual([]);
  });
});

describe("a client that goes away", () => {
  test.each([
    // All of its steps would take half a minute.
    ["a call that looks at its budget", slow(600), false],
    ["a call that does not", deaf, true],
  ])("frees the slot of %s", async (_, params, mustEnd) => {
    const service = await startPooled();
    await served(service);
    const { client } = send(service.port, "/v1/evaluate", JSON.stringify(params));
    await until(() => service.stats().running === 1);
    client.destroy();
    const goneAtMs = performance.now();
    await until(() => service.pool.stats().busy === 0);
    expect(performance.now() - goneAtMs).toBeLessThan(10_000);
    if (mustEnd) await until(() => service.pool.stats().terminated === 1);
    await served(service);
    expect(service.stats()).toMatchObject({ running: 0, liveBytes: 0 });
  });

  test("while it waits leaves the line", async () => {
    const service = await startPooled();
    const running = send(service.port, "/v1/evaluate", JSON.stringify({ ...slow(), timeoutMs: 600 }));
    await until(() => service.pool.stats().busy === 1);
    const waiting = send(service.port, "/v1/check", JSON.stringify(quick));
    await until(() => service.pool.stats().queued === 1);
    waiting.client.destroy();
    await until(() => service.pool.stats().queued === 0);
    expect((await running.answer).status).toBe(504);
    await served(service);
  });
});

describe("a worker that dies", () => {
  test("fails only the call that it held", async () => {
    const service = await startPooled({ WORKERS: "2" });
    const { pool } = service;
    const [first, second] = [slow(80), { ...slow(80), inputs: { x: 2 } }].map((params) =>
      call(service, "evaluate", params),
    );
    await until(() => service.stats().running === 2);
    const waiting = call(service, "check", quick);
    await until(() => pool.stats().queued === 1);
    await pool.workers[0]!.terminate();
    const answers = await Promise.all([first!, second!]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 500]);
    const failed = answers.find(({ status }) => status === 500)!;
    expect(failed.json).toMatchObject({ code: -32603, data: { requestId: expect.any(String) } });
    expect((await waiting).status).toBe(200);
    expect(service.faults).toHaveLength(1);
    expect(service.stats()).toMatchObject({ running: 0, liveBytes: 0 });
    await served(service);
  });

  test("while it has nothing to do is replaced", async () => {
    const service = await startPooled();
    await served(service);
    await service.pool.workers[0]!.terminate();
    await served(service);
  });

  test("while it starts is replaced", async () => {
    const service = await startPooled();
    for (let i = 0; i < 3; i++) {
      const answer = call(service, "check", quick);
      await until(() => service.pool.workers.length === 1);
      await service.pool.workers[0]!.terminate();
      expect([200, 500]).toContain((await answer).status);
    }
    await served(service);
  });
});

describe("when all workers are busy", () => {
  test("calls wait in line, and beyond its bound are turned away", async () => {
    const service = await startPooled({ QUEUE: "1" });
    await served(service);
    const held = { ...slow(), timeoutMs: 1000 };
    const running = call(service, "evaluate", held);
    await until(() => service.pool.stats().busy === 1);
    const waiting = call(service, "check", quick);
    await until(() => service.pool.stats().queued === 1);
    for (const body of [JSON.stringify(quick), large(quick)]) {
      const { status, json } = await send(service.port, "/v1/check", body).answer;
      expect([status, json.code, json.data.retryAfterMs]).toEqual([503, -32006, 1000]);
    }
    const rpc = { jsonrpc: "2.0", id: 1, method: "check", params: quick };
    expect(await send(service.port, "/rpc", large(rpc)).answer).toMatchObject({ status: 503, json: { id: null } });
    expect(await send(service.port, "/rpc", JSON.stringify(rpc)).answer).toMatchObject({
      status: 200,
      json: { id: 1, error: { code: -32006 } },
    });
    expect((await service.app.inject({ url: "/readyz" })).statusCode).toBe(503);
    const { body } = await service.app.inject({ url: "/metrics" });
    expect(body).toMatch(/^cotangent_queued_calls 1$/m);
    expect(body).toMatch(/^cotangent_workers_busy 1$/m);
    expect((await running).status).toBe(504);
    expect((await waiting).status).toBe(200);
    expect((await service.app.inject({ url: "/readyz" })).statusCode).toBe(200);
    await served(service);
  });

  test("the planned bytes of one count for the others", async () => {
    // Takes longer than anything else here, whatever else the machine does.
    const held = slow(600);
    const { json: explained } = await call(await startPooled(), "explain", { graph: held.graph, method: "evaluate" });
    const limit = String(Math.floor(1.5 * explained.memoryBytes));
    const service = await startPooled({ WORKERS: "2", LIMIT_LIVE_BYTES_TOTAL: limit });
    await Promise.all([served(service), served(service)]);
    // A thread that has yet to start would refuse the second only then, when the first may be over.
    await until(() => service.pool.stats().workers === 2);
    const running = send(service.port, "/v1/evaluate", JSON.stringify(held));
    await until(() => service.stats().running === 1);
    const { status, json } = await call(service, "evaluate", { ...held, inputs: { x: 2 } });
    expect([status, json?.code]).toEqual([503, -32006]);
    expect(service.stats().running).toBe(1);
    running.client.destroy();
    await until(() => service.stats().liveBytes === 0);
    await served(service);
  });
});

test("draining ends what workers do", async () => {
  const service = await startPooled();
  const running = call(service, "evaluate", slow());
  await until(() => service.stats().running === 1);
  await service.app.close();
  expect((await running).json).toMatchObject({ code: -32006 });
  expect(service.pool.workers).toEqual([]);
});
