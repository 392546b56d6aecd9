import { overloaded } from "../errors.ts";
import { createCounts } from "./addresses.ts";
import { notNow } from "./health.ts";
import { Members } from "./members.ts";
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
  const visits = new Members<Visit>();
  let served = 0;
  const perAddress = createCounts();
  const waiting = new Set<() => void>();
  let timer: NodeJS.Timeout | undefined;
  function look(): void {
    if (visits.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
    for (const { place, reply } of visits.values()) {
      if (place!.isAnswered) reply.raw.destroy();
      else place!.isAnswered = reply.raw.writableEnded;
    }
  }
  const leave = (visit: Visit) => {
    const { count, member, isServed } = visit.place!;
    perAddress.remove(count);
    if (isServed) served--;
    visits.remove(member);
    if (visits.size === 0) for (const wake of waiting) wake();
  };

  return {
    get count() {
      return visits.size;
    },
    get served() {
      return served;
    },
    get isFull() {
      return served >= requestsMax;
    },
    enter(visit, address) {
      const count = perAddress.add(address);
      if (count.value > requestsPerAddress) {
        perAddress.remove(count);
        throw overloaded(retryAfterMs);
      }
      visit.place = { count, member: visits.add(visit), isServed: false, isAnswered: false };
      visit.onEnd = leave;
      timer ??= setInterval(look, answerStallMs).unref();
    },
    begin(visit) {
      // Only now: headers and a few bytes cost their sender nothing, and must shut nobody out.
      if (served >= requestsMax) return notNow("saturated");
      visit.place!.isServed = true;
      served++;
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
      for (const visit of visits.values()) visit.abort(reason);
    },
  };
}
