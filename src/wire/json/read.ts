import { isUtf8 } from "node:buffer";
import { ServiceError } from "../../errors.ts";
import { placeOf } from "../../text/place.ts";
import type { ReadLimits, Weight } from "../codec.ts";
import { jsonFault } from "./json-fault.ts";
import { cutLongBase64 } from "./long-base64.ts";
import { keepNumberIds } from "./number-ids.ts";
import { weighJson } from "./structure.ts";

/**
 * Reads the bytes of a body as a JSON value. `parse_error` when they are not UTF-8, nest too deeply, or are not JSON: then
 * it tells where, with the few characters around; `limit_exceeded` when they hold too much. Long base64 texts of array
 * objects become the bytes that they stand for.
 */
export function parseJson(bytes: Uint8Array, limits: ReadLimits, weighed?: Weight): unknown {
  // Before JSON.parse, which takes any depth: what walks the value afterwards would overflow its stack.
  if (!weighed) weighJson(bytes, limits);
  const cut = cutLongBase64(bytes);
  if (!cut) return parseWhole(bytes);
  let value: unknown;
  try {
    value = parseWhole(cut.rest);
  } catch {
    // The message tells a position in the whole.
    return parseWhole(bytes);
  }
  cut.restore(value);
  return value;
}

function parseWhole(bytes: Uint8Array): unknown {
  if (bytes.length === 0) throw new ServiceError("parse_error", "the body is empty");
  if (!isUtf8(bytes)) throw new ServiceError("parse_error", "the body is not UTF-8");
  const text = textOf(bytes);
  try {
    const value = JSON.parse(text);
    keepNumberIds(value, text);
    return value;
  } catch (error) {
    const fault = jsonFault(text);
    // Two readers of one grammar, so that they differ nowhere; whichever refuses is right.
    if (!fault) throw new ServiceError("parse_error", "the body is not JSON", { reason: String(error) });
    const place = placeOf(text, fault.offset);
    const [reason, excerpt] = [withoutData(fault.reason), withoutData(place.excerpt)];
    const message = `the body is not JSON: line ${place.line}, column ${place.column}: ${reason}\n${excerpt}`;
    throw new ServiceError("parse_error", message, { reason, ...place, excerpt });
  }
}

function textOf(bytes: Uint8Array): string {
  const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const marked = buffer[0] === 0xef && buffer[1] === 0xbb && buffer[2] === 0xbf;
  return buffer.toString("utf8", marked ? 3 : 0);
}

/** A text of a body with what may be of a tensor made illegible, character by character, so that carets stay in place. */
function withoutData(text: string): string {
  return text
    .replaceAll(/\d[\d.]{4,}/g, (number) => number.replaceAll(/\d/g, "#"))
    .replaceAll(/[A-Za-z0-9+/]{16,}/g, (run) => (/[A-Z+/]/.test(run) ? "#".repeat(run.length) : run));
}
