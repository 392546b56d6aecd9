import { parseArgs } from "node:util";
import { PostgresServer } from "../test/jobs/postgres/server.ts";
import { ServiceProcess } from "./chaos/process.ts";
import { describeMachine, thisMachine } from "./machine.ts";
import { table } from "./table.ts";

// How long one worker and two take for a job that is all computing, each with one thread: node load/jobs-workers.ts

const { values } = parseArgs({ options: { points: { type: "string", default: "8000" } } });
const points = Number(values.points);
const target = 0.55;

interface Told {
  readonly job: string;
  readonly state: string;
  readonly startedAt: string;
  readonly endedAt: string;
}

/** A long loop at each point: much to compute, and little to read and write. */
const job = {
  method: "gradient",
  params: {
    graph: { expression: "f(c, t) = sin(c + t) * 0.9 + 0.1\nscan(f, x, arange(start=0, stop=20000) / 20000)" },
    inputs: { x: Array.from({ length: points }, (_, i) => i / points) },
    batch: points,
  },
  chunkPoints: 8 * Math.max(1, Math.round(points / 8 / 64)),
};

const database = await PostgresServer.create();
const processes: ServiceProcess[] = [];
try {
  const env = { DATABASE_URL: database.url() };
  const server = await started("main.ts", { ...env, JOB_SLOTS: "0", WORKERS: "1" });
  const worker = () => started("job-worker.ts", { ...env, JOB_SLOTS: "1", WORKERS: "1" });
  await worker();
  await seconds(server);
  const one = await seconds(server);
  await worker();
  await seconds(server);
  const two = await seconds(server);
  const share = two / one;
  console.log(`${describeMachine(thisMachine())}\n`);
  const row = [points, one.toFixed(2), two.toFixed(2), share.toFixed(3), `<= ${target}`];
  console.log(table(["points", "one worker, s", "two workers, s", "two / one", "target"], [row]));
  process.exitCode = share <= target ? 0 : 1;
} finally {
  await Promise.all(processes.map((each) => each.kill()));
  await database.remove();
}

async function started(script: "main.ts" | "job-worker.ts", more: Readonly<Record<string, string>>) {
  const process = new ServiceProcess(script, more);
  processes.push(process);
  await process.start();
  return process;
}

/** From its first chunk to its end. */
async function seconds(server: ServiceProcess): Promise<number> {
  const { job: id } = (await server.call<Told>("job.submit", job)) ?? fail(server);
  for (;;) {
    const told = (await server.call<Told>("job.status", { job: id, wait: 30 })) ?? fail(server);
    if (told.state === "succeeded") return (Date.parse(told.endedAt) - Date.parse(told.startedAt)) / 1000;
    if (told.state !== "queued" && told.state !== "running") fail(server, told);
  }
}

function fail(server: ServiceProcess, told?: Told): never {
  throw new Error(told ? JSON.stringify(told) : server.refused);
}
