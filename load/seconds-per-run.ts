/** The least mean of blocks of runs, in seconds a run; each block takes about a tenth of the time to spend. */
export async function secondsPerRun(run: () => unknown, seconds: number): Promise<number> {
  let count = 1;
  let best = Number.POSITIVE_INFINITY;
  for (let spent = 0; spent < seconds; ) {
    const startMs = performance.now();
    for (let i = 0; i < count; i++) await run();
    const took = (performance.now() - startMs) / 1000;
    spent += took;
    best = Math.min(best, took / count);
    count = Math.max(1, Math.ceil(seconds / 10 / (took / count)));
  }
  return best;
}
