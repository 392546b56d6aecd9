import type { Worker } from "node:worker_threads";
import { Piscina } from "piscina";
import type { ChunkMade, ChunkOrder } from "../batches/run.ts";
import { limitExceeded, overloaded, ServiceError } from "../errors.ts";
import { localCaller } from "../rpc/caller.ts";
import { failureOf, type MovedCall, type Outcome, otherMethod, outcomeName } from "../rpc/dispatch.ts";
import { createExchange, type Exchange } from "../rpc/exchange.ts";
import type { Face } from "../rpc/faces.ts";
import type { Codec } from "../wire/codec.ts";
import { codecs } from "../wire/codecs.ts";
import { Admission, retryMsMin } from "./admission.ts";
import { threadsMax } from "./bounds.ts";
import { type Begun, Crew } from "./crew.ts";
import { Deadly, deadlyError, digestOf } from "./deadly.ts";
import { Expectations, kindOf, kindOfCall } from "./expectations.ts";
import { Job } from "./job.ts";
import { createLine } from "./line.ts";
import { Moves } from "./moves.ts";
import { type PoolOptions, type PoolStats, type Served, takenReply } from "./options.ts";
import type { CacheStats, Done, UnreadBody, Work, WorkerStart } from "./protocol.ts";
import { Threads } from "./threads.ts";
import { timeoutOf } from "./timeout.ts";

const restartMs = 50;
const recycleMs = 10_000;

/**
 * Worker threads that run calls, one each at a time. What all are too busy for waits in line, where tenants have equal turns.
 * What is beyond the line's bounds, or would wait too long, is turned away. Work that is late or no longer wanted ends with its thread, and another thread takes its place.
 */
export class Pool {
  private readonly options: PoolOptions;
  private readonly threads: Threads;
  private readonly line = createLine();
  private readonly expectations = new Expectations();
  private readonly moves = new Moves();
  private readonly admission: Admission;
  private readonly crew: Crew;
  private readonly deadly: Deadly;
  private piscina: Piscina | undefined;
  /** The thread that an order was last given to at once. */
  private chosen: number | undefined;
  private recycled = 0;
  private recycledAtMs = Number.NEGATIVE_INFINITY;
  private isClosed = false;

  constructor(options: PoolOptions) {
    this.options = options;
    this.crew = new Crew(options.config, this.line, {
      begin: (job) => this.hand(job),
      ahead: (thread, order) => this.threads.handAhead(thread, order),
      deathOf: (job, cause) => this.deathOf(job, cause as NodeJS.ErrnoException),
    });
    this.admission = new Admission(options.config, this.line, this.crew.running);
    this.deadly = new Deadly(options.config.deadlyMs);
    this.threads = new Threads({
      ...options,
      onBegun: ({ order, timeoutMs, digest }) => {
        const job = this.crew.running.get(order);
        if (!job) return;
        job.digest = digest;
        job.expireIn(timeoutMs);
      },
      onSeen: (seen) => {
        const job = this.crew.running.get(seen.order);
        if (!job) return;
        job.seen = seen;
        job.expireIn(seen.timeoutMs);
      },
      onDone: (done) => this.crew.finish(done),
      onLeaving: (done) => {
        this.recycled++;
        const kill = this.crew.find(done.order)?.kill;
        this.crew.finish(done);
        // Only this ends the thread where nothing else can be given to it meanwhile.
        kill?.abort();
      },
    });
  }

  /** Whether no more work is taken now. */
  get isFull(): boolean {
    return this.admission.isFull;
  }

