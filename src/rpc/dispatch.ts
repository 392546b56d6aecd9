import { Elsewhere, forbidden, quote, ServiceError } from "../errors.ts";
import { after, type Eventually } from "../eventually.ts";
import { nearest } from "../text/spelling.ts";
import type { Answer } from "../wire/answer.ts";
import type { Codec } from "../wire/codec.ts";
import { type Text, textBytes } from "../wire/text.ts";
import { onlyCall, type Scope } from "./caller.ts";
import {
  batchText,
  errorText,
  idOf,
  invalidRequest,
  type Request,
  readRequest,
  successOverheadBytes,
  successText,
} from "./envelope.ts";
import type { Exchange } from "./exchange.ts";
import type { Method } from "./method.ts";
import { paramsReader } from "./params.ts";

/** Calls methods by name; knows JSON-RPC, and neither HTTP nor what the methods are about. Nothing here throws. */
export interface Dispatcher {
  /** The names of the methods that clients may call on this server. */
  readonly names: ReadonlySet<string>;
  /** What the callers of a method have to be allowed, any one of them. */
  scopesOf(name: string): readonly Scope[];
  /** The error of a name that no method has, which tells what to call instead where that can be told. */
  missing(name: string): ServiceError;
  /** Runs one method; `undefined` params are `{}`. Its result takes at most `bytesMax`, if not the limit of responses. */
  run(name: string, params: unknown, exchange: Exchange, bytesMax?: number): Eventually<Outcome>;
  /** Answers a JSON-RPC body: a call, a notification or a batch of them. */
  answer(body: unknown, exchange: Exchange): Eventually<RpcAnswer>;
}

/** Who hears of calls: `onCall` of every one that ended, `onFault` of every error that is ours. */
export interface Observers {
  readonly onCall?: OnCall;
  readonly onFault?: (error: unknown, where: { readonly requestId: string; readonly method: string }) => void;
}

/** Hears of a call that ended, and of what it was answered in. */
export type OnCall = (report: CallReport, exchange: Exchange) => void;

/** What a dispatcher needs. */
export interface DispatcherOptions<Context> extends Observers {
  readonly methods: readonly Method<Context>[];
  readonly context: Context;
  readonly limits: { readonly calls: number; readonly responseBytes: number };
  /** Runs calls of heavy methods, and those whose handler throws `Elsewhere`, on another thread; absent, all run here. */
  readonly elsewhere?: ((call: MovedCall, exchange: Exchange) => Promise<Outcome>) | undefined;
}

/** Makes the dispatcher of a service for whoever observes its calls. */
export type Dispatch = (observers: Observers) => Dispatcher;

/** A call that is moved to another thread, its parameters as they were sent. */
export interface MovedCall {
  readonly name: string;
  readonly params: unknown;
  readonly bytesMax: number;
  /** Counted operations, where they are known already. */
  readonly operations?: number | undefined;
}

/** How one call ended: with the text of its result, or with the error to answer. */
export type Outcome = { readonly ok: true; readonly text: Text } | Failure;

/** That a call failed, and how. */
export interface Failure {
  readonly ok: false;
  readonly error: ServiceError;
  readonly cancelled: boolean;
}

/** What is told about a call that ended. `method` is a registered name or `_other`. */
export interface CallReport {
  readonly method: string;
  /** `ok`, an error type, or `cancelled` when the client went away. */
  readonly outcome: string;
  readonly durationMs: number;
}

/** What to send back for a JSON-RPC body, and what to log: for a batch the first outcome that is not `ok`. */
export interface RpcAnswer {
  /** Absent when there is nothing to say: a notification, or a batch of them. */
  readonly text: Text | undefined;
  readonly method: string;
  readonly calls: number;
  readonly outcome: string;
}

/** The label of every method that does not exist, so that callers cannot invent labels. */
export const otherMethod = "_other";

