import { quotaExceeded } from "../errors.ts";
import type { Account } from "../rpc/method.ts";
import { Meter } from "./meter.ts";

/** An account as threads pass it on: the meter's cell is shared, and so much of the call is paid for already. */
export interface GivenAccount {
  readonly cell: BigInt64Array<SharedArrayBuffer>;
  readonly perSecond: number;
  readonly burst: number;
  readonly paid: number;
}

/** The account of the calls of one request, on one thread. */
export class MeteredAccount implements Account {
  private readonly meter: Meter;
  /** Operations that the next call, or this one, need not pay for, as another thread did. */
  private credit: number;
  private nextCredit: number;
  private paid = 0;

  constructor(meter: Meter, credit = 0) {
    this.meter = meter;
    this.credit = 0;
    this.nextCredit = credit;
  }

  /** The account of a call that another thread gave away. */
  static taken({ cell, perSecond, burst, paid }: GivenAccount): MeteredAccount {
    return new MeteredAccount(new Meter(perSecond, burst, cell), paid);
  }

  begin(): void {
    this.credit = this.nextCredit;
    this.nextCredit = 0;
    this.paid = 0;
  }

  charge(operations: number): void {
    const due = Math.max(0, operations - this.credit);
    const waitMs = due > 0 ? this.meter.take(due) : 0;
    if (waitMs > 0) throw quotaExceeded("operationsPerSecond", waitMs);
    this.credit -= operations - due;
    this.paid += operations;
  }

  give(): GivenAccount {
    const { cell, perSecond, burst } = this.meter;
    return { cell, perSecond, burst, paid: this.paid };
  }
}
