import { deadlineExceeded } from "../errors.ts";

const operationsPerCheck = 500_000;

/**
 * A call's time: passes and kernels spend operations from it, and every half million of them it looks at the clock and
 * at the signal. Throws `deadline_exceeded`, or the signal's reason, from inside whatever was running.
 */
export class Budget {
  readonly deadlineMs: number;
  readonly timeoutMs: number;
  private readonly signal: AbortSignal | undefined;
  private unchecked = 0;

  /** `deadlineMs` is on the clock of `performance.now()`; `timeoutMs` is what the error tells. */
  constructor(deadlineMs: number, timeoutMs: number, signal?: AbortSignal) {
    this.deadlineMs = deadlineMs;
    this.timeoutMs = timeoutMs;
    this.signal = signal;
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

  /** Looks at the clock and the signal now. */
  check(): void {
    this.unchecked = 0;
    if (this.signal?.aborted) throw this.signal.reason;
    if (performance.now() > this.deadlineMs) throw deadlineExceeded(this.timeoutMs);
  }
}
