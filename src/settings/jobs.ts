import { z } from "zod";
import { count, setting } from "./setting.ts";

const GiB = 2 ** 30;

/** Limits that a job meets; the key is the name given in errors. */
export const jobLimitSettings = {
  jobsQueued: { env: "LIMIT_JOBS_QUEUED", schema: setting(count, 100, "jobs of one tenant that wait to begin") },
  jobPoints: { env: "LIMIT_JOB_POINTS", schema: setting(count, 1e8, "points of one job") },
  jobInputBytes: { env: "LIMIT_JOB_INPUT_BYTES", schema: setting(count, 4 * GiB, "bytes of all inputs of one job") },
  jobResultBytes: {
    env: "LIMIT_JOB_RESULT_BYTES",
    schema: setting(count, 16 * GiB, "bytes of the answer of one job, counted when it is accepted"),
  },
  jobsBytes: { env: "LIMIT_JOBS_BYTES", schema: setting(count, 64 * GiB, "bytes of all jobs that are kept") },
  jobCalls: { env: "LIMIT_JOB_CALLS", schema: setting(count.max(10_000), 10_000, "calls of one job") },
} as const;

/** Where jobs are kept. */
export const jobSettings = {
  dataDir: {
    env: "DATA_DIR",
    schema: setting(
      z.string().min(1),
      "cotangent-data",
      "folder where jobs are kept, made when the first one comes; not of a network file system",
    ),
  },
  diskFreeBytes: {
    env: "DISK_FREE_BYTES",
    schema: setting(z.coerce.number().int().min(0), GiB, "bytes of the disk that jobs leave free"),
  },
  databaseUrl: {
    env: "DATABASE_URL",
    schema: z
      .url({ protocol: /^postgres(ql)?$/, error: "must be a postgres:// URL" })
      .optional()
      .describe(
        "PostgreSQL where jobs are kept for several machines, `postgres://…` (default: jobs are in `DATA_DIR`)",
      ),
  },
  databasePasswordFile: {
    env: "DATABASE_PASSWORD_FILE",
    schema: z.string().min(1).optional().describe("file with the password of the database, in place of one in its URL"),
  },
  jobSlots: {
    env: "JOB_SLOTS",
    schema: z
      .preprocess(
        (text) => (text === undefined ? undefined : Number(text)),
        z.number().int().min(0).max(256).optional(),
      )
      .describe(
        "chunks of jobs that are computed here at once; 0 leaves them to `npm run worker` (default: worker threads less one, at least 1)",
      ),
  },
  workerPort: {
    env: "WORKER_PORT",
    schema: setting(
      z.coerce.number().int().min(0).max(65535),
      0,
      "port where `npm run worker` shows its health and metrics; 0 takes any that is free",
    ),
  },
} as const;
