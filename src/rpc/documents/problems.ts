import {
  deadlineExceeded,
  type ErrorData,
  type ErrorType,
  errorTypes,
  errorUrn,
  forbidden,
  graphNotFound,
  inputMismatch,
  invalidGraph,
  invalidParams,
  limitExceeded,
  notDifferentiable,
  overloaded,
  quotaExceeded,
  ServiceError,
  unauthorized,
} from "../../errors.ts";
import { errorObject, invalidRequest } from "../envelope.ts";
import { type JsonSchema, ref } from "./wire.ts";

/** What HTTP itself refuses: by status, when, and what the answer says. */
export const refusals = {
  400: { when: "The request is not HTTP as it should be.", detail: "the body ended early" },
  403: {
    when: "The request comes from a web page of another origin, or names another host.",
    detail: "calls from other origins are refused",
  },
  405: { when: "The route does not take this verb.", detail: "use POST" },
  406: { when: "`Accept` asks for nothing that answers are written in.", detail: "answers are json, cbor, npy" },
  408: { when: "The body came too slowly.", detail: "the body came too slowly" },
  422: {
    when: "The bytes have another digest than they are called by.",
    detail: "the SHA-256 of the bytes is another",
  },
  415: {
    when: "The content type is neither textual nor CBOR, or the body is compressed in a way that is not known.",
    detail: "the body must be application/json or application/cbor",
  },
} as const;

type Refused = keyof typeof refusals;

const refusedOnPlain: readonly Refused[] = [403, 405, 406, 408, 415, 422];

/** The responses of a route of the plain face: problem documents by status, with an example of each of its errors. */
export function problemResponses(types: readonly ErrorType[], refused: readonly Refused[]): JsonSchema {
  return responses(types, refused, "application/problem+json", ref("Problem"), ({ name, status }) => ({
    $ref: `#/components/examples/${exampleName(name, status)}`,
  }));
}

/** The examples that `problemResponses` refers to, by name. */
export function problemExamples(types: readonly ErrorType[]): JsonSchema {
  return Object.fromEntries(
    casesOf(types, refusedOnPlain).map(({ status, name, summary, error }) => {
      const { code, message: detail, data } = errorObject(error);
      const { title } = errorTypes[error.type];
      const instance = `urn:uuid:${requestId}`;
      const value = { type: errorUrn(error.type), title, status, detail, instance, code, data };
      return [exampleName(name, status), { summary, value }];
    }),
  );
}

/** `refused` is at several statuses, an error at one. */
function exampleName(name: string, status: number): string {
  return name === "refused" ? `refused${status}` : name;
}

/** The refusals of `/rpc`, which are JSON-RPC errors whose id is null. */
export function rpcRefusals(types: readonly ErrorType[], refused: readonly Refused[]): JsonSchema {
  return responses(types, refused, "application/json", ref("RpcFailure"), ({ summary, error }) => ({
    summary,
    value: { jsonrpc: "2.0", id: null, error: errorObject(error) },
  }));
}

/** One of each error, as a client may meet it. */
export function exampleError(type: ErrorType): ServiceError {
  return exampleErrors[type];
}

/** The schema of a problem document. */
export const problemSchema: JsonSchema = {
  description: "An error, as in RFC 9457.",
  type: "object",
  properties: {
    type: { type: "string", enum: (Object.keys(errorTypes) as ErrorType[]).map(errorUrn) },
    title: { type: "string" },
    status: { type: "integer", minimum: 400, maximum: 599 },
    detail: { type: "string" },
    instance: { type: "string", description: "`urn:uuid:` and the request's id, to quote when reporting a fault." },
    code: { type: "integer", minimum: -32768, maximum: -32000, description: "The code of the error in JSON-RPC." },
    data: ref("ErrorDetails"),
  },
  required: ["type", "title", "status", "detail", "instance", "code", "data"],
};

/** The schema of what an error tells besides its message. */
export const errorDetailsSchema: JsonSchema = {
  type: "object",
  description: "The error's type, and what a client can act on: each type has members of its own.",
  properties: {
    type: { type: "string", enum: Object.keys(errorTypes) },
    reason: { type: "string", description: "what is wrong in a graph" },
    node: { type: "string", description: "the node where it is" },
    operand: { description: "its operand, by name or by number" },
    line: { type: "integer", minimum: 1, description: "the line of a formula" },
    column: { type: "integer", minimum: 1, description: "the column in that line" },
    excerpt: { type: "string", description: "what stands there, and a caret below it" },
    issues: { type: "array", items: ref("Issue"), description: "the faults of `params`" },
    name: { type: "string", description: "the input or seed" },
    expected: { type: "string", description: "what it should be" },
    limit: { type: "string", description: "the limit that would be passed" },
    allowed: { type: "number", description: "what it allows" },
    received: { description: "what was received: a number, or of an input a description" },
    graph: { type: "string", description: "the id that is unknown" },
    job: { type: "string", description: "the job that it is about" },
    blob: { type: "string", description: "the blob that is unknown" },
    call: { type: "integer", minimum: 0, description: "which of a job's calls it is about" },
    href: { type: "string", description: "where the answer can be had that is too long here" },
    quota: { type: "string", description: "the quota that is used up" },
    scope: { type: "string", description: "what the key does not allow" },
    timeoutMs: { type: "number", description: "milliseconds after which the call was given up" },
    retryAfterMs: { type: "number", description: "milliseconds after which to come back" },
    requestId: { type: "string", description: "what to quote when reporting a fault" },
  },
  required: ["type"],
};

