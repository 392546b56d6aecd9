import type { Source } from "./text.ts";

/** The base64 of bytes, encoded piece by piece as it is taken; until then the bytes must stay as they are. */
export function base64Source(bytes: Uint8Array): Source {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  return {
    length: base64Length(bytes.length),
    take() {
      if (at >= buffer.length) return undefined;
      const pieceEnd = Math.min(at + bytesPerPiece, buffer.length);
      const piece = Buffer.allocUnsafeSlow(base64Length(pieceEnd - at));
      // By way of short strings, which stay in the processor's cache.
      for (let to = 0; at < pieceEnd; ) {
        const end = Math.min(at + bytesPerString, pieceEnd);
        to += piece.write(buffer.toString("base64", at, end), to, "latin1");
        at = end;
      }
      return piece;
    },
    close() {},
  };
}

// Multiples of three, so that only the last piece is padded.
const bytesPerString = 12 * 1024;
const bytesPerPiece = 192 * 1024;

function base64Length(bytes: number): number {
  return Math.ceil(bytes / 3) * 4;
}
