import { acceptedOf } from "./accept.ts";
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

/** The codec of answers to a request with this `Accept`; undefined where there is none. */
export function writerOf(accept: string | undefined): Codec | undefined {
  if (accept === undefined || accept === "*/*" || accept.trim() === "") return codecs[0];
  return acceptedOf(accept, codecs, (codec, mediaRange) => codec.answers(mediaRange));
}

/** The codec of a name that {@link Codec.name} told. */
export function codecNamed(name: string): Codec {
  const codec = codecs.find((codec) => codec.name === name);
  if (!codec) throw new Error(`no codec is called ${name}`);
  return codec;
}
