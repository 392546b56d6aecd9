import { type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import type { Library } from "../engine/library.ts";
import type { Question } from "./protocol.ts";

/** The library as a worker has it: every question stops the worker until the thread that serves has answered. */
export function askedLibrary(port: MessagePort, answered: Int32Array): Library {
  const ask =
    <K extends keyof Library>(name: K) =>
    (...args: Parameters<Library[K]>): ReturnType<Library[K]> => {
      Atomics.store(answered, 0, 0);
      port.postMessage({ ask: name, args } satisfies Question);
      Atomics.wait(answered, 0, 0);
      return receiveMessageOnPort(port)!.message;
    };
  return {
    has: ask("has"),
    find: ask("find"),
    keep: ask("keep"),
    forget: ask("forget"),
    list: ask("list"),
    keepNamed: ask("keepNamed"),
    named: ask("named"),
    names: ask("names"),
  };
}

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
