/** A growing run of bytes, with the number formats of WebAssembly's binary format. */
export class Bytes {
  private data = new Uint8Array(256);
  private view = new DataView(this.data.buffer);
  private end = 0;

  /** The number of bytes written. */
  get length(): number {
    return this.end;
  }

  byte(value: number): void {
    this.reserve(1);
    this.data[this.end++] = value;
  }

  bytes(values: Uint8Array): void {
    this.reserve(values.length);
    this.data.set(values, this.end);
    this.end += values.length;
  }

  /** An unsigned integer below 2³², as LEB128. */
  unsigned(value: number): void {
    this.reserve(5);
    let rest = value >>> 0;
    while (rest >= 0x80) {
      this.data[this.end++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.data[this.end++] = rest;
  }

  /** A signed 32-bit integer, as LEB128. */
  signed(value: number): void {
    this.reserve(5);
    let rest = value | 0;
    for (;;) {
      const low = rest & 0x7f;
      rest >>= 7;
      const isLast = (rest === 0 && !(low & 0x40)) || (rest === -1 && (low & 0x40) !== 0);
      this.data[this.end++] = isLast ? low : low | 0x80;
      if (isLast) return;
    }
  }

  /** A signed 64-bit integer, as LEB128. */
  signed64(value: bigint): void {
    this.reserve(10);
    let rest = BigInt.asIntN(64, value);
    for (;;) {
      const low = Number(rest & 0x7fn);
      rest >>= 7n;
      const isLast = (rest === 0n && !(low & 0x40)) || (rest === -1n && (low & 0x40) !== 0);
      this.data[this.end++] = isLast ? low : low | 0x80;
      if (isLast) return;
    }
  }

  float64(value: number): void {
    this.reserve(8);
    this.view.setFloat64(this.end, value, true);
    this.end += 8;
  }

  integer64(value: bigint): void {
    this.reserve(8);
    this.view.setBigInt64(this.end, BigInt.asIntN(64, value), true);
    this.end += 8;
  }

  /** A name: its length in bytes, then itself in UTF-8. */
  name(text: string): void {
    const encoded = new TextEncoder().encode(text);
    this.unsigned(encoded.length);
    this.bytes(encoded);
  }

  /** A run of bytes after its length. */
  sized(content: Bytes): void {
    this.unsigned(content.length);
    this.bytes(content.finish());
  }

  /** What was written; a view, valid until more is. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.data.subarray(0, this.end);
  }

  private reserve(count: number): void {
    if (this.end + count <= this.data.length) return;
    const grown = new Uint8Array(Math.max(2 * this.data.length, this.end + count));
    grown.set(this.data.subarray(0, this.end));
    this.data = grown;
    this.view = new DataView(grown.buffer);
  }
}
