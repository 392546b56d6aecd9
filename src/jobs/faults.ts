import { clip, quote, ServiceError } from "../errors.ts";

/** -32009. */
export function jobNotFound(job: string): ServiceError {
  return new ServiceError("job_not_found", `no job ${quote(job)}`, { job: clip(job, nameBytesShown) });
}

/** -32010: `what` says what is not ready. */
export function jobNotReady(job: string, what: string): ServiceError {
  return new ServiceError("job_not_ready", what, { job, retryAfterMs: 1000 });
}

/** -32011: `job` is what the parameters that were sent with the key became. */
export function idempotencyConflict(job: string): ServiceError {
  return new ServiceError("idempotency_conflict", "other parameters were sent with this idempotency key before", {
    job,
  });
}

/** -32013: `blob` as it was named. */
export function blobNotFound(blob: string): ServiceError {
  return new ServiceError("blob_not_found", `no blob ${quote(blob)}: send it with PUT /v1/blobs/ first`, {
    blob: clip(blob, nameBytesShown),
  });
}

/** -32014. */
export function workerLost(reason: string): ServiceError {
  return new ServiceError("worker_lost", reason);
}

const nameBytesShown = 128;