/** Makes the dispatcher of a list of methods. */
export function createDispatcher<Context>(options: DispatcherOptions<Context>): Dispatcher {
  const { context, limits, elsewhere, onCall, onFault } = options;
  // A Map, for names such as `constructor` must not find what every object inherits.
  const registry = new Map(
    options.methods
      .filter((method) => method.enabled?.(context) ?? true)
      .map((method) => [method.name, { scopes: onlyCall, ...method, read: paramsReader(method.params) }]),
  );

  const names = new Set([...registry.values()].filter(({ isInternal }) => !isInternal).map(({ name }) => name));

  const callElsewhere = new Map(
    options.methods
      .filter(({ name }) => registry.has(name))
      .flatMap(({ name, elsewhere = {} }) =>
        Object.entries(elsewhere).map(([other, how]) => [other, `${quote(name)}${how && ` ${how}`}`] as const),
      ),
  );

  function missing(name: string): ServiceError {
    const meant = callElsewhere.get(name) ?? callElsewhere.get(name.toLowerCase());
    const near = meant === undefined ? nearest(name, [...names, ...callElsewhere.keys()]) : undefined;
    const hint = near === undefined ? "" : `: did you mean ${callElsewhere.get(near) ?? quote(near)}?`;
    const listed = names.has("rpc.discover") ? "; rpc.discover lists them" : "";
    const told = meant === undefined ? hint : `: call ${meant}`;
    return new ServiceError("method_not_found", `no method ${quote(name)}${told || listed}`);
  }

  function run(
    name: string,
    params: unknown,
    exchange: Exchange,
    bytesMax = limits.responseBytes,
  ): Eventually<Outcome> {
    const startedAtMs = performance.now();
    return after(attempt(name, params, exchange, bytesMax), (outcome) => {
      const method = registry.has(name) ? name : otherMethod;
      onCall?.({ method, outcome: outcomeName(outcome), durationMs: performance.now() - startedAtMs }, exchange);
      return outcome;
    });
  }

  /** As {@link run}, for a client that names the method. */
  function runNamed(name: string, ...call: [unknown, Exchange, number?]): Eventually<Outcome> {
    if (!registry.get(name)?.isInternal) return run(name, ...call);
    onCall?.({ method: otherMethod, outcome: "method_not_found", durationMs: 0 }, call[1]);
    return failure(missing(name));
  }

  function attempt(name: string, params: unknown, exchange: Exchange, bytesMax: number): Eventually<Outcome> {
    const { stop } = exchange.call;
    const call = { name, params, bytesMax };
    const succeed = (result: Answer): Outcome => {
      exchange.call.phases?.mark("write");
      const text = resultText(result, exchange.codec, bytesMax);
      if (text === undefined) throw tooLarge();
      return { ok: true, text };
    };
    const lose = (error: unknown): Outcome => {
      if (isTooLong(error)) return failure(tooLarge());
      return failureOf(error, exchange, (fault) => onFault?.(fault, { requestId: exchange.requestId, method: name }));
    };
    const fail = (error: unknown): Eventually<Outcome> =>
      elsewhere && error instanceof Elsewhere
        ? elsewhere({ ...call, operations: error.operations }, exchange).catch(lose)
        : lose(error);
    try {
      exchange.call.account?.begin();
      exchange.call.phases?.mark("plan");
      const method = registry.get(name);
      if (method === undefined) throw missing(name);
      if (!method.scopes.some((scope) => exchange.call.scopes.has(scope))) throw forbidden(method.scopes[0]!);
      if (elsewhere && method.isHeavy) return elsewhere(call, exchange).catch(lose);
      const read = method.read(params);
      if (stop.aborted) throw stop.reason;
      const result = method.handle(read as never, context, exchange.call);
      return result instanceof Promise ? result.then(succeed).catch(fail) : succeed(result);
    } catch (error) {
      return fail(error);
    }
  }

  function answerOne(value: unknown, exchange: Exchange, bytesMax: number): Eventually<RpcAnswer> {
    let request: Request;
    try {
      request = readRequest(value);
    } catch (error) {
      const text = errorText(idOf(value), error as ServiceError, exchange.codec);
      onCall?.({ method: otherMethod, outcome: "invalid_request", durationMs: 0 }, exchange);
      return { text, method: otherMethod, calls: 1, outcome: "invalid_request" };
    }
    const { id, method: name, params } = request;
    const method = names.has(name) ? name : otherMethod;
    const answer = (text: Text | undefined, outcome: Outcome): RpcAnswer => {
      return { text, method, calls: 1, outcome: outcomeName(outcome) };
    };
    if (id === undefined) return after(runNamed(name, params, exchange), (outcome) => answer(undefined, outcome));
    const room = bytesMax - successOverheadBytes(id, exchange.codec);
    return after(room < 0 ? failure(tooLarge()) : runNamed(name, params, exchange, room), (outcome) =>
      answer(
        outcome.ok ? successText(id, outcome.text, exchange.codec) : errorText(id, outcome.error, exchange.codec),
        outcome,
      ),
    );
  }

  async function answerBatch(batch: readonly unknown[], exchange: Exchange): Promise<RpcAnswer> {
    const texts: Text[] = [];
    let bytesLeft = limits.responseBytes - "[]".length;
    let worst = "ok";
    // One after another: a batch is one client's, and must not crowd out the others.
    for (const value of batch) {
      const { text, outcome } = await answerOne(value, exchange, bytesLeft);
      if (worst === "ok") worst = outcome;
      if (text === undefined) continue;
      texts.push(text);
      // Once one answer did not fit, none that follows may, so that what a client gets does not depend on luck.
      bytesLeft = outcome === "response_too_large" ? 0 : bytesLeft - textBytes(text) - ",".length;
    }
    const text = texts.length === 0 ? undefined : batchText(texts, exchange.codec);
    return { text, method: "batch", calls: batch.length, outcome: worst };
  }

  function tooLarge(): ServiceError {
    return new ServiceError("response_too_large", "the answer would pass the response limit", {
      limit: "responseBytes",
      allowed: limits.responseBytes,
    });
  }

  return {
    names,
    scopesOf: (name) => registry.get(name)?.scopes ?? onlyCall,
    missing,
    run,
    answer(body, exchange) {
      if (!Array.isArray(body)) return answerOne(body, exchange, limits.responseBytes);
      const refusal = refuseBatch(body, limits.calls);
      if (refusal === undefined) return answerBatch(body, exchange);
      onCall?.({ method: otherMethod, outcome: refusal.type, durationMs: 0 }, exchange);
      return {
        text: errorText(null, refusal, exchange.codec),
        method: "batch",
        calls: body.length,
        outcome: refusal.type,
      };
    },
  };
}

