import type { Config } from "../config.ts";

/** Threads that run at most: one stays for calls, also where there would be one in all. */
export function threadsMax({ workers }: Pick<Config, "workers">): number {
  return Math.max(2, workers);
}

/** Parts of jobs that are computed at once. */
export function chunkSlots({ workers }: Pick<Config, "workers">): number {
  return Math.max(1, workers - 1);
}
