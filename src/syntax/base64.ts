import { bytesPerElement, type DType, elementsOfBytes, type TypedArray } from "../graph/dtype.ts";
import { TensorFault } from "./tensor-fault.ts";

/**
 * The elements of a base64 text, or of the bytes that whoever read it has made of a long one. Throws a
 * {@link TensorFault} where they are not `count`.
 */
export function base64Data(sent: string | Uint8Array, dtype: DType, count: number): TypedArray {
  const bytesWanted = count * bytesPerElement[dtype];
  const expected = `base64 of ${bytesWanted} bytes, padded, without white space`;
  const characters = typeof sent === "string" ? sent.length : base64Length(sent.length);
  if (characters !== base64Length(bytesWanted)) throw new TensorFault(expected, `${characters} characters`);
  const bytes = typeof sent === "string" ? decodeText(sent, bytesWanted, expected) : ownBytes(sent);
  if (bytes.length !== bytesWanted) throw new TensorFault(expected, `${bytes.length} bytes`);
  if (dtype === "bool" && bytes.some((byte) => byte > 1)) throw new TensorFault("bool bytes 0 or 1", "another byte");
  const data = elementsOfBytes(dtype, bytes.buffer, count);
  if (!data)
    throw new TensorFault("int64 values of up to 2^53 in size, which are computed with exactly", "a larger one");
  return data;
}

function base64Length(bytes: number): number {
  return Math.ceil(bytes / 3) * 4;
}

function decodeText(text: string, bytesWanted: number, expected: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(bytesWanted);
  let read: number;
  let written: number;
  try {
    ({ read, written } = bytes.setFromBase64(text, { lastChunkHandling: "strict" }));
  } catch {
    throw new TensorFault(expected, "characters outside of the alphabet of RFC 4648 §4");
  }
  if (written === bytesWanted && read === text.length) return bytes;
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  throw new TensorFault(expected, `${(text.length / 4) * 3 - padding} bytes`);
}

/** Bytes that begin where their memory does: elements are read at multiples of their size. */
function ownBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = bytes;
  const isWhole = buffer instanceof ArrayBuffer && buffer.byteLength === bytes.length;
  return isWhole ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes);
}