/** The schema of one fault of `params`. */
export const issueSchema: JsonSchema = {
  type: "object",
  description: "A fault of `params`.",
  properties: {
    path: { type: "string", description: "a JSON Pointer into `params`" },
    message: { type: "string", description: "what is wrong there" },
  },
  required: ["path", "message"],
};

const requestId = "6f1c9a52-5d0e-4c53-9a51-0d6a3f3b7c11";
const allowedBytes = 2 ** 28;

const exampleErrors: Readonly<Record<ErrorType, ServiceError>> = {
  parse_error: new ServiceError("parse_error", "the body is not JSON: see position 17"),
  invalid_request: invalidRequest("a batch must not be empty"),
  method_not_found: new ServiceError("method_not_found", 'no method "gradiant"'),
  invalid_params: invalidParams({ path: "/batch", message: "must be at least 1" }),
  internal_error: new ServiceError("internal_error", "internal error: quote the request id when reporting it", {
    requestId,
  }),
  invalid_graph: invalidGraph('unknown operator "lag"', { node: "v1" }),
  graph_not_found: graphNotFound(`sha256:${"0".repeat(64)}`),
  response_too_large: new ServiceError("response_too_large", "the answer would pass the response limit", {
    limit: "responseBytes",
    allowed: allowedBytes,
  }),
  limit_exceeded: limitExceeded("elements", 2 ** 27, 2 ** 28),
  deadline_exceeded: deadlineExceeded(30_000),
  overloaded: overloaded(1000),
  input_mismatch: inputMismatch("x", "float64 of shape []", "an array of shape [2]"),
  not_differentiable: notDifferentiable('input "i" is int32: only float inputs are differentiable'),
  job_not_found: jobError("job_not_found", 'no job "job_0123456789abcdefghijklmnop"'),
  job_not_ready: jobError("job_not_ready", "the job is running", { retryAfterMs: 1000 }),
  idempotency_conflict: jobError(
    "idempotency_conflict",
    'the idempotency key "night-2" came with other parameters before, which became job_0123456789abcdefghijklmnop: send those again, or another key',
    { idempotencyKey: "night-2" },
  ),
  blob_not_found: new ServiceError("blob_not_found", "no such blob: send it with PUT /v1/blobs/ first", {
    blob: `sha256:${"0".repeat(64)}`,
  }),
  worker_lost: new ServiceError("worker_lost", "tried 3 times: a worker thread failed"),
  quota_exceeded: quotaExceeded("requestsPerSecond", 1000),
  unauthorized: unauthorized("a key is needed: send Authorization: Bearer ctg_…"),
  forbidden: forbidden("admin"),
};

/** An error that is about a job. */
function jobError(type: ErrorType, message: string, data: ErrorData = {}): ServiceError {
  return new ServiceError(type, message, { job: "job_0123456789abcdefghijklmnop", ...data });
}

const retryAfter = () => ({
  "Retry-After": {
    description: "Seconds to wait before trying again.",
    schema: { type: "integer", minimum: 0, maximum: 86_400, format: "int32" },
  },
});

const headers: Readonly<Record<number, JsonSchema>> = {
  401: {
    "WWW-Authenticate": { description: "`Bearer`: what is asked for.", schema: { type: "string" } },
  },
  405: { Allow: { description: "The verbs that the route takes.", schema: { type: "string" } } },
  409: retryAfter(),
  429: retryAfter(),
  503: retryAfter(),
};

interface Case {
  readonly status: number;
  readonly name: string;
  readonly line: string;
  readonly summary: string;
  readonly error: ServiceError;
}

function casesOf(types: readonly ErrorType[], refused: readonly Refused[]): Case[] {
  return [
    ...refused.map((status) => {
      const { when, detail } = refusals[status];
      return { status, name: "refused", line: when, summary: when, error: invalidRequest(detail) };
    }),
    ...types.map((type) => {
      const { status, when, title } = errorTypes[type];
      return { status, name: type, line: `\`${type}\`: ${when}`, summary: title, error: exampleError(type) };
    }),
  ];
}

function responses(
  types: readonly ErrorType[],
  refused: readonly Refused[],
  mediaType: string,
  schema: JsonSchema,
  example: (met: Case) => JsonSchema,
): JsonSchema {
  return Object.fromEntries(
    [...Map.groupBy(casesOf(types, refused), ({ status }) => status)].map(([status, cases]) => [
      status,
      {
        description: cases.map(({ line }) => line).join("\n\n"),
        ...(headers[status] ? { headers: headers[status] } : {}),
        content: {
          [mediaType]: {
            schema,
            examples: Object.fromEntries(cases.map((met) => [met.name, example(met)])),
          },
        },
      },
    ]),
  );
}
