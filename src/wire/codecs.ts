import { cbor } from "./cbor/cbor.ts";
import type { Codec } from "./codec.ts";
import { json } from "./json/json.ts";
import { npy } from "./npy-codec.ts";

/** All codecs; the first is the one of answers to who does not say what it takes. */
export const codecs: readonly [Codec, ...Codec[]] = [json, cbor, npy];

/** The codec that a body of this `Content-Type` is read with; undefined where there is none. */
export function readerOf(contentType: string | undefined): Codec | undefined {
  if (contentType === "application/json") return json;
  const mediaType = (contentType ?? "").split(";", 1)[0]!.trim().toLowerCase();
  return codecs.find((codec) => codec.reads(mediaType));
}

/**
 * The codec of answers to a request with this `Accept` (RFC 9110 §12.5.1): the range of the highest quality that any
 * codec serves decides, of equal ones the first. Undefined where there is none.
 */
export function writerOf(accept: string | undefined): Codec | undefined {
  if (accept === undefined || accept === "*/*" || accept.trim() === "") return codecs[0];
  let best: Codec | undefined;
  let bestQuality = 0;
  for (const range of accept.split(",")) {
    const [mediaRange = "", ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
    const weight = parameters.find((parameter) => parameter.startsWith("q="));
    const quality = weight === undefined ? 1 : Number(weight.slice("q=".length));
    if (!(quality > bestQuality)) continue;
    const codec = codecs.find((codec) => codec.answers(mediaRange));
    if (codec) [best, bestQuality] = [codec, quality];
  }
  return best;
}

/** The codec of a name that {@link Codec.name} told. */
export function codecNamed(name: string): Codec {
  const codec = codecs.find((codec) => codec.name === name);
  if (!codec) throw new Error(`no codec is called ${name}`);
  return codec;
}
