import type { Config } from "../config.ts";

/**
 * What each thread's cache may take whatever the others hold: half of all for the thread that serves, which keeps the
 * documents of all graphs, and an even part of the other half for each worker. What is not taken, any of them may take.
 */
export function cacheBytesMins({ cacheBytesMax, workers }: Pick<Config, "cacheBytesMax" | "workers">) {
  const half = Math.ceil(cacheBytesMax / 2);
  return { server: half, worker: Math.ceil(half / workers) };
}
