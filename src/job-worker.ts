import { about } from "./config.ts";
import { buildWorkerApp } from "./http/bare/worker.ts";
import { assemble } from "./service.ts";
import { cannotListen, giveUp, placeOfJobs, readSettings, startLog } from "./starting.ts";

// Computes chunks of jobs that other processes accept: npm run worker

const settings = readSettings();
if (settings.databaseUrl === undefined) {
  giveUp("set DATABASE_URL to the PostgreSQL that has the jobs; without one npm start computes them itself");
}
const slots = settings.jobSlots ?? Math.max(1, settings.workers);
// There are no calls here that one thread would have to be kept for.
const config = { ...settings, jobSlots: slots, workers: slots + 1 };
const { logger, onFault, onJob } = startLog(config);
const service = assemble(config, onFault, onJob);
const app = buildApp();

let address: string;
try {
  address = await app.listen({ host: config.host, port: config.workerPort });
} catch (error) {
  giveUp(cannotListen(error as NodeJS.ErrnoException, config.host, () => "WORKER_PORT"));
}
service.pool?.start();
await service.jobs.begin();
console.log(
  `${about.title} ${about.version} computes jobs of ${placeOfJobs(config)}, ${slots} chunks at once: ${address}/readyz says whether it can`,
);
for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.once(signal, async () => {
    await app.close();
    process.exit(0);
  });
}

function buildApp() {
  try {
    return buildWorkerApp({ config, logger, ...service });
  } catch (error) {
    return giveUp((error as Error).message);
  }
}
