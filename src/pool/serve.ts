import { getHeapStatistics } from "node:v8";
import { type MessagePort, threadId } from "node:worker_threads";
import { move, transferableSymbol, valueSymbol } from "piscina";
import { MeteredAccount } from "../access/account.ts";
import type { ChunkMade, ChunkOrder } from "../batches/run.ts";
import type { ServiceError } from "../errors.ts";
import { letGo } from "../own-bytes.ts";
import { type CallReport, createDispatcher, failureOf, outcomeName } from "../rpc/dispatch.ts";
import { createExchange, type Exchange } from "../rpc/exchange.ts";
import type { FacadeOf } from "../rpc/facade.ts";
import { createFaces, type Reply, readAndRun } from "../rpc/faces.ts";
import type { Account, Call, Head, Method } from "../rpc/method.ts";
import { Phases } from "../rpc/phases.ts";
import { FairQueue } from "../rpc/shares.ts";
import { codecNamed } from "../wire/codecs.ts";
import { FlagSignal } from "./flag-signal.ts";
import {
  type CacheStats,
  type Done,
  type Fault,
  type GivenReply,
  type Order,
  type PlainError,
  type Seen,
  type Work,
  waiting,
  wasDone,
} from "./protocol.ts";
import { admittingReader, type ReaderOptions, receive } from "./reading.ts";
import { giveText } from "./text.ts";
import { timeoutOf } from "./timeout.ts";

/** What a worker serves with. */
export interface WorkerOptions<Context> extends ReaderOptions {
  readonly methods: readonly Method<Context>[];
  readonly facades?: readonly FacadeOf[];
  readonly context: Context;
  readonly cacheStats: () => CacheStats;
  /** Runs a part of a job. */
  readonly runChunk?: (chunk: ChunkOrder, call: Call) => Promise<ChunkMade>;
  /** Tells the thread that serves what a body holds. */
  readonly onSeen: (seen: Seen) => void;
  /** What was handed ahead since it was last asked for, piece by piece. */
  readonly next: () => Order | undefined;
  /** Gives the thread that serves what it did, while it has more to do. */
  readonly onDone: (done: Done, moved: readonly Movable[]) => void;
  /** Gives the thread that serves the last thing that it does, because it holds too much. */
  readonly onLeaving: (done: Done, moved: readonly Movable[]) => void;
}

type Movable = MessagePort | ArrayBuffer;

interface Made {
  readonly stop: Int32Array;
  readonly done: Done;
  readonly moved: readonly Movable[];
}

/**
 * The function that does a worker's orders, one at a time, with the dispatcher that the thread that serves has too. It goes on
 * with what was handed ahead meanwhile, in which tenants have equal turns by the time that theirs takes, and gives the last
 * that it did; undefined where that was taken back.
 */
