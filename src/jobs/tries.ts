/** So often a chunk is tried whose worker is lost. */
export const triesMax = 3;

/** Milliseconds after which a chunk is tried again whose worker was lost so many times; undefined where it is given up. */
export function retryDelayMs(tries: number): number | undefined {
  return delaysMs[tries - 1];
}

/** All such delays. */
export const delaysMs: readonly number[] = [1000, 4000];
