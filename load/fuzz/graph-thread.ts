import { parentPort, workerData } from "node:worker_threads";
import { faultOfGraph } from "./graphs.ts";

// Compares random graphs until its time is over, of every so manieth number of a seed, and tells what is wrong with any.

/** What a thread is started with. */
export interface GraphTask {
  readonly seed: number;
  readonly first: number;
  readonly step: number;
  readonly ms: number;
}

/** What a thread tells: a violation, or at its end how many graphs it had. */
export type GraphNews = { readonly violation: string } | { readonly count: number };

const { seed, first, step, ms } = workerData as GraphTask;
const tell = (news: GraphNews) => parentPort!.postMessage(news);
const endMs = performance.now() + ms;
let count = 0;
for (let number = first; performance.now() < endMs; number += step, count++) {
  const graphSeed = (seed * 1_000_003 + number) | 0;
  try {
    const fault = faultOfGraph(graphSeed);
    if (fault) tell({ violation: `graph ${graphSeed}: ${fault}` });
  } catch (error) {
    tell({ violation: `graph ${graphSeed}: ${(error as Error).stack}` });
  }
}
tell({ count });
