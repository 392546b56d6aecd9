import type { FastifyInstance } from "fastify";
import { ServiceError } from "../errors.ts";
import { open } from "./guards/keys.ts";

/** Why the service takes no calls now; undefined when it does. */
export type Unready = () => "draining" | "saturated" | undefined;

/** Why no job can be kept now; undefined where it can. */
export type JobsUnready = () => Promise<string | undefined>;

/** Serves `/livez`, which answers while the process can, and `/readyz`, which fails while calls are not welcome. */
export function registerHealth(app: FastifyInstance, unready: Unready, jobsUnready?: JobsUnready): void {
  app.get("/livez", open, async () => ({ status: "ok" }));
  app.get("/readyz", open, async () => {
    const reason = unready();
    if (reason !== undefined) throw notNow(reason);
    const cause = await jobsUnready?.();
    if (cause !== undefined) throw new ServiceError("overloaded", cause, { retryAfterMs: 1000 });
    return { status: "ok" };
  });
}

/** -32006, saying why. */
export function notNow(reason: "draining" | "saturated"): ServiceError {
  return new ServiceError("overloaded", `the service is ${reason}`, { retryAfterMs: 1000 });
}
