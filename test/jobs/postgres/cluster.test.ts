import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { ServiceProcess } from "../../../load/chaos/process.ts";
import { temporaryFolder } from "../../support/folders.ts";
import { standardJob } from "../service.ts";
import { PostgresServer } from "./server.ts";

// Processes as they are in production, each of its own, on a database that comes and goes.

let server: PostgresServer;
beforeAll(async () => {
  server = await PostgresServer.create();
});
afterAll(() => server.remove());

interface Told {
  readonly job: string;
  readonly state: string;
  readonly progress: { readonly chunks: { readonly retried: number; readonly running: number } };
}

async function started(script: "main.ts" | "job-worker.ts", more: Readonly<Record<string, string>>) {
  const process = new ServiceProcess(script, { WORKERS: "0", ...more });
  onTestFinished(() => process.kill());
  await process.start();
  return process;
}

async function cluster(workers: number) {
  const DATABASE_URL = await server.database();
  const apis = await Promise.all([0, 1].map(() => started("main.ts", { DATABASE_URL, JOB_SLOTS: "0" })));
  const computing = await Promise.all(
    Array.from({ length: workers }, () => started("job-worker.ts", { DATABASE_URL })),
  );
  return { apis, workers: computing, DATABASE_URL };
}

async function until(api: ServiceProcess, job: string, isEnough: (told: Told) => boolean): Promise<Told> {
  for (let tries = 0; tries < 600; tries++) {
    const told = await api.call<Told>("job.status", { job, wait: 1 });
    if (told && isEnough(told)) return told;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${job} does not get there: ${api.refused}`);
}

const isEnded = ({ state }: Told) => state !== "queued" && state !== "running" && state !== "cancelling";
const resultOf = (api: ServiceProcess, job: string) => api.call("job.result", { job, encoding: "base64" });

test("what one server accepts another answers, with the bits of a service alone; a killed worker's chunks go on elsewhere", async () => {
  const { apis, workers, DATABASE_URL } = await cluster(1);
  const [one, other] = apis;
  const params = standardJob(2000, { chunkPoints: 8 });
  const { job } = (await one!.call<Told>("job.submit", params))!;
  await until(other!, job, ({ progress }) => progress.chunks.running > 0);
  await workers[0]!.kill();
  await started("job-worker.ts", { DATABASE_URL });
  expect((await until(other!, job, isEnded)).state).toBe("succeeded");
  const alone = await started("main.ts", { DATA_DIR: temporaryFolder() });
  const { job: same } = (await alone.call<Told>("job.submit", { ...params, chunkPoints: 64 }))!;
  await until(alone, same, isEnded);
  const answers = [await resultOf(one!, job), await resultOf(other!, job), await resultOf(alone, same)];
  expect(answers[0]).toBeDefined();
  expect(answers[1]).toEqual(answers[0]);
  expect(answers[2]).toEqual(answers[0]);
}, 180_000);

test("without its database nothing is acknowledged and nobody is ready; all goes on when it is back", async () => {
  const { apis, workers } = await cluster(1);
  const [api] = apis;
  const ready = async (process: ServiceProcess) => (await fetch(`${process.url}/readyz`)).status;
  await expect.poll(() => ready(api!), { timeout: 20_000 }).toBe(200);
  const { job } = (await api!.call<Told>("job.submit", standardJob(1000, { chunkPoints: 8 })))!;
  await server.stop("SIGKILL");
  expect(await api!.call("job.submit", standardJob(8))).toBeUndefined();
  expect(api!.refused).toContain("jobs cannot be kept now: the database says");
  for (const process of [api!, workers[0]!]) await expect.poll(() => ready(process), { timeout: 20_000 }).toBe(503);
  await server.start();
  expect((await until(api!, job, isEnded)).state).toBe("succeeded");
  for (const process of [api!, workers[0]!]) await expect.poll(() => ready(process), { timeout: 20_000 }).toBe(200);
}, 180_000);

test("a worker that is stopped past its lease comes too late, and its chunk is kept once", async () => {
  const { apis, workers, DATABASE_URL } = await cluster(1);
  const [api] = apis;
  const { job } = (await api!.call<Told>("job.submit", standardJob(4000, { chunkPoints: 8 })))!;
  await until(api!, job, ({ progress }) => progress.chunks.running > 0);
  workers[0]!.signal("SIGSTOP");
  onTestFinished(() => workers[0]!.signal("SIGCONT"));
  await started("job-worker.ts", { DATABASE_URL });
  const { state, progress } = await until(api!, job, isEnded);
  workers[0]!.signal("SIGCONT");
  expect(state).toBe("succeeded");
  expect(progress).toMatchObject({
    points: { total: 4000, done: 4000 },
    chunks: { total: 500, done: 500, running: 0 },
  });
  await new Promise((resolve) => setTimeout(resolve, 1000));
  expect(await api!.call<Told>("job.status", { job })).toMatchObject({ state, progress });
}, 180_000);
