import {
  type ChunkRecord,
  type FailurePolicy,
  isFinal,
  type JobRecord,
  type JobState,
  type KeptError,
  type Priority,
  spanOf,
} from "../model.ts";
import type { Row } from "./database.ts";

/** A job from its row; `arithmetic` is what the workers here compute in. */
export function jobOf(row: Row, arithmetic: string): JobRecord {
  const state = row.state as JobState;
  const isWaiting = !isFinal(state) && row.arithmetic !== arithmetic;
  return {
    id: row.id as string,
    tenant: row.tenant as string,
    method: row.method as string,
    graph: (row.graph as string | null) ?? undefined,
    labels: JSON.parse(row.labels as string),
    priority: row.priority as Priority,
    onError: row.on_error as FailurePolicy,
    state,
    createdAtMs: row.created as number,
    startedAtMs: (row.started as number | null) ?? undefined,
    endedAtMs: (row.ended as number | null) ?? undefined,
    expiresAtMs: (row.expires as number | null) ?? undefined,
    deadlineAtMs: row.deadline as number,
    retainMs: row.retain as number,
    points: {
      total: row.points as number,
      done: row.points_done as number,
      failed: row.points_failed as number,
    },
    chunks: {
      total: row.chunks as number,
      done: row.chunks_done as number,
      running: row.chunks_running as number,
      failed: row.chunks_failed as number,
      retried: row.chunks_retried as number,
    },
    chunkPoints: row.chunk_points as number,
    resultBytes: row.result_bytes as number,
    error: row.error === null ? undefined : errorOf(row.error as string),
    arithmetic: row.arithmetic as string,
    waitingFor: isWaiting ? "arithmetic" : undefined,
    version: row.version as number,
    history: JSON.parse(row.history as string),
  };
}

/** What of a job changes, as columns for {@link saveJob}. */
export function changingOf(job: JobRecord) {
  return [
    job.state,
    job.startedAtMs ?? null,
    job.endedAtMs ?? null,
    job.expiresAtMs ?? null,
    job.points.done,
    job.points.failed,
    job.chunks.done,
    job.chunks.running,
    job.chunks.failed,
    job.chunks.retried,
    job.error === undefined ? null : JSON.stringify(job.error),
    job.version,
    JSON.stringify(job.history),
    job.id,
  ] as const;
}

/** Writes what {@link changingOf} gives. */
export const saveJob = `UPDATE jobs SET state = ?, started = ?, ended = ?, expires = ?, points_done = ?, points_failed = ?,
  chunks_done = ?, chunks_running = ?, chunks_failed = ?, chunks_retried = ?, error = ?, version = ?, history = ? WHERE id = ?`;

/** A chunk of a job; without a row it has not been taken yet. */
export function chunkOf(job: JobRecord, chunk: number, row: Row | undefined): ChunkRecord {
  const isOver = isFinal(job.state);
  const state = (row?.state as ChunkRecord["state"] | undefined) ?? "queued";
  const error = row?.error as string | null | undefined;
  return {
    ...spanOf(job.points.total, job.chunkPoints, chunk),
    state: isOver && (state === "queued" || state === "running") ? "cancelled" : state,
    form: (row?.form as string | null | undefined) ?? undefined,
    data: (row?.data as string | null | undefined) ?? undefined,
    error: error === null || error === undefined ? undefined : errorOf(error),
  };
}

function errorOf(text: string): KeptError {
  return JSON.parse(text);
}
