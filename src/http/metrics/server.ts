import type { RequestListener, Server } from "node:http";
import type { FastifyInstance } from "fastify";
import type { Config } from "../../config.ts";
import { bareApp } from "../bare/app.ts";
import type { Guard } from "../guards/guard.ts";
import type { IsProxy } from "../sockets/proxies.ts";
import type { Metrics } from "./metrics.ts";

/** Serves the metrics alone, on a port of their own beside the service's, behind the same guards; `onListening` hears where. */
export function serveMetrics(
  app: FastifyInstance,
  { host, metricsPort }: Config,
  servers: { readonly serverFactory: (handler: RequestListener) => Server; readonly trustProxy: IsProxy | boolean },
  guards: readonly Guard[],
  metrics: Metrics,
  onListening: (address: string) => void = () => undefined,
): void {
  const own = bareApp(servers, guards, "there is nothing here but /metrics");
  metrics.register(own);
  // Before the service itself listens, which then does not where this cannot.
  app.addHook("onReady", async () => {
    onListening(await own.listen({ host, port: metricsPort! }));
  });
  app.addHook("onClose", () => own.close());
}