  /** Starts the first thread, so that no call has to wait for it; others follow when they are needed. */
  start(): void {
    if (this.piscina || this.isClosed) return;
    const { config, ledger } = this.options;
    this.piscina = new Piscina({
      filename: new URL("../worker.ts", import.meta.url).href,
      minThreads: 1,
      maxThreads: threadsMax(config),
      idleTimeout: Number.POSITIVE_INFINITY,
      recordTiming: false,
      resourceLimits: { maxOldGenerationSizeMb: Math.ceil(config.limits.heapBytes / 2 ** 20) },
      loadBalancer: (_, workers) => {
        const free = workers.find(({ currentUsage }) => currentUsage === 0) ?? null;
        this.chosen = free?.id;
        return free;
      },
      workerData: { config, ledger: ledger.shared } satisfies WorkerStart,
    });
    this.threads.watch(this.piscina);
    // Piscina replaces no thread that dies while it starts, and what waits for it would wait on.
    this.piscina.on("workerDestroy", () => setTimeout(() => this.wake(), restartMs).unref());
  }

  /** Runs a call that was read on the thread that serves. Rejects as {@link Job.done} does. */
  async call(call: MovedCall, exchange: Exchange): Promise<Outcome> {
    exchange.onMoved?.();
    const job = this.enter(
      { kind: "call", call },
      kindOfCall(call),
      exchange,
      timeoutOf(call.params, this.options.config),
    );
    const { text, failure } = takenReply((await this.run(job)).reply);
    return failure ?? { ok: true, text: text! };
  }

  /** Whether a body for a face is given away unread, as such bodies are moved here anyway. */
  isMoveExpected({ path }: Face, length: number): boolean {
    return this.moves.isExpected(kindOf(path, length));
  }

  /** Notes whether a body that was read was moved here. */
  learnMoved({ path }: Face, length: number, isMoved: boolean): void {
    this.moves.learn(kindOf(path, length), isMoved);
  }

  /** Answers a body that no thread has read. Throws `overloaded` where it is not even read. */
  async serve(face: Face, body: UnreadBody, reader: Codec, exchange: Exchange): Promise<Served> {
    const startedAtMs = performance.now();
    const work = { kind: "body", path: face.path, reader: reader.name, body } as const;
    const job = this.enter(work, kindOf(face.path, body.length), exchange);
    try {
      const { reply, reports } = await this.run(job);
      return { reply: takenReply(reply), reports };
    } catch (error) {
      const { seen } = job;
      if (!seen && error instanceof ServiceError && error.type === "overloaded") throw error;
      const method = seen?.method ?? face.method ?? otherMethod;
      const { requestId } = exchange;
      const failure = failureOf(error, exchange, (fault) => this.options.onFault(fault, { requestId, method }));
      const durationMs = performance.now() - startedAtMs;
      const report = { method: seen?.isBatch ? otherMethod : method, outcome: outcomeName(failure), durationMs };
      return { reply: face.refuse(failure, seen && { ...seen, params: [] }, exchange), reports: [report] };
    }
  }

  /**
   * Runs a part of a job, beside which one thread stays for calls. Rejects with a ServiceError of the part itself, the
   * signal's reason, or another error where the thread was lost.
   */
  async chunk(chunk: ChunkOrder, signal: AbortSignal): Promise<ChunkMade> {
    signal.throwIfAborted();
    const caller = { ...localCaller, tenant: chunk.tenant };
    const exchange = createExchange({ codec: codecs[0], signal, caller });
    const { reply, made } = await this.run(new Job({ kind: "chunk", chunk }, exchange, []), true);
    const { failure } = takenReply(reply);
    if (failure) throw failure.error;
    return made!;
  }

  /** Ends all threads, with whatever they do. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.threads.close();
    await this.piscina?.destroy();
  }

  /** Replaces a thread that has nothing to do, as memory is short; no more often than helps. */
  recycleIdle(): void {
    const now = performance.now();
    if (!this.piscina || this.threads.count <= this.crew.busy || now - this.recycledAtMs < recycleMs) return;
    this.recycledAtMs = now;
    this.recycled++;
    const end = new AbortController();
    this.piscina.run(undefined, { name: "hold", signal: end.signal }).catch(() => undefined);
    end.abort();
  }

  /** The threads themselves, for those who test what happens when one dies. */
  get workers(): readonly Worker[] {
    return this.piscina?.threads ?? [];
  }

