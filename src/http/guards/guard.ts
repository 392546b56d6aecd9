import type { Visit } from "../visit.ts";

/** Decides, by a request's headers and before anything of its body is read, whether it is served. */
export interface Guard {
  /**
   * Lets a visit pass, throws the refusal that it is answered with, or answers it on its own, whereupon nothing follows. It
   * may add headers to the answer. What needs no waiting should not be a promise: every small call waits for it.
   */
  admit(visit: Visit): void | Promise<void>;
  /** What documents say of who may call: OpenAPI's security schemes by name, of which any one is enough. */
  readonly security?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Request headers that the guard reads, and that pages of allowed origins may send. */
  readonly headers?: readonly string[];
  /** Lets go of what it watches. */
  close?(): void;
}

/** Asks one guard after the other; calls `done` when all have let the visit pass, with the error where one did not. */
export function askAll(guards: readonly Guard[], visit: Visit, done: (error?: Error) => void, first = 0): void {
  for (let i = first; i < guards.length; i++) {
    const admitted = guards[i]!.admit(visit);
    if (admitted instanceof Promise) {
      admitted
        .then(() => {
          if (!visit.reply.sent) askAll(guards, visit, done, i + 1);
        })
        .catch(done);
      return;
    }
    if (visit.reply.sent) return;
  }
  done();
}
