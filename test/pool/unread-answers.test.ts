import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { metric } from "../http/process.ts";
import { call, type Pooled, startPooled } from "./service.ts";

// Answers that nobody reads: they count while they are held, and are held for a while only.

const elements = 1_000_000;
const answerBytes = Math.ceil((8 * elements) / 3) * 4;
const long = {
  graph: { nodes: [{ id: "y", op: "full", attrs: { shape: [elements], value: 0.5 } }], outputs: ["y"] },
  encoding: "base64",
};
const limits = { LIMIT_ANSWER_BYTES_IN_FLIGHT: "20000000", LIMIT_RESPONSE_BYTES: "12000000" };

async function askAndNotRead(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1").on("error", () => undefined);
  onTestFinished(() => void socket.destroy());
  await once(socket, "connect");
  const body = JSON.stringify(long);
  socket.pause();
  socket.write(`POST /v1/evaluate HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  return socket;
}

const held = ({ port }: Pooled) => metric(`http://127.0.0.1:${port}`, "cotangent_answer_bytes_in_flight");
const ready = async ({ app }: Pooled) => (await app.inject("/readyz")).statusCode;
const small = { graph: { expression: "x" }, inputs: { x: 1 } };

test("bytes of an answer count until they are sent, and what is one too many is turned away", async () => {
  const service = await startPooled(limits);
  expect(await ready(service)).toBe(200);
  const socket = await askAndNotRead(service.port);
  while ((await held(service)) === 0) await setTimeout(5);
  expect(await held(service)).toBeGreaterThanOrEqual(answerBytes);
  expect(service.stats()).toMatchObject({ running: 0 });
  expect(service.stats().liveBytes).toBeGreaterThanOrEqual(answerBytes);
  expect(await ready(service)).toBe(503);
  const { status, json } = await call(service, "evaluate", long);
  expect([status, json.code]).toEqual([503, -32006]);
  expect((await call(service, "evaluate", small)).status).toBe(200);
  socket.resume();
  while ((await held(service)) > 0) await setTimeout(5);
  expect(service.stats().liveBytes).toBe(0);
  expect(await ready(service)).toBe(200);
  expect((await call(service, "evaluate", long)).status).toBe(200);
});

test("a connection is closed whose client takes nothing of its answer for too long", async () => {
  const service = await startPooled({ ...limits, ANSWER_STALL_MS: "300" });
  const socket = await askAndNotRead(service.port);
  const closed = new Promise((resolve) => socket.on("close", resolve));
  while ((await held(service)) === 0) await setTimeout(5);
  const startedAtMs = performance.now();
  while ((await held(service)) > 0) await setTimeout(5);
  expect(performance.now() - startedAtMs).toBeLessThan(3000);
  expect(service.stats().liveBytes).toBe(0);
  expect(await ready(service)).toBe(200);
  socket.resume();
  await closed;
  expect(service.faults).toEqual([]);
});

test("so it is of a client that sends request after request and reads no answer", async () => {
  const service = await startPooled({ ANSWER_STALL_MS: "300" });
  const socket = connect(service.port, "127.0.0.1").on("error", () => undefined);
  onTestFinished(() => void socket.destroy());
  socket.pause();
  const closed = new Promise((resolve) => socket.on("close", resolve));
  const inputs = { x: Array.from({ length: 5000 }, (_, i) => i + 0.5) };
  const body = JSON.stringify({ graph: { expression: "x", inputs: [{ name: "x", shape: [5000] }] }, inputs });
  const request = `POST /v1/evaluate HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  // As many as the system takes on their way.
  for (let i = 0; i < 2000 && socket.writable; i++) socket.write(request);
  const address = `http://127.0.0.1:${service.port}`;
  while ((await metric(address, "cotangent_requests_in_flight")) === 0) await setTimeout(5);
  const startedAtMs = performance.now();
  while ((await metric(address, "cotangent_requests_in_flight")) > 0) await setTimeout(5);
  expect(performance.now() - startedAtMs).toBeLessThan(10_000);
  socket.resume();
  await closed;
});
