import type { FastifyBaseLogger } from "fastify";
import type { Visit } from "./visit.ts";

/** Where lines go: pino, or what does as it does. */
export type Logger = FastifyBaseLogger & { isLevelEnabled?(level: string): boolean };

/**
 * Writes one line when a request is over: its route, outcome and duration, and what the handler noted. Never its body,
 * query string or headers.
 */
export function logEnd(log: Logger, visit: Visit): void {
  const { request, reply, startedAtMs, noted, method, calls, outcome } = visit;
  const route = request.routeOptions.url ?? "_other";
  const level = probes.has(route) ? "debug" : "info";
  if (log.isLevelEnabled?.(level) === false) return;
  log[level](
    {
      ...noted,
      requestId: visit.requestId,
      verb: request.method,
      route,
      method,
      calls,
      outcome,
      // Unended, the answer went nowhere, as its client was gone.
      ...(reply.raw.writableEnded ? { status: reply.raw.statusCode } : { outcome: "cancelled" }),
      durationMs: Math.round((performance.now() - startedAtMs) * 1000) / 1000,
    },
    "request",
  );
}

// What machines ask every few seconds would drown the rest.
const probes: ReadonlySet<string> = new Set(["/livez", "/readyz", "/metrics"]);
