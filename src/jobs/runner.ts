import { setTimeout as sleep } from "node:timers/promises";
import { ServiceError } from "../errors.ts";
import { letGo } from "../own-bytes.ts";
import { workerLost } from "./faults.ts";
import type { ChunkResult, Claim, JobChange } from "./model.ts";
import { isFinal } from "./model.ts";
import type { JobStore } from "./store.ts";
import { delaysMs, retryDelayMs } from "./tries.ts";

/** What a runner works with. */
export interface RunnerOptions {
  readonly store: JobStore;
  /** Chunks that are computed at once. */
  readonly slots: number;
  /**
   * Computes a chunk, whose bytes are the runner's: kept, they are let go of at once. Left to the collector, those of many
   * chunks would wait for it. A ServiceError is the sender's; anything else means that it was lost.
   */
  readonly run: (claim: Claim, signal: AbortSignal) => Promise<ChunkResult>;
  /** Hears of chunks that were lost, and of what went wrong here. */
  readonly onFault: (error: unknown, where: Readonly<Record<string, unknown>>) => void;
}

/** Counted since the start. */
export interface RunnerStats {
  readonly points: number;
  readonly chunks: number;
  readonly retried: number;
  readonly lost: number;
}

const storeRetryMs = 1000;
const pollMs = 1000;
const sweepMs = 5000;

/** Takes chunks from a store, has them computed and brings back what they gave. */
export class Runner {
  private readonly options: RunnerOptions;
  private readonly running = new Map<Claim, AbortController>();
  private readonly ended = new Set<() => void>();
  private readonly counts = { points: 0, chunks: 0, retried: 0, lost: 0 };
  private computing = 0;
  private pumping: Promise<void> | undefined;
  private isWanted = false;
  private isStopping = false;
  private unwatch: (() => void) | undefined;
  private timers: NodeJS.Timeout[] = [];

  constructor(options: RunnerOptions) {
    this.options = options;
  }

  start(): void {
    const { store } = this.options;
    this.unwatch = store.watch((change) => this.hear(change));
    this.timers = [
      setInterval(() => this.wake(), pollMs).unref(),
      setInterval(() => void this.sweep(), sweepMs).unref(),
    ];
    void this.sweep();
    this.wake();
    // What another process was lost with is tried again then.
    for (const ms of delaysMs) this.wakeIn(ms);
  }

  /** Takes nothing more; gives what runs so long to end, and gives back what has not. */
  async stop(drainMs: number): Promise<void> {
    this.isStopping = true;
    this.unwatch?.();
    for (const timer of this.timers) clearInterval(timer);
    await this.pumping;
    await this.idle(drainMs);
    for (const controller of this.running.values()) controller.abort(givenBack);
    await this.idle(giveBackMs);
  }

  stats(): RunnerStats {
    return this.counts;
  }

  /** Looks for work, now or once the look that is under way is over. */
  wake(): void {
    this.isWanted = true;
    if (this.pumping) return;
    this.pumping = this.pump()
      .catch((error) => this.options.onFault(error, {}))
      .finally(() => {
        this.pumping = undefined;
        if (this.isWanted && !this.isStopping) this.wake();
      });
  }

  private async pump(): Promise<void> {
    const { store, slots } = this.options;
    while (this.isWanted && !this.isStopping) {
      this.isWanted = false;
      // What is being written does not keep others from being computed.
      while (this.computing < slots && this.running.size < 2 * slots && !this.isStopping) {
        const claim = await store.claim();
        if (!claim) break;
        // Asked for before the end was.
        if (this.isStopping) return void (await store.retry(claim, 0, false));
        this.computing++;
        void this.work(claim);
      }
    }
  }

  private async work(claim: Claim): Promise<void> {
    const { run, onFault } = this.options;
    const controller = new AbortController();
    this.running.set(claim, controller);
    let isComputing = true;
    const computed = () => {
      if (isComputing) this.computing--;
      isComputing = false;
      this.wake();
    };
    try {
      const result = await run(claim, controller.signal).finally(computed);
      const isKept = await this.insist(() => this.options.store.complete(claim, result));
      for (const piece of result.data.pieces) letGo(piece);
      if (!isKept) return;
      this.counts.chunks++;
      this.counts.points += claim.to - claim.from;
    } catch (error) {
      await this.giveUp(claim, controller.signal, error).catch((fault) => onFault(fault, whereOf(claim)));
    } finally {
      this.running.delete(claim);
      this.wake();
      for (const wake of this.ended) wake();
    }
  }

  private async giveUp(claim: Claim, signal: AbortSignal, error: unknown): Promise<void> {
    const { store, onFault } = this.options;
    if (signal.aborted) {
      if (signal.reason === givenBack) await store.retry(claim, 0, false);
      else await this.insist(() => store.drop(claim));
      return;
    }
    if (error instanceof ServiceError && error.type === "overloaded") {
      await this.insist(() => store.retry(claim, storeRetryMs, false));
      this.wakeIn(storeRetryMs);
      return;
    }
    if (error instanceof ServiceError && !isLoss(error)) {
      const { type, message, data } = error;
      await this.insist(() => store.fail(claim, { type, message, data }));
      return;
    }
    this.counts.lost++;
    onFault(error, { ...whereOf(claim), attempt: claim.attempt });
    const delay = retryDelayMs(claim.attempt);
    if (delay !== undefined) {
      this.counts.retried++;
      await this.insist(() => store.retry(claim, delay, true));
      this.wakeIn(delay);
      return;
    }
    const reason = error instanceof Error ? error.message : String(error);
    const { type, message, data } = workerLost(claim.attempt, reason);
    await this.insist(() => store.fail(claim, { type, message, data }));
  }

  /** Does something with the store until that can be written again, as what was computed should not be lost. */
  private async insist<T>(act: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await act();
      } catch (error) {
        if (this.isStopping || !(error instanceof ServiceError) || error.type !== "overloaded") throw error;
        this.options.onFault(error, {});
        await sleep(storeRetryMs, undefined, { ref: false });
      }
    }
  }

  private hear({ id, state }: JobChange): void {
    if (state === "cancelling" || isFinal(state)) {
      for (const [claim, controller] of this.running) if (claim.job.id === id) controller.abort(notWanted);
    }
    if (!isFinal(state)) this.wake();
  }

  private async sweep(): Promise<void> {
    try {
      await this.options.store.sweep();
    } catch (error) {
      this.options.onFault(error, {});
    }
  }

  private wakeIn(ms: number): void {
    setTimeout(() => this.wake(), ms + 1).unref();
  }

  private async idle(timeoutMs: number): Promise<void> {
    const end = performance.now() + timeoutMs;
    while (this.running.size > 0 && performance.now() < end) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, end - performance.now());
      this.ended.add(resolve);
      await promise;
      this.ended.delete(resolve);
      clearTimeout(timer);
    }
  }
}

const givenBack = new Error("the process ends");
const notWanted = new Error("the job has ended");
const giveBackMs = 2000;

/** Whether an error says nothing of the chunk: a fault of ours, or a chunk that took longer than any may. */
function isLoss({ type }: ServiceError): boolean {
  return type === "internal_error" || type === "deadline_exceeded";
}

function whereOf({ job, chunk }: Claim): Readonly<Record<string, unknown>> {
  return { job: job.id, tenant: job.tenant, chunk };
}
