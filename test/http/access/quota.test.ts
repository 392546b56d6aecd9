import { request } from "node:http";
import { describe, expect, test } from "vitest";
import { createQuotas } from "../../../src/access/quotas.ts";
import { readConfig } from "../../../src/config.ts";
import { keysFile } from "../../access/keys.ts";
import { startPooled } from "../../pool/service.ts";
import { listen, until } from "../service.ts";
import { callAs, newFormula, requestAs, startService } from "./service.ts";

const params = { graph: { expression: "x * 2" }, inputs: { x: 2 } };

function start(limits: Readonly<Record<string, number>>, env: Readonly<Record<string, string>> = {}) {
  const { file, keys } = keysFile({
    acme: { limits },
    second: { limits },
    globex: { tenant: "globex", limits },
    free: { tenant: "free" },
  });
  return { ...startService({ KEYS_FILE: file, ...env }), keys };
}

describe("requests a second", () => {
  test("are bounded for a tenant, whichever of its keys it shows, and not for others", async () => {
    const { app, keys } = start({ requestsPerSecond: 0.1, burst: 3 });
    const answers = [];
    for (const key of [keys.acme, keys.second, keys.acme, keys.second, keys.globex, keys.free]) {
      answers.push(await callAs(app, key, "evaluate", params));
    }
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 429, 200, 200]);
    const [first, , , refused, , free] = answers;
    expect(refused!.json()).toMatchObject({
      code: -32012,
      data: { type: "quota_exceeded", quota: "requestsPerSecond" },
    });
    expect(Number(refused!.headers["retry-after"])).toBe(10);
    expect(first!.headers["ratelimit-policy"]).toBe('"requests";q=3;w=30');
    expect(answers.map(({ headers }) => headers.ratelimit)).toEqual([
      '"requests";r=2;t=10',
      '"requests";r=1;t=20',
      '"requests";r=0;t=30',
      '"requests";r=0;t=30',
      '"requests";r=2;t=10',
      undefined,
    ]);
    expect(free!.headers["ratelimit-policy"]).toBeUndefined();
  });

  test("are told on answers of either face, and where a call fails", async () => {
    const { app, keys } = start({ requestsPerSecond: 100 });
    for (const answer of [
      await app.inject(requestAs(keys.acme, "/rpc", { jsonrpc: "2.0", id: 1, method: "evaluate", params })),
      await app.inject(requestAs(keys.acme, "/rpc", { jsonrpc: "2.0", method: "evaluate", params })),
      await callAs(app, keys.acme, "evaluate", "{"),
      await callAs(app, keys.acme, "graph.list", {}),
      await callAs(app, keys.acme, "nothing", {}),
    ]) {
      expect([answer.statusCode, answer.headers["ratelimit-policy"]]).toEqual([
        answer.statusCode,
        answer.statusCode === 403 ? undefined : '"requests";q=100;w=1',
      ]);
    }
  });

  test("of all tenants without limits of their own are bounded by the settings, and of whoever calls without keys", async () => {
    const { app, keys } = start({ requestsPerSecond: 1000 }, { QUOTA_REQUESTS_PER_SECOND: "0.01", QUOTA_BURST: "1" });
    const status = async (key: string | undefined, at = app) => (await callAs(at, key, "evaluate", params)).statusCode;
    expect([await status(keys.free), await status(keys.free)]).toEqual([200, 429]);
    const local = startService({ QUOTA_REQUESTS_PER_SECOND: "0.01", QUOTA_BURST: "1" }).app;
    expect([await status(undefined, local), await status(undefined, local)]).toEqual([200, 429]);
    expect((await local.inject("/livez")).headers["ratelimit-policy"]).toBeUndefined();
  });
});

