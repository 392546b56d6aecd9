import type { Codec } from "../codec.ts";
import { parseCbor } from "./read.ts";
import { weighCbor } from "./structure.ts";
import { writeCbor } from "./write.ts";

/** CBOR (RFC 8949), its tensors as typed arrays (RFC 8746): every bit as it is, and no text in between. */
export const cbor: Codec = {
  name: "cbor",
  contentType: "application/cbor",
  problemType: "application/cbor",
  reads: (mediaType) => /^application\/cbor$|\+cbor$/.test(mediaType),
  answers: (mediaRange) => /^\*\/\*$|^application\/(\*|cbor)$/.test(mediaRange),
  read: parseCbor,
  weigh: weighCbor,
  write: writeCbor,
};
