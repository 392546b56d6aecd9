import type { Limits } from "../config.ts";
import { ServiceError } from "../errors.ts";
import type { Draft } from "./model.ts";

/** What is kept is bounded by. */
export interface StoreLimits extends Pick<Limits, "jobsQueued" | "jobsBytes"> {
  readonly diskFreeBytes: number;
}

/** Throws `quota_exceeded` where a draft is one too many, or too much for its tenant or for all together. */
export function checkQuota(
  limits: StoreLimits,
  { inputBytes, resultBytes, quotas = {} }: Draft,
  { queued, ownBytes, keptBytes }: { readonly queued: number; readonly ownBytes: number; readonly keptBytes: number },
): void {
  const { jobsQueued = limits.jobsQueued, jobsBytes = limits.jobsBytes } = quotas;
  if (queued >= jobsQueued) {
    throw exceeded("jobsQueued", jobsQueued, queued + 1, `${queued} jobs wait already`);
  }
  const bytes = inputBytes + resultBytes;
  const [own, all] = [ownBytes + bytes, keptBytes + bytes];
  if (own > jobsBytes) throw exceeded("jobsBytes", jobsBytes, own, "your jobs take too many bytes: delete some");
  if (all > limits.jobsBytes) {
    throw exceeded(
      "jobsBytes",
      limits.jobsBytes,
      all,
      "all jobs together take too many bytes: some have to be deleted",
    );
  }
}

function exceeded(quota: string, allowed: number, received: number, reason: string): ServiceError {
  return new ServiceError("quota_exceeded", `${quota}: ${received} received, ${allowed} allowed: ${reason}`, {
    quota,
    allowed,
    received,
    retryAfterMs,
  });
}

const retryAfterMs = 5000;
