import { effect, type ReadonlySignal, signal } from "@preact/signals";
import { type Problem, problemOfThrown } from "../api/problem.ts";
import { key } from "./key.ts";

/** What was asked for last: its answer, or why there is none. The last good answer stays until the next. */
export interface Loaded<T> {
  readonly data: T | undefined;
  readonly problem: Problem | undefined;
  /** Whether a newer question waits for its answer, or for being asked. */
  readonly isPending: boolean;
}

/**
 * Asks again whenever its parameters change, a little after the last change; an answer to an older question is dropped.
 * Without parameters nothing is asked, and what is known stays.
 */
export function resource<P, T>(
  params: ReadonlySignal<P | undefined>,
  ask: (params: P, signal: AbortSignal) => Promise<T>,
  delayMs: number,
): ReadonlySignal<Loaded<T>> {
  const loaded = signal<Loaded<T>>({ data: undefined, problem: undefined, isPending: false });
  let last: string | undefined;
  let running: AbortController | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  effect(() => {
    const asked = params.value;
    // With another key the answer may be another.
    const question = JSON.stringify([asked, key.value]);
    if (question === last) return;
    last = question;
    clearTimeout(timer);
    running?.abort();
    if (asked === undefined) {
      loaded.value = { data: loaded.peek().data, problem: undefined, isPending: true };
      return;
    }
    loaded.value = { ...loaded.peek(), isPending: true };
    timer = setTimeout(async () => {
      running = new AbortController();
      const { signal } = running;
      try {
        const data = await ask(asked, signal);
        if (!signal.aborted) loaded.value = { data, problem: undefined, isPending: false };
      } catch (thrown) {
        const problem = problemOfThrown(thrown);
        if (!signal.aborted && problem) loaded.value = { data: loaded.peek().data, problem, isPending: false };
      }
    }, delayMs);
  });
  return loaded;
}
