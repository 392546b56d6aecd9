import type { ErrorData, ErrorType } from "../errors.ts";

/** Where a job is; the last four are final. */
export const jobStates = ["queued", "running", "cancelling", "succeeded", "partial", "failed", "cancelled"] as const;
export type JobState = (typeof jobStates)[number];

/** How soon the chunks of a job are handed out. */
export const priorities = ["low", "normal", "high"] as const;
export type Priority = (typeof priorities)[number];

/** What a chunk that fails for good does to the others. */
export const failurePolicies = ["stop", "continue"] as const;
export type FailurePolicy = (typeof failurePolicies)[number];

/** Whether nothing of a job changes any more. */
export function isFinal(state: JobState): boolean {
  return state === "succeeded" || state === "partial" || state === "failed" || state === "cancelled";
}

/** What a caller asks of a job beside what is to be computed; times in milliseconds. */
export interface JobOptions {
  readonly idempotencyKey?: string | undefined;
  readonly priority: Priority;
  readonly onError: FailurePolicy;
  readonly deadlineMs: number;
  readonly retainMs: number;
  readonly labels: readonly string[];
}

/** Bytes by their SHA-256 in hexadecimal; pieces lie one after the other. */
export interface Blob {
  readonly sha: string;
  readonly pieces: readonly Uint8Array<ArrayBuffer>[];
}

/** Bytes of all pieces. */
export function lengthOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, piece) => sum + piece.length, 0);
}

/** Work that is checked and not accepted yet. */
export interface Draft {
  /** A method, or `calls`. */
  readonly method: string;
  /** The id of its graph, where it has one. */
  readonly graph: string | undefined;
  /** What a worker runs its chunks from; opaque here. */
  readonly spec: string;
  readonly points: number;
  readonly chunkPoints: number;
  /** Bytes of all inputs, and what the answer will take at most. */
  readonly inputBytes: number;
  readonly resultBytes: number;
  /** Blobs that come with it, and those that it needs beside, by SHA-256. */
  readonly blobs: readonly Blob[];
  readonly needs: readonly string[];
  /** SHA-256 of what it is, so that equal ones are told apart from others. */
  readonly digest: string;
  /** What its tenant may have, where that is not what all may. */
  readonly quotas?: { readonly jobsQueued?: number | undefined; readonly jobsBytes?: number | undefined };
}

/** A blob that a tenant sent: its bytes, of which those from `skip` on count. */
export interface SentBlob {
  readonly bytes: number;
  readonly skip: number;
}

/** Counted work of a job. */
export type Progress = {
  readonly points: { readonly total: number; readonly done: number; readonly failed: number };
  readonly chunks: {
    readonly total: number;
    readonly done: number;
    readonly running: number;
    readonly failed: number;
    readonly retried: number;
  };
};

/** An error as it is kept. */
export interface KeptError {
  readonly type: ErrorType;
  readonly message: string;
  readonly data: ErrorData;
}

/** A job's change into a state; `version` is the id of the event that tells it. */
export interface StateChange {
  readonly version: number;
  readonly state: JobState;
  readonly progress: Progress;
}

/** A job as it is kept; times in milliseconds since 1970. */
export interface JobRecord extends Progress {
  readonly id: string;
  readonly tenant: string;
  readonly method: string;
  readonly graph: string | undefined;
  readonly labels: readonly string[];
  readonly priority: Priority;
  readonly onError: FailurePolicy;
  readonly state: JobState;
  readonly createdAtMs: number;
  readonly startedAtMs: number | undefined;
  readonly endedAtMs: number | undefined;
  readonly expiresAtMs: number | undefined;
  readonly deadlineAtMs: number;
  /** Milliseconds from its end for which it is kept. */
  readonly retainMs: number;
  readonly chunkPoints: number;
  /** Bytes of what has been computed. */
  readonly resultBytes: number;
  readonly error: KeptError | undefined;
  readonly arithmetic: string;
  /** What it waits for that no worker has. */
  readonly waitingFor: "arithmetic" | undefined;
  /** Grows with every change; the ids of events are versions. */
  readonly version: number;
  readonly history: readonly StateChange[];
}

/** A chunk: points from `from` to before `to`. */
export interface ChunkSpan {
  readonly chunk: number;
  readonly from: number;
  readonly to: number;
}

/** A chunk that somebody has taken: only with its fence may it be ended. */
export interface Claim extends ChunkSpan {
  readonly job: JobRecord;
  readonly fence: number;
  /** Counted from 1. */
  readonly attempt: number;
}

/** What a chunk gave: the form of its answer as JSON, and its numbers. */
export interface ChunkResult {
  readonly form: string;
  readonly data: Blob;
  /** Points of it that failed one by one. */
  readonly failed: number;
}

/** How a chunk stands; `form` and `data` are blobs. */
export interface ChunkRecord extends ChunkSpan {
  readonly state: "queued" | "running" | "done" | "failed" | "cancelled";
  readonly form: string | undefined;
  readonly data: string | undefined;
  readonly error: KeptError | undefined;
}

/** What changed of a job, as those who watch it are told. */
export interface JobChange {
  readonly id: string;
  readonly tenant: string;
  /** Whether the state is another than before. */
  readonly isState: boolean;
  readonly version: number;
  readonly state: JobState;
  /** Whether another process made it. */
  readonly isElsewhere?: boolean;
  /** The chunk that it was, with the id of the event that tells it. */
  readonly chunk?: ChunkSpan & { readonly state: string; readonly attempt: number; readonly version: number };
}

/** How many chunks so many points are, in parts of `chunkPoints`: a remainder that is too small joins its predecessor. */
export function chunkCount(points: number, chunkPoints: number): number {
  const whole = Math.floor(points / chunkPoints);
  if (whole === 0) return 1;
  return points - whole * chunkPoints >= chunkPointsMin ? whole + 1 : whole;
}

/** The points of a chunk. */
export function spanOf(points: number, chunkPoints: number, chunk: number): ChunkSpan {
  const isLast = chunk === chunkCount(points, chunkPoints) - 1;
  return { chunk, from: chunk * chunkPoints, to: isLast ? points : (chunk + 1) * chunkPoints };
}

/** A chunk has at least so many points, unless its job has fewer: with fewer the bits would be others. */
export const chunkPointsMin = 8;
