import { ref } from "../../rpc/documents/wire.ts";
import type { PlainRoute } from "../../rpc/method.ts";
import { encodings } from "../../wire/json/tensor-value.ts";
import { story } from "./examples.ts";

const binary = { type: "string", format: "binary" };
const text = { type: "string" };
const flag = { type: "string", enum: ["0", "1", "false", "true"] };
const retryAfter = {
  "Retry-After": {
    description: "Seconds after which to ask again.",
    schema: { type: "integer", format: "int32", minimum: 0, maximum: 86_400 },
  },
};
const etag = { ETag: { description: "The SHA-256 of the bytes, quoted.", schema: text } };

function query(name: string, description: string, schema: Readonly<Record<string, unknown>>) {
  return { name, in: "query", required: false, description, schema };
}

const job = {
  name: "job",
  in: "path",
  required: true,
  description: "The job's id.",
  schema: ref("JobId"),
  example: story.id,
};

/** The headers that `job.submit` takes and answers with on the plain face. */
export const submitHeaders = {
  sent: [
    {
      name: "Idempotency-Key",
      in: "header",
      required: false,
      description: "As `idempotencyKey`.",
      schema: { type: "string", minLength: 1, maxLength: 255 },
      example: story.submission.idempotencyKey,
    },
  ],
  accepted: {
    Location: { description: "Where the job is told of.", schema: text },
    ...retryAfter,
  },
} as const;

/** The state of a job, and its events. */
export const statusRoutes: readonly PlainRoute[] = [
  {
    path: "/v1/jobs/{job}",
    verb: "get",
    operationId: "getJob",
    summary: "How far a job is.",
    description: "As `job.status`.",
    parameters: [
      job,
      query("wait", "Seconds to wait for another state.", {
        type: "number",
        format: "double",
        minimum: 0,
        maximum: 60,
      }),
    ],
    responses: {
      200: {
        description: "The job; with `Retry-After` until it has ended.",
        headers: retryAfter,
        content: { "application/json": { schema: ref("JobStatusResult"), example: story.succeeded } },
      },
    },
    errors: ["job_not_found"],
  },
  {
    path: "/v1/jobs/{job}/events",
    verb: "get",
    operationId: "getJobEvents",
    summary: "What happens to a job, while it does.",
    description:
      "Server-sent events until its end: `state` (the job), `progress` (at most two a second), `chunk` and `end` (the job). Their `id` only grows; who comes back with `Last-Event-ID` misses no `state` and no `end`.",
    parameters: [
      job,
      query("after", "The event behind which to begin, as `Last-Event-ID`.", {
        type: "integer",
        format: "int64",
        minimum: 0,
        maximum: Number.MAX_SAFE_INTEGER,
      }),
      query("chunks", "With 1, chunks are told too.", flag),
      {
        name: "Last-Event-ID",
        in: "header",
        required: false,
        description: "The last event that the client has.",
        schema: text,
      },
    ],
    responses: {
      200: {
        description: "Events.",
        content: {
          "text/event-stream": {
            schema: text,
            example: `retry: 2000\n\nid: 8\nevent: end\ndata: ${JSON.stringify(story.succeeded)}\n\n`,
          },
        },
      },
      204: { description: "There are no more." },
    },
    errors: ["job_not_found", "quota_exceeded"],
  },
];

/** The answer of a job. */
export const resultRoutes: readonly PlainRoute[] = [
  {
    path: "/v1/jobs/{job}/result",
    verb: "get",
    operationId: "getJobResult",
    summary: "The answer of a job, however long.",
    description:
      "By `Accept`: `application/x-ndjson` (the default) has a line `{chunk, from, to, result | error}` for each chunk in order, also while the job runs, and a last one `{end: true, state, sha256}` with the digest of all before it; `application/json` is one document. With `tensor` it is one tensor as `application/x-npy` or raw little-endian bytes, with `Content-Length`, `ETag` and `Range`.",
    parameters: [
      job,
      query("follow", "With 1, the lines wait for chunks that are still to come.", flag),
      query("tensor", "One tensor of the answer by its members, as `jacobian.y.x1`.", text),
      query("encoding", "How JSON writes tensors; absent, as submitted.", { type: "string", enum: [...encodings] }),
    ],
    responses: {
      200: {
        description: "The answer, or one tensor of it.",
        headers: etag,
        content: {
          "application/x-ndjson": { schema: text },
          "application/json": { schema: ref("JobResultResult") },
          "application/x-npy": { schema: binary },
          "application/octet-stream": { schema: binary },
        },
      },
      206: {
        description: "A range of the bytes.",
        headers: { ...etag, "Content-Range": { description: "Which bytes.", schema: text } },
        content: { "application/x-npy": { schema: binary }, "application/octet-stream": { schema: binary } },
      },
      304: { description: "The client has these bytes.", headers: etag },
    },
    errors: ["job_not_found", "job_not_ready", "response_too_large", "worker_lost"],
  },
];

const kept = {
  description: "Bytes that are kept.",
  type: "object",
  properties: {
    blob: { type: "string", description: "what tensors name them by" },
    bytes: { type: "integer", format: "int64", minimum: 0, description: "how many of them count" },
    shape: ref("Shape"),
    dtype: ref("DType"),
  },
  required: ["blob", "bytes"],
};

/** What inputs are sent by that are too long for a body. */
export const blobRoutes: readonly PlainRoute[] = [
  {
    path: "/v1/blobs/{sha256}",
    verb: "put",
    operationId: "putBlob",
    summary: "Keeps bytes that tensors of jobs may name.",
    description:
      'Raw little-endian bytes in row-major order, or an `.npy` file, of which the numbers count without the head. They are kept for a day, and as long as a job needs them. A tensor names them as `{shape, dtype, blob: "sha256:…"}`.',
    parameters: [
      {
        name: "sha256",
        in: "path",
        required: true,
        description: "The SHA-256 of all bytes that are sent.",
        schema: { type: "string", pattern: "^[0-9a-f]{64}$" },
      },
    ],
    requestBody: {
      required: true,
      content: { "application/octet-stream": { schema: binary }, "application/x-npy": { schema: binary } },
    },
    responses: {
      200: { description: "They were kept already.", content: { "application/json": { schema: kept } } },
      201: { description: "They are kept now.", content: { "application/json": { schema: kept } } },
    },
    errors: ["limit_exceeded", "quota_exceeded"],
  },
];
