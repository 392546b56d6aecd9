import type { Codec } from "./codec.ts";
import { json } from "./json/json.ts";

/** All codecs; the first is the one of answers to who does not say what it takes. */
export const codecs: readonly [Codec, ...Codec[]] = [json];

/** The codec that a body of this `Content-Type` is read with; undefined where there is none. */
export function readerOf(contentType: string | undefined): Codec | undefined {
  if (contentType === "application/json") return json;
  const mediaType = (contentType ?? "").split(";", 1)[0]!.trim().toLowerCase();
  return codecs.find((codec) => codec.reads(mediaType));
}

/** The codec of a name that {@link Codec.name} told. */
export function codecNamed(name: string): Codec {
  const codec = codecs.find((codec) => codec.name === name);
  if (!codec) throw new Error(`no codec is called ${name}`);
  return codec;
}
