import { readdirSync } from "node:fs";
import { getPriority } from "node:os";
import { describe, expect, test } from "vitest";
import { call, quick, send, slow, startPooled, until } from "./service.ts";

// Half a millisecond where nothing else runs; the bound is for machines that do much else. A thread that serves
// and computes would take as long as its calls.
const medianMaxMs = 400;

describe("/livez answers at once", () => {
  test("while the pool is saturated", async () => {
    const service = await startPooled();
    await call(service, "check", quick);
    const answers = Promise.all(
      Array.from({ length: 5 }, () => call(service, "evaluate", { ...slow(), timeoutMs: 1000 })),
    );
    await until(() => service.pool.stats().queued > 0);
    const queued: number[] = [];
    const median = await medianOfLivez(service.port, answers, () => queued.push(service.pool.stats().queued));
    expect(median).toBeLessThan(medianMaxMs);
    // The one worker computes one call and is sent no other: four wait for most of the time.
    expect(queued.filter((count) => count > 0).length).toBeGreaterThan(queued.length / 2);
    expect((await answers).map(({ status }) => status)).toEqual([504, 504, 504, 504, 504]);
  });

  test("while the Hessian of a chain of 100,000 nodes is asked for, which is late", async () => {
    const service = await startPooled();
    await call(service, "check", quick);
    const nodes = Array.from({ length: 100_000 }, (_, i) => ({
      id: `v${i}`,
      op: i % 2 ? "sin" : "square",
      args: [i === 0 ? "x" : `v${i - 1}`],
    }));
    const graph = { inputs: [{ name: "x" }], nodes, outputs: ["v99999"] };
    const answer = call(service, "hessian", { graph, inputs: { x: 0.5 }, timeoutMs: 1500 });
    expect(await medianOfLivez(service.port, answer)).toBeLessThan(medianMaxMs);
    const { status, json } = await answer;
    expect([status, json.data.timeoutMs]).toEqual([504, 1500]);
  });

  test("while a body of 50 MB is served, and as long an answer", async () => {
    const service = await startPooled();
    const n = 2_700_000;
    const graph = {
      inputs: [{ name: "x", shape: [n] }],
      nodes: [{ id: "y", op: "negative", args: ["x"] }],
      outputs: ["y"],
    };
    const x = new Float64Array(n).map((_, i) => 1 / (i + 1.5));
    const body = JSON.stringify({ graph, inputs: { x: [...x] } });
    expect(body.length).toBeGreaterThan(50e6);
    const { answer } = send(service.port, "/v1/evaluate", body);
    expect(await medianOfLivez(service.port, answer)).toBeLessThan(medianMaxMs);
    const { outputs } = (await answer).json;
    expect(Float64Array.from(outputs.y)).toEqual(x.map((v) => -v));
  });
});

/** The median of what `/livez` takes until something is over, in ms; `look` is called at each request. */
async function medianOfLivez(port: number, busy: Promise<unknown>, look: () => unknown = () => {}): Promise<number> {
  let isOver = false;
  busy.finally(() => {
    isOver = true;
  });
  const times: number[] = [];
  while (!isOver) {
    look();
    const startedAtMs = performance.now();
    await fetch(`http://127.0.0.1:${port}/livez`);
    times.push(performance.now() - startedAtMs);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)]!;
}

test.runIf(process.platform === "linux")("a worker thread lets the thread that serves go first", async () => {
  const service = await startPooled();
  await call(service, "check", quick);
  const own = getPriority(process.pid);
  const priorities = readdirSync("/proc/self/task").map((thread) => getPriority(Number(thread)));
  expect(priorities).toContain(Math.min(19, own + 5));
});
