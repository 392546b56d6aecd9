import type { MessagePort } from "node:worker_threads";
import { ServiceError } from "../errors.ts";
import type { Desk } from "../jobs/desk.ts";
import type { Draft } from "../jobs/model.ts";
import type { PlainError } from "./protocol.ts";

/** What a worker asks of jobs, and the answer; `id` says which to which. */
interface Asked {
  readonly id: number;
  readonly ask: keyof Desk;
  readonly args: readonly unknown[];
}
type Told =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: PlainError | { readonly type: undefined; readonly message: string } };

/** The desk as a worker has it: each question goes to the thread that serves. Nobody there waits long for a change. */
export function askedDesk(port: MessagePort): Desk {
  const waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
  let asked = 0;
  port.on("message", (told: Told) => {
    const { resolve, reject } = waiting.get(told.id)!;
    waiting.delete(told.id);
    if (waiting.size === 0) port.unref();
    if ("value" in told) return resolve(told.value as never);
    const { type, message } = told.error;
    reject(type === undefined ? new Error(message) : new ServiceError(type, message, told.error.data));
  });
  port.unref();
  const question =
    <K extends keyof Desk>(ask: K, transfer: (args: Parameters<Desk[K]>) => ArrayBuffer[] = () => []) =>
    (...args: Parameters<Desk[K]>) =>
      new Promise<Awaited<ReturnType<Desk[K]>>>((resolve, reject) => {
        const id = ++asked;
        waiting.set(id, { resolve, reject });
        port.ref();
        port.postMessage({ id, ask, args } satisfies Asked, transfer(args));
      });
  const status = question("status");
  return {
    submit: question("submit", ([, draft]) => buffersOf(draft)),
    status: (tenant, id, waitMs = 0) => status(tenant, id, Math.min(waitMs, waitMaxMs)),
    cancel: question("cancel"),
    list: question("list"),
    remove: question("remove"),
    chunks: question("chunks"),
    sentBlobs: question("sentBlobs"),
    blobBytes: question("blobBytes"),
    readBlob: question("readBlob"),
  };
}

/** Answers what a worker asks, on the thread that serves. */
export function answerDesk(desk: Desk, port: MessagePort): void {
  port.on("message", ({ id, ask, args }: Asked) => {
    const method = desk[ask] as (...args: readonly unknown[]) => Promise<unknown>;
    method.apply(desk, [...args]).then(
      (value) => {
        const buffers = value instanceof Uint8Array ? [value.buffer as ArrayBuffer] : [];
        port.postMessage({ id, value } satisfies Told, buffers);
      },
      (error: Error) => {
        const { message } = error;
        const told =
          error instanceof ServiceError
            ? { type: error.type, message, data: error.data }
            : { type: undefined, message };
        port.postMessage({ id, error: told } satisfies Told);
      },
    );
  });
  port.unref();
}

/** The memory of a draft's blobs; several pieces may share it. */
function buffersOf({ blobs }: Draft): ArrayBuffer[] {
  return [...new Set(blobs.flatMap(({ pieces }) => pieces.map(({ buffer }) => buffer)))];
}

/** A worker that waits does nothing else, and may be ended for taking long. */
const waitMaxMs = 5000;
