import type { Eventually } from "../eventually.ts";

/** Runs small calls, so that many of them at once let the event loop go round. */
export interface Turns {
  /** Runs a task of a tenant: at once, unless this turn of the event loop has taken too long; then in its turn. */
  run<T>(tenant: string, nowMs: number, task: () => Eventually<T>): Eventually<T>;
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

/** Starts with nothing waiting. Of what waits, tenants alternate call by call, whoever has sent more. */
export function createTurns(loop: Loop = { now: () => performance.now(), later: setImmediate }): Turns {
  const waiting = new Map<string, Task[]>();
  let beganMs = 0;
  let isWatched = false;

  function end(): void {
    isWatched = false;
    beganMs = loop.now();
  }

  function drain(): void {
    const endMs = loop.now() + turnMs;
    for (const [tenant, tasks] of waiting) {
      waiting.delete(tenant);
      const [task] = tasks.splice(0, 1);
      // Last in the order in which this goes on, as long as there are any.
      if (tasks.length > 0) waiting.set(tenant, tasks);
      task!();
      if (loop.now() >= endMs) break;
    }
    if (waiting.size > 0) loop.later(drain);
    else end();
  }

  return {
    run(tenant, nowMs, task) {
      if (waiting.size === 0) {
        if (nowMs - beganMs < turnMs / 2) return task();
        if (!isWatched) {
          // Whether this is the same turn is not known before the loop has gone round, and to ask each time is not free.
          isWatched = true;
          beganMs = nowMs - turnMs / 2;
          loop.later(end);
        }
        if (nowMs - beganMs < turnMs) return task();
        loop.later(drain);
      }
      return new Promise((resolve, reject) => {
        const act = () => {
          try {
            resolve(task());
          } catch (error) {
            reject(error);
          }
        };
        const tasks = waiting.get(tenant);
        if (tasks) tasks.push(act);
        else waiting.set(tenant, [act]);
      });
    },
  };
}

type Task = () => void;
