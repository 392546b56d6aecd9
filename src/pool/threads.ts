import { type MessagePort, receiveMessageOnPort, type Worker } from "node:worker_threads";
import type { Piscina } from "piscina";
import type { Ledger } from "../engine/ledger.ts";
import type { Library } from "../engine/library.ts";
import type { Desk } from "../jobs/desk.ts";
import { answerQuestion } from "./ask.ts";
import { answerDesk } from "./desk.ts";
import type { Begun, CacheStats, Done, Hello, Message, Order, Seen } from "./protocol.ts";

/** What threads are watched with. */
export interface ThreadsOptions {
  readonly library: Library;
  readonly ledger: Ledger;
  readonly desk: Desk;
  readonly onBegun: (begun: Begun) => void;
  readonly onSeen: (seen: Seen) => void;
  /** Hears of what was done by a thread that has more to do. */
  readonly onDone: (done: Done) => void;
  /** Hears of the last thing that a thread did which holds too much to go on. */
  readonly onLeaving: (done: Done) => void;
  readonly onFault: (error: unknown, where: Readonly<Record<string, unknown>>) => void;
}

/** The threads of a pool: answers what they ask, and puts things in order when one is no more. */
export class Threads {
  /** Threads that ended before the pool did. */
  terminated = 0;
  private readonly options: ThreadsOptions;
  private readonly living = new Map<number, CacheStats>();
  private readonly aheads = new Map<number, MessagePort>();
  private readonly ended = { hits: 0, misses: 0, evictions: 0 };
  private isClosing = false;

  constructor(options: ThreadsOptions) {
    this.options = options;
  }

  /** Watches the threads of a pool, those that it will start too. */
  watch(piscina: Piscina): void {
    piscina.on("message", (hello: Hello) => {
      const worker = piscina.threads.find(({ threadId }) => threadId === hello.thread);
      if (worker) this.greet(worker, hello);
    });
    // Of a thread that failed while it had nothing to do.
    piscina.on("error", (error: Error) => this.options.onFault(error, {}));
  }

  /** Notes what a thread told with its work. */
  tell({ thread, cache }: Done): void {
    if (this.living.has(thread)) this.living.set(thread, cache);
  }

  /** Hands an order to a thread that does something else; false where there is no such thread. */
  handAhead(thread: number, order: Order): boolean {
    const port = this.aheads.get(thread);
    port?.postMessage(order);
    return port !== undefined;
  }

  /** The threads that run. */
  get count(): number {
    return this.living.size;
  }

  /** Ends are expected from now on. */
  close(): void {
    this.isClosing = true;
  }

  cacheStats(): CacheStats {
    const total = { ...this.ended, bytes: 0, entries: 0 };
    for (const stats of this.living.values()) add(total, stats);
    return total;
  }

  private greet(worker: Worker, { thread, port, answered, desk: deskPort, ahead }: Hello): void {
    const { library, ledger, desk, onBegun, onSeen, onDone, onLeaving, onFault } = this.options;
    this.living.set(thread, { hits: 0, misses: 0, evictions: 0, bytes: 0, entries: 0 });
    this.aheads.set(thread, ahead);
    ahead.unref();
    const hear = (message: Message) => {
      try {
        if ("seen" in message) onSeen(message.seen);
        else if ("begun" in message) onBegun(message.begun);
        else if ("done" in message) onDone(message.done);
        else if ("leaving" in message) onLeaving(message.leaving);
        else if ("used" in message) library.has(message.used);
        else answerQuestion(library, message, port, answered);
      } catch (error) {
        onFault(error, { thread });
      }
    };
    port.on("message", hear);
    port.unref();
    answerDesk(desk, deskPort);
    worker.once("exit", () => {
      ledger.clear(thread);
      const { bytes: _, entries: __, ...counts } = this.living.get(thread)!;
      add(this.ended, counts);
      this.living.delete(thread);
      if (!this.isClosing) this.terminated++;
      // What it did before it died was done.
      for (let last = receiveMessageOnPort(port); last; last = receiveMessageOnPort(port)) hear(last.message);
      this.aheads.delete(thread);
      for (const each of [port, deskPort, ahead]) each.close();
    });
  }
}

function add<T extends Record<keyof T, number>>(total: T, more: NoInfer<T>): void {
  for (const name of Object.keys(total) as (keyof T)[]) total[name] = (total[name] + more[name]) as T[keyof T];
}
