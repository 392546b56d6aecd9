import type { Config } from "../config.ts";
import { overloaded } from "../errors.ts";
import { retryMsMin } from "./admission.ts";
import { chunkSlots, threadsMax } from "./bounds.ts";
import type { Job } from "./job.ts";
import type { Line } from "./line.ts";
import type { Done, Order } from "./protocol.ts";
import { dropText } from "./text.ts";

/** How orders get to threads. */
export interface Hands {
  /** Gives a job to a thread that has nothing to do. */
  begin(job: Job): Begun;
  /** Gives an order to a thread that has something to do; false where there is no such thread. */
  ahead(thread: number, order: Order): boolean;
  /** The error of a job whose thread died. */
  deathOf(job: Job, cause: unknown): Error;
}

/** What a thread began with. */
export interface Begun {
  /** Undefined where it has yet to start. */
  readonly thread: number | undefined;
  /** Resolves with the last that the thread did before it had nothing more; rejects when it dies. */
  readonly over: Promise<Done | undefined>;
}

/**
 * So much work of each tenant, in milliseconds that it is expected to take, is with a thread at once: it need not wait for a
 * turn of the serving thread's event loop between one call and the next. Of what it has the thread itself gives tenants
 * equal turns, so that who has little there does not wait for all that others have.
 */
export const aheadMsMax = 100;
/** Of all tenants so much: what cannot be handed ahead waits for all of it. */
export const allAheadMsMax = 3 * aheadMsMax;
/** What is expected to take no time takes some. */
const jobMsMin = 0.1;

/** What one thread was given: a job, and behind it what was handed ahead. */
class Shift {
  thread: number | undefined;
  /** In their order; those that are done are out. */
  readonly jobs = new Set<Job>();
  /** Ends the thread. */
  readonly kill: AbortController;
  /** Milliseconds that what there is of each tenant is expected to take, and all of it. */
  private readonly ms = new Map<string, number>();
  private allMs = 0;

  constructor(job: Job) {
    this.kill = job.kill;
    this.add(job);
  }

  /** Whether a job more of its tenant is not too much. */
  hasRoom(job: Job): boolean {
    const ms = costOf(job);
    return this.msOf(job) + ms <= aheadMsMax && this.allMs + ms <= allAheadMsMax;
  }

  add(job: Job): void {
    this.jobs.add(job);
    this.count(job, costOf(job));
  }

  /** False where it was not here. */
  delete(job: Job): boolean {
    if (!this.jobs.delete(job)) return false;
    this.count(job, -costOf(job));
    return true;
  }

  /** Notes when that began which the thread does now, as soon as that is known. */
  watch(): void {
    for (const job of this.jobs) if (job.thread !== undefined) job.startedAtMs ??= performance.now();
  }

  private count(job: Job, ms: number): void {
    const own = this.msOf(job) + ms;
    this.allMs += ms;
    // What is left of a sum of fractions is nothing.
    if (own < jobMsMin / 2) this.ms.delete(tenantOf(job));
    else this.ms.set(tenantOf(job), own);
    if (this.ms.size === 0) this.allMs = 0;
  }

  private msOf(job: Job): number {
    return this.ms.get(tenantOf(job)) ?? 0;
  }
}

/**
 * Says which thread does what next. A free thread takes the next in line; one that has little to do is handed more ahead, as
 * far as it is known how long that takes. What was handed ahead can be taken back until the thread begins with it: when nobody
 * wants it any more, when its time is over, when the thread dies, or when another thread has nothing to do.
 */
export class Crew {
  /** Calls and bodies that threads have. */
  readonly running = new Map<number, Job>();
  /** Parts of jobs that are being computed. */
  readonly computing = new Set<Job>();
  /** Parts of jobs that wait, which leave one thread for calls. */
  private readonly chunks = new Set<Job>();
  private readonly shifts = new Set<Shift>();
  private readonly config: Config;
  private readonly line: Line;
  private readonly hands: Hands;

  constructor(config: Config, line: Line, hands: Hands) {
    this.config = config;
    this.line = line;
    this.hands = hands;
  }

  /** Threads that have something to do. */
  get busy(): number {
    return this.shifts.size + this.computing.size;
  }

  /** Jobs that were handed ahead, and whose turn has not come. */
  get ahead(): number {
    let count = 0;
    for (const { jobs } of this.shifts) count += Math.max(0, jobs.size - 1);
    return count;
  }

  /** Has a job done, in its turn. */
  add(job: Job, isChunk: boolean): void {
    if (isChunk) this.chunks.add(job);
    else this.line.add(job);
    this.next();
  }

  /** Lets go of a job, wherever it is. */
  remove(job: Job): void {
    if (!this.chunks.delete(job) && !this.line.remove(job)) {
      if (this.running.delete(job.order.id)) this.line.settle(job, tookMs(job));
      this.computing.delete(job);
      for (const shift of this.shifts) shift.delete(job);
    }
    this.next();
  }

