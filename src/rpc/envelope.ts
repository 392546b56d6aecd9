import { ServiceError } from "../errors.ts";
import { NumberText, PlainAnswer, WrittenAnswer } from "../wire/answer.ts";
import type { Codec } from "../wire/codec.ts";
import { type Text, textBytes } from "../wire/text.ts";

/** What a JSON-RPC id may be. */
export type Id = string | number | null | NumberText;

/** A valid JSON-RPC 2.0 request; without an `id` it is a notification, which is never answered. */
export interface Request {
  readonly id?: Id;
  readonly method: string;
  /** An object, an array, or absent; whether it fits the method is not the envelope's concern. */
  readonly params?: unknown;
}

/** Reads one request object; unknown members are tolerated. `invalid_request` says what is wrong. */
export function readRequest(value: unknown): Request {
  if (!isObject(value)) throw invalidRequest("a request is an object");
  if (value.jsonrpc !== "2.0") throw invalidRequest(`\`jsonrpc\` must be "2.0"${bareHint(value)}`);
  if (typeof value.method !== "string") throw invalidRequest("`method` must be a string");
  if (value.id !== undefined && !isId(value.id)) {
    throw invalidRequest("`id` must be a string, a number or null");
  }
  if (value.params !== undefined && (typeof value.params !== "object" || value.params === null)) {
    throw invalidRequest("`params` must be an object");
  }
  return value as unknown as Request;
}

/** The id to answer an invalid request with: its own where it has a valid one, else null. */
export function idOf(value: unknown): Id {
  return isObject(value) && isId(value.id) ? value.id : null;
}

/** An id that another thread sent: objects lose their class on the way. */
export function idAgain(id: Id): Id {
  return typeof id === "object" && id !== null ? new NumberText(id.text) : id;
}

/** The text of a successful answer around a result that is written already. */
export function successText(id: Id, result: Text, codec: Codec): Text {
  return codec.write({ jsonrpc: "2.0", id, result: new WrittenAnswer(result) });
}

/** How many bytes a successful answer takes besides its result. */
export function successOverheadBytes(id: Id, codec: Codec): number {
  return textBytes(successText(id, "", codec));
}

/** The text of an error answer. */
export function errorText(id: Id, error: ServiceError, codec: Codec): Text {
  return codec.write({ jsonrpc: "2.0", id, error: new PlainAnswer(errorObject(error)) });
}

/** The text of several answers as one. */
export function batchText(answers: readonly Text[], codec: Codec): Text {
  return codec.write(answers.map((text) => new WrittenAnswer(text)));
}

/** The JSON-RPC error object of an error: its type and details are in `data`. */
export function errorObject(error: ServiceError): { code: number; message: string; data: Record<string, unknown> } {
  return { code: error.code, message: error.message, data: { type: error.type, ...error.data } };
}

/** -32600. */
export function invalidRequest(message: string, data: Readonly<Record<string, unknown>> = {}): ServiceError {
  return new ServiceError("invalid_request", message, data);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}

/** What to say to who sent parameters alone. */
function bareHint({ jsonrpc, method }: Readonly<Record<string, unknown>>): string {
  if (jsonrpc !== undefined || method !== undefined) return "";
  return ": a request has jsonrpc, id, method and params; params alone go to /v1/<method>";
}

function isId(value: unknown): value is Id {
  return typeof value === "string" || value === null || Number.isFinite(value) || value instanceof NumberText;
}
