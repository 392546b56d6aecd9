import type { RequestListener, Server } from "node:http";
import Fastify, { type FastifyInstance } from "fastify";
import { ServiceError } from "../../errors.ts";
import { askAll, type Guard } from "../guards/guard.ts";
import { Refusal, refusalOf, securityHeaders, sendRefusal } from "../problem.ts";
import type { IsProxy } from "../sockets/proxies.ts";
import { Visit } from "../visit.ts";

/** A server without calls, behind guards; what is not there is told in `missing`. */
export function bareApp(
  servers: { readonly serverFactory: (handler: RequestListener) => Server; readonly trustProxy: IsProxy | boolean },
  guards: readonly Guard[],
  missing: string,
): FastifyInstance {
  const app = Fastify({ ...servers, requestIdHeader: false, forceCloseConnections: true });
  app.decorateRequest("visit");
  app.addHook("onRequest", (request, reply, done) => {
    request.visit = new Visit(request, reply);
    reply.raw.on("close", () => request.visit.end());
    reply.headers(securityHeaders);
    askAll(guards, request.visit, done);
  });
  app.setErrorHandler((thrown, request, reply) =>
    sendRefusal(request, reply, refusalOf(thrown, request.visit.requestId).refusal),
  );
  app.setNotFoundHandler(() => {
    throw new Refusal(404, new ServiceError("method_not_found", missing));
  });
  return app;
}