export function createWorker<Context>(options: WorkerOptions<Context>): (order: Order) => Promise<Done | undefined> {
  const { config, methods, facades = [], context, cacheStats, runChunk, onSeen, next, onDone, onLeaving } = options;
  let reports: CallReport[] = [];
  let faults: Fault[] = [];
  const onCall = (report: CallReport) => void reports.push(report);
  const onFault = (error: unknown, { method }: { readonly method: string }) => {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    faults.push({ message, stack, method });
  };
  const dispatcher = createDispatcher({
    methods,
    context,
    limits: config.limits,
    onCall,
    onFault,
  });

  const faces = createFaces(
    dispatcher,
    config.limits,
    facades.map((facadeOf) => facadeOf(dispatcher)),
  );

  async function chunkReply(chunk: ChunkOrder, exchange: Exchange): Promise<{ reply: Reply; made?: ChunkMade }> {
    const told = { text: undefined, method: undefined, calls: undefined };
    let made: ChunkMade | undefined;
    try {
      made = await runChunk!(chunk, exchange.call);
      return { reply: { ...told, outcome: "ok" }, made };
    } catch (error) {
      const failure = failureOf(error, exchange, (fault) => onFault(fault, { method: "chunk" }));
      return { reply: { ...told, failure, outcome: outcomeName(failure) } };
    } finally {
      // What was given may be what it was made of.
      const given = new Set(made?.pieces.map(({ buffer }) => buffer));
      for (const bytes of chunk.bytes) if (!given.has(bytes.buffer as ArrayBuffer)) letGo(bytes);
    }
  }

  async function reply(order: Order, work: Exclude<Work, { kind: "chunk" }>, exchange: Exchange): Promise<Reply> {
    const { id } = order;
    if (work.kind === "call") {
      const { name, params, bytesMax } = work.call;
      const outcome = await dispatcher.run(name, params, exchange, bytesMax);
      const told = { method: name, calls: undefined, outcome: outcomeName(outcome) };
      return outcome.ok ? { ...told, text: outcome.text } : { ...told, text: undefined, failure: outcome };
    }
    const face = faces.at(work.path);
    const bytes = receive(work.body);
    const reader = admittingReader(codecNamed(work.reader), order, face, options);
    const onRead = (body: unknown) => {
      const { params, ...glance } = face.glance(body);
      const timesMs = params.map((each) => timeoutOf(each, config));
      onSeen({
        order: id,
        ...glance,
        timeoutMs: Math.max(...timesMs, timesMs.length === 0 ? config.timeoutDefaultMs : 0),
      });
    };
    const reading = { codec: reader.codec, limits: config.limits, onCall, onRead };
    try {
      return await readAndRun(face, bytes, reading, exchange);
    } finally {
      reader.release();
    }
  }

  const ahead = new FairQueue<Order>();
  const take = () => {
    for (let order = next(); order; order = next()) ahead.add(order.caller.tenant, order);
    return ahead.take()?.item;
  };
  const makeCounted = async (order: Order) => {
    const made = await make(order);
    ahead.charge(order.caller.tenant, made?.done.ms ?? 0);
    return made;
  };

  return async (first) => {
    let last = await makeCounted(first);
    for (let order = take(); order; order = take()) {
      if (last) {
        onDone(last.done, last.moved);
        Atomics.store(last.stop, 1, wasDone);
      }
      last = await makeCounted(order);
    }
    return last && (move({ [transferableSymbol]: last.moved, [valueSymbol]: last.done } as never) as unknown as Done);
  };

  async function make(order: Order): Promise<Made | undefined> {
    const { requestId, caller, account, idempotencyKey, receivedAtEpochMs, stop, codec, work } = order;
    const startMs = performance.now();
    if (Atomics.compareExchange(stop, 1, waiting, threadId) !== waiting) return undefined;
    reports = [];
    faults = [];
    const noted = {};
    const phases = order.isTraced ? new Phases() : undefined;
    if (order.work.kind === "body") phases?.mark("read");
    const counting = new CountingAccount(account && MeteredAccount.taken(account));
    let head: Head | undefined;
    const exchange = createExchange({
      requestId,
      caller,
      account: counting,
      phases,
      codec: codecNamed(codec),
      receivedAtMs: receivedAtEpochMs - performance.timeOrigin,
      signal: new FlagSignal(stop),
      idempotencyKey,
      note: (fields) => void Object.assign(noted, fields),
      respond: (told) => {
        head = told;
      },
    });
    const answered =
      work.kind === "chunk"
        ? await chunkReply(work.chunk, exchange)
        : { reply: await reply(order, work, exchange), made: undefined };
    const { made } = answered;
    const told = given(answered.reply);
    const done: Done = {
      thread: threadId,
      order: order.id,
      reply: told,
      made,
      noted,
      head,
      reports,
      faults,
      cache: cacheStats(),
      marks: phases?.marks ?? [],
      ms: performance.now() - startMs,
      operations: counting.operations,
    };
    const ports = typeof told.text === "object" ? [told.text.port] : [];
    const buffers = made ? made.pieces.map(({ buffer }) => buffer) : [];
    if (heldBytes() > config.workerBytesMax) {
      // Never resolved: whoever hears of it ends this thread, which takes no more work until then.
      onLeaving(done, [...ports, ...buffers]);
      return new Promise(() => {});
    }
    return { stop, done, moved: [...ports, ...buffers] };
  }
}

/** Bytes that this thread's heap has taken, and what hangs on it. */
function heldBytes(): number {
  const { total_heap_size, external_memory } = getHeapStatistics();
  return total_heap_size + external_memory;
}

/** Counts operations, and has them paid from another account where there is one. */
class CountingAccount implements Account {
  operations = 0;
  private readonly paying: Account | undefined;

  constructor(paying: Account | undefined) {
    this.paying = paying;
  }

  begin(): void {
    this.paying?.begin();
  }

  charge(operations: number): void {
    this.paying?.charge(operations);
    this.operations += operations;
  }
}

function given({ text, failure, ...facts }: Reply): GivenReply {
  return {
    ...facts,
    text: text === undefined ? undefined : giveText(text),
    failure: failure && { error: plain(failure.error), cancelled: failure.cancelled },
  };
}

function plain({ type, message, data }: ServiceError): PlainError {
  return { type, message, data };
}
