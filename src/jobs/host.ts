import { setTimeout as sleep } from "node:timers/promises";
import { ServiceError } from "../errors.ts";
import { StoreDesk } from "./desk.ts";
import type { ChunkResult, Claim, JobChange } from "./model.ts";
import { Runner, type RunnerStats } from "./runner.ts";
import type { JobStore, StoreStats } from "./store.ts";

/** What jobs of a process are made of. */
export interface HostOptions {
  /** Opens the store. */
  readonly open: () => Promise<JobStore>;
  /** Whether there are jobs to go on with, or others may bring some, so that it is opened at the start. */
  readonly isExpected: () => boolean;
  /** Computes chunks; absent, others do. */
  readonly compute?: ((store: JobStore) => (claim: Claim, signal: AbortSignal) => Promise<ChunkResult>) | undefined;
  readonly slots: number;
  readonly drainMs: number;
  readonly onFault: (error: unknown, where: Readonly<Record<string, unknown>>) => void;
  /** Hears of every change, for the log. */
  readonly onChange?: (change: JobChange) => void;
}

/** What operators see of jobs. */
export interface JobStats extends StoreStats {
  readonly runner: RunnerStats;
}

/** The jobs of a process: its desk, and who computes them. The store is opened when it is first needed. */
export class JobHost {
  readonly desk: StoreDesk;
  private readonly options: HostOptions;
  private opening: Promise<JobStore> | undefined;
  private triedAtMs = Number.NEGATIVE_INFINITY;
  private refusal: Error | undefined;
  private runner: Runner | undefined;
  private isStopped = false;

  constructor(options: HostOptions) {
    this.options = options;
    this.desk = new StoreDesk(() => this.open());
  }

  /** Goes on with what a process before this one has left. */
  async begin(): Promise<void> {
    if (!this.options.isExpected()) return;
    await this.open().catch((error) => {
      this.options.onFault(error, {});
      void this.beginLater();
    });
  }

  /** Why no job can be kept; undefined where it can, or nobody has wanted one. */
  async unready(): Promise<string | undefined> {
    if (this.opening === undefined) {
      if (this.refusal) await this.open().catch(() => undefined);
      return this.refusal?.message;
    }
    try {
      return await (await this.opening).unwritable();
    } catch (error) {
      return (error as Error).message;
    }
  }

  /** Numbers; undefined where there is no store yet. */
  async stats(): Promise<JobStats | undefined> {
    if (!this.opening) return undefined;
    const store = await this.opening.catch(() => undefined);
    return store && { ...(await store.stats()), runner: this.runner?.stats() ?? none };
  }

  /** Begins no more chunks; lets those that run end, or gives them back. */
  async drain(): Promise<void> {
    this.isStopped = true;
    await this.opening?.catch(() => undefined);
    await this.runner?.stop(this.options.drainMs);
  }

  /** Closes the store, when it has been drained. */
  async close(): Promise<void> {
    const store = await this.opening?.catch(() => undefined);
    await store?.close();
  }

  /** Others may bring jobs, so that the store is opened once the cause has gone away, also if nobody asks. */
  private async beginLater(): Promise<void> {
    while (!this.isStopped && !this.runner) {
      await sleep(againMs, undefined, { ref: false });
      await this.open().catch(() => undefined);
    }
  }

  private async open(): Promise<JobStore> {
    if (this.isStopped && !this.opening) throw refused("the service is draining");
    const now = performance.now();
    if (!this.opening && this.refusal && now - this.triedAtMs < againMs) throw this.refusal;
    if (!this.opening) {
      this.triedAtMs = now;
      this.opening = this.begun();
      this.opening.catch(() => {
        // The cause may go away.
        this.opening = undefined;
      });
    }
    return this.opening;
  }

  private async begun(): Promise<JobStore> {
    const { open, compute, slots, onFault, onChange } = this.options;
    let store: JobStore;
    try {
      store = await open();
    } catch (error) {
      this.refusal = error instanceof ServiceError ? error : refused((error as Error).message);
      throw this.refusal;
    }
    this.refusal = undefined;
    if (onChange) store.watch(onChange);
    // Where nothing is computed, jobs whose time is over end all the same.
    this.runner = new Runner({ store, slots: compute ? slots : 0, run: compute?.(store) ?? nobody, onFault });
    this.runner.start();
    return store;
  }
}

function refused(reason: string): ServiceError {
  return new ServiceError("overloaded", `jobs cannot be kept now: ${reason}`, { retryAfterMs: againMs });
}

async function nobody(): Promise<ChunkResult> {
  throw new Error("nothing is computed here");
}

const againMs = 1000;
const none: RunnerStats = { points: 0, chunks: 0, retried: 0, lost: 0 };
