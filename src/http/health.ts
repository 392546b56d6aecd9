import type { FastifyInstance } from "fastify";
import { ServiceError } from "../errors.ts";
import { open } from "./guards/keys.ts";

/** Why the service takes no calls now; undefined when it does. */
export type Unready = () => "draining" | "saturated" | undefined;

/** Serves `/livez`, which answers while the process can, and `/readyz`, which fails while calls are not welcome. */
export function registerHealth(app: FastifyInstance, unready: Unready): void {
  app.get("/livez", open, async () => ({ status: "ok" }));
  app.get("/readyz", open, async () => {
    const reason = unready();
    if (reason !== undefined) throw notNow(reason);
    return { status: "ok" };
  });
}

/** -32006, saying why. */
export function notNow(reason: "draining" | "saturated"): ServiceError {
  return new ServiceError("overloaded", `the service is ${reason}`, { retryAfterMs: 1000 });
}
