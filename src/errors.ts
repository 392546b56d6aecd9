import { lineOf, type Place } from "./text/place.ts";

/**
 * Every error a caller can meet, in one table: its JSON-RPC code, its HTTP status on the plain face, its title and when
 * it is given. Everything else (dispatcher, problem documents, OpenAPI) derives from this table.
 */
export const errorTypes = {
  parse_error: {
    code: -32700,
    status: 400,
    title: "Parse error",
    when: "The body is not JSON, is not UTF-8, or nests too deeply.",
  },
  invalid_request: {
    code: -32600,
    status: 400,
    title: "Invalid request",
    when: "The body is not a JSON-RPC 2.0 request, or the batch is empty or too large.",
  },
  method_not_found: { code: -32601, status: 404, title: "Method not found", when: "No such method." },
  invalid_params: {
    code: -32602,
    status: 400,
    title: "Invalid params",
    when: "The structure of `params` is wrong; `data.issues` lists a JSON Pointer and a message for each fault.",
  },
  internal_error: {
    code: -32603,
    status: 500,
    title: "Internal error",
    when: "A fault of the service; quote `data.requestId` when reporting it.",
  },
  invalid_graph: {
    code: -32001,
    status: 422,
    title: "Invalid graph",
    when: "Something inside `graph` is wrong; `data` names the node, the operand and the reason.",
  },
  graph_not_found: {
    code: -32002,
    status: 404,
    title: "Graph not found",
    when: "The graph id is unknown or was evicted: send the graph again.",
  },
  response_too_large: {
    code: -32003,
    status: 413,
    title: "Response too large",
    when: "The answer would pass the response limit.",
  },
  limit_exceeded: {
    code: -32004,
    status: 413,
    title: "Limit exceeded",
    when: "A limit would be passed; `data` names it, what is allowed and what was received.",
  },
  deadline_exceeded: {
    code: -32005,
    status: 504,
    title: "Deadline exceeded",
    when: "The call did not finish within `data.timeoutMs`; its work was stopped.",
  },
  overloaded: {
    code: -32006,
    status: 503,
    title: "Overloaded",
    when: "The service is saturated or draining; try again after `data.retryAfterMs`.",
  },
  input_mismatch: {
    code: -32007,
    status: 422,
    title: "Input mismatch",
    when: "The name, shape, dtype or value of an input or seed does not fit the graph.",
  },
  not_differentiable: {
    code: -32008,
    status: 422,
    title: "Not differentiable",
    when: "The derivative asked for does not exist, for example with respect to an int32 input.",
  },
  job_not_found: {
    code: -32009,
    status: 404,
    title: "Job not found",
    when: "There is no such job: it was never accepted, its time is over, or it is another tenant's.",
  },
  job_not_ready: {
    code: -32010,
    status: 409,
    title: "Job not ready",
    when: "The job has not ended, or what is asked for has not been computed; `Retry-After` says when to come back.",
  },
  idempotency_conflict: {
    code: -32011,
    status: 422,
    title: "Idempotency conflict",
    when: "Other parameters were sent with this idempotency key before; `data.job` is what they became.",
  },
  quota_exceeded: {
    code: -32012,
    status: 429,
    title: "Quota exceeded",
    when: "The caller has used up what it may have; `data` names the quota, and `Retry-After` says when to come back.",
  },
  blob_not_found: {
    code: -32013,
    status: 404,
    title: "Blob not found",
    when: "A tensor names a blob that was not sent, or whose time is over: PUT it again.",
  },
  worker_lost: {
    code: -32014,
    status: 500,
    title: "Worker lost",
    when: "Of a job's chunk: what ran it died, failed or took too long, three times.",
  },
  unauthorized: {
    code: -32015,
    status: 401,
    title: "Unauthorized",
    when: "The service asks for a key, and there is none or it is not valid.",
  },
  forbidden: {
    code: -32016,
    status: 403,
    title: "Forbidden",
    when: "The key does not allow what is asked for; `data.scope` names what it lacks.",
  },
} as const;

/** The `data.type` of an error. */
export type ErrorType = keyof typeof errorTypes;

/** The URN of an error type, as problem documents name it. */
export function errorUrn(type: ErrorType): string {
  return `urn:cotangent:error:${type}`;
}

/** Details for the client; never a whole tensor. */
export type ErrorData = Readonly<Record<string, unknown>>;

const messageBytesMax = 1000;

/** An operating error: something the caller did or can act on. Anything else that is thrown is a fault of ours. */
export class ServiceError extends Error {
  readonly type: ErrorType;
  readonly data: ErrorData;

  constructor(type: ErrorType, message: string, data: ErrorData = {}) {
    super(clip(message, messageBytesMax));
    this.name = "ServiceError";
    this.type = type;
    this.data = data;
  }

  get code(): number {
    return errorTypes[this.type].code;
  }

  get status(): number {
    const { status } = this.data;
    return typeof status === "number" ? status : errorTypes[this.type].status;
  }
}

/**
 * Thrown on the thread that serves, by work that turns out not to be small; not an error to anybody, as the call is
 * then run by a worker thread.
 */
export class Elsewhere extends Error {
  /** Counted operations of the work, where they are known. */
  readonly operations: number | undefined;

