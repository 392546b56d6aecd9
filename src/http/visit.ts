import { randomUUID } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { MeteredAccount } from "../access/account.ts";
import type { Share } from "../access/quotas.ts";
import { type Caller, localCaller } from "../rpc/caller.ts";
import type { Exchange } from "../rpc/exchange.ts";
import type { Face, ReplyHead } from "../rpc/faces.ts";
import type { Call, Head } from "../rpc/method.ts";
import { Phases } from "../rpc/phases.ts";
import type { RequestTrace } from "../tracing/tracing.ts";
import type { Codec } from "../wire/codec.ts";
import { codecs, writerOf } from "../wire/codecs.ts";
import type { Count } from "./addresses.ts";
import type { HeldBody } from "./body.ts";
import type { Member } from "./members.ts";

declare module "fastify" {
  interface FastifyRequest {
    visit: Visit;
  }
}

/** What is known of a request in flight. */
export interface Place {
  /** The requests of its address. */
  readonly count: Count;
  readonly member: Member<Visit>;
  /** Whether its body is there. */
  isServed: boolean;
  /** Whether its answer was given whole when somebody last looked. */
  isAnswered: boolean;
}

/**
 * One request from its headers to its end, when its answer is sent or its client is gone: the surroundings of its calls,
 * and what its log line tells beside its route, status and duration.
 */
export class Visit implements Exchange, Call {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly startedAtMs = performance.now();
  /** What answers are written with; of one that asks for what there is not, refusals. */
  codec: Codec;
  /** What its body is for, if it is a call. */
  face: Face | undefined;
  /** What its body is read with whatever it calls itself; absent, that decides. */
  reader: Codec | undefined;
  /** What stands before its answer, where that is not like others. */
  head: ReplyHead | undefined;
  receivedAtMs = 0;
  /** Who sends it, once that is known. */
  caller: Caller = localCaller;
  /** What its sender may use, where that is bounded and the visit counts. */
  share: Share | undefined;
  account: MeteredAccount | undefined;
  /** Its trace, and the phases in it, where there is one. */
  trace: RequestTrace | undefined;
  phases: Phases | undefined;
  private isCounted = false;
  method: string | undefined;
  calls: number | undefined;
  outcome: string | undefined;
  noted: Readonly<Record<string, string | number | boolean>> | undefined;
  /** Its place among the requests in flight, if it is a call. */
  place: Place | undefined;
  /** Let go at the end. */
  body: HeldBody | undefined;
  /** Hears of the end. */
  onEnd: ((visit: Visit) => void) | undefined;
  /** Whether a call of its was given to another thread. */
  isMoved = false;
  aborted = false;
  reason: unknown;
  /** What a call says of the answer's head, where its face says nothing. */
  ownHead: Head | undefined;
  private id: string | undefined;
  private controller: AbortController | undefined;

  constructor(request: FastifyRequest, reply: FastifyReply) {
    this.request = request;
    this.reply = reply;
    this.codec = writerOf(request.headers.accept) ?? codecs[0];
  }

  get requestId(): string {
    this.id ??= randomUUID();
    return this.id;
  }

  /** A visit is the call that it serves: calls of a batch share it. */
  get call(): Call {
    return this;
  }

  get tenant(): string {
    return this.caller.tenant;
  }

  get scopes() {
    return this.caller.scopes;
  }

  get key() {
    return this.caller.key;
  }

  get limits() {
    return this.caller.limits;
  }

  get stop() {
    return this;
  }

  /** Made when first asked for: most calls are over before anybody listens. */
  get signal(): AbortSignal {
    if (!this.controller) {
      this.controller = new AbortController();
      if (this.aborted) this.controller.abort(this.reason);
    }
    return this.controller.signal;
  }

  /** Of the plain face only: calls of a batch would share it. */
  get idempotencyKey(): string | undefined {
    const key = this.request.headers["idempotency-key"];
    return this.isPlain && typeof key === "string" ? key : undefined;
  }

  respond(head: Head): void {
    if (this.isPlain) this.ownHead = head;
  }

  private get isPlain(): boolean {
    return this.request.url.startsWith("/v1/");
  }

  onMoved(): void {
    this.isMoved = true;
  }

  note(fields: Readonly<Record<string, string | number | boolean>>): void {
    this.noted = this.noted ? { ...this.noted, ...fields } : fields;
  }

  /** Counts the visit in its tenant's share. Throws `quota_exceeded`, whereafter the answer still tells what is left. */
  enter(share: Share): void {
    this.share = share;
    const refusal = share.enter();
    if (refusal) throw refusal;
    this.isCounted = true;
    this.account = share.account();
  }

  /** Has the visit traced. */
  follow(trace: RequestTrace): void {
    this.trace = trace;
    this.phases = new Phases();
    this.phases.mark("read");
  }

  /** Stops the calls; without a reason because the client went away. */
  abort(reason?: Error): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason ?? new DOMException("the client went away", "AbortError");
    this.controller?.abort(this.reason);
  }

  /** Ends the visit: the connection is done with it. */
  end(): void {
    if (!this.reply.raw.writableEnded) this.abort();
    if (this.trace) this.endTrace(this.trace);
    this.body?.release();
    if (this.isCounted) this.share!.leave();
    this.onEnd?.(this);
  }

  private endTrace(trace: RequestTrace): void {
    const { request, reply, method, outcome, phases } = this;
    const route = request.routeOptions.url ?? "_other";
    trace.end({ route, status: reply.raw.statusCode, method, outcome, marks: phases?.marks ?? [] });
  }
}
