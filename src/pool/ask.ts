import { type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import type { Library } from "../engine/library.ts";
import type { Message, Question } from "./protocol.ts";

/**
 * The library as a worker has it: a question stops the worker until the thread that serves has answered, which may take as
 * long as a turn of its event loop. So what was there is not asked for again while nothing has been dropped there since, as
 * `drops` tells; the thread that serves then only hears that it is used.
 */
export function askedLibrary(port: MessagePort, answered: Int32Array, drops: Int32Array): Library {
  const seen = new Map<string, number>();
  const ask =
    <K extends keyof Library>(name: K) =>
    (...args: Parameters<Library[K]>): ReturnType<Library[K]> => {
      Atomics.store(answered, 0, 0);
      port.postMessage({ ask: name, args } satisfies Question);
      Atomics.wait(answered, 0, 0);
      return receiveMessageOnPort(port)!.message;
    };
  const has = ask("has");
  return {
    has(key) {
      // Before it is asked for, or what is dropped meanwhile would not be noticed.
      const now = Atomics.load(drops, 0);
      if (seen.get(key) === now) {
        port.postMessage({ used: key } satisfies Message);
        return true;
      }
      const isThere = has(key);
      if (!isThere) seen.delete(key);
      else {
        if (seen.size >= seenMax) seen.clear();
        seen.set(key, now);
      }
      return isThere;
    },
    find: ask("find"),
    keep: ask("keep"),
    forget: ask("forget"),
    list: ask("list"),
    keepNamed: ask("keepNamed"),
    named: ask("named"),
    names: ask("names"),
  };
}

const seenMax = 10_000;

/** Answers a question, on the thread that serves. */
export function answerQuestion(
  library: Library,
  { ask, args }: Question,
  port: MessagePort,
  answered: Int32Array,
): void {
  try {
    const method = library[ask] as (...args: readonly unknown[]) => unknown;
    port.postMessage(method.apply(library, [...args]));
  } finally {
    // Whatever happens, nobody may wait for ever.
    Atomics.store(answered, 0, 1);
    Atomics.notify(answered, 0);
  }
}
