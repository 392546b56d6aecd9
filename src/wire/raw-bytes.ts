import type { Source } from "./text.ts";

const bytesPerPiece = 256 * 1024;

/** Bytes that are taken piece by piece; their memory is let go with the last. */
export class RawBytes implements Source {
  readonly length: number;
  private rest: Uint8Array<ArrayBuffer>;

  constructor(bytes: Uint8Array<ArrayBuffer>) {
    this.length = bytes.length;
    this.rest = bytes;
  }

  take(): Uint8Array<ArrayBuffer> | undefined {
    const { rest } = this;
    if (rest.length === 0) return undefined;
    // The taker may do with the memory what it likes.
    const piece = rest.slice(0, bytesPerPiece);
    this.rest = rest.subarray(bytesPerPiece);
    return piece;
  }

  close(): void {
    this.rest = new Uint8Array();
  }
}
