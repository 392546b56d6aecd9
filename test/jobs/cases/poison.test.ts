import { expect, onTestFinished, test } from "vitest";
import { ServiceProcess } from "../../../load/chaos/process.ts";
import { temporaryFolder } from "../../support/folders.ts";
import { freshDatabase } from "../postgres/shared.ts";
import { type Json, type StoreName, standardJob, startOn, stores } from "../service.ts";

// What kills whoever computes it ends after three tries, and keeps nobody else from anything.

/** A job of one chunk that runs for long, so that whoever computes it can be ended meanwhile. */
const long = {
  method: "evaluate",
  chunkPoints: 512,
  params: {
    graph: { expression: "f(c, t) = sin(c + t) * 0.9 + 0.1\nscan(f, x, arange(start=0, stop=1000000) / 1000000)" },
    inputs: { x: Array.from({ length: 512 }, (_, i) => i / 512) },
    batch: 512,
  },
};
const given = {
  type: "worker_lost",
  code: -32014,
  data: { chunk: 0, from: 0, to: 512 },
};

test.each(stores)(
  "a job whose thread dies three times fails, and the others are computed: %s",
  async (store) => {
    const { ok, ended, pool, faults } = await startOn(store, { WORKERS: "2" });
    const { job } = await ok("job.submit", long);
    for (let deaths = 0; deaths < 3; deaths++) {
      await expect.poll(() => pool!.stats().chunks, { timeout: 20_000 }).toBe(1);
      expect((await ok("job.status", { job })).progress.chunks.running).toBe(1);
      const { job: other } = await ok("job.submit", standardJob(8));
      await Promise.all(pool!.workers.map((thread) => thread.terminate()));
      expect((await ended(other)).state).toBe("succeeded");
    }
    const told = await ended(job);
    expect(told).toMatchObject({ state: "failed", error: given, progress: { chunks: { failed: 1, retried: 2 } } });
    expect(told.error.message).toMatch(/^tried 3 times: /);
    // The other's thread ends too, each time, if it has begun.
    expect(faults.length).toBeGreaterThanOrEqual(3);
    expect(faults.length).toBeLessThanOrEqual(6);
  },
  60_000,
);

test.each(stores)(
  "a job whose process dies three times fails, and the others are computed: %s",
  async (store) => {
    const { server, worker } = await processes(store);
    const call = async (method: string, params: object): Promise<Json> => {
      for (let tries = 0; tries < 100; tries++) {
        const told = await server.call<Json>(method, params);
        if (told) return told;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      throw new Error(server.refused);
    };
    const until = async (job: string, isEnough: (told: Json) => boolean): Promise<Json> => {
      for (;;) {
        const told = await call("job.status", { job });
        if (isEnough(told)) return told;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    const { job } = await call("job.submit", long);
    for (let deaths = 0; deaths < 3; deaths++) {
      await until(job, ({ progress }) => progress.chunks.running === 1);
      const { job: other } = await call("job.submit", standardJob(8));
      await worker.kill();
      await worker.start();
      expect((await until(other, ({ endedAt }) => endedAt !== undefined)).state).toBe("succeeded");
    }
    const told = await until(job, ({ endedAt }) => endedAt !== undefined);
    expect(told).toMatchObject({ state: "failed", error: given, progress: { chunks: { failed: 1, retried: 2 } } });
  },
  60_000,
);

/** A service as people start it: who takes calls, and who computes. */
async function processes(store: StoreName) {
  const begun = async (script: "main.ts" | "job-worker.ts", env: Readonly<Record<string, string>>) => {
    const process = new ServiceProcess(script, { WORKERS: "1", ...env });
    onTestFinished(() => process.kill());
    await process.start();
    return process;
  };
  if (store === "sqlite") {
    const server = await begun("main.ts", { DATA_DIR: temporaryFolder() });
    return { server, worker: server };
  }
  const DATABASE_URL = await freshDatabase();
  const server = await begun("main.ts", { DATABASE_URL, JOB_SLOTS: "0" });
  return { server, worker: await begun("job-worker.ts", { DATABASE_URL, JOB_SLOTS: "1" }) };
}
