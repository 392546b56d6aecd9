import { request } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "vitest";
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
const wide = { inputs: [{ name: "x", shape: [1000] }], nodes: [{ id: "y", op: "tanh", args: ["x"] }], outputs: ["y"] };

const late: [string, string, object][] = [
  ["one long kernel", "evaluate", { graph: heavy(1500, 1), inputs: { x: 1 } }],
  ["many kernels", "gradient", { graph: heavy(100, 1000), inputs: { x: 1 } }],
  [
    "many points",
    "evaluate",
    {
      graph: { expression: `${"sin(".repeat(200)}x${")".repeat(200)}` },
      inputs: { x: { shape: [200_000], data: Buffer.alloc(1_600_000, 1).toString("base64") } },
      batch: 200_000,
      encoding: "base64",
    },
  ],
  [
    "many seeds",
    "jacobian",
    {
      graph: { ...wide, nodes: [...wide.nodes, { id: "z", op: "cumulative_sum", args: ["y"] }], outputs: ["z"] },
      inputs: { x: Array(1000).fill(1) },
      batch: 20,
      encoding: "base64",
    },
  ],
  ["a graph that takes long to compile", "hessian", { graph: deep(30000), inputs: { x: 1 } }],
];

describe("a call that is late", () => {
  test.each(late)("%s answers deadline_exceeded soon after, and the next call works", async (_, method, params) => {
    const { rpc, ok, context } = start();
    const startedAtMs = performance.now();
    const { error } = await rpc(method, { ...(params as object), timeoutMs: 50 });
    expect(performance.now() - startedAtMs).toBeLessThan(1500);
    expect(error).toMatchObject({ code: -32005, data: { type: "deadline_exceeded", timeoutMs: 50 } });
    expect(context.engine.stats()).toMatchObject({ running: 0, liveBytes: 0 });
    expect((await ok("evaluate", { graph: { expression: "x" }, inputs: { x: 1 } })).outputs).toEqual({ y: 1 });
  });

  test("lets others in while it runs", async () => {
    const { rpc, ok } = start();
    const long = rpc("gradient", { graph: heavy(150, 300), inputs: { x: 1 }, timeoutMs: 500 });
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

test("a client that goes away stops its run", async () => {
  const service = start();
  const port = await listen(service);
  const payload = JSON.stringify({
    jsonrpc: "2.0",
    id: 1,
    method: "gradient",
    params: { graph: heavy(100, 2000), inputs: { x: 1 } },
  });
  const client = request({ port, method: "POST", path: "/rpc", headers: { "content-type": "application/json" } });
  client.on("error", () => undefined);
  client.end(payload);
  const { engine } = service.context;
  await until(() => engine.stats().running === 1);
  client.destroy();
  const goneAtMs = performance.now();
  await until(() => engine.stats().running === 0);
  expect(performance.now() - goneAtMs).toBeLessThan(1000);
  const { body } = await service.app.inject({ url: "/metrics" });
  expect(body).toContain('cotangent_requests_total{method="gradient",outcome="cancelled"} 1');
});

async function listen({ app }: Service): Promise<number> {
  await app.listen({ host: "127.0.0.1", port: 0 });
  return (app.server.address() as AddressInfo).port;
}

async function until(condition: () => Json): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}
