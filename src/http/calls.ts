import type { FastifyReply, FastifyRequest } from "fastify";
import { ServiceError } from "../errors.ts";
import type { Eventually } from "../eventually.ts";
import { createTurns } from "../rpc/turns.ts";
import type { Text } from "../wire/text.ts";
import type { Answers } from "./answers.ts";
import type { BodyReader, HeldBody, Settle } from "./body.ts";
import type { InFlight } from "./in-flight.ts";
import { securityHeaders } from "./problem.ts";
import type { Visit } from "./visit.ts";

/**
 * Answers a body, or a request without one: with text, or with nothing at all. Answers that need no waiting come
 * at once, so that a small call costs no turn of the event loop. What it throws is answered as a refusal.
 */
export type Answerer = (body: HeldBody | undefined, visit: Visit) => Eventually<Text | undefined>;

/** What bounds the calls from their first byte to their last. */
export interface Flow {
  readonly bodies: BodyReader;
  readonly inFlight: InFlight;
  readonly answers: Answers;
}

/**
 * Takes a request over once its headers are accepted: reads the body, has it answered, and writes the answer in one
 * piece. It stands before fastify's own handling of bodies and answers, which does for any service what this one does not
 * need; refusals go the common way.
 */
export function serve(answer: Answerer, { bodies, inFlight, answers }: Flow) {
  const turns = createTurns();
  // Never told that it is done: nothing of fastify's follows.
  return ({ raw, visit }: FastifyRequest, reply: FastifyReply, _done: unknown): void => {
    const send = (text: Text | undefined) => write(visit, answers, text);
    const fail = (error: unknown) => void reply.send(error);
    const settle: Settle = (error, body) => {
      if (error) return fail(error);
      visit.body = body;
      const refusal = inFlight.begin(visit);
      if (refusal) return fail(refusal);
      visit.receivedAtMs = performance.now();
      // With the writing of its answer, where that is there at once: that costs as much as most calls.
      turns.run(visit.tenant, visit.receivedAtMs, () => {
        if (visit.aborted) {
          // While it waited. A client that has gone away is told nothing.
          if (visit.reason instanceof ServiceError) fail(visit.reason);
          return;
        }
        try {
          const text = answer(body, visit);
          if (text instanceof Promise) text.then(send).catch(fail);
          else send(text);
        } catch (error) {
          fail(error);
        }
      });
    };
    bodies.read(raw, settle, visit.reader, visit.share);
  };
}

function write(visit: Visit, answers: Answers, text: Text | undefined): void {
  const { raw, request } = visit.reply;
  const { status = 200, contentType = visit.codec.contentType, headers } = visit.head ?? {};
  const common = request.headers.origin === undefined ? commonHeaders : Object.entries(visit.reply.getHeaders()).flat();
  const own = headers ? [...common, ...Object.entries(headers).flat()] : common;
  const traced = visit.trace ? ["traceparent", visit.trace.traceparent] : [];
  const all =
    visit.share || visit.trace ? [...own, ...Object.entries(visit.share?.told() ?? {}).flat(), ...traced] : own;
  if (text === undefined) {
    raw.writeHead(visit.head ? status : 204, all as string[]).end();
    return;
  }
  try {
    const acceptEncoding = request.headers["accept-encoding"];
    answers.send(raw, all as string[], text, { status, contentType, acceptEncoding });
  } catch (error) {
    visit.outcome = "overloaded";
    throw error;
  }
}

const commonHeaders = Object.entries(securityHeaders).flat();
