import type { Source } from "./text.ts";

/** ASCII text that is written bit by bit and kept as bytes, which are let go as they are taken. */
export class Chunks implements Source {
  length = 0;
  private readonly chunks: Buffer<ArrayBuffer>[] = [];
  private used = chunkBytes;

  constructor(texts: Iterable<string>) {
    for (const text of texts) this.write(text);
    const last = this.chunks.pop();
    if (last) this.chunks.push(copyOf(last.subarray(0, this.used)));
  }

  take(): Uint8Array<ArrayBuffer> | undefined {
    return this.chunks.shift();
  }

  close(): void {
    this.chunks.length = 0;
  }

  private write(text: string): void {
    this.length += text.length;
    for (let start = 0; start < text.length; ) {
      if (this.used === chunkBytes) {
        this.chunks.push(Buffer.allocUnsafeSlow(chunkBytes));
        this.used = 0;
      }
      const written = this.chunks.at(-1)!.write(text.slice(start), this.used, "latin1");
      this.used += written;
      start += written;
    }
  }
}

const chunkBytes = 256 * 1024;

function copyOf(bytes: Buffer): Buffer<ArrayBuffer> {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(copy);
  return copy;
}
