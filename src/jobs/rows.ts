import {
  type ChunkRecord,
  chunkCount,
  type Draft,
  type FailurePolicy,
  isFinal,
  type JobOptions,
  type JobRecord,
  type JobState,
  type KeptError,
  type Priority,
  spanOf,
} from "./model.ts";
import type { ListFilter } from "./store.ts";

// What is in the tables of every store, and how it is asked for. Values take the places of the question marks in order.

type Value = null | number | string;

/** A row by its columns. */
export type Row = Readonly<Record<string, Value>>;

/** A statement and its values. */
export interface Statement {
  readonly sql: string;
  readonly values: readonly Value[];
}

/** A job from its row; `isWorked` says whether there is anybody who computes in its arithmetic. */
export function jobOf(row: Row, isWorked: boolean): JobRecord {
  const state = row.state as JobState;
  const isWaiting = !isFinal(state) && !isWorked;
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

/** Adds a job that was accepted at a time, under an id; `spec` is the blob that holds its spec, if one does. */
export function jobInsertion(
  id: string,
  tenant: string,
  draft: Draft,
  { idempotencyKey, priority, onError, deadlineMs, retainMs, labels }: JobOptions,
  { arithmetic, spec, now }: { readonly arithmetic: string; readonly spec?: string | undefined; readonly now: number },
): Statement {
  const chunks = chunkCount(draft.points, draft.chunkPoints);
  const points = { total: draft.points, done: 0, failed: 0 };
  const progress = { points, chunks: { total: chunks, done: 0, running: 0, failed: 0, retried: 0 } };
  const row: Row = {
    id,
    tenant,
    key: idempotencyKey ?? null,
    digest: draft.digest,
    method: draft.method,
    graph: draft.graph ?? null,
    labels: JSON.stringify(labels),
    priority,
    on_error: onError,
    arithmetic,
    state: "queued",
    created: now,
    deadline: now + deadlineMs,
    retain: retainMs,
    points: draft.points,
    chunk_points: draft.chunkPoints,
    chunks,
    bytes: draft.inputBytes + draft.resultBytes,
    version: 1,
    history: JSON.stringify([{ version: 1, state: "queued", progress }]),
    spec: spec ?? null,
  };
  const names = Object.keys(row);
  const marks = names.map(() => "?").join();
  return { sql: `INSERT INTO jobs (${names.join()}) VALUES (${marks})`, values: Object.values(row) };
}

/** Which jobs of a tenant are listed: a condition, in which `hasLabel` says that a job has one label. */
export function listCondition(
  tenant: string | undefined,
  { state, labels = [], after }: Omit<ListFilter, "limit">,
  hasLabel: string,
): Statement {
  const conditions: Statement[] = [
    ...(tenant === undefined ? [{ sql: "TRUE", values: [] }] : [{ sql: "tenant = ?", values: [tenant] }]),
    ...(after === undefined ? [] : [{ sql: "place < ?", values: [after] }]),
    ...(state === undefined ? [] : [{ sql: "state = ?", values: [state] }]),
    ...labels.map((label) => ({ sql: hasLabel, values: [label] })),
  ];
  return { sql: conditions.map(({ sql }) => sql).join(" AND "), values: conditions.flatMap(({ values }) => values) };
}

/** The first chunk of a job that holds a point, and the one after the last of so many. */
export function chunkRange(job: JobRecord, from: number, limit: number): readonly [number, number] {
  const first = Math.min(Math.floor(from / job.chunkPoints), job.chunks.total - 1);
  return [first, Math.min(job.chunks.total, first + limit)];
}

/** Chunks of a job, from `first` to before `end`, of which some have rows. */
export function chunksOf(job: JobRecord, [first, end]: readonly [number, number], rows: readonly Row[]): ChunkRecord[] {
  const known = new Map(rows.map((row) => [row.chunk as number, row]));
  return Array.from({ length: Math.max(0, end - first) }, (_, i) => chunkOf(job, first + i, known.get(first + i)));
}

/** What quotas are about: jobs of a tenant that wait, bytes of its jobs, and of all. */
export function quotaQuestion(tenant: string): Statement {
  const ofTenant = "CASE tenant WHEN ? THEN";
  const sql = `SELECT COUNT(${ofTenant} CASE state WHEN 'queued' THEN 1 END END) AS queued,
    COALESCE(SUM(${ofTenant} bytes END), 0) AS own, COALESCE(SUM(bytes), 0) AS kept FROM jobs`;
  return { sql, values: [tenant, tenant] };
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
function chunkOf(job: JobRecord, chunk: number, row: Row | undefined): ChunkRecord {
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
