import { type ErrorData, errorTypes } from "../errors.ts";
import type { KeptError } from "./model.ts";
import { isFinal, type JobRecord, type JobState, type Progress } from "./model.ts";

/** A job as the wire tells it. */
export type JobView = {
  readonly job: string;
  readonly state: JobState;
  readonly method: string;
  readonly graph?: string;
  readonly labels: readonly string[];
  readonly priority: JobRecord["priority"];
  readonly createdAt: string;
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly expiresAt?: string;
  readonly progress: Progress & { readonly etaMs?: number };
  readonly error?: { readonly code: number; readonly type: string; readonly message: string; readonly data: ErrorData };
  readonly result?: { readonly href: string; readonly bytes: number };
  readonly arithmetic: string;
  readonly waitingFor?: "arithmetic";
};

/** A job as it is, or as it was at a change of its state. */
export function viewOf(job: JobRecord, past?: { readonly state: JobState; readonly progress: Progress }): JobView {
  const { points, chunks } = past?.progress ?? job;
  const state = past?.state ?? job.state;
  const hasEnded = isFinal(state);
  const etaMs = state === "running" && !past ? etaOf(job) : undefined;
  return {
    job: job.id,
    state,
    method: job.method,
    ...(job.graph === undefined ? {} : { graph: job.graph }),
    labels: job.labels,
    priority: job.priority,
    createdAt: timeOf(job.createdAtMs),
    ...(job.startedAtMs === undefined || state === "queued" ? {} : { startedAt: timeOf(job.startedAtMs) }),
    ...(job.endedAtMs === undefined || !hasEnded ? {} : { endedAt: timeOf(job.endedAtMs) }),
    ...(job.expiresAtMs === undefined || !hasEnded ? {} : { expiresAt: timeOf(job.expiresAtMs) }),
    progress: { points, chunks, ...(etaMs === undefined ? {} : { etaMs }) },
    ...(job.error === undefined || !hasEnded ? {} : { error: errorView(job.error) }),
    ...(hasEnded && chunks.done > 0 ? { result: { href: `/v1/jobs/${job.id}/result`, bytes: job.resultBytes } } : {}),
    arithmetic: job.arithmetic,
    ...(job.waitingFor === undefined || hasEnded ? {} : { waitingFor: job.waitingFor }),
  };
}

/** An error as jobs and their chunks tell it. */
export function errorView({ type, message, data }: KeptError) {
  return { code: errorTypes[type].code, type, message, data };
}

function etaOf({ startedAtMs, points }: JobRecord): number | undefined {
  const done = points.done + points.failed;
  if (startedAtMs === undefined || done === 0) return undefined;
  return Math.round(((Date.now() - startedAtMs) / done) * (points.total - done));
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
