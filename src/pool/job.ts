import type { MessagePort } from "node:worker_threads";
import { MeteredAccount } from "../access/account.ts";
import { deadlineExceeded } from "../errors.ts";
import { callerOf } from "../rpc/caller.ts";
import type { Exchange } from "../rpc/exchange.ts";
import type { Expected } from "./expectations.ts";
import { type Done, type Order, type Seen, takenBack, type Work, waiting, wasDone } from "./protocol.ts";
import { dropText } from "./text.ts";

/** How long after its deadline, or after it is no longer wanted, work may still stop by itself. */
export const graceMs = 100;

const unknownWork: Expected = { ms: 1, operations: 1, isKnown: false };

let ordersMade = 0;

/** One order on its way: queued, running, done or given up. */
export class Job {
  order: Order;
  readonly transferList: readonly (MessagePort | ArrayBuffer)[];
  readonly exchange: Exchange;
  /** Ends the thread that does the order: of what was handed ahead, the one that does what is before it. */
  kill = new AbortController();
  /** What came of it; rejects with a ServiceError, the signal's reason, or the error that the thread died of. */
  readonly done: Promise<Done>;
  readonly resolve: (done: Done) => void;
  /** Work that takes about the same. */
  readonly kind: string;
  /** Milliseconds that it has, where that is known before it is read. */
  readonly timeoutMs: number | undefined;
  /** What it is expected to take, in milliseconds of one thread, and in counted operations. */
  readonly expectedMs: number;
  readonly operations: number;
  /** Whether such work has been done before, so that what is expected is known. */
  readonly isKnown: boolean;
  /** Where it is: in line, with a thread, or handed to one that has something else to do first. */
  place: "line" | "thread" | "ahead" = "line";
  /** When it was its turn with a thread, on the clock of `performance.now()`. */
  startedAtMs: number | undefined;
  /** What it took, once it is done. */
  tookMs: number | undefined;
  /** Whether a thread was ended as it did not stop in time, or took more memory than it may. */
  hasEndedThread = false;
  /** The digest of a body, once that is known. */
  digest: string | undefined;
  /** What a body holds, once that is known. */
  seen: Seen | undefined;
  private readonly settle: (error: unknown) => void;
  /** Why it is being given up. */
  private reason: unknown;
  /** Bounds all of its time. */
  private timer: NodeJS.Timeout | undefined;
  /** Bounds the time until a thread begins with it. */
  private waitTimer: NodeJS.Timeout | undefined;

  constructor(
    work: Work,
    exchange: Exchange,
    refused: readonly string[],
    kind = "",
    expected: Expected = unknownWork,
    timeoutMs?: number,
  ) {
    this.exchange = exchange;
    this.kind = kind;
    this.timeoutMs = timeoutMs;
    this.expectedMs = expected.ms;
    this.operations = expected.operations;
    this.isKnown = expected.isKnown;
    this.transferList = transferred(work);
    this.order = {
      id: ++ordersMade,
      work,
      requestId: exchange.requestId,
      caller: callerOf(exchange.call),
      account: exchange.call.account instanceof MeteredAccount ? exchange.call.account.give() : undefined,
      idempotencyKey: exchange.call.idempotencyKey,
      codec: exchange.codec.name,
      isTraced: exchange.call.phases !== undefined,
      refused,
      receivedAtEpochMs: performance.timeOrigin + exchange.call.receivedAtMs,
      stop: newStop(),
    };
    const { promise, resolve, reject } = Promise.withResolvers<Done>();
    this.done = promise;
    this.settle = reject;
    this.resolve = (done) => {
      if (this.reason === undefined) return resolve(done);
      const { reply } = done;
      if (reply.text !== undefined) dropText(reply.text);
      reject(this.reason);
    };
  }

  /** Gives the order up with `deadline_exceeded` when its time is over; not before it could say so itself. */
  expireIn(timeoutMs: number): void {
    const atMs = this.exchange.call.receivedAtMs + timeoutMs + graceMs;
    this.after(Math.max(atMs - performance.now(), graceMs), () => {
      // A thread that has yet to start, or does something else, is not to blame on what waits for it.
      this.hasEndedThread = this.thread !== undefined;
      this.end(deadlineExceeded(timeoutMs));
    });
  }

  /** Gives the order up with another error where no thread has begun with it by then, wherever it waits. */
  giveUpIn(ms: number, error: () => Error): void {
    this.waitTimer = setTimeout(() => {
      if (this.thread === undefined && !this.isDone) this.end(error());
    }, ms);
  }

  /** Asks the thread to stop; ends it if it does not. */
  cancel(reason: unknown): void {
    if (this.place === "line" || this.takeBack()) {
      this.end(reason);
      return;
    }
    this.reason = reason;
    Atomics.store(this.order.stop, 0, 1);
    this.after(graceMs, () => this.end(reason));
  }

  /** Says that the thread which did the order is no more. */
  fail(error: unknown): void {
    this.settle(this.reason ?? error);
  }

  /** The thread that does it now; undefined before that and afterwards. */
  get thread(): number | undefined {
    const thread = Atomics.load(this.order.stop, 1);
    return thread > 0 ? thread : undefined;
  }

  /** Whether a thread has done it, and says so: what is on its way comes also where the thread has died. */
  get isDone(): boolean {
    return Atomics.load(this.order.stop, 1) === wasDone;
  }

  /** Whether all of it is still here while a thread has it, so that another can be given it. */
  get isKept(): boolean {
    return this.transferList.length === 0;
  }

  /** Sees to it that what was handed ahead is not done there, and can be handed again; false where it has been begun. */
  takeBack(): boolean {
    if (this.place !== "ahead" || Atomics.compareExchange(this.order.stop, 1, waiting, takenBack) !== waiting)
      return false;
    this.place = "line";
    this.order = { ...this.order, stop: newStop() };
    this.kill = new AbortController();
    this.startedAtMs = undefined;
    return true;
  }

  /** Lets go of the timers. */
  close(): void {
    clearTimeout(this.timer);
    clearTimeout(this.waitTimer);
  }

  private end(reason: unknown): void {
    this.reason = reason;
    this.settle(reason);
    // What is done, though nobody has heard of it, ends no thread: that has begun with something else.
    if (this.place !== "line" && !this.isDone && !this.takeBack()) this.kill.abort(reason);
  }

  private after(ms: number, act: () => void): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(act, Math.max(0, ms));
  }
}

function newStop(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
}

/** What is given away with work: what several parts of a job share is not, nor what is not long. */
function transferred(work: Work): (MessagePort | ArrayBuffer)[] {
  if (work.kind === "body") return "port" in work.body ? [work.body.port] : [];
  if (work.kind === "call") return [];
  return work.chunk.bytes.flatMap(({ buffer }) => (buffer instanceof ArrayBuffer ? [buffer] : []));
}
