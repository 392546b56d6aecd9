import { clip, quote, ServiceError } from "../errors.ts";
import type { KeptError } from "./model.ts";
import { triesMax } from "./tries.ts";

/** -32009. */
export function jobNotFound(job: string): ServiceError {
  return new ServiceError("job_not_found", `no job ${quote(job)}`, { job: clip(job, nameBytesShown) });
}

/** -32010: `what` says what is not ready. */
export function jobNotReady(job: string, what: string): ServiceError {
  return new ServiceError("job_not_ready", what, { job, retryAfterMs: 1000 });
}

/** -32011: `job` is what the parameters that were sent with the key before became. */
export function idempotencyConflict(key: string, job: string): ServiceError {
  return new ServiceError(
    "idempotency_conflict",
    `the idempotency key ${quote(key)} came with other parameters before, which became ${job}: send those again, or another key`,
    { job, idempotencyKey: clip(key, nameBytesShown) },
  );
}

/** -32013: `blob` as it was named. */
export function blobNotFound(blob: string): ServiceError {
  return new ServiceError("blob_not_found", `no blob ${quote(blob)}: send it with PUT /v1/blobs/ first`, {
    blob: clip(blob, nameBytesShown),
  });
}

/** -32014. */
export function workerLost(tries: number, reason: string): ServiceError {
  return new ServiceError("worker_lost", `tried ${tries} times: ${reason}`);
}

/** What is kept of a chunk with which processes have ended as often as it is tried. */
export function processLost(): KeptError {
  const { type, message, data } = workerLost(triesMax, "each time its worker was lost");
  return { type, message, data };
}

const nameBytesShown = 128;
