import { request } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "vitest";
import { methods } from "../../src/methods/index.ts";
import { localCaller } from "../../src/rpc/caller.ts";
import { createDispatcher } from "../../src/rpc/dispatch.ts";
import { json } from "../../src/wire/json/json.ts";
import { type Json, type Service, start } from "./service.ts";

const heavy = (size: number, count: number) => ({
  inputs: [{ name: "x" }],
  nodes: [
    { id: "f", op: "full", attrs: { shape: [size, size], value: 0.001 } },
    { id: "v0", op: "multiply", args: ["x", "f"] },
    ...Array.from({ length: count }, (_, i) => ({ id: `v${i + 1}`, op: "matmul", args: [`v${i}`, "f"] })),
    { id: "y", op: "sum", args: [`v${count}`] },
  ],
  outputs: ["y"],
});
const deep = (length: number) => ({
  inputs: [{ name: "x" }],
  nodes: Array.from({ length }, (_, i) => ({ id: `v${i}`, op: "sin", args: [i === 0 ? "x" : `v${i - 1}`] })),
  outputs: [`v${length - 1}`],
});

/** Calls that run for long, by a size. */
const long = {
  "one long kernel": (n: number): [string, object] => ["evaluate", { graph: heavy(n, 1), inputs: { x: 1 } }],
  "many kernels": (n: number): [string, object] => ["gradient", { graph: heavy(100, n), inputs: { x: 1 } }],
  "many points": (n: number): [string, object] => [
    "evaluate",
    {
      graph: { expression: `${"sin(".repeat(200)}x${")".repeat(200)}` },
      inputs: { x: { shape: [n], data: Buffer.alloc(8 * n, 1).toString("base64") } },
      batch: n,
      encoding: "base64",
    },
  ],
  "many seeds": (n: number): [string, object] => [
    "jacobian",
    {
      graph: {
        inputs: [{ name: "x", shape: [n] }],
        nodes: [
          { id: "y", op: "tanh", args: ["x"] },
          { id: "z", op: "cumulative_sum", args: ["y"] },
        ],
        outputs: ["z"],
      },
      inputs: { x: Array(n).fill(1) },
      batch: 20,
      encoding: "base64",
    },
  ],
};

const late: [string, string, object][] = [
  ["one long kernel", ...long["one long kernel"](1500)],
  ["many kernels", ...long["many kernels"](1000)],
  ["many points", ...long["many points"](200_000)],
  ["many seeds", ...long["many seeds"](1000)],
  ["a graph that takes long to compile", "hessian", { graph: deep(30000), inputs: { x: 1 } }],
];

describe("a call that is late", () => {
  test.each(late)("%s answers deadline_exceeded, and the next call works", async (_, method, params) => {
    const { rpc, ok, context } = start();
    const { error } = await rpc(method, { ...(params as object), timeoutMs: 50 });
    expect(error).toMatchObject({ code: -32005, data: { type: "deadline_exceeded", timeoutMs: 50 } });
    expect(context.engine.stats()).toMatchObject({ running: 0, liveBytes: 0 });
    expect((await ok("evaluate", { graph: { expression: "x" }, inputs: { x: 1 } })).outputs).toEqual({ y: 1 });
  });

  test("lets others in while it runs", async () => {
    const { rpc, ok } = start();
    const long = rpc("gradient", { graph: heavy(400, 150), inputs: { x: 1 }, timeoutMs: 1500 });
    let served = 0;
    let isDone = false;
    long.then(() => {
      isDone = true;
    });
    while (!isDone) {
      await ok("evaluate", { graph: { expression: "x" }, inputs: { x: 1 } });
      served++;
    }
    expect((await long).error?.code).toBe(-32005);
    expect(served).toBeGreaterThan(2);
  });

  test("has the default time where it asks for none", async () => {
    const { fails } = start({ TIMEOUT_MS: "40" });
    expect(await fails("evaluate", { graph: heavy(1500, 1), inputs: { x: 1 } })).toMatchObject({
      code: -32005,
      timeoutMs: 40,
    });
  });

  test("does not spoil the graph for a call with time enough", async () => {
    const { fails, ok } = start();
    const at = { graph: deep(2000), inputs: { x: 1 } };
    await fails("hessian", { ...at, timeoutMs: 1 });
    expect((await ok("gradient", at)).outputs.v1999).toBeCloseTo(0.0387, 3);
  });
});

describe.each(["compiled", "interpreted"])("%s", (PROGRAMS) => {
  test.each(late)("%s: ends at the look at which it is told to, be it early or late", async (_, method, params) => {
    for (const last of [2, 20]) {
      const { context } = start({ PROGRAMS });
      const { outcome, looks } = await watched(context, method, params, last);
      expect(outcome).toMatchObject({ ok: false, cancelled: true });
      // One more look when its failure is told.
      expect(looks - last).toBeLessThanOrEqual(2);
      expect(context.engine.stats()).toMatchObject({ running: 0, liveBytes: 0 });
    }
  });

  test.each([
    ["one long kernel", 2 * 500 ** 3, long["one long kernel"](500)],
    ["many kernels", 2 * 2 * 100 ** 3 * 50, long["many kernels"](50)],
    ["many points", 200 * 20_000, long["many points"](20_000)],
    ["many seeds", 2 * 20 * 500 ** 2, long["many seeds"](500)],
  ])("%s: looks at least once every five million of %i operations", async (_, operations, [method, params]) => {
    const { context } = start({ PROGRAMS });
    const { outcome, looks } = await watched(context, method, params);
    expect(outcome.ok).toBe(true);
    expect(looks).toBeGreaterThan(operations / 5e6);
  });
});

test("a client that goes away stops its run", async () => {
  const service = start();
  const port = await listen(service);
  const payload = JSON.stringify({
    jsonrpc: "2.0",
    id: 1,
    method: "evaluate",
    // Half a minute, if nobody stopped it.
    params: { graph: heavy(400, 600), inputs: { x: 1 } },
  });
  const client = request({ port, method: "POST", path: "/rpc", headers: { "content-type": "application/json" } });
  client.on("error", () => undefined);
  client.end(payload);
  const { engine } = service.context;
  await until(() => engine.stats().running === 1);
  client.destroy();
  const goneAtMs = performance.now();
  await until(() => engine.stats().running === 0);
  expect(performance.now() - goneAtMs).toBeLessThan(10_000);
  const { body } = await service.app.inject({ url: "/metrics" });
  expect(body).toContain('cotangent_requests_total{method="evaluate",outcome="cancelled"} 1');
});

/** Runs a call that is told to stop at its so manieth look at whether it shall, and counts the looks. */
async function watched(context: Service["context"], method: string, params: object, last = Number.POSITIVE_INFINITY) {
  let looks = 0;
  const stop = {
    get aborted() {
      return ++looks >= last;
    },
    reason: new Error("told to stop"),
  };
  const { signal } = new AbortController();
  const call = { ...localCaller, signal, stop, receivedAtMs: performance.now(), note() {} };
  const dispatcher = createDispatcher({ methods, context, limits: { calls: 1, responseBytes: 1e9 } });
  return { outcome: await dispatcher.run(method, params, { requestId: "test", codec: json, call }), looks };
}

async function listen({ app }: Service): Promise<number> {
  await app.listen({ host: "127.0.0.1", port: 0 });
  return (app.server.address() as AddressInfo).port;
}

async function until(condition: () => Json): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}
