import { idempotencyConflict } from "../faults.ts";
import { type ChunkRecord, type Draft, type JobOptions, type JobRecord, type JobState, jobStates } from "../model.ts";
import { checkQuota, type StoreLimits } from "../quota.ts";
import {
  changingOf,
  chunkRange,
  chunksOf,
  jobInsertion,
  jobOf,
  listCondition,
  quotaQuestion,
  type Row,
  saveJob,
} from "../rows.ts";
import type { Accepted, ListedJob, ListFilter, StoreStats } from "../store.ts";
import type { Statements } from "./connection.ts";

// Jobs by their rows: each function does its statements within what it is given.

/** A worker that has given no sign for so long is none. */
const workerSeenMs = 30_000;

const selectJobs = `SELECT jobs.*, EXISTS (SELECT 1 FROM workers WHERE workers.arithmetic = jobs.arithmetic
  AND seen > now_ms() - ${workerSeenMs})::int AS worked FROM jobs`;

/** A job, of a tenant if one is named. */
export async function findJob(statements: Statements, id: string, tenant?: string): Promise<JobRecord | undefined> {
  const row = await statements.get(`${selectJobs} WHERE id = ?`, id);
  return row && (tenant === undefined || row.tenant === tenant) ? recordOf(row) : undefined;
}

/** A job that nobody else changes until the transaction ends, its row, and the time. */
export async function lockJob(
  statements: Statements,
  id: string,
): Promise<{ readonly job: JobRecord; readonly row: Row; readonly now: number } | undefined> {
  const row = await statements.get("SELECT *, 1 AS worked, now_ms() AS now FROM jobs WHERE id = ? FOR UPDATE", id);
  return row && { job: recordOf(row), row, now: row.now as number };
}

/** Writes what of a job changes. */
export async function writeJob(statements: Statements, job: JobRecord): Promise<void> {
  await statements.run(saveJob, ...changingOf(job));
}

/** Jobs of a tenant, or of all, newest first. */
export async function listJobs(
  statements: Statements,
  tenant: string | undefined,
  { limit, ...filter }: ListFilter,
): Promise<ListedJob[]> {
  const { sql, values } = listCondition(tenant, filter, "labels::jsonb @> to_jsonb(?::text)");
  const rows = await statements.all(`${selectJobs} WHERE ${sql} ORDER BY place DESC LIMIT ?`, ...values, limit);
  return rows.map((row) => ({ job: recordOf(row), place: row.place as number }));
}

/** Chunks of a job in order, from the one that holds point `from`. */
export async function listChunks(
  statements: Statements,
  job: JobRecord,
  from: number,
  limit: number,
): Promise<ChunkRecord[]> {
  const range = chunkRange(job, from, limit);
  const sql = "SELECT * FROM chunks WHERE job = ? AND chunk >= ? AND chunk < ?";
  return chunksOf(job, range, await statements.all(sql, job.id, ...range));
}

/** Throws `quota_exceeded`. */
export async function checkQuotas(
  statements: Statements,
  tenant: string,
  draft: Draft,
  limits: StoreLimits,
): Promise<void> {
  const { sql, values } = quotaQuestion(tenant);
  const { queued, own, kept } = (await statements.get(sql, ...values))!;
  checkQuota(limits, draft, { queued: queued as number, ownBytes: own as number, keptBytes: kept as number });
}

/** The job that a key became. Throws `idempotency_conflict`. */
export async function replayOf(
  statements: Statements,
  tenant: string,
  key: string | undefined,
  digest: string,
): Promise<Accepted | undefined> {
  if (key === undefined) return undefined;
  const row = await statements.get(`${selectJobs} WHERE tenant = ? AND key = ?`, tenant, key);
  if (!row) return undefined;
  if (row.digest !== digest) throw idempotencyConflict(row.key as string, row.id as string);
  return { job: recordOf(row), isReplay: true };
}

/** Adds a job, and gives its place in the list. */
export async function insertJob(
  statements: Statements,
  id: string,
  tenant: string,
  draft: Draft,
  options: JobOptions,
  arithmetic: string,
): Promise<number> {
  const { now } = (await statements.get("SELECT now_ms() AS now"))!;
  const { sql, values } = jobInsertion(id, tenant, draft, options, { arithmetic, now: now as number });
  await statements.run("INSERT INTO specs VALUES (?, ?)", id, draft.spec);
  return (await statements.get(`${sql} RETURNING place`, ...values))!.place as number;
}

/** Numbers for metrics. */
export async function statsOf(statements: Statements): Promise<Omit<StoreStats, "recovered">> {
  const counts = Object.fromEntries(jobStates.map((state) => [state, 0])) as Record<JobState, number>;
  for (const { state, count } of await statements.all("SELECT state, COUNT(*) AS count FROM jobs GROUP BY state")) {
    counts[state as JobState] = count as number;
  }
  const open = (await statements.get(
    `SELECT COALESCE(SUM(chunks_running), 0) AS running, COALESCE(SUM(chunks - next + waiting), 0) AS queued,
      COALESCE(now_ms() - MIN(CASE state WHEN 'queued' THEN created END), 0) AS age,
      (SELECT COALESCE(SUM(bytes), 0) FROM blobs) AS bytes
      FROM jobs WHERE state IN ('queued', 'running', 'cancelling')`,
  ))!;
  return {
    jobs: counts,
    chunks: { queued: open.queued as number, running: open.running as number },
    queueAgeMs: open.age as number,
    bytes: open.bytes as number,
  };
}

function recordOf(row: Row): JobRecord {
  return jobOf(row, row.worked === 1);
}
