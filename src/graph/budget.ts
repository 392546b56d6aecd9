import { deadlineExceeded } from "../errors.ts";

const operationsPerCheck = 500_000;

/** What tells that the work shall stop, and why: an AbortSignal, or what knows its state. */
type Stop = Pick<AbortSignal, "aborted" | "reason">;

/**
 * A call's time: passes and kernels spend operations from it, and every half million of them it looks at the clock and
 * at the signal. Throws `deadline_exceeded`, or the signal's reason, from inside whatever was running.
 */
export class Budget {
  readonly deadlineMs: number;
  readonly timeoutMs: number;
  private readonly stop: Stop | undefined;
  private unchecked = 0;
  /** What hears, while a node runs, where a zero may have absorbed in the functions that it holds. */
  private onAbsorbed: (() => void) | undefined;

  /** `deadlineMs` is on the clock of `performance.now()`; `timeoutMs` is what the error tells. */
  constructor(deadlineMs: number, timeoutMs: number, stop?: Stop) {
    this.deadlineMs = deadlineMs;
    this.timeoutMs = timeoutMs;
    this.stop = stop;
  }

  /** A budget that never ends. */
  static unlimited(): Budget {
    return new Budget(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
  }

  /** Accounts for work about to be done, or just done. */
  spend(operations: number): void {
    this.unchecked += operations;
    if (this.unchecked >= operationsPerCheck) this.check();
  }

  /** Runs a node, in whose functions `onAbsorbed` hears where a zero may have absorbed. */
  hearing<T>(onAbsorbed: (() => void) | undefined, run: () => T): T {
    const before = this.onAbsorbed;
    this.onAbsorbed = onAbsorbed;
    try {
      return run();
    } finally {
      this.onAbsorbed = before;
    }
  }

  /** What functions that run now are to tell of zeros that may have absorbed. */
  get heard(): (() => void) | undefined {
    return this.onAbsorbed;
  }

  /** Looks at the clock and the signal now. */
  check(): void {
    this.unchecked = 0;
    if (this.stop?.aborted) throw this.stop.reason;
    if (performance.now() > this.deadlineMs) throw deadlineExceeded(this.timeoutMs);
  }
}
