import type { FastifyReply, FastifyRequest } from "fastify";
import type { Eventually } from "../rpc/eventually.ts";
import { type Text, textBytes } from "../rpc/text.ts";
import type { BodyReader, HeldBody } from "./body.ts";
import type { InFlight } from "./in-flight.ts";
import { writePieces } from "./pieces.ts";
import { jsonType, securityHeaders } from "./problem.ts";
import type { Visit } from "./visit.ts";

/**
 * Answers a body, or a request without one: with JSON text, or with nothing at all. Answers that need no waiting come
 * at once, so that a small call costs no turn of the event loop. What it throws is answered as a refusal.
 */
export type Face = (body: HeldBody | undefined, visit: Visit) => Eventually<Text | undefined>;

/**
 * Takes a request over once its headers are accepted: reads the body, has it answered, and writes the answer in one
 * piece. It stands before fastify's own handling of bodies and answers, which does for any service what this one does not
 * need; refusals go the common way.
 */
export function serve(face: Face, bodies: BodyReader, inFlight: InFlight) {
  // Never told that it is done: nothing of fastify's follows.
  return ({ raw, visit }: FastifyRequest, reply: FastifyReply, _done: unknown): void => {
    const send = (text: Text | undefined) => write(reply, text);
    const fail = (error: unknown) => void reply.send(error);
    bodies.read(raw, (error, body) => {
      if (error) return fail(error);
      visit.body = body;
      const refusal = inFlight.begin(visit);
      if (refusal) return fail(refusal);
      visit.receivedAtMs = performance.now();
      try {
        const text = face(body, visit);
        if (text instanceof Promise) text.then(send).catch(fail);
        else send(text);
      } catch (error) {
        fail(error);
      }
    });
  };
}

function write(reply: FastifyReply, text: Text | undefined): void {
  const { raw, request } = reply;
  const headers =
    request.headers.origin === undefined ? commonHeaders.slice() : Object.entries(reply.getHeaders()).flat();
  if (text === undefined) {
    raw.writeHead(204, headers as string[]).end();
    return;
  }
  if (typeof text !== "string") {
    headers.push("content-type", jsonType, "content-length", String(textBytes(text)));
    raw.writeHead(200, headers as string[]);
    void writePieces(raw, text);
    return;
  }
  // As text a short answer leaves in one piece with its headers; a long one is copied once less as bytes.
  const body = text.length > textLengthMax ? Buffer.from(text) : text;
  const bytes = typeof body === "string" ? Buffer.byteLength(body) : body.length;
  headers.push("content-type", jsonType, "content-length", String(bytes));
  raw.writeHead(200, headers as string[]).end(body);
}

const textLengthMax = 2 ** 14;
const commonHeaders = Object.entries(securityHeaders).flat();
