import { setTimeout } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { call, deaf, large, type Pooled, quick, send, startPooled, until } from "./service.ts";

// Bodies that are meant to hurt while they are read: none is late by much, takes a thread along, or memory.

const served = async (service: Pooled) => {
  expect((await call(service, "check", quick)).status).toBe(200);
};
const many = (unit: string, megabytes: number, timeoutMs: number) =>
  `{"timeoutMs":${timeoutMs},"inputs":[${unit.repeat((megabytes * 1e6) / unit.length).slice(0, -1)}]}`;

test.each([
  ["[],", "jsonContainers"],
  ["{},", "jsonContainers"],
  ['"",', "jsonStrings"],
])("60 MB of %s are refused at once", async (unit, limit) => {
  const service = await startPooled();
  await served(service);
  const body = many(unit, 60, 50);
  const timed = async (body: string) => {
    const startedAtMs = performance.now();
    const { status, json } = await send(service.port, "/v1/evaluate", body).answer;
    return { status, limit: json.data.limit, tookMs: performance.now() - startedAtMs };
  };
  const blank = await timed(" ".repeat(body.length));
  const hostile = await timed(body);
  expect([blank.status, hostile.status, hostile.limit]).toEqual([400, 413, limit]);
  // To send and look at so many bytes takes its time, whatever they are.
  expect(hostile.tookMs).toBeLessThan(3 * blank.tookMs + 1000);
  expect(service.pool.stats().terminated).toBe(0);
  expect(service.stats()).toMatchObject({ running: 0, liveBytes: 0 });
  await served(service);
});

test("parsing ends at the deadline that stands in what is parsed", async () => {
  const service = await startPooled({ LIMIT_JSON_CONTAINERS: "100000000" });
  await served(service);
  for (const rpc of [false, true]) {
    const params = many(rpc ? "{}," : "[],", 30, 50);
    const body = rpc ? `{"jsonrpc":"2.0","id":1,"method":"evaluate","params":${params}}` : params;
    const { json } = await send(service.port, rpc ? "/rpc" : "/v1/evaluate", body).answer;
    expect(rpc ? json.error.data : json.data).toEqual({ type: "deadline_exceeded", timeoutMs: 50 });
    await until(() => service.pool.stats().terminated > (rpc ? 1 : 0));
    await served(service);
  }
  // A dying thread holds what it has until it is gone.
  await until(() => service.stats().liveBytes === 0);
  expect(service.faults).toEqual([]);
});

test("what parsing takes is admitted as what runs is", async () => {
  const service = await startPooled({ LIMIT_LIVE_BYTES_TOTAL: "50000000" });
  const { status, json } = await send(service.port, "/v1/evaluate", many("1.5,", 10, 1000)).answer;
  expect([status, json.code]).toEqual([503, -32006]);
  expect(service.stats()).toMatchObject({ running: 0, liveBytes: 0 });
  await served(service);
});

test("what would take more than half of a thread's heap is not parsed", async () => {
  const service = await startPooled({ LIMIT_HEAP_BYTES: String(256 * 2 ** 20) });
  const { status, json } = await send(service.port, "/v1/evaluate", many("[],", 6, 1000)).answer;
  expect([status, json.data]).toMatchObject([413, { limit: "heapBytes", allowed: 128 * 2 ** 20 }]);
  expect(service.pool.stats().terminated).toBe(0);
  await served(service);
});

describe("what has ended two threads", () => {
  test.each(["small", "large"])("is refused for a while, in a %s body", async (size) => {
    const service = await startPooled({ DEADLY_MS: "10000" });
    await served(service);
    const params = { ...deaf, timeoutMs: 300 };
    const body = size === "large" ? large(params) : JSON.stringify(params);
    const ask = () => send(service.port, "/v1/evaluate", body).answer;
    let answer = await ask();
    let late = 0;
    // Now and then it stops by itself, or has not begun.
    for (; answer.status === 504; late++) answer = await ask();
    expect(late).toBeGreaterThanOrEqual(2);
    await until(() => service.pool.stats().terminated >= 2);
    const { status, json } = answer;
    expect([status, json.data]).toEqual([
      413,
      { type: "limit_exceeded", limit: "threadsEnded", allowed: 2, received: 2 },
    ]);
    expect(json.detail).toContain("refused for a while");
    await served(service);
    expect((await call(service, "evaluate", { ...params, timeoutMs: 301 })).status).toBe(504);
    for (answer = await ask(); answer.status === 413; answer = await ask()) await setTimeout(100);
    expect(answer.status).toBe(504);
    expect(service.faults).toEqual([]);
  });

  test("is not what was given up by its client", async () => {
    const service = await startPooled();
    for (let i = 0; i < 3; i++) {
      const { client } = send(service.port, "/v1/evaluate", JSON.stringify(deaf));
      await until(() => service.stats().running === 1);
      client.destroy();
      await until(() => service.pool.stats().busy === 0);
    }
    expect((await call(service, "evaluate", { ...deaf, timeoutMs: 300 })).status).toBe(504);
  });
});
