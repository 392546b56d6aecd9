import { randomUUID } from "node:crypto";
import type { Codec } from "../wire/codec.ts";
import { type Caller, callerOf, localCaller } from "./caller.ts";
import type { Account, Call } from "./method.ts";
import type { Phases } from "./phases.ts";

/** What calls are answered in: a request, or whatever else waits for them. All calls of a batch share it. */
export interface Exchange {
  readonly requestId: string;
  readonly call: Call;
  /** What answers are written with. */
  readonly codec: Codec;
  /** Hears that a call is given to another thread. */
  onMoved?(): void;
}

/** What an exchange is made of that is no request. */
export interface ExchangeOptions {
  readonly codec: Codec;
  readonly requestId?: string;
  /** Who calls; absent, whoever calls where nobody is told apart. */
  readonly caller?: Caller;
  /** What its calls are paid from; absent, they cost nothing. */
  readonly account?: Account | undefined;
  /** Hears what is done for the calls. */
  readonly phases?: Phases | undefined;
  /** On the clock of `performance.now()`, in milliseconds; absent, now. */
  readonly receivedAtMs?: number;
  /** Ends the calls; absent, nothing does but their deadlines. */
  readonly signal?: AbortSignal;
  /** Hears what calls note for the log. */
  readonly note?: Call["note"];
  readonly idempotencyKey?: string | undefined;
  /** Hears how HTTP is to answer. */
  readonly respond?: Call["respond"];
}

/** An exchange that depends on no connection, so that its calls may live longer than any. */
export function createExchange(options: ExchangeOptions): Exchange {
  const { codec, requestId = randomUUID(), receivedAtMs = performance.now(), note = () => {} } = options;
  const { signal = new AbortController().signal, caller = localCaller, account, phases } = options;
  const { idempotencyKey, respond = () => {} } = options;
  const own = { account, phases, signal, stop: signal, receivedAtMs, idempotencyKey, note, respond };
  return { requestId, codec, call: { ...callerOf(caller), ...own } };
}