  stats(): PoolStats {
    const { threads, line, crew, recycled } = this;
    return {
      workers: threads.count,
      busy: crew.busy,
      queued: line.size + crew.ahead,
      queuedOperations: line.operations,
      queuedMs: line.expectedMs,
      queuedTenants: line.tenants,
      chunks: crew.computing.size,
      terminated: threads.terminated,
      recycled,
    };
  }

  /** What the caches of all workers tell together. */
  cacheStats(): CacheStats {
    return this.threads.cacheStats();
  }

  /** Admits work of a kind to the line. Throws the signal's reason, or `overloaded`. */
  private enter(work: Work, kind: string, exchange: Exchange, timeoutMs?: number): Job {
    exchange.call.signal.throwIfAborted();
    if (this.isClosed) throw overloaded(retryMsMin);
    if (work.kind === "call" && !this.deadly.isEmpty && this.deadly.refused.includes(digestOf(work.call))) {
      throw deadlyError();
    }
    const learned = this.expectations.of(kind);
    const operations = (work.kind === "call" ? work.call.operations : undefined) ?? learned.operations;
    const expected = { ...learned, operations };
    this.admission.admit(exchange, expected, timeoutMs ?? this.options.config.limits.timeoutMs);
    const job = new Job(work, exchange, this.deadly.refused, kind, expected, timeoutMs);
    // How long a body may take stands inside of it: what is not even read by then comes from too many calls.
    const { queueMs, timeoutDefaultMs } = this.options.config;
    if (timeoutMs !== undefined && timeoutMs < queueMs) job.expireIn(timeoutMs);
    else
      job.giveUpIn(Math.min(queueMs, timeoutDefaultMs), () => overloaded(this.admission.retryMs(exchange, expected)));
    return job;
  }

  private async run(job: Job, isChunk = false): Promise<Done> {
    const { call } = job.exchange;
    const { signal } = call;
    const onAbort = () => job.cancel(signal.reason);
    signal.addEventListener("abort", onAbort);
    call.phases?.mark("queue");
    this.crew.add(job, isChunk);
    try {
      const done = await job.done;
      this.threads.tell(done);
      call.phases?.add(done.marks);
      this.expectations.learn(job.kind, done.ms, done.operations);
      for (const { method, ...error } of done.faults) {
        this.options.onFault(Object.assign(new Error(error.message), error), {
          method,
          requestId: job.exchange.requestId,
        });
      }
      call.note(done.noted);
      if (done.head) call.respond?.(done.head);
      return done;
    } catch (error) {
      if (job.hasEndedThread) this.noteEnd(job);
      throw error;
    } finally {
      signal.removeEventListener("abort", onAbort);
      job.close();
      this.crew.remove(job);
    }
  }

  /** Gives a job to a thread that is free. Piscina never has more than it has threads, as its own queue keeps no order. */
  private hand(job: Job): Begun {
    this.start();
    this.chosen = undefined;
    // The cast is for its type, which is made from the wrong overload where the types of web workers are loaded too.
    const transferList = job.transferList as never;
    const over = this.piscina!.run(job.order, { signal: job.kill.signal, transferList });
    return { thread: this.chosen, over };
  }

  private noteEnd({ order: { work }, digest }: Job): void {
    // What a part of a job ends is counted with its job.
    const what = work.kind === "call" ? digestOf(work.call) : digest;
    if (what !== undefined) this.deadly.note(what);
  }

  /** The error of an order whose thread died. */
  private deathOf(job: Job, cause: NodeJS.ErrnoException): Error {
    if (cause.code !== "ERR_WORKER_OUT_OF_MEMORY") return new Error("a worker thread failed", { cause });
    job.hasEndedThread = true;
    const { heapBytes } = this.options.config.limits;
    return limitExceeded("heapBytes", heapBytes, heapBytes);
  }

  private wake(): void {
    if (this.isClosed || this.crew.busy <= this.piscina!.threads.length) return;
    this.piscina!.run(undefined, { name: "wake" }).catch(() => undefined);
  }
}
