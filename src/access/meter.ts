/**
 * Tells how much of something may be used: at a rate, and so much at once after a pause. What is dearer than that waits
 * until all is there, and what follows waits until it is paid. Threads share one by its cell, which holds when all that was
 * used will be paid, in nanoseconds since 1970.
 */
export class Meter {
  readonly cell: BigInt64Array<SharedArrayBuffer>;
  readonly perSecond: number;
  readonly burst: number;

  constructor(perSecond: number, burst: number, cell = new BigInt64Array(new SharedArrayBuffer(8))) {
    this.perSecond = perSecond;
    this.burst = burst;
    this.cell = cell;
  }

  /** Uses so much if it may be; gives the milliseconds after which it might, 0 where it was used. */
  take(amount: number, nowMs = performance.timeOrigin + performance.now()): number {
    // Of today, a number tells microseconds and no less.
    const now = BigInt(Math.floor(nowMs * usPerMs)) * nsPerUs;
    const cost = BigInt(Math.round((amount / this.perSecond) * nsPerSecond));
    const room = BigInt(Math.round((Math.max(0, this.burst - amount) / this.perSecond) * nsPerSecond));
    for (;;) {
      const paid = Atomics.load(this.cell, 0);
      const start = paid > now ? paid : now;
      const early = start - now - room;
      if (early > 0n) return Math.max(1, Math.ceil(Number(early) / nsPerMs));
      if (Atomics.compareExchange(this.cell, 0, paid, start + cost) === paid) return 0;
    }
  }

  /** Gives back what was used and not needed. */
  giveBack(amount: number): void {
    Atomics.sub(this.cell, 0, BigInt(Math.round((amount / this.perSecond) * nsPerSecond)));
  }

  /** What is left, and the seconds until all is there again. */
  rest(nowMs = performance.timeOrigin + performance.now()): { readonly amount: number; readonly seconds: number } {
    const seconds = Math.max(0, Number(Atomics.load(this.cell, 0)) / nsPerSecond - nowMs / 1000);
    return { amount: Math.max(0, Math.floor(this.burst - seconds * this.perSecond + rounding)), seconds };
  }
}

const usPerMs = 1000;
const nsPerUs = 1000n;
const nsPerMs = 1e6;
const nsPerSecond = 1e9;
const rounding = 1e-6;