  /** The job of an order that a thread has. */
  find(order: number): Job | undefined {
    return this.running.get(order) ?? [...this.computing].find((job) => job.order.id === order);
  }

  /** Takes what a thread did. */
  finish(done: Done): void {
    const job = this.find(done.order);
    if (!job) {
      // Nobody wants it any more.
      if (done.reply.text !== undefined) dropText(done.reply.text);
      return;
    }
    for (const shift of this.shifts) {
      if (!shift.delete(job)) continue;
      shift.thread = done.thread;
      shift.watch();
    }
    job.tookMs = done.ms;
    job.resolve(done);
  }

  /** Hands work to threads that are free, and to those that soon will be. */
  private next(): void {
    const isFree = () => this.busy < threadsMax(this.config);
    while (this.shifts.size < this.config.workers && isFree()) {
      const job = this.line.take() ?? this.takenBack();
      if (!job) break;
      this.begin(job);
    }
    for (const job of this.chunks) {
      if (!isFree() || this.computing.size >= chunkSlots(this.config)) break;
      this.chunks.delete(job);
      this.computing.add(job);
      if (job.order.work.kind === "chunk") job.expireIn(job.order.work.chunk.timeoutMs);
      job.startedAtMs = performance.now();
      this.hand(job, () => undefined);
    }
    for (const shift of this.shifts) this.fill(shift);
  }

  private begin(job: Job): void {
    const shift = new Shift(job);
    this.shifts.add(shift);
    this.take(job);
    job.startedAtMs = performance.now();
    shift.thread = this.hand(job, (cause) => this.end(shift, cause));
  }

  private hand(job: Job, end: (cause?: unknown) => void): number | undefined {
    job.place = "thread";
    const { thread, over } = this.hands.begin(job);
    over.then(
      (done) => {
        if (done) this.finish(done);
        end();
        this.next();
      },
      (cause) => {
        end(cause);
        if (!job.isDone) job.fail(this.hands.deathOf(job, cause));
        this.next();
      },
    );
    return thread;
  }

  /** Notes that a thread has a job now, and how long that may take. */
  private take(job: Job): void {
    this.running.set(job.order.id, job);
    job.expireIn(job.timeoutMs ?? this.config.limits.timeoutMs);
  }

  /** Sees to what a thread had that does nothing more, or is no more. */
  private end(shift: Shift, cause?: unknown): void {
    this.shifts.delete(shift);
    for (const job of shift.jobs) {
      if (this.putBack(job)) {
        this.line.settle(job, 0);
        this.line.add(job);
      }
      // Of what was done, the answer may still be on its way.
      else if (cause !== undefined && job.thread !== undefined) job.fail(this.deathOf(job, shift, cause));
    }
  }

  private deathOf(job: Job, { kill }: Shift, cause: unknown): Error {
    // Its thread was ended for another's sake, in the moment in which this began.
    return kill.signal.aborted ? overloaded(retryMsMin) : this.hands.deathOf(job, cause);
  }

  /** The last that was handed ahead to any thread, for one that has nothing to do. */
  private takenBack(): Job | undefined {
    for (const shift of this.shifts) {
      const last = [...shift.jobs].at(-1);
      if (!last || !this.putBack(last)) continue;
      shift.delete(last);
      return last;
    }
    return undefined;
  }

  private putBack(job: Job): boolean {
    if (!job.takeBack()) return false;
    this.running.delete(job.order.id);
    return true;
  }

  private fill(shift: Shift): void {
    const { thread, jobs, kill } = shift;
    if (thread === undefined || this.line.size === 0) return;
    shift.watch();
    for (const job of jobs) {
      // What takes far longer than expected may take any time.
      const isLate = performance.now() > (job.startedAtMs ?? Infinity) + job.expectedMs + aheadMsMax;
      if (!job.isKnown || isLate) return;
    }
    const next = () => this.line.peek((job) => shift.hasRoom(job));
    for (let job = next(); job?.isKnown && job.isKept; job = next()) {
      if (!this.hands.ahead(thread, job.order)) return;
      this.line.begin(job);
      job.place = "ahead";
      job.kill = kill;
      shift.add(job);
      this.take(job);
    }
  }
}

function tenantOf({ exchange }: Job): string {
  return exchange.call.tenant;
}

function costOf({ expectedMs }: Job): number {
  return Math.max(jobMsMin, expectedMs);
}

/** What a job took of a thread's time that is done, or is given up. */
function tookMs({ tookMs, startedAtMs }: Job): number {
  return tookMs ?? (startedAtMs === undefined ? 0 : performance.now() - startedAtMs);
}
