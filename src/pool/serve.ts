import { receiveMessageOnPort, threadId } from "node:worker_threads";
import { move, transferableSymbol, valueSymbol } from "piscina";
import type { Config } from "../config.ts";
import { ServiceError } from "../errors.ts";
import { type CallReport, createDispatcher, type Dispatcher, type Outcome, otherMethod } from "../rpc/dispatch.ts";
import { errorText, idOf } from "../rpc/envelope.ts";
import { createExchange, type Exchange } from "../rpc/exchange.ts";
import type { Method } from "../rpc/method.ts";
import { codecNamed } from "../wire/codecs.ts";
import { parseJson } from "../wire/json/read.ts";
import { FlagSignal } from "./flag-signal.ts";
import type { CacheStats, Done, Fault, LargeBody, Order, Reply, Seen, Work } from "./protocol.ts";
import { giveText } from "./text.ts";
import { timeoutOf } from "./timeout.ts";

/** What a worker serves with. */
export interface WorkerOptions<Context> {
  readonly config: Config;
  readonly methods: readonly Method<Context>[];
  readonly context: Context;
  readonly cacheStats: () => CacheStats;
  /** Tells the thread that serves what a body holds. */
  readonly onSeen: (seen: Seen) => void;
}

/** The function that does a worker's orders, one at a time, with the dispatcher that the thread that serves has too. */
export function createWorker<Context>(options: WorkerOptions<Context>): (order: Order) => Promise<Done> {
  const { config, methods, context, cacheStats, onSeen } = options;
  let reports: CallReport[] = [];
  let faults: Fault[] = [];
  const dispatcher = createDispatcher({
    methods,
    context,
    limits: config.limits,
    onCall: (report) => reports.push(report),
    onFault: (error, { method }) => {
      const { message, stack } = error instanceof Error ? error : new Error(String(error));
      faults.push({ message, stack, method });
    },
  });

  async function reply(id: number, work: Work, exchange: Exchange): Promise<Reply> {
    if (work.kind === "call") {
      const { name, params, bytesMax } = work.call;
      return replyOf(await dispatcher.run(name, params, exchange, bytesMax));
    }
    let body: unknown;
    try {
      const bytes = received(work.body);
      body = parseJson(bytes, config.limits.depth);
      free(bytes);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      const method = work.kind === "rest" ? work.name : otherMethod;
      reports.push({ method, outcome: error.type, durationMs: 0 });
      if (work.kind === "rest") return replyOf({ ok: false, error, cancelled: false });
      return {
        kind: "answer",
        text: giveText(errorText(null, error, exchange.codec)),
        facts: { method, calls: 0, outcome: error.type },
      };
    }
    onSeen({ order: id, ...seenIn(work, body, dispatcher, config) });
    if (work.kind === "rest") return replyOf(await dispatcher.run(work.name, body, exchange));
    const { text, ...facts } = await dispatcher.answer(body, exchange);
    return { kind: "answer", text: text === undefined ? undefined : giveText(text), facts };
  }

  return async ({ id, work, requestId, receivedAtEpochMs, stop, codec }) => {
    reports = [];
    faults = [];
    const noted = {};
    const exchange = createExchange({
      requestId,
      codec: codecNamed(codec),
      receivedAtMs: receivedAtEpochMs - performance.timeOrigin,
      signal: new FlagSignal(stop),
      note: (fields) => void Object.assign(noted, fields),
    });
    const made = await reply(id, work, exchange);
    const done: Done = { thread: threadId, reply: made, noted, reports, faults, cache: cacheStats() };
    const text = made.kind === "failure" ? undefined : made.text;
    const ports = typeof text === "object" ? [text.port] : [];
    return move({ [transferableSymbol]: ports, [valueSymbol]: done } as never) as unknown as Done;
  };
}

function seenIn(work: Work, body: unknown, { names }: Dispatcher, config: Config): Omit<Seen, "order"> {
  if (work.kind === "rest") {
    return { timeoutMs: timeoutOf(body, config), method: work.name, isBatch: false, ids: [] };
  }
  const isBatch = Array.isArray(body);
  const requests: readonly { id?: unknown; method?: unknown; params?: unknown }[] = (isBatch ? body : [body]).map(
    (request) => request ?? {},
  );
  const [first] = requests;
  return {
    timeoutMs: requests.reduce((longest, { params }) => Math.max(longest, timeoutOf(params, config)), 0),
    method: isBatch ? "batch" : names.has(first!.method as string) ? (first!.method as string) : otherMethod,
    isBatch,
    ids: requests
      .slice(0, config.limits.calls)
      .map((request) => (request.id === undefined ? undefined : idOf(request))),
  };
}

function replyOf(outcome: Outcome): Reply {
  if (outcome.ok) return { kind: "outcome", text: giveText(outcome.text) };
  const { type, message, data } = outcome.error;
  return { kind: "failure", error: { type, message, data }, cancelled: outcome.cancelled };
}

function received({ length, port }: LargeBody): Uint8Array<ArrayBuffer> {
  const bytes = Buffer.allocUnsafeSlow(length);
  let at = 0;
  for (let chunk = receiveMessageOnPort(port); chunk; chunk = receiveMessageOnPort(port)) {
    bytes.set(chunk.message, at);
    at += chunk.message.length;
    free(chunk.message);
  }
  port.close();
  return bytes;
}

/** Frees memory now: left to the collector, that of one long body after another would set it going for each of them. */
function free({ buffer }: Uint8Array<ArrayBuffer>): void {
  buffer.transfer(0);
}
