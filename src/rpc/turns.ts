import { FairQueue } from "./shares.ts";

/** Runs small calls, so that many of them at once let the event loop go round. */
export interface Turns {
  /** Runs a task of a tenant, which does not throw: at once, unless this turn of the event loop has taken too long; then in its turn. */
  run(tenant: string, nowMs: number, task: () => void): void;
}

/** Where the time comes from, and what is done when the event loop has gone round. */
export interface Loop {
  now(): number;
  later(act: () => void): void;
}

/**
 * For so many milliseconds calls are run at once in one turn of the event loop. What comes later waits, and as long is taken
 * for it in each turn. So what is refused, or asks whether there is life, waits for no more than that and for what is read.
 */
export const turnMs = 5;

/**
 * The same where several tenants call. Then each turn has to be short: who has few clients has few calls in each, and gets as
 * much as who has many only if those do not run all of theirs in between.
 */
export const sharedTurnMs = 0.25;
/** So long after the last call of another tenant there are several. */
const sharedMs = 1000;

/**
 * Starts with nothing waiting. Of what waits, tenants have equal turns by the time that their calls took on this thread,
 * whoever has sent more.
 */
export function createTurns(loop: Loop = { now: () => performance.now(), later: setImmediate }): Turns {
  const waiting = new FairQueue<() => void>();
  let beganMs = 0;
  let isWatched = false;
  let lastTenant: string | undefined;
  let sharedUntilMs = Number.NEGATIVE_INFINITY;

  function end(): void {
    isWatched = false;
    beganMs = loop.now();
  }

  function drain(): void {
    let nowMs = loop.now();
    const endMs = nowMs + lengthMs(nowMs);
    const isShared = waiting.tenants > 1;
    // Once only one of several has anything left, it is time to look what the others sent meanwhile.
    while (nowMs < endMs && waiting.tenants > (isShared ? 1 : 0)) {
      const { tenant, item } = waiting.take()!;
      const startMs = nowMs;
      item();
      nowMs = loop.now();
      waiting.charge(tenant, nowMs - startMs);
    }
    if (waiting.tenants === 0) end();
    else loop.later(drain);
  }

  function lengthMs(nowMs: number): number {
    return nowMs < sharedUntilMs ? sharedTurnMs : turnMs;
  }

  return {
    run(tenant, nowMs, task) {
      if (tenant !== lastTenant) {
        if (lastTenant !== undefined) sharedUntilMs = nowMs + sharedMs;
        lastTenant = tenant;
      }
      if (waiting.tenants === 0) {
        const ms = lengthMs(nowMs);
        if (nowMs - beganMs < ms / 2) return task();
        if (!isWatched) {
          // Whether this is the same turn is not known before the loop has gone round, and to ask each time is not free.
          isWatched = true;
          beganMs = nowMs - ms / 2;
          loop.later(end);
        }
        if (nowMs - beganMs < ms) return task();
        loop.later(drain);
      }
      waiting.add(tenant, task);
    },
  };
}
