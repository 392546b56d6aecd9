import { readlinkSync } from "node:fs";
import { getPriority, setPriority } from "node:os";
import { MessageChannel, parentPort, receiveMessageOnPort, threadId, workerData } from "node:worker_threads";
import { runChunk } from "./batches/run.ts";
import { createContext } from "./calls/context.ts";
import { Ledger } from "./engine/ledger.ts";
import { facadeMethods, facadesOf } from "./facades/index.ts";
import { methods } from "./methods/index.ts";
import { jobMethods } from "./methods/jobs/runnable.ts";
import { askedLibrary } from "./pool/ask.ts";
import { cacheBytesMins } from "./pool/cache-bytes.ts";
import { askedDesk } from "./pool/desk.ts";
import type { Hello, Message, WorkerStart } from "./pool/protocol.ts";
import { createWorker } from "./pool/serve.ts";

const lowestPriority = 19;
const stepsBelow = 5;

giveWay();
const { config, ledger: cells } = workerData as WorkerStart;
const ledger = new Ledger(cells, threadId);
const { port1: port, port2 } = new MessageChannel();
const { port1: desk, port2: deskThere } = new MessageChannel();
const { port1: ahead, port2: aheadThere } = new MessageChannel();
const answered = new Int32Array(new SharedArrayBuffer(4));
const hello: Hello = { thread: threadId, port: port2, answered, desk: deskThere, ahead: aheadThere };
parentPort!.postMessage(hello, [port2, deskThere, aheadThere]);

const threads = {
  ledger,
  library: askedLibrary(port, answered, cells.drops),
  cacheBytesMin: cacheBytesMins(config).worker,
};
const context = createContext(config, threads, askedDesk(desk));

/** Does nothing; to be given that to do, a thread must run. */
export function wake(): void {}

/** Holds its thread until that is ended. */
export function hold(): Promise<never> {
  return new Promise(() => {});
}

/** Does an order, and what was handed ahead meanwhile; piscina calls it. */
export default createWorker({
  config,
  methods: [...methods, ...facadeMethods],
  facades: facadesOf(config),
  context,
  cacheStats: () => context.engine.stats(),
  ledger,
  runChunk: (chunk, call) => runChunk(chunk, jobMethods, context, call),
  onBegun: (begun) => port.postMessage({ begun } satisfies Message),
  onSeen: (seen) => port.postMessage({ seen } satisfies Message),
  next: () => receiveMessageOnPort(ahead)?.message,
  onDone: (done, ports) => port.postMessage({ done } satisfies Message, [...ports]),
  onLeaving: (leaving, ports) => port.postMessage({ leaving } satisfies Message, [...ports]),
});

/**
 * Lets the thread that serves go first where both want a processor: it has little to do for each call, and all wait for it.
 * Linux alone has priorities of threads; elsewhere this one stays as it is.
 */
function giveWay(): void {
  try {
    const thread = Number(readlinkSync("/proc/thread-self").split("/").at(-1));
    setPriority(thread, Math.min(lowestPriority, getPriority(thread) + stepsBelow));
  } catch {
    // Where that is not allowed, it is no fault.
  }
}
