import type { FastifyInstance } from "fastify";
import type { Logger } from "pino";
import type { Config } from "../../config.ts";
import type { JobHost } from "../../jobs/host.ts";
import type { Pool } from "../../pool/pool.ts";
import { createAudit } from "../audit.ts";
import { guardsOf } from "../guards/index.ts";
import { registerHealth } from "../health.ts";
import { createMetrics, type EngineStats } from "../metrics/metrics.ts";
import { proxiesOf } from "../sockets/proxies.ts";
import { serverFactory, serverTimes } from "../sockets/tls.ts";
import { bareApp } from "./app.ts";

/** What a process has that computes jobs and takes no calls. */
export interface WorkerAppOptions {
  readonly config: Config;
  readonly logger?: Logger;
  readonly jobs: JobHost;
  readonly pool?: Pool | undefined;
  readonly stats: () => EngineStats;
}

/** Assembles what such a process shows: its health and its metrics. `close` gives back what it computes. */
export function buildWorkerApp({ config, logger, jobs, pool, stats }: WorkerAppOptions): FastifyInstance {
  const audit = createAudit(logger);
  const guards = guardsOf(config, audit);
  const servers = serverFactory(config, serverTimes, audit);
  const shared = { serverFactory: servers.make, trustProxy: proxiesOf(config.trustProxy) ?? false };
  const app = bareApp(shared, guards, "there is nothing here but /livez, /readyz and /metrics");
  let draining = false;
  registerHealth(
    app,
    () => (draining ? "draining" : undefined),
    () => jobs.unready(),
  );
  createMetrics({
    requestsInFlight: () => 0,
    requestsBeingRead: () => 0,
    bodyBytesInFlight: () => 0,
    answerBytesInFlight: () => 0,
    residentBytesMax: () => config.residentBytesMax ?? 0,
    stats,
    pool: pool && (() => pool.stats()),
    jobs: () => jobs.stats(),
  }).register(app);
  app.addHook("preClose", async () => {
    draining = true;
    await jobs.drain();
    await jobs.close();
    await pool?.close();
    for (const guard of guards) guard.close?.();
    servers.close();
  });
  return app;
}
