const pageBytes = 65_536;
const pagesMax = 65_536;

/** Linear memory that compiled programs share: each run takes a block of it and gives it back. */
export class LinearMemory {
  readonly memory = new WebAssembly.Memory({ initial: 1, maximum: pagesMax });
  /** The memory as numbers; another array once it has grown. */
  data: Float64Array<ArrayBuffer> = new Float64Array(this.memory.buffer);
  /** Free blocks in the order of their offsets, no two of them touching. */
  private free: { offset: number; bytes: number }[] = [{ offset: 0, bytes: pageBytes }];

  /** The memory's bytes. */
  get bytes(): number {
    return this.memory.buffer.byteLength;
  }

  /** Takes a block; gives its offset. `bytes` is a multiple of 16. */
  take(bytes: number): number {
    let block = this.free.find((free) => free.bytes >= bytes);
    if (!block) {
      const end = this.bytes;
      const last = this.free.at(-1);
      const atEnd = last && last.offset + last.bytes === end ? last.bytes : 0;
      const pages = Math.ceil((bytes - atEnd) / pageBytes);
      this.memory.grow(pages);
      this.data = new Float64Array(this.memory.buffer);
      this.give(end, pages * pageBytes);
      block = this.free.at(-1)!;
    }
    const { offset } = block;
    block.offset += bytes;
    block.bytes -= bytes;
    if (block.bytes === 0) this.free.splice(this.free.indexOf(block), 1);
    return offset;
  }

  /** Gives a block back. */
  give(offset: number, bytes: number): void {
    if (bytes === 0) return;
    let at = this.free.findIndex((free) => free.offset > offset);
    if (at < 0) at = this.free.length;
    this.free.splice(at, 0, { offset, bytes });
    this.join(at);
    this.join(at - 1);
  }

  private join(at: number): void {
    const [block, next] = [this.free[at], this.free[at + 1]];
    if (!block || !next || block.offset + block.bytes !== next.offset) return;
    block.bytes += next.bytes;
    this.free.splice(at + 1, 1);
  }
}