function refuseBatch(batch: readonly unknown[], callsMax: number): ServiceError | undefined {
  if (batch.length === 0) return invalidRequest("the batch is empty");
  if (batch.length <= callsMax) return undefined;
  return invalidRequest(`the batch has ${batch.length} calls, ${callsMax} allowed`, {
    limit: "calls",
    allowed: callsMax,
    received: batch.length,
  });
}

/** The text of a result, or undefined when it would be longer. */
function resultText(result: Answer, codec: Codec, bytesMax: number): Text | undefined {
  const text = codec.write(result);
  if (typeof text !== "string") return textBytes(text) <= bytesMax ? text : undefined;
  // A UTF-16 unit takes at most three bytes: most results need no counting.
  return text.length * 3 <= bytesMax || Buffer.byteLength(text) <= bytesMax ? text : undefined;
}

/** Whether a text was about to be longer than any string that V8 holds. */
function isTooLong(error: unknown): boolean {
  return error instanceof RangeError && /string length/i.test(error.message);
}

function failure(error: ServiceError): Failure {
  return { ok: false, error, cancelled: false };
}

/** How a call ended that threw; `onFault` hears of what is our fault. */
export function failureOf(
  error: unknown,
  { requestId, call: { stop } }: Exchange,
  onFault: (error: unknown) => void,
): Failure {
  // Whoever reports our fault as such cannot know the request id.
  if (error instanceof ServiceError && error.type !== "internal_error") return failure(error);
  if (stop.aborted) return cancelled(stop.reason);
  onFault(error);
  return failure(internalError(requestId));
}

function cancelled(reason: unknown): Failure {
  if (reason instanceof ServiceError) return failure(reason);
  return { ok: false, error: new ServiceError("overloaded", "the call was cancelled"), cancelled: true };
}

function internalError(requestId: string): ServiceError {
  return new ServiceError("internal_error", "internal error: quote the request id when reporting it", { requestId });
}

/** The name of an outcome, as it is counted. */
export function outcomeName(outcome: Outcome): string {
  if (outcome.ok) return "ok";
  return outcome.cancelled ? "cancelled" : outcome.error.type;
}
