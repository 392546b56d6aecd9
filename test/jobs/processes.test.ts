import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { addressOf, startMain, startWith } from "../http/process.ts";
import { temporaryFolder } from "../support/folders.ts";
import { digest, type Json } from "./service.ts";

// The service as users start it, ended as machines end it.

const size = 80;
const points = 1600;
/** A job of many chunks that take some time each, so that it runs when something happens. */
const job = {
  method: "evaluate",
  idempotencyKey: "night",
  chunkPoints: 8,
  params: {
    graph: { expression: "sum(A @ A @ A * x)" },
    inputs: {
      A: Array.from({ length: size }, (_, i) => Array.from({ length: size }, (_, k) => Math.sin(i * size + k))),
      x: Array.from({ length: points }, (_, i) => i / 7),
    },
    batch: points,
    encoding: "base64",
  },
};

async function call(address: string, method: string, params: object): Promise<Json> {
  const answer = await fetch(`${address}/v1/${method}`, { method: "POST", body: JSON.stringify(params) });
  return answer.json();
}

async function ended(address: string, id: string): Promise<Json> {
  for (;;) {
    const told = await call(address, "job.status", { job: id, wait: 20 });
    if (["succeeded", "failed", "partial", "cancelled"].includes(told.state)) return told;
  }
}

async function running(address: string, id: string): Promise<Json> {
  for (;;) {
    const told = await call(address, "job.status", { job: id });
    if (told.progress.chunks.done > 0) return told;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function bits(address: string, id: string): Promise<string> {
  const { outputs } = await call(address, "job.result", { job: id });
  return digest(JSON.stringify(outputs));
}

async function kill(child: ChildProcess, pid = child.pid!): Promise<void> {
  const exit = once(child, "exit");
  process.kill(pid, "SIGKILL");
  await exit;
}

test("npm start, submit, kill -9, npm start: the job goes on, and gives the bits that it has undisturbed", async () => {
  const DATA_DIR = temporaryFolder();
  const env = { DATA_DIR, DISK_FREE_BYTES: "0" };
  const begin = () => startWith("npm", ["start", "--silent"], env);
  // What npm starts outlives it, where npm is killed.
  const served = (): number => JSON.parse(readFileSync(join(DATA_DIR, "lock"), "utf8")).pid;
  const first = begin();
  let address = await addressOf(first);
  const { job: id } = await call(address, "job.submit", job);
  const before = await running(address, id);
  expect(before.state).toBe("running");
  await kill(first, served());
  const second = begin();
  address = await addressOf(second);
  expect((await call(address, "job.submit", job)).job).toBe(id);
  const after = await ended(address, id);
  expect(after).toMatchObject({ state: "succeeded", progress: { points: { done: points } } });
  const undisturbed = await call(address, "job.submit", { ...job, idempotencyKey: "again", chunkPoints: 64 });
  await ended(address, undisturbed.job);
  expect(await bits(address, id)).toBe(await bits(address, undisturbed.job));
  await kill(second, served());
});

test("a process that is stopped keeps its folder: another is refused by name, and the job ends once it goes on", async () => {
  const DATA_DIR = temporaryFolder();
  const env = { DATA_DIR, DISK_FREE_BYTES: "0" };
  const first = startMain(env);
  const address = await addressOf(first);
  const { job: id } = await call(address, "job.submit", job);
  await running(address, id);
  first.kill("SIGSTOP");
  const other = await addressOf(startMain(env));
  const refused = await call(other, "job.submit", job);
  expect(refused.data).toMatchObject({ type: "overloaded", retryAfterMs: 1000 });
  expect(refused.detail).toContain(`${DATA_DIR} is in use by process ${first.pid}`);
  first.kill("SIGCONT");
  expect(await ended(address, id)).toMatchObject({ state: "succeeded", progress: { chunks: { failed: 0 } } });
});
