import {
  type ChunkSpan,
  type Claim,
  isFinal,
  type JobChange,
  type JobRecord,
  type JobState,
  type KeptError,
  type Progress,
} from "./model.ts";

// What happens to a job, as functions of its record: every store changes jobs by these, so that all tell the same story.
// Versions only grow, and each event has one of its own: that of a chunk comes first, then that of a state, then the end.

/** A job before and after a change. */
export interface Changed {
  readonly before: JobRecord;
  readonly job: JobRecord;
}

/** A chunk was taken. */
export function taken(job: JobRecord, now: number): JobRecord {
  const next = counted(job, { running: 1 });
  return job.state === "queued" ? into({ ...next, startedAtMs: now }, "running") : next;
}

/** A chunk was computed; of its points so many failed one by one. */
export function computed(job: JobRecord, points: number, failed: number, now: number): JobRecord {
  return settled(counted(job, { running: -1, done: 1 }, { done: points - failed, failed }), now);
}

/** A chunk failed for good. */
export function lost(job: JobRecord, points: number, error: KeptError, now: number): JobRecord {
  const next = counted(job, { running: -1, failed: 1 }, { failed: points });
  if (job.onError === "continue") return settled({ ...next, error: job.error ?? error }, now);
  return ended({ ...next, error, chunks: { ...next.chunks, running: 0 } }, "failed", now);
}

/** A chunk goes back to those that wait. */
export function returned(job: JobRecord, isRetry: boolean): JobRecord {
  return counted(job, { running: -1, retried: isRetry ? 1 : 0 });
}

/** A chunk of a job that is being cancelled has stopped. */
export function stopped(job: JobRecord, now: number): JobRecord {
  const next = counted(job, { running: -1 });
  return job.state === "cancelling" && next.chunks.running === 0 ? ended(next, "cancelled", now) : next;
}

/** Somebody wants no more of it. */
export function cancelled(job: JobRecord, now: number): JobRecord {
  if (isFinal(job.state) || job.state === "cancelling") return job;
  return job.chunks.running === 0 ? ended(job, "cancelled", now) : into(job, "cancelling");
}

/** Its time is over. */
export function overdue(job: JobRecord, error: KeptError, now: number): JobRecord {
  return ended({ ...job, error, chunks: { ...job.chunks, running: 0 } }, "failed", now);
}

/** What those who watch a job are told of a change. */
export function changeOf(
  before: JobRecord | undefined,
  { id, tenant, version, state }: JobRecord,
  of?: { readonly claim: Claim; readonly state: string },
): JobChange {
  const isState = before?.state !== state;
  if (!of) return { id, tenant, version, state, isState };
  const { chunk, from, to, attempt } = of.claim;
  const told = { chunk, from, to, attempt, state: of.state, version: before!.version + 1 };
  return { id, tenant, version, state, isState, chunk: told };
}

/** An error with the chunk that it is of. */
export function whereOf(error: KeptError, { chunk, from, to }: ChunkSpan): KeptError {
  return { ...error, data: { ...error.data, chunk, from, to } };
}

/** Ends a job when all of its chunks have. */
function settled(job: JobRecord, now: number): JobRecord {
  const { chunks, points } = job;
  if (job.state === "cancelling") return chunks.running === 0 ? ended(job, "cancelled", now) : job;
  if (chunks.done + chunks.failed < chunks.total) return job;
  if (points.failed === 0) return ended(job, "succeeded", now);
  return ended(job, points.done === 0 ? "failed" : "partial", now);
}

function counted(
  job: JobRecord,
  chunks: Partial<Record<keyof Progress["chunks"], number>>,
  points: Partial<Record<keyof Progress["points"], number>> = {},
): JobRecord {
  return {
    ...job,
    version: job.version + 1,
    chunks: added(job.chunks, chunks),
    points: added(job.points, points),
  };
}

function added<T extends Record<keyof T, number>>(counts: T, more: Partial<Record<keyof T, number>>): T {
  const sum = { ...counts };
  for (const name of Object.keys(more) as (keyof T)[]) sum[name] = (counts[name] + (more[name] ?? 0)) as T[keyof T];
  return sum;
}

function into(job: JobRecord, state: JobState): JobRecord {
  const version = job.version + 1;
  const { points, chunks } = job;
  return { ...job, version, state, history: [...job.history, { version, state, progress: { points, chunks } }] };
}

/** The end is told once more, by an event of its own. */
function ended(job: JobRecord, state: JobState, now: number): JobRecord {
  const next = into(job, state);
  return { ...next, version: next.version + 1, endedAtMs: now, expiresAtMs: now + job.retainMs };
}
