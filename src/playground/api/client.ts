import createClient from "openapi-fetch";
import type { paths } from "../../../openapi.d.ts";
import { problemOf, Refused } from "./problem.ts";
import type { Wire } from "./wire.ts";

/** Where the service is that serves this page. */
export const origin = new URL(".", document.baseURI).href.replace(/\/$/, "");

const api = createClient<paths>({ baseUrl: origin });

/** An answer of a method, or what was thrown in its place: {@link Refused}. */
function unwrap<T>({ data, error, response }: { data?: T; error?: unknown; response: Response }): T {
  if (data === undefined) throw new Refused(problemOf(error, response.status));
  return data;
}

/** Calls methods of the service by HTTP; each throws {@link Refused}, or what `fetch` throws. */
export const service = {
  operators: async () => unwrap(await api.POST("/v1/operators", { body: {} })),
  put: async (body: Wire["GraphPutParams"], signal: AbortSignal) =>
    unwrap(await api.POST("/v1/graph.put", { body, signal })),
  get: async (body: Wire["GraphGetParams"], signal: AbortSignal) =>
    unwrap(await api.POST("/v1/graph.get", { body, signal })),
  trace: async (body: Wire["TraceParams"], signal: AbortSignal) =>
    unwrap(await api.POST("/v1/trace", { body, signal })),
} as const;
