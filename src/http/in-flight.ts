import type { Visit } from "./visit.ts";

/** The requests being served: how many there are, when there are none left, and a way to stop them. */
export interface InFlight {
  readonly count: number;
  /** Counts a request from now until it ends. */
  enter(visit: Visit): void;
  /** Resolves when nothing is being served, or after a time. */
  idle(timeoutMs: number): Promise<void>;
  /** Aborts all that is being served; the reason is what the calls answer. */
  abortAll(reason: Error): void;
}

/** Starts counting. */
export function createInFlight(): InFlight {
  const visits = new Set<Visit>();
  const waiting = new Set<() => void>();
  const leave = (visit: Visit) => {
    visits.delete(visit);
    if (visits.size === 0) for (const wake of waiting) wake();
  };

  return {
    get count() {
      return visits.size;
    },
    enter(visit) {
      visits.add(visit);
      visit.onEnd = leave;
    },
    async idle(timeoutMs) {
      if (visits.size === 0) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, timeoutMs);
      waiting.add(resolve);
      await promise;
      waiting.delete(resolve);
      clearTimeout(timer);
    },
    abortAll(reason) {
      for (const visit of visits) visit.abort(reason);
    },
  };
}
