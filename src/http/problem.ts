import { randomUUID } from "node:crypto";
import { STATUS_CODES } from "node:http";
import type { FastifyReply, FastifyRequest } from "fastify";
import { errorTypes, errorUrn, ServiceError } from "../errors.ts";
import { errorObject, errorText } from "../rpc/envelope.ts";
import { PlainAnswer } from "../wire/answer.ts";
import { codecs } from "../wire/codecs.ts";
import { wholeText } from "../wire/text.ts";

/** An error that HTTP gives another status than its type's own, or headers of its own: 403, 405, 415. */
export class Refusal extends Error {
  readonly status: number;
  readonly error: ServiceError;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, error: ServiceError, headers: Readonly<Record<string, string>> = {}) {
    super(error.message);
    this.name = "Refusal";
    this.status = status;
    this.error = error;
    this.headers = headers;
  }
}

/** A request that HTTP's own rules refuse. */
export function refuse(status: number, message: string, headers?: Readonly<Record<string, string>>): Refusal {
  return new Refusal(status, new ServiceError("invalid_request", message), headers);
}

/** The problem document (RFC 9457) of an error; `data` is the same as on the JSON-RPC face. */
export function problem(error: ServiceError, status: number, requestId: string): Readonly<Record<string, unknown>> {
  const { code, message, data } = errorObject(error);
  return {
    type: errorUrn(error.type),
    title: errorTypes[error.type].title,
    status,
    detail: message,
    instance: `urn:uuid:${requestId}`,
    code,
    data,
  };
}

/** What any thrown value is to the client: our own errors as they are, HTTP's as refusals, the rest our fault. */
export function refusalOf(
  thrown: unknown,
  requestId: string,
): { readonly refusal: Refusal; readonly isFault: boolean } {
  if (thrown instanceof Refusal) return { refusal: thrown, isFault: false };
  if (thrown instanceof ServiceError) return { refusal: new Refusal(thrown.status, thrown), isFault: false };
  const status = (thrown as { statusCode?: unknown } | null)?.statusCode;
  if (typeof status === "number" && status >= 400 && status < 500) {
    return { refusal: refuse(status, STATUS_CODES[status]?.toLowerCase() ?? "bad request"), isFault: false };
  }
  const error = new ServiceError("internal_error", "internal error: quote the request id when reporting it", {
    requestId,
  });
  return { refusal: new Refusal(500, error), isFault: true };
}

/** Sends a refusal in the form of what was called: of a facade its own, a JSON-RPC error on `/rpc`, else a problem document. */
export function sendRefusal(request: FastifyRequest, reply: FastifyReply, refusal: Refusal): FastifyReply {
  const { error, status, headers } = refusal;
  reply.code(status).headers({ ...retryAfter(error), ...headers });
  const told = request.routeOptions?.config?.tell?.(error, status);
  if (told) return reply.code(told.status).type(told.contentType).send(wholeText(told.text));
  const isRpc = pathOf(request) === "/rpc";
  const asked = request.visit?.codec ?? codecs[0];
  const codec = isRpc && asked.isBare ? codecs[0] : asked;
  const text = isRpc
    ? errorText(null, error, codec)
    : codec.write(new PlainAnswer(problem(error, status, request.visit?.requestId ?? randomUUID())));
  return reply.type(isRpc ? codec.contentType : codec.problemType).send(wholeText(text));
}

/** `Retry-After`, in seconds, of an error that says when to come back. */
export function retryAfter(error: ServiceError): Readonly<Record<string, string>> {
  const { retryAfterMs } = error.data;
  return typeof retryAfterMs === "number" ? { "retry-after": String(Math.ceil(retryAfterMs / 1000)) } : {};
}

/** The path that was asked for, without the query string. */
export function pathOf(request: FastifyRequest): string {
  return request.url.split("?", 1)[0]!;
}

/** Headers of every answer; what may be kept says so itself. */
export const securityHeaders: Readonly<Record<string, string>> = {
  "x-content-type-options": "nosniff",
  "cache-control": "no-store",
};

/** The content type of JSON answers. */
export const jsonType = "application/json; charset=utf-8";

/** The content type of problem documents. */
export const problemType = "application/problem+json; charset=utf-8";
