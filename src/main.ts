import { flushCompileCache } from "node:module";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { pino } from "pino";
import { about, type Config, readConfig } from "./config.ts";
import { buildApp } from "./http/app.ts";
import { bufferedLines } from "./http/log.ts";
import { methods } from "./methods/index.ts";
import { assemble } from "./service.ts";
import { warmUp } from "./warm-up.ts";

const config = readSettings();
const logger = pino({ level: config.logLevel }, bufferedLines());
const service = assemble(
  config,
  (err, where) => logger.error({ err, ...where }, "fault"),
  ({ id, tenant, state, isState }) => {
    if (isState) logger.info({ job: id, tenant, state }, "job");
  },
);
const page = fileURLToPath(new URL("../dist/playground", import.meta.url));
// Loaded only where somebody collects what it tells.
const tracing =
  config.otlpEndpoint === undefined
    ? undefined
    : await (await import("./tracing/tracing.ts")).startTracing(config.otlpEndpoint);
const app = assembleApp();

let address: string;
try {
  address = await app.listen({ host: config.host, port: config.port });
} catch (error) {
  giveUp(cannotListen(error as NodeJS.ErrnoException, config));
}
service.pool?.start();
await service.jobs.begin();
const url = config.tlsCert === undefined ? address : address.replace(/^http:/, "https:");
console.log(
  `${about.title} ${about.version} listens on ${url}: open it in a browser, see ${url}/docs, or try\n\n${example(url)}\n\nJobs are kept in ${resolve(config.dataDir)}\n`,
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

function readSettings(): Config {
  try {
    return readConfig(process.env);
  } catch (error) {
    return giveUp((error as Error).message);
  }
}

function giveUp(reason: string): never {
  console.error(`${about.title} cannot start: ${reason}`);
  process.exit(1);
}

function cannotListen(error: NodeJS.ErrnoException & { port?: number }, config: Config): string {
  const { host } = config;
  const { port = config.port } = error;
  const setting = port === config.metricsPort ? "METRICS_PORT" : "PORT";
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: `port ${port} of ${host} is in use; set ${setting} to another`,
    EACCES: `no permission to listen on port ${port}; set ${setting} to another`,
    EADDRNOTAVAIL: `${host} is no address of this machine; set HOST to another`,
    ENOTFOUND: `${host} is no known host; set HOST to another`,
  };
  return reasons[error.code ?? ""] ?? error.message;
}

function example(url: string): string {
  const call = { graph: { expression: "log(x1) + x1*x2 - sin(x2)" }, inputs: { x1: 2, x2: 5 } };
  const key =
    config.keysFile === undefined && config.jwtIssuer === undefined ? "" : " -H 'Authorization: Bearer ctg_…'";
  return `  curl -s${key} ${url}/v1/jacobian -d '${JSON.stringify(call)}'`;
}