describe("counted operations a second", () => {
  // One of 20 operations for the sine.
  const sine = { graph: { expression: "sin(x)" }, inputs: { x: 1 } };

  test("are charged before a call runs, and after a wait as long as it was told it runs", async () => {
    const { app, keys } = start({ operationsPerSecond: 100 });
    const answers = [];
    for (let i = 0; i < 7; i++) answers.push(await callAs(app, keys.acme, "evaluate", sine));
    const statuses = answers.map(({ statusCode }) => statusCode);
    expect(statuses.slice(0, 5)).toEqual([200, 200, 200, 200, 200]);
    expect(statuses).toContain(429);
    const refused = answers.find(({ statusCode }) => statusCode === 429)!;
    expect(refused.json().data).toMatchObject({ quota: "operationsPerSecond" });
    expect(answers[0]!.headers["ratelimit-policy"]).toBe('"operations";q=100;w=1');
    expect(answers[0]!.headers.ratelimit).toMatch(/^"operations";r=8\d;t=1$/);
    const { retryAfterMs } = refused.json().data;
    expect(retryAfterMs).toBeLessThanOrEqual(1000);
    await new Promise((resolve) => setTimeout(resolve, retryAfterMs + 20));
    expect((await callAs(app, keys.acme, "evaluate", sine)).statusCode).toBe(200);
    expect((await callAs(app, keys.globex, "evaluate", sine)).statusCode).toBe(200);
  });

  test("are charged call by call in a batch", async () => {
    const { app, keys } = start({ operationsPerSecond: 10 });
    const batch = [0, 1, 2].map((id) => ({ jsonrpc: "2.0", id, method: "evaluate", params: sine }));
    const answer = (await app.inject(requestAs(keys.acme, "/rpc", batch))).json();
    expect(answer.map(({ error }: { error?: { code: number } }) => error?.code)).toEqual([undefined, -32012, -32012]);
  });

  test("count points, and are not charged for what is refused or only explained", async () => {
    const { app, keys } = start({ operationsPerSecond: 1000 });
    const left = async (method: string, more: object) => {
      const { headers } = await callAs(app, keys.acme, method, { ...sine, ...more });
      return Number(/r=(\d+)/.exec(String(headers.ratelimit))![1]);
    };
    expect(await left("explain", { method: "evaluate", inputs: undefined })).toBe(1000);
    expect(await left("evaluate", { inputs: {} })).toBeGreaterThan(970);
    const many = Array.from({ length: 40 }, (_, i) => i);
    expect(await left("evaluate", { inputs: { x: many }, batch: 40 })).toBeLessThan(250);
  });

  test("are charged once where a worker runs the call, and there too for what the serving thread does not read", async () => {
    const { file, keys } = keysFile({ acme: { limits: { operationsPerSecond: 1_000_000 } } });
    const { port } = await startPooled({ KEYS_FILE: file });
    // More than runs on the thread that serves, by formula or by points.
    const points = Array.from({ length: 10_000 }, (_, i) => i);
    const send = async (padding: string) => {
      const body = JSON.stringify({ ...sine, inputs: { x: points }, batch: 10_000 }) + padding;
      const response = await fetch(`http://127.0.0.1:${port}/v1/evaluate`, {
        method: "POST",
        headers: { authorization: `Bearer ${keys.acme}`, "content-type": "application/json" },
        body,
      });
      await response.arrayBuffer();
      return { status: response.status, left: Number(/r=(\d+)/.exec(response.headers.get("ratelimit")!)![1]) };
    };
    const [small, large] = [await send(""), await send(" ".repeat(70_000))];
    expect([small.status, large.status]).toEqual([200, 200]);
    // 200,000 each; what comes back meanwhile is less than one more.
    expect(small.left).toBeGreaterThanOrEqual(800_000);
    expect(small.left).toBeLessThan(1_000_000);
    expect(large.left).toBeGreaterThanOrEqual(600_000);
    expect(large.left).toBeLessThan(1_000_000);
  });
});

describe("bytes and requests at once", () => {
  test("of a tenant are bounded, and free again when its calls are over", async () => {
    const { app, keys } = start({ concurrentCalls: 1, bytesInFlight: 1000 });
    const port = await listen(app);
    const headers = { authorization: `Bearer ${keys.acme}`, "content-type": "application/json" };
    const held = request({ port, path: "/v1/evaluate", method: "POST", headers });
    held.on("error", () => undefined);
    held.write("{");
    const status = async () => (await callAs(app, keys.acme, "evaluate", params)).statusCode;
    await until(() => app.server.listening);
    let refused = await callAs(app, keys.acme, "evaluate", params);
    for (let i = 0; i < 50 && refused.statusCode !== 429; i++) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      refused = await callAs(app, keys.acme, "evaluate", params);
    }
    expect(refused.json().data).toMatchObject({ quota: "concurrentCalls" });
    expect(refused.headers).toMatchObject({
      "ratelimit-policy": '"concurrent";q=1;qu="concurrent-requests", "bytes";q=1000;qu="content-bytes"',
      ratelimit: expect.stringMatching(/^"concurrent";r=0, "bytes";r=99\d$/),
    });
    expect((await callAs(app, keys.globex, "evaluate", params)).statusCode).toBe(200);
    held.destroy();
    while ((await status()) === 429) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await status()).toBe(200);
    const long = await callAs(app, keys.acme, "evaluate", {
      ...params,
      graph: { expression: `${"x + ".repeat(300)}1` },
    });
    expect([long.statusCode, long.json().data.quota]).toEqual([429, "bytesInFlight"]);
    expect(await status()).toBe(200);
  });
});

test("of several processes each allows its part", () => {
  const settings = {
    requestsPerSecond: 100,
    operationsPerSecond: 1e6,
    concurrentCalls: 10,
    bytesInFlight: 1000,
    burst: 6,
  };
  const caller = { tenant: "acme", scopes: new Set<never>() };
  const policy = (apiProcesses: number) =>
    createQuotas({ ...settings, apiProcesses })
      .shareOf(caller)!
      .told()["ratelimit-policy"];
  expect(policy(1)).toBe(
    '"requests";q=6;w=1, "operations";q=1000000;w=1, "concurrent";q=10;qu="concurrent-requests", "bytes";q=1000;qu="content-bytes"',
  );
  expect(policy(4)).toBe(
    '"requests";q=1;w=1, "operations";q=250000;w=1, "concurrent";q=2;qu="concurrent-requests", "bytes";q=250;qu="content-bytes"',
  );
});

test("where nothing is configured no request is counted, and no guard makes a promise", async () => {
  const { app } = startService();
  const { headers } = await callAs(app, undefined, "evaluate", { ...params, graph: newFormula() });
  expect([headers.ratelimit, headers["ratelimit-policy"]]).toEqual([undefined, undefined]);
  const { guardsOf } = await import("../../../src/http/guards/index.ts");
  expect(guardsOf(readConfig()).length).toBe(2);
});
