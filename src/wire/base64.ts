import type { Source } from "./text.ts";

/** Bytes that an answer has in base64, encoded as they are taken: the text as a whole is never made. */
export class Base64 implements Source {
  readonly length: number;
  /** The bytes, while they are held. */
  bytes: Uint8Array<ArrayBuffer>;
  /** Whether nobody else needs the bytes' memory. */
  readonly isOwn: boolean;
  private at = 0;

  constructor(bytes: Uint8Array<ArrayBuffer>, isOwn: boolean) {
    this.bytes = bytes;
    this.isOwn = isOwn && bytes.length === bytes.buffer.byteLength;
    this.length = encodedBytes(bytes.length);
  }

  take(): Uint8Array<ArrayBuffer> | undefined {
    const { at, bytes } = this;
    if (at >= bytes.length) return undefined;
    this.at = Math.min(at + bytesPerPiece, bytes.length);
    const piece = Buffer.allocUnsafeSlow(encodedBytes(this.at - at));
    let written = 0;
    // In short strings, which the collector gets rid of without stopping.
    for (let from = at; from < this.at; from += bytesPerString) {
      const text = bytes.subarray(from, Math.min(from + bytesPerString, this.at)).toBase64();
      written += piece.write(text, written, "latin1");
    }
    return piece;
  }

  close(): void {
    if (this.isOwn && this.bytes.length > 0) this.bytes.buffer.transfer(0);
    this.bytes = new Uint8Array();
  }
}

// Multiples of three, so that only the end is padded.
const bytesPerString = 12 * 1024;
const bytesPerPiece = 16 * bytesPerString;

function encodedBytes(bytes: number): number {
  return Math.ceil(bytes / 3) * 4;
}
