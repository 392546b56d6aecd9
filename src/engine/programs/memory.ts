const pageBytes = 65_536;
const pagesMax = 65_536;

/** A block of linear memory that somebody has taken. */
export interface TakenBlock {
  readonly offset: number;
  readonly bytes: number;
  /** Whether all is in it that its taker left when it last gave it back. */
  readonly isAsLeft: boolean;
}

interface Block {
  offset: number;
  bytes: number;
}

/** Linear memory that compiled programs share: each run takes a block of it and gives it back. */
export class LinearMemory {
  readonly memory = new WebAssembly.Memory({ initial: 1, maximum: pagesMax });
  /** The memory as numbers; another array once it has grown. */
  data: Float64Array<ArrayBuffer> = new Float64Array(this.memory.buffer);
  /** Free blocks in the order of their offsets, no two of them touching. */
  private readonly free: Block[] = [{ offset: 0, bytes: pageBytes }];
  /** Free blocks that nobody has taken since they were left, by who left them. */
  private readonly left = new Map<number, Block>();

  /** The memory's bytes. */
  get bytes(): number {
    return this.memory.buffer.byteLength;
  }

  /** Whether no block is taken. */
  get isFree(): boolean {
    return this.free[0]?.bytes === this.bytes;
  }

  /** Takes a block for a taker, where there is one the block that it left. `bytes` is a multiple of 16. */
  take(bytes: number, taker: number): TakenBlock {
    const known = this.left.get(taker);
    const left = known?.bytes === bytes ? known : undefined;
    const offset = left?.offset ?? this.roomFor(bytes);
    this.cut(offset, bytes);
    for (const [other, block] of this.left) {
      if (block.offset < offset + bytes && offset < block.offset + block.bytes) this.left.delete(other);
    }
    return { offset, bytes, isAsLeft: left !== undefined };
  }

  /** Gives a block back; with a taker, for that one to find what is in it if nobody else takes it before. */
  give({ offset, bytes }: TakenBlock, taker?: number): void {
    this.put(offset, bytes);
    if (taker !== undefined) this.left.set(taker, { offset, bytes });
  }

  /** The offset of a free block, first found; the memory grows where there is none. */
  private roomFor(bytes: number): number {
    const block = this.free.find((free) => free.bytes >= bytes);
    if (block) return block.offset;
    const end = this.bytes;
    const last = this.free.at(-1);
    const atEnd = last && last.offset + last.bytes === end ? last.bytes : 0;
    const pages = Math.ceil((bytes - atEnd) / pageBytes);
    this.memory.grow(pages);
    this.data = new Float64Array(this.memory.buffer);
    this.put(end, pages * pageBytes);
    return this.free.at(-1)!.offset;
  }

  /** Takes a range out of the free block that it lies in. */
  private cut(offset: number, bytes: number): void {
    if (bytes === 0) return;
    const at = this.free.findIndex((free) => free.offset <= offset && offset < free.offset + free.bytes);
    const { offset: start, bytes: size } = this.free[at]!;
    const around = [
      { offset: start, bytes: offset - start },
      { offset: offset + bytes, bytes: start + size - offset - bytes },
    ];
    this.free.splice(at, 1, ...around.filter((block) => block.bytes > 0));
  }

  private put(offset: number, bytes: number): void {
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
