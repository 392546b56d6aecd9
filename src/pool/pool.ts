import type { Worker } from "node:worker_threads";
import { Piscina } from "piscina";
import type { Config } from "../config.ts";
import type { Ledger } from "../engine/ledger.ts";
import type { Library } from "../engine/library.ts";
import { overloaded, ServiceError } from "../errors.ts";
import {
  type CallReport,
  failureOf,
  type MovedCall,
  type Outcome,
  otherMethod,
  outcomeName,
  type RpcAnswer,
} from "../rpc/dispatch.ts";
import { batchText, errorText, idAgain } from "../rpc/envelope.ts";
import type { Exchange } from "../rpc/exchange.ts";
import { Job } from "./job.ts";
import type { CacheStats, Done, LargeBody, Work, WorkerStart } from "./protocol.ts";
import { takeText } from "./text.ts";
import { Threads } from "./threads.ts";
import { timeoutOf } from "./timeout.ts";

/** What a pool is made of. */
export interface PoolOptions {
  readonly config: Config;
  /** Where the graphs are kept, and the planned bytes of all threads are counted. */
  readonly library: Library;
  readonly ledger: Ledger;
  /** Hears of errors that are ours: of a worker that died, or of what one ran into. */
  readonly onFault: (error: unknown, where: Readonly<Record<string, unknown>>) => void;
}

/** Numbers for `/metrics`. */
export interface PoolStats {
  readonly workers: number;
  readonly busy: number;
  readonly queued: number;
  readonly terminated: number;
}

/** The result of a body that was read by a worker, and the calls to be counted. */
export interface Served<T> {
  readonly result: T;
  readonly reports: readonly CallReport[];
}

const retryAfterMs = 1000;
const restartMs = 50;

/**
 * Worker threads that run calls, one each at a time. What all are too busy for waits in line, and beyond `queueMax` is
 * turned away. Work that is late or no longer wanted ends with its thread, and another thread takes its place.
 */
export class Pool {
  private readonly options: PoolOptions;
  private readonly threads: Threads;
  private readonly queue = new Set<Job>();
  private readonly running = new Map<number, Job>();
  private piscina: Piscina | undefined;
  private isClosed = false;

  constructor(options: PoolOptions) {
    this.options = options;
    this.threads = new Threads({
      ...options,
      onSeen: (seen) => {
        const job = this.running.get(seen.order);
        if (!job) return;
        job.seen = seen;
        job.expireIn(seen.timeoutMs);
      },
    });
  }

  /** Whether no more work is taken now. */
  get isFull(): boolean {
    const { workers, queueMax } = this.options.config;
    return this.running.size + this.queue.size >= workers + queueMax;
  }

  /** Starts the first thread, so that no call has to wait for it; others follow when they are needed. */
  start(): void {
    if (this.piscina || this.isClosed) return;
    const { config, ledger } = this.options;
    this.piscina = new Piscina({
      filename: new URL("../worker.ts", import.meta.url).href,
      minThreads: 1,
      maxThreads: config.workers,
      idleTimeout: Number.POSITIVE_INFINITY,
      recordTiming: false,
      workerData: { config, ledger: ledger.shared } satisfies WorkerStart,
    });
    this.threads.watch(this.piscina);
    // Piscina replaces no thread that dies while it starts, and what waits for it would wait on.
    this.piscina.on("workerDestroy", () => setTimeout(() => this.wake(), restartMs).unref());
  }

  /** Runs a call that was read on the thread that serves. Rejects as {@link Job.done} does. */
  async call(call: MovedCall, exchange: Exchange): Promise<Outcome> {
    return outcomeOf(await this.do({ kind: "call", call }, exchange, timeoutOf(call.params, this.options.config)));
  }

  /** Runs a method on a body of its parameters. */
  async rest(name: string, body: LargeBody, exchange: Exchange): Promise<Served<Outcome>> {
    const startedAtMs = performance.now();
    try {
      const done = await this.do({ kind: "rest", name, body }, exchange);
      return { result: outcomeOf(done), reports: done.reports };
    } catch (error) {
      const result = this.failure(error, exchange, name);
      const report = { method: name, outcome: outcomeName(result), durationMs: performance.now() - startedAtMs };
      return { result, reports: [report] };
    }
  }

