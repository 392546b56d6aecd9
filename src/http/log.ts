import type { FastifyBaseLogger, FastifyReply, FastifyRequest } from "fastify";

/**
 * Writes one line when a request is over: its route, outcome and duration, and what the handler noted. Never its body,
 * query string or headers.
 */
export function logWhenDone(log: FastifyBaseLogger, request: FastifyRequest, reply: FastifyReply): void {
  reply.raw.once("close", () => {
    const { startedAtMs, noted, ...facts } = request.facts;
    const route = request.routeOptions.url ?? "_other";
    log[probes.has(route) ? "debug" : "info"](
      {
        ...noted,
        requestId: request.id,
        verb: request.method,
        route,
        ...facts,
        // Unended, the answer went nowhere, as its client was gone.
        ...(reply.raw.writableEnded ? { status: reply.statusCode } : { outcome: "cancelled" }),
        durationMs: Math.round((performance.now() - startedAtMs) * 1000) / 1000,
      },
      "request",
    );
  });
}

// What machines ask every few seconds would drown the rest.
const probes: ReadonlySet<string> = new Set(["/livez", "/readyz", "/metrics"]);
