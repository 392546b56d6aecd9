/**
 * The cells of a ledger that threads share: for each slot the thread that owns it, its planned and held bytes, its runs and the bytes
 * of its cache.
 */
export interface SharedCells {
  /** How often the thread that keeps the graphs of all has let go of any. */
  readonly drops: Int32Array;
  readonly owners: Int32Array;
  readonly cells: BigInt64Array;
}

const servingThread = -1;
const cellsPerSlot = 3;

/**
 * The planned bytes of all running calls and the bytes of all caches, whichever thread they are of. Each thread writes a slot of its own, so that what a
 * dead one held is returned by clearing its slot.
 */
export class Ledger {
  readonly shared: SharedCells;
  private readonly slot: number;
  /** The cells as numbers of 32 bits, two a cell: faster to look at. */
  private readonly halves: Int32Array;

  /** The ledger of the thread that serves; `slots` is how many threads there may be, the dying ones included. */
  static open(slots = 1): Ledger {
    const bytes = { owners: slots * 4, cells: slots * cellsPerSlot * 8 };
    return new Ledger(
      {
        drops: new Int32Array(new SharedArrayBuffer(4)),
        owners: new Int32Array(new SharedArrayBuffer(bytes.owners)),
        cells: new BigInt64Array(new SharedArrayBuffer(bytes.cells)),
      },
      servingThread,
    );
  }

  /** The ledger as thread `thread` writes it. */
  constructor(shared: SharedCells, thread: number) {
    this.shared = shared;
    this.halves = new Int32Array(shared.cells.buffer);
    this.slot = shared.owners.findIndex((_, i) => Atomics.compareExchange(shared.owners, i, 0, thread) === 0);
    if (this.slot < 0) throw new Error("the ledger has no slot left");
  }

  /** Counts a run of so many bytes if all runs together then hold no more than `bytesMax`; whether it did. */
  take(bytes: number, bytesMax: number): boolean {
    const { cells } = this.shared;
    // Before the sum is looked at, so that of two threads that take at once at least one sees both.
    Atomics.add(cells, cellsPerSlot * this.slot, BigInt(Math.ceil(bytes)));
    Atomics.add(cells, cellsPerSlot * this.slot + 1, 1n);
    if (this.bytes <= bytesMax) return true;
    this.give(bytes);
    return false;
  }

  /** Ends the count of a run. */
  give(bytes: number): void {
    const { cells } = this.shared;
    Atomics.sub(cells, cellsPerSlot * this.slot, BigInt(Math.ceil(bytes)));
    Atomics.sub(cells, cellsPerSlot * this.slot + 1, 1n);
  }

  /**
   * Counts bytes that are held and belong to no run, an answer on its way or a body that is parsed, if all together are then
   * no more than `bytesMax`; whether it did.
   */
  hold(bytes: number, bytesMax = Number.POSITIVE_INFINITY): boolean {
    Atomics.add(this.shared.cells, cellsPerSlot * this.slot, BigInt(Math.ceil(bytes)));
    if (this.bytes <= bytesMax) return true;
    this.letGo(bytes);
    return false;
  }

  /** Ends the count of bytes that were held. */
  letGo(bytes: number): void {
    Atomics.sub(this.shared.cells, cellsPerSlot * this.slot, BigInt(Math.ceil(bytes)));
  }

  /** Tells what this thread's cache holds. */
  tellCache(bytes: number): void {
    Atomics.store(this.shared.cells, cellsPerSlot * this.slot + 2, BigInt(bytes));
  }

  /** Bytes that the caches of the other threads hold. */
  get cachedElsewhere(): number {
    return this.sum(2) - Number(Atomics.load(this.shared.cells, cellsPerSlot * this.slot + 2));
  }

  /** Notes that this thread's cache has let go of something; of a worker's nobody needs to know. */
  noteDrop(): void {
    if (this.slot === 0) Atomics.add(this.shared.drops, 0, 1);
  }

  /** Returns what a thread held that is no more. */
  clear(thread: number): void {
    const { owners, cells } = this.shared;
    const slot = owners.indexOf(thread);
    if (slot < 0) return;
    for (let i = 0; i < cellsPerSlot; i++) Atomics.store(cells, cellsPerSlot * slot + i, 0n);
    Atomics.store(owners, slot, 0);
  }

  /** Whether no bytes are planned or held on any thread. */
  get isIdle(): boolean {
    const { halves } = this;
    for (let i = 0; i < halves.length; i += 2 * cellsPerSlot) if (halves[i] !== 0 || halves[i + 1] !== 0) return false;
    return true;
  }

  /** Planned bytes of the runs of all threads, and bytes held. */
  get bytes(): number {
    return this.sum(0);
  }

  /** Runs of all threads. */
  get running(): number {
    return this.sum(1);
  }

  private sum(offset: number): number {
    const { cells } = this.shared;
    let total = 0n;
    for (let i = offset; i < cells.length; i += cellsPerSlot) total += Atomics.load(cells, i);
    return Number(total);
  }
}
