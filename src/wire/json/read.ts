import { isUtf8 } from "node:buffer";
import { ServiceError } from "../../errors.ts";
import { placeOf } from "../../text/place.ts";
import { jsonFault } from "./json-fault.ts";
import { cutLongBase64 } from "./long-base64.ts";
import { keepNumberIds } from "./number-ids.ts";

/**
 * Reads the bytes of a body as a JSON value. `parse_error` when they are not UTF-8, nest deeper than `depthMax`, or are
 * not JSON: then it tells where, with the few characters around. Long base64 texts of array objects become the bytes that
 * they stand for.
 */
export function parseJson(bytes: Uint8Array, depthMax: number): unknown {
  const cut = cutLongBase64(bytes);
  if (!cut) return parseWhole(bytes, depthMax);
  let value: unknown;
  try {
    value = parseWhole(cut.rest, depthMax);
  } catch {
    // The message tells a position in the whole.
    return parseWhole(bytes, depthMax);
  }
  cut.restore(value);
  return value;
}

function parseWhole(bytes: Uint8Array, depthMax: number): unknown {
  if (bytes.length === 0) throw new ServiceError("parse_error", "the body is empty");
  if (!isUtf8(bytes)) throw new ServiceError("parse_error", "the body is not UTF-8");
  // Before JSON.parse, which takes any depth: what walks the value afterwards would overflow its stack.
  const depth = mayNest(bytes, depthMax) ? nestingDepth(bytes) : 0;
  if (depth > depthMax) {
    throw new ServiceError("parse_error", `the body nests ${depth} deep, ${depthMax} allowed`, {
      limit: "depth",
      allowed: depthMax,
      received: depth,
    });
  }
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
    const message = `the body is not JSON: line ${place.line}, column ${place.column}: ${fault.reason}\n${place.excerpt}`;
    throw new ServiceError("parse_error", message, { reason: fault.reason, ...place });
  }
}

/** The deepest nesting of arrays and objects in JSON bytes, ignoring brackets in strings; one pass, nothing allocated. */
export function nestingDepth(bytes: Uint8Array): number {
  let depth = 0;
  let deepest = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (byte === quotation) {
      for (i++; i < bytes.length && bytes[i] !== quotation; i++) if (bytes[i] === backslash) i++;
    } else if (byte > 0x5a) {
      // `[` and `{`, like `]` and `}`, differ in this one bit only.
      const bracket = byte | 0x20;
      if (bracket === openBrace) deepest = Math.max(deepest, ++depth);
      else if (bracket === closeBrace) depth--;
    }
  }
  return deepest;
}

/**
 * Whether bytes hold more opening brackets than may nest, strings included. The many numbers of a few flat arrays, and
 * long strings, are passed over as fast as memory is read.
 */
function mayNest(bytes: Uint8Array, depthMax: number): boolean {
  if (bytes.length < bytesPerSearch) return true;
  let count = 0;
  for (const bracket of [openBracket, openBrace]) {
    for (let at = bytes.indexOf(bracket); at >= 0; at = bytes.indexOf(bracket, at + 1)) {
      if (++count > depthMax) return true;
    }
  }
  return false;
}

// Of less, a walk takes no longer.
const bytesPerSearch = 1000;
const openBracket = 0x5b;
const quotation = 0x22;
const backslash = 0x5c;
const openBrace = 0x7b;
const closeBrace = 0x7d;

function textOf(bytes: Uint8Array): string {
  const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const marked = buffer[0] === 0xef && buffer[1] === 0xbb && buffer[2] === 0xbf;
  return buffer.toString("utf8", marked ? 3 : 0);
}