  constructor(operations?: number) {
    super("too much for this thread");
    this.name = "Elsewhere";
    this.operations = operations;
  }
}

/** -32001: `reason` says what is wrong; `node` and `operand` say where, and `place` where in the text of a formula. */
export function invalidGraph(
  reason: string,
  where: { node?: string; operand?: string | number } = {},
  place?: Place,
): ServiceError {
  const at = where.node === undefined ? "" : place ? lineOf(place) : `node ${quote(where.node)}: `;
  const operand = where.operand === undefined ? "" : `operand ${quote(where.operand)}: `;
  const data: Record<string, unknown> = { reason: clip(reason, messageBytesMax) };
  if (where.node !== undefined) data.node = clip(where.node, nameBytesShown);
  if (where.operand !== undefined) {
    data.operand = typeof where.operand === "string" ? clip(where.operand, nameBytesShown) : where.operand;
  }
  const excerpt = place ? `\n${place.excerpt}` : "";
  return new ServiceError("invalid_graph", `${at}${operand}${reason}${excerpt}`, { ...data, ...place });
}

/** -32004: `received` may be a lower bound when the exact number was not worth computing; `place` is where in a formula. */
export function limitExceeded(limit: string, allowed: number, received: number, place?: Place): ServiceError {
  const told = `${limit}: ${received} received, ${allowed} allowed`;
  const message = place ? `${lineOf(place)}${told}\n${place.excerpt}` : told;
  return new ServiceError("limit_exceeded", message, { limit, allowed, received, ...place });
}

/** -32007: an input or seed that does not fit; `expected` and `received` are short descriptions, never tensors. */
export function inputMismatch(name: string, expected: string, received: string): ServiceError {
  return new ServiceError("input_mismatch", `${quote(name)}: expected ${expected}, received ${received}`, {
    name: clip(name, nameBytesShown),
    expected: clip(expected, messageBytesMax),
    received: clip(received, messageBytesMax),
  });
}

/** What is wrong at one place of `params`; `path` is a JSON Pointer into it. */
export interface Issue {
  readonly path: string;
  readonly message: string;
}

/** -32602: says the first issue and lists them all, within reason. */
export function invalidParams(...issues: readonly Issue[]): ServiceError {
  const first = issues[0];
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : "";
  return new ServiceError(
    "invalid_params",
    first ? `${first.path || "params"}: ${first.message}${more}` : "invalid params",
    {
      issues: issues
        .slice(0, issuesShown)
        .map((i) => ({ path: clip(i.path, messageBytesMax), message: clip(i.message, messageBytesMax) })),
    },
  );
}

/** -32008. */
export function notDifferentiable(message: string): ServiceError {
  return new ServiceError("not_differentiable", message);
}

/** -32002: no graph is kept under an id, or none is called so. */
export function graphNotFound(graph: string): ServiceError {
  const reason = graph.includes(":") ? "unknown or evicted graph id: send the graph again" : noGraphCalled(graph);
  return new ServiceError("graph_not_found", reason, { graph });
}

function noGraphCalled(alias: string): string {
  return `no graph is called ${quote(alias)}: give it the name with graph.put and alias, or send its id`;
}

/** An answer that cannot be written as the caller asks for, which HTTP has a status of its own for. */
export function notAcceptable(reason: string): ServiceError {
  return new ServiceError("invalid_request", reason, { status: 406 });
}

/** -32005. */
export function deadlineExceeded(timeoutMs: number): ServiceError {
  return new ServiceError("deadline_exceeded", `the call did not finish within ${timeoutMs} ms`, { timeoutMs });
}

/** -32012: `retryAfterMs` is when there is room again. */
export function quotaExceeded(quota: string, retryAfterMs: number): ServiceError {
  return new ServiceError("quota_exceeded", `the quota ${quota} is used up: try again in ${retryAfterMs} ms`, {
    quota,
    retryAfterMs,
  });
}

/** -32015: `reason` tells nothing of the key. */
export function unauthorized(reason: string): ServiceError {
  return new ServiceError("unauthorized", reason);
}

/** -32016: what the caller lacks. */
export function forbidden(scope: string): ServiceError {
  return new ServiceError("forbidden", `the key lacks the scope ${quote(scope)}`, { scope });
}

/** -32006. */
export function overloaded(retryAfterMs: number): ServiceError {
  return new ServiceError("overloaded", `try again in ${retryAfterMs} ms`, { retryAfterMs });
}

const nameBytesShown = 128;
const issuesShown = 20;

/** Cuts a text to a number of UTF-8 bytes, marking the cut. */
export function clip(text: string, bytesMax: number): string {
  if (text.length * 3 <= bytesMax || Buffer.byteLength(text) <= bytesMax) return text;
  const room = bytesMax - Buffer.byteLength("…");
  // encodeInto stops before a code point that does not fit, so that no half of one is left behind.
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(room));
  return `${text.slice(0, read)}…`;
}

/** A name as shown in a message: quoted, escaped and cut. */
export function quote(name: string | number): string {
  return typeof name === "number" ? String(name) : JSON.stringify(clip(name, nameBytesShown));
}
