import type { Config } from "../config.ts";
import { overloaded } from "../errors.ts";
import type { Exchange } from "../rpc/exchange.ts";
import type { Expected } from "./expectations.ts";
import type { Job } from "./job.ts";
import type { Line } from "./line.ts";

/** The least time, in milliseconds, after which to come back. */
export const retryMsMin = 1000;
const retryMsMax = 60_000;

/** What bounds a line. */
type Bounds = Pick<Config, "workers" | "queueMax" | "queueOperations" | "queueMs">;

/** Decides what may wait in a line, by what waits there already and what runs. */
export class Admission {
  private readonly config: Bounds;
  private readonly line: Line;
  private readonly running: ReadonlyMap<number, Job>;

  constructor(config: Bounds, line: Line, running: ReadonlyMap<number, Job>) {
    this.config = config;
    this.line = line;
    this.running = running;
  }

  /** Whether nothing more may wait. */
  get isFull(): boolean {
    const { workers, queueMax, queueOperations } = this.config;
    if (this.running.size < workers && this.line.size === 0) return false;
    return this.running.size + this.line.size >= workers + queueMax || this.line.operations >= queueOperations;
  }

  /** Refuses what would wait too long, and makes room for a tenant that has less waiting than another. */
  admit(exchange: Exchange, expected: Expected, timeoutMs: number): void {
    if (this.isFull) {
      const victim = this.line.victim(exchange.call.tenant, expected.ms);
      if (!victim) throw overloaded(this.retryMs(exchange, expected));
      victim.cancel(overloaded(this.retryMs(victim.exchange, expected)));
      this.line.remove(victim);
    }
    const waitMs = this.waitMs(exchange, expected);
    if (waitMs === 0) return;
    const leftMs = exchange.call.receivedAtMs + timeoutMs - performance.now();
    const { queueMs } = this.config;
    if (waitMs > queueMs || waitMs + (expected.isKnown ? expected.ms : 0) > leftMs) {
      throw overloaded(this.retryMs(exchange, expected));
    }
  }

  /** How long work is expected to wait, in milliseconds, if it came now. */
  private waitMs(exchange: Exchange, { ms }: Expected): number {
    const { workers } = this.config;
    if (this.running.size < workers) return 0;
    const now = performance.now();
    let aheadMs = this.line.aheadMs(exchange.call.tenant, ms);
    for (const { expectedMs, startedAtMs = now } of this.running.values()) {
      aheadMs += Math.max(0, startedAtMs + expectedMs - now);
    }
    return aheadMs / workers;
  }

  /** When to come back: once half of what is ahead now is expected to be done. */
  retryMs(exchange: Exchange, expected: Expected): number {
    return Math.min(retryMsMax, Math.max(retryMsMin, Math.round(this.waitMs(exchange, expected) / 2)));
  }
}