  /** Answers a JSON-RPC body. Throws `overloaded` for one that was not read. */
  async rpc(body: LargeBody, exchange: Exchange): Promise<Served<RpcAnswer>> {
    const startedAtMs = performance.now();
    const job = this.enter({ kind: "rpc", body }, exchange);
    try {
      const { reply, reports } = await this.run(job);
      if (reply.kind !== "answer") throw new Error("an outcome where an answer was asked for");
      const { text, facts } = reply;
      return { result: { ...facts, text: text === undefined ? undefined : takeText(text) }, reports };
    } catch (error) {
      const { seen } = job;
      if (!seen && error instanceof ServiceError && error.type === "overloaded") throw error;
      const method = seen?.method ?? otherMethod;
      const failure = this.failure(error, exchange, method);
      const outcome = outcomeName(failure);
      const ids = seen ? seen.ids.filter((id) => id !== undefined) : [null];
      const texts = ids.map((id) => errorText(idAgain(id), failure.error, exchange.codec));
      const text = texts.length === 0 ? undefined : seen?.isBatch ? batchText(texts, exchange.codec) : texts[0];
      return {
        result: { text, method, calls: seen?.ids.length ?? 0, outcome },
        reports: [
          { method: seen?.isBatch ? otherMethod : method, outcome, durationMs: performance.now() - startedAtMs },
        ],
      };
    }
  }

  /** Ends all threads, with whatever they do. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.threads.close();
    await this.piscina?.destroy();
  }

  /** The threads themselves, for those who test what happens when one dies. */
  get workers(): readonly Worker[] {
    return this.piscina?.threads ?? [];
  }

  stats(): PoolStats {
    const { terminated } = this.threads;
    return { workers: this.threads.count, busy: this.running.size, queued: this.queue.size, terminated };
  }

  /** What the caches of all workers tell together. */
  cacheStats(): CacheStats {
    return this.threads.cacheStats();
  }

  private async do(work: Work, exchange: Exchange, timeoutMs?: number): Promise<Done> {
    return this.run(this.enter(work, exchange, timeoutMs));
  }

  /** Puts work in line. Throws the signal's reason, or `overloaded`. */
  private enter(work: Work, exchange: Exchange, timeoutMs?: number): Job {
    exchange.call.signal.throwIfAborted();
    if (this.isFull || this.isClosed) throw overloaded(retryAfterMs);
    const job = new Job(work, exchange);
    if (timeoutMs !== undefined) job.expireIn(timeoutMs);
    // How long a body may wait stands inside of it: what is not even read by then comes from too many calls.
    else job.giveUpIn(this.options.config.timeoutDefaultMs, overloaded(retryAfterMs));
    return job;
  }

  private async run(job: Job): Promise<Done> {
    const { call } = job.exchange;
    const { signal } = call;
    const onAbort = () => job.cancel(signal.reason);
    signal.addEventListener("abort", onAbort);
    this.queue.add(job);
    this.next();
    try {
      const done = await job.done;
      this.threads.tell(done);
      for (const { method, ...error } of done.faults) {
        this.options.onFault(Object.assign(new Error(error.message), error), {
          method,
          requestId: job.exchange.requestId,
        });
      }
      call.note(done.noted);
      return done;
    } finally {
      signal.removeEventListener("abort", onAbort);
      job.close();
      this.queue.delete(job);
      this.running.delete(job.order.id);
      this.next();
    }
  }

  /** Hands work to threads that are free. Piscina never has more than it has threads, as its own queue keeps no order. */
  private next(): void {
    for (const job of this.queue) {
      if (this.running.size >= this.options.config.workers) return;
      this.queue.delete(job);
      this.running.set(job.order.id, job);
      job.isRunning = true;
      if (job.order.work.kind !== "call") job.expireIn(this.options.config.limits.timeoutMs);
      this.start();
      // The cast is for its type, which is made from the wrong overload where the types of web workers are loaded too.
      const transferList = job.transferList as never;
      this.piscina!.run(job.order, { signal: job.kill.signal, transferList }).then(job.resolve, (cause) =>
        job.fail(new Error("a worker thread failed", { cause })),
      );
    }
  }

  private wake(): void {
    if (this.isClosed || this.running.size <= this.piscina!.threads.length) return;
    this.piscina!.run(undefined, { name: "wake" }).catch(() => undefined);
  }

  private failure(error: unknown, exchange: Exchange, method: string) {
    const { requestId } = exchange;
    return failureOf(error, exchange, (fault) => this.options.onFault(fault, { requestId, method }));
  }
}

function outcomeOf({ reply }: Done): Outcome {
  if (reply.kind === "outcome") return { ok: true, text: takeText(reply.text) };
  if (reply.kind === "answer") throw new Error("an answer where an outcome was asked for");
  const { type, message, data } = reply.error;
  return { ok: false, error: new ServiceError(type, message, data), cancelled: reply.cancelled };
}
