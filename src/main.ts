import { flushCompileCache } from "node:module";
import { fileURLToPath } from "node:url";
import { about } from "./config.ts";
import { buildApp } from "./http/app.ts";
import { listenWidely } from "./http/sockets/listeners.ts";
import { methods } from "./methods/index.ts";
import { assemble } from "./service.ts";
import { cannotListen, giveUp, placeOfJobs, readSettings, startLog } from "./starting.ts";
import { warmUp } from "./warm-up.ts";

const config = readSettings();
const { logger, onFault, onJob } = startLog(config);
const service = assemble(config, onFault, onJob);
const page = fileURLToPath(new URL("../dist/playground", import.meta.url));
// Loaded only where somebody collects what it tells.
const tracing =
  config.otlpEndpoint === undefined
    ? undefined
    : await (await import("./tracing/tracing.ts")).startTracing(config.otlpEndpoint);
const app = assembleApp();

let address: string;
try {
  address = await listenWidely(app, config);
} catch (error) {
  const settingOf = (port: number | undefined) => (port === config.metricsPort ? "METRICS_PORT" : "PORT");
  giveUp(cannotListen(error as NodeJS.ErrnoException, config.host, settingOf));
}
service.pool?.start();
await service.jobs.begin();
const url = config.tlsCert === undefined ? address : address.replace(/^http:/, "https:");
console.log(
  `${about.title} ${about.version} listens on ${url}: open it in a browser, see ${url}/docs, or try\n\n${example(url)}\n\nJobs are kept in ${placeOfJobs(config)}\n`,
);

// Once: a second signal ends the process at once, as it does by default.
for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, drain);

await warmUp(config);
// For the next start, should this process be ended without a word.
flushCompileCache();

async function drain(): Promise<void> {
  await app.close();
  process.exit(0);
}

function assembleApp() {
  const onMetrics = (where: string) => console.log(`${about.title} shows its metrics on ${where}/metrics`);
  try {
    return buildApp({ config, methods, logger, page, tracing, onMetrics, ...service });
  } catch (error) {
    // Of a file that settings name: nothing else fails here but by our fault, which is told as well.
    return giveUp((error as Error).message);
  }
}

function example(url: string): string {
  const call = { graph: { expression: "log(x1) + x1*x2 - sin(x2)" }, inputs: { x1: 2, x2: 5 } };
  const key =
    config.keysFile === undefined && config.jwtIssuer === undefined ? "" : " -H 'Authorization: Bearer ctg_…'";
  return `  curl -s${key} ${url}/v1/jacobian -d '${JSON.stringify(call)}'`;
}
