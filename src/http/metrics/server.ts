import type { RequestListener, Server } from "node:http";
import Fastify, { type FastifyInstance } from "fastify";
import type { Config } from "../../config.ts";
import { ServiceError } from "../../errors.ts";
import { askAll, type Guard } from "../guards/guard.ts";
import { Refusal, refusalOf, securityHeaders, sendRefusal } from "../problem.ts";
import type { IsProxy } from "../sockets/proxies.ts";
import { Visit } from "../visit.ts";
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
  const own = Fastify({ ...servers, requestIdHeader: false, forceCloseConnections: true });
  own.decorateRequest("visit");
  own.addHook("onRequest", (request, reply, done) => {
    request.visit = new Visit(request, reply);
    reply.raw.on("close", () => request.visit.end());
    reply.headers(securityHeaders);
    askAll(guards, request.visit, done);
  });
  own.setErrorHandler((thrown, request, reply) =>
    sendRefusal(request, reply, refusalOf(thrown, request.visit.requestId).refusal),
  );
  own.setNotFoundHandler(() => {
    throw new Refusal(404, new ServiceError("method_not_found", "there is nothing here but /metrics"));
  });
  metrics.register(own);
  // Before the service itself listens, which then does not where this cannot.
  app.addHook("onReady", async () => {
    onListening(await own.listen({ host, port: metricsPort! }));
  });
  app.addHook("onClose", () => own.close());
}
