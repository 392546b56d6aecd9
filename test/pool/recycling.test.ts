import { expect, test } from "vitest";
import { watchResident } from "../../src/http/metrics/resident.ts";
import { call, large, quick, send, startPooled, until } from "./service.ts";

test("a worker that holds more than it may after a call is replaced, and loses neither that call nor the next", async () => {
  const service = await startPooled({ WORKER_BYTES: "1" });
  const { pool } = service;
  const first = { ...quick, graph: { expression: "sin(x) * 2" } };
  for (let i = 1; i <= 3; i++) {
    expect((await call(service, "check", first)).status).toBe(200);
    expect((await send(service.port, "/v1/check", large(first)).answer).status).toBe(200);
  }
  const both = await Promise.all([call(service, "check", quick), call(service, "check", quick)]);
  expect(both.map(({ status }) => status)).toEqual([200, 200]);
  await until(() => pool.stats().recycled === 8);
  expect(service.faults).toEqual([]);
  expect(service.stats()).toMatchObject({ running: 0, liveBytes: 0 });
});

test("a long answer of a worker that is replaced arrives whole", async () => {
  const service = await startPooled({ WORKER_BYTES: "1" });
  const inputs = { x: { shape: [50_000], data: Buffer.alloc(400_000, 1).toString("base64") } };
  const graph = { expression: "x * 2", inputs: [{ name: "x", shape: [50_000] }] };
  const { status, json } = await call(service, "evaluate", { graph, inputs, encoding: "base64" });
  expect([status, json.outputs.y.data.length]).toEqual([200, Math.ceil(400_000 / 3) * 4]);
});

test("by default a worker is kept", async () => {
  const service = await startPooled();
  for (let i = 0; i < 3; i++) expect((await call(service, "check", quick)).status).toBe(200);
  expect(service.pool.stats()).toMatchObject({ recycled: 0, terminated: 0 });
});

test("above the watermark of memory calls are turned away, and the service is unready; the rest is served", async () => {
  const service = await startPooled({ RESIDENT_BYTES: "1" });
  const { status, json } = await call(service, "evaluate", quick);
  expect([status, json.code, json.detail]).toEqual([503, -32006, "the service is saturated"]);
  const get = async (url: string) => (await service.app.inject({ url })).statusCode;
  expect([await get("/readyz"), await get("/livez"), await get("/openapi.json")]).toEqual([503, 200, 200]);
  const { body } = await service.app.inject({ url: "/metrics" });
  expect(body).toMatch(/^cotangent_resident_bytes_max 1$/m);
  expect(body).toMatch(/^cotangent_rejected_total\{reason="overloaded"\} [1-9]/m);
});

test("memory is looked at again and again", async () => {
  let bytes = 50;
  let told = 0;
  const resident = watchResident(
    100,
    () => told++,
    Object.assign(() => bytes),
  );
  expect(resident.isTooMuch).toBe(false);
  bytes = 200;
  await until(() => resident.isTooMuch);
  expect(told).toBe(1);
  bytes = 90;
  await until(() => !resident.isTooMuch);
  resident.close();
});
