import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createContext } from "../../src/calls/context.ts";
import { EmbeddedStore } from "../../src/jobs/embedded/store.ts";
import { Runner } from "../../src/jobs/runner.ts";
import type { JobStore } from "../../src/jobs/store.ts";
import { draft, options, placeOn, result } from "./places.ts";
import { expectProblem, standardJob, start, startOn, stores } from "./service.ts";

test.each(stores)("metrics tell of jobs once there is a store: %s", async (store) => {
  const { get, done } = await startOn(store);
  expect((await get("/metrics")).body).not.toMatch(/cotangent_jobs\{state="succeeded"\}/);
  await done(standardJob(20, { chunkPoints: 8 }));
  const { body } = await get("/metrics");
  for (const line of [
    'cotangent_jobs{state="succeeded"} 1',
    'cotangent_jobs{state="running"} 0',
    "cotangent_job_points_total 20",
    "cotangent_job_chunks_total 2",
    "cotangent_job_chunks_queued 0",
    "cotangent_job_retries_total 0",
    "cotangent_job_lost_total 0",
  ]) {
    expect(body).toContain(`\n${line}\n`);
  }
});

test("a folder that a living process has is refused by name, and taken once that is gone", async () => {
  const { fails, ok, get, dir } = start();
  mkdirSync(dir, { recursive: true });
  const holder = new EmbeddedStore({ dir, arithmetic: "x", limits: { jobsQueued: 1, jobsBytes: 1, diskFreeBytes: 0 } });
  const error = await fails("job.submit", standardJob(8));
  expect(error).toMatchObject({ code: -32006, retryAfterMs: 1000 });
  expect(error.message).toContain(`is in use by process ${process.pid}`);
  expect(expectProblem(await get("/readyz"), 503, "overloaded").detail).toContain("is in use by process");
  await holder.close();
  await expect.poll(async () => (await get("/readyz")).statusCode, { timeout: 5000 }).toBe(200);
  expect((await ok("job.submit", standardJob(8))).state).toBe("queued");
});

test("where the disk cannot be written nothing is acknowledged, and all goes on once it can", async () => {
  const { fails, get, done, dir } = start();
  await done(standardJob(8));
  const tmp = join(dir, "tmp");
  rmSync(tmp, { recursive: true });
  // In place of the folder something that nothing can be made in, also by root.
  writeFileSync(tmp, "");
  const large = standardJob(2000);
  const error = await fails("job.submit", large);
  expect(error).toMatchObject({ code: -32006, retryAfterMs: 5000 });
  expect(error.message).toMatch(/jobs cannot be kept now/);
  expectProblem(await get("/readyz"), 503, "overloaded");
  rmSync(tmp);
  mkdirSync(tmp);
  chmodSync(tmp, 0o755);
  expect((await done(large)).state).toBe("succeeded");
  await expect.poll(async () => (await get("/readyz")).statusCode, { timeout: 5000 }).toBe(200);
});

test("a job leaves so much of the disk free", async () => {
  const { fails } = start({ DISK_FREE_BYTES: String(2 ** 52) });
  expect(await fails("job.submit", standardJob(8))).toMatchObject({ code: -32012, quota: "diskFreeBytes" });
});

test.each(stores)(
  "a job that nobody can compute ends after three tries, and keeps nobody else from it: %s",
  async (name) => {
    const store = await (await placeOn(name)).open();
    const faults: unknown[] = [];
    const runner = runnerOf(store, (chunk) => chunk === "poison", faults);
    const { job: poison } = await store.accept("a", draft(8, { method: "poison" }), options());
    const { job: good } = await store.accept("a", draft(8), options());
    runner.start();
    await expect.poll(async () => (await store.find("a", good.id))!.state).toBe("succeeded");
    expect((await store.find("a", poison.id))!.state).toBe("running");
    await expect.poll(async () => (await store.find("a", poison.id))!.state, { timeout: 20_000 }).toBe("failed");
    const { error, chunks } = (await store.find("a", poison.id))!;
    expect(error).toMatchObject({ type: "worker_lost", data: { chunk: 0, from: 0, to: 8 } });
    expect([chunks.retried, faults.length, runner.stats().lost]).toEqual([2, 3, 3]);
    await runner.stop(0);
  },
);

test.each(stores)("what runs at the end of a process is given back: %s", async (name) => {
  const store = await (await placeOn(name)).open();
  const { job } = await store.accept("a", draft(8), options());
  const runner = new Runner({
    store,
    slots: 1,
    run: (_, signal) =>
      new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason), { once: true })),
    onFault: () => {},
  });
  runner.start();
  await expect.poll(async () => (await store.find("a", job.id))!.chunks.running).toBe(1);
  await runner.stop(10);
  expect(await store.find("a", job.id)).toMatchObject({ state: "running", chunks: { running: 0, retried: 0 } });
  expect((await store.claim())?.attempt).toBe(1);
});

test("without a store a context says that no jobs are kept", async () => {
  const { readConfig } = await import("../../src/config.ts");
  const { jobs } = createContext(readConfig());
  await expect(jobs.list("a", { limit: 1 })).rejects.toThrow("no jobs are kept here");
});

function runnerOf(store: JobStore, isPoison: (method: string) => boolean, faults: unknown[]): Runner {
  return new Runner({
    store,
    slots: 1,
    run: async (claim) => {
      if (isPoison(claim.job.method)) throw new Error("a worker thread failed");
      return result(claim);
    },
    onFault: (fault) => faults.push(fault),
  });
}
