import { overloaded } from "../errors.ts";
import { createCounts } from "./addresses.ts";
import { notNow } from "./health.ts";
import type { Visit } from "./visit.ts";

/** The requests being read or served: how many there are, when there are none left, and a way to stop them. */
export interface InFlight {
  /** Requests whose headers are there. */
  readonly count: number;
  /** Those of them whose bodies are there too. */
  readonly served: number;
  /** Whether no more are served now. */
  readonly isFull: boolean;
  /** Counts a request from its headers until it ends. Throws `overloaded` when its address has too many. */
  enter(visit: Visit, address: string | undefined): void;
  /** Counts it as being served, now that its body is there; the error to answer with when too many are. */
  begin(visit: Visit): Error | undefined;
  /** Resolves when nothing is read or served, or after a time. */
  idle(timeoutMs: number): Promise<void>;
  /** Aborts all that is being served; the reason is what the calls answer. */
  abortAll(reason: Error): void;
}

/** How many requests are served at once; more are shed. */
const requestsMax = 1000;
const retryAfterMs = 1000;

/** What requests in flight are bounded by. */
export interface InFlightLimits {
  readonly requestsPerAddress: number;
  /** Milliseconds after which a connection is closed whose client has not taken an answer that was given whole. */
  readonly answerStallMs: number;
}

/** Starts counting. */
export function createInFlight({ requestsPerAddress, answerStallMs }: InFlightLimits): InFlight {
  const visits = new Map<Visit, string>();
  const served = new Set<Visit>();
  const perAddress = createCounts();
  const waiting = new Set<() => void>();
  /** Those whose answer was given whole when somebody last looked. */
  const answered = new Set<Visit>();
  let timer: NodeJS.Timeout | undefined;
  function look(): void {
    if (visits.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
    for (const visit of visits.keys()) {
      const { raw } = visit.reply;
      if (answered.has(visit)) raw.destroy();
      else if (raw.writableEnded) answered.add(visit);
    }
  }
  const leave = (visit: Visit) => {
    perAddress.remove(visits.get(visit)!);
    visits.delete(visit);
    served.delete(visit);
    answered.delete(visit);
    if (visits.size === 0) for (const wake of waiting) wake();
  };

  return {
    get count() {
      return visits.size;
    },
    get served() {
      return served.size;
    },
    get isFull() {
      return served.size >= requestsMax;
    },
    enter(visit, address) {
      const key = perAddress.add(address);
      if (perAddress.of(key) > requestsPerAddress) {
        perAddress.remove(key);
        throw overloaded(retryAfterMs);
      }
      visits.set(visit, key);
      visit.onEnd = leave;
      timer ??= setInterval(look, answerStallMs).unref();
    },
    begin(visit) {
      // Only now: headers and a few bytes cost their sender nothing, and must shut nobody out.
      if (served.size >= requestsMax) return notNow("saturated");
      served.add(visit);
      return undefined;
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
      for (const visit of visits.keys()) visit.abort(reason);
    },
  };
}
