import { z } from "zod";
import { failurePolicies, jobStates, priorities } from "../../jobs/model.ts";
import { wire } from "../../rpc/documents/wire.ts";
import { jobMethods } from "./runnable.ts";

const count = z.int().min(0);

/** `job_` and 26 characters. */
export const jobId = z
  .string()
  .min(1)
  .max(128)
  .describe("the job's id")
  .meta({ id: "JobId", description: "The id of a job: `job_` and 26 characters that nobody can guess." });

/** A method that jobs may run. */
export const jobMethod = z.enum([...jobMethods.keys()] as [string, ...string[]]);

/** The parameters of a call of a job; the method's own schema reads them. */
export const jobParams = wire<Readonly<Record<string, unknown>>>(
  "JobCallParams",
  {
    description:
      "The parameters of the method, without `timeoutMs`. A tensor may also be `{shape, dtype, blob}`, whose bytes were sent with `PUT /v1/blobs/{sha256}`.",
    type: "object",
    additionalProperties: {},
  },
  (value) => (typeof value === "object" && value !== null && !Array.isArray(value) ? undefined : "must be an object"),
);

/** Labels of a job. */
export const labels = z.array(z.string().min(1).max(128)).max(16).meta({ uniqueItems: false });

const error = z
  .looseObject({
    code: z.int().describe("its code in JSON-RPC"),
    type: z.string().describe("its type"),
    message: z.string().describe("what went wrong"),
    data: z.looseObject({}).describe("the chunk that failed first, and its points"),
  })
  .meta({ id: "JobError", description: "Why a job, or a chunk of it, failed." });

const progress = z
  .looseObject({
    points: z.looseObject({ total: count, done: count, failed: count }).describe("points, or calls"),
    chunks: z
      .looseObject({ total: count, done: count, running: count, failed: count, retried: count })
      .describe("parts that are computed as one"),
    etaMs: count.optional().describe("milliseconds until it may end, as fast as it went so far"),
  })
  .meta({ id: "JobProgress", description: "How much of a job is done; that never goes back." });

/** What every job is told as. */
export const jobMembers = {
  job: jobId,
  state: z
    .enum(jobStates)
    .describe("`succeeded`, `partial`, `failed` and `cancelled` are final; take what you do not know as not ended"),
  method: z.string().describe("the method, or `calls`"),
  graph: z.string().optional().describe("the id of the graph, where all calls have one"),
  labels: z.array(z.string()).describe("as submitted"),
  priority: z.enum(priorities).describe("as submitted"),
  createdAt: z.iso.datetime().describe("when it was accepted"),
  startedAt: z.iso.datetime().optional().describe("when its first chunk was begun"),
  endedAt: z.iso.datetime().optional().describe("when it ended"),
  expiresAt: z.iso.datetime().optional().describe("when it will be forgotten"),
  progress: progress.describe("how much is done"),
  error: error.optional().describe("why it failed"),
  result: z
    .looseObject({ href: z.string(), bytes: count })
    .optional()
    .describe("where its answer can be had, and bytes of its numbers"),
  arithmetic: z
    .string()
    .describe("what its bits depend on: jobs of equal parameters have equal bits where this is equal"),
  waitingFor: z.enum(["arithmetic"]).optional().describe("what it waits for that no worker has"),
};

/** A job in a list. */
export const job = z.looseObject(jobMembers).meta({ id: "Job", description: "A job." });

/** What a job is asked for beside what it computes. */
export const optionParams = {
  idempotencyKey: z
    .string()
    .regex(/^[\x20-\x7e]{1,255}$/, "must be 1 to 255 printable characters")
    .optional()
    .describe("sent again with equal parameters, it answers the same job; on `/v1` also the header `Idempotency-Key`"),
  priority: z
    .enum(priorities)
    .default("normal")
    .describe("of five chunks at most four are of a higher priority while lower ones wait"),
  onError: z
    .enum(failurePolicies)
    .default("stop")
    .describe("whether a chunk that fails ends the job, or the others go on"),
  chunkPoints: z
    .int()
    .min(8)
    .multipleOf(8)
    .optional()
    .describe(
      "points of a chunk; it changes no bit of the answer. Default: a power of two that takes no more than 16 MiB",
    ),
  deadlineMs: z
    .int()
    .min(1)
    .max(30 * 24 * 3_600_000)
    .default(24 * 3_600_000)
    .describe("milliseconds from acceptance after which it fails"),
  retainMs: z
    .int()
    .min(1)
    .max(7 * 24 * 3_600_000)
    .default(24 * 3_600_000)
    .describe("milliseconds from its end for which it is kept"),
  labels: labels.default([]).describe("names to find it by"),
};
