import createClient from "openapi-fetch";
import type { paths } from "../../../openapi.d.ts";
import { key } from "../state/key.ts";
import { problemOf, Refused } from "./problem.ts";
import type { Wire } from "./wire.ts";

/** Where the service is that serves this page. */
export const origin = new URL(".", document.baseURI).href.replace(/\/$/, "");

const api = createClient<paths>({ baseUrl: origin });
api.use({
  onRequest({ request }) {
    if (key.peek() !== "") request.headers.set("authorization", `Bearer ${key.peek()}`);
    return request;
  },
});

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
  jacobian: async (body: Wire["JacobianParams"], signal: AbortSignal) =>
    unwrap(await api.POST("/v1/jacobian", { body, signal })),
  compare: async (body: Wire["CompareParams"], signal: AbortSignal) =>
    unwrap(await api.POST("/v1/compare", { body, signal })),
  symbolic: async (body: Wire["SymbolicParams"], signal: AbortSignal) =>
    unwrap(await api.POST("/v1/symbolic", { body, signal })),
  jvp: async (body: Wire["JvpParams"], signal: AbortSignal) => unwrap(await api.POST("/v1/jvp", { body, signal })),
  vjp: async (body: Wire["VjpParams"], signal: AbortSignal) => unwrap(await api.POST("/v1/vjp", { body, signal })),
  jobs: async (body: Wire["JobListParams"]) => unwrap(await api.POST("/v1/job.list", { body })),
  submit: async (body: Wire["JobSubmitParams"]) => unwrap(await api.POST("/v1/job.submit", { body })),
  cancel: async (job: string) => unwrap(await api.POST("/v1/job.cancel", { body: { job } })),
  forget: async (job: string) => unwrap(await api.POST("/v1/job.delete", { body: { job } })),
  /** The answer of a job that has ended, as it is sent. */
  result: async (job: string) =>
    unwrap(await api.GET("/v1/jobs/{job}/result", { params: { path: { job } }, parseAs: "blob" })),
  /** Differences of several steps or schemes in one request; undefined for one that has none. */
  async numericals(all: readonly Wire["NumericalParams"][], signal: AbortSignal) {
    const body = all.map((params, id) => ({ jsonrpc: "2.0" as const, id, method: "numerical" as const, params }));
    const replies = unwrap(await api.POST("/rpc", { body, signal }));
    const byId = new Map(
      (Array.isArray(replies) ? replies : replies ? [replies] : []).map((reply) => [reply.id, reply]),
    );
    return all.map((_, id) => {
      const reply = byId.get(id);
      return reply && "result" in reply ? (reply.result as Wire["NumericalResult"]) : undefined;
    });
  },
} as const;
