import { limitExceeded } from "../errors.ts";
import type { Budget } from "../graph/budget.ts";
import type { SeedSets } from "../graph/pattern.ts";

const memoSize = 1 << 12;
const insertionSortMax = 32;

/**
 * Sets of the numbers below `size`, each distinct one stored once. Set 0 is empty, set 1 + i holds i alone and set
 * size + 1 holds everything; only others take storage, of which at most `entriesMax` numbers. Throws `limit_exceeded`.
 */
export class SetPool implements SeedSets {
  readonly size: number;
  readonly full: number;
  readonly budget: Budget;
  private readonly entriesMax: number;
  private readonly first: number;
  private starts = new Int32Array(1024);
  private items = new Int32Array(4096);
  private stored = 0;
  private table = new Int32Array(1024);
  private hashes = new Int32Array(1024);
  // The union being made: stamped members, and which of the stored sets it has taken.
  private readonly stamps: Int32Array;
  private readonly members: Int32Array;
  private setStamps = new Int32Array(1024);
  private stamp = 0;
  private count = 0;
  private isFull = false;
  private readonly memo = new Int32Array(3 * memoSize).fill(-1);

  constructor(size: number, entriesMax: number, budget: Budget) {
    this.size = size;
    this.full = size + 1;
    this.first = size + 2;
    this.entriesMax = entriesMax;
    this.budget = budget;
    this.stamps = new Int32Array(size);
    this.members = new Int32Array(size);
  }

  /** An entry is one whatever its factors are, but that a factor 0 leaves none. */
  readonly followsFactors = false;

  times(set: number, factor: number): number {
    return factor === 0 ? 0 : set;
  }

  untaken(): number {
    return 0;
  }

  /** How many numbers a set holds. */
  countOf(set: number): number {
    if (set <= this.size) return set === 0 ? 0 : 1;
    if (set === this.full) return this.size;
    return this.starts[set - this.first + 1]! - this.starts[set - this.first]!;
  }

  /** Writes a set's numbers, in order, from `at` on; gives where the next one goes. */
  write(set: number, target: Int32Array, at: number): number {
    if (set === 0) return at;
    if (set <= this.size) {
      target[at] = set - 1;
      return at + 1;
    }
    if (set === this.full) {
      for (let i = 0; i < this.size; i++) target[at + i] = i;
      return at + this.size;
    }
    const [from, to] = this.rangeOf(set);
    target.set(this.items.subarray(from, to), at);
    return at + to - from;
  }

  union(a: number, b: number): number {
    if (a === b || b === 0) return a;
    if (a === 0) return b;
    if (a === this.full || b === this.full) return this.full;
    if (this.holds(a, b)) return a;
    if (this.holds(b, a)) return b;
    const [low, high] = a < b ? [a, b] : [b, a];
    const slot = 3 * ((Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca6b)) & (memoSize - 1));
    if (this.memo[slot] === low && this.memo[slot + 1] === high) return this.memo[slot + 2]!;
    this.begin();
    this.add(a);
    this.add(b);
    const union = this.finish();
    this.memo[slot] = low;
    this.memo[slot + 1] = high;
    this.memo[slot + 2] = union;
    return union;
  }

  begin(): void {
    this.stamp++;
    this.count = 0;
    this.isFull = false;
  }

  add(set: number): void {
    if (set === 0 || this.isFull) return;
    if (set <= this.size) {
      this.mark(set - 1);
      return;
    }
    if (set === this.full) {
      this.isFull = true;
      return;
    }
    const index = set - this.first;
    if (this.setStamps[index] === this.stamp) return;
    this.setStamps[index] = this.stamp;
    const [from, to] = this.rangeOf(set);
    this.budget.spend(to - from);
    for (let k = from; k < to; k++) this.mark(this.items[k]!);
  }

  finish(): number {
    const { count, size } = this;
    if (count === 1 && !this.isFull) return 1 + this.members[0]!;
    if (this.isFull || (count === size && size > 0)) return size === 1 ? 1 : this.full;
    return count === 0 ? 0 : this.intern();
  }

  private mark(number: number): void {
    if (this.stamps[number] === this.stamp) return;
    this.stamps[number] = this.stamp;
    this.members[this.count++] = number;
  }

  private rangeOf(set: number): [number, number] {
    return [this.starts[set - this.first]!, this.starts[set - this.first + 1]!];
  }

  /** Whether `a` holds all of `b`, told only where that is quickly seen. */
  private holds(a: number, b: number): boolean {
    if (a <= this.size) return false;
    const [from, to] = this.rangeOf(a);
    if (b <= this.size) return this.has(from, to, b - 1);
    const [start, end] = this.rangeOf(b);
    if ((end - start) * 8 > to - from) return false;
    for (let k = start; k < end; k++) if (!this.has(from, to, this.items[k]!)) return false;
    return true;
  }

  private has(from: number, to: number, number: number): boolean {
    let [low, high] = [from, to];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.items[middle]! < number) low = middle + 1;
      else high = middle;
    }
    return low < to && this.items[low] === number;
  }

  private intern(): number {
    const { count } = this;
    this.sortMembers();
    let hash = count;
    for (let k = 0; k < count; k++) hash = Math.imul(hash ^ this.members[k]!, 0xc2b2ae35) + 0x27d4eb2f;
    hash ^= hash >>> 15;
    this.budget.spend(count);
    let slot = hash & (this.table.length - 1);
    for (; this.table[slot] !== 0; slot = (slot + 1) & (this.table.length - 1)) {
      const index = this.table[slot]! - 1;
      if (this.hashes[index] === hash && this.isStored(index)) return this.first + index;
    }
    return this.first + this.store(hash, slot);
  }

  private isStored(index: number): boolean {
    const start = this.starts[index]!;
    if (this.starts[index + 1]! - start !== this.count) return false;
    for (let k = 0; k < this.count; k++) if (this.items[start + k] !== this.members[k]) return false;
    return true;
  }

  private store(hash: number, slot: number): number {
    const index = this.stored++;
    const start = this.starts[index]!;
    const end = start + this.count;
    if (end > this.entriesMax) throw limitExceeded("patternEntries", this.entriesMax, end);
    if (end > this.items.length) this.items = grown(this.items, end);
    if (index + 2 > this.starts.length) this.starts = grown(this.starts, index + 2);
    if (index + 1 > this.hashes.length) {
      this.hashes = grown(this.hashes, index + 1);
      this.setStamps = grown(this.setStamps, index + 1);
    }
    this.items.set(this.members.subarray(0, this.count), start);
    this.starts[index + 1] = end;
    this.hashes[index] = hash;
    this.table[slot] = index + 1;
    if (2 * this.stored > this.table.length) this.rehash();
    return index;
  }

  private rehash(): void {
    this.table = new Int32Array(this.table.length * 4);
    const mask = this.table.length - 1;
    for (let index = 0; index < this.stored; index++) {
      let slot = this.hashes[index]! & mask;
      while (this.table[slot] !== 0) slot = (slot + 1) & mask;
      this.table[slot] = index + 1;
    }
  }

  private sortMembers(): void {
    const { members, count, stamps, stamp } = this;
    if (count <= insertionSortMax) {
      for (let i = 1; i < count; i++) {
        const member = members[i]!;
        let k = i;
        for (; k > 0 && members[k - 1]! > member; k--) members[k] = members[k - 1]!;
        members[k] = member;
      }
    } else if (count > this.size >> 3) {
      for (let i = 0, k = 0; i < this.size; i++) if (stamps[i] === stamp) members[k++] = i;
    } else members.subarray(0, count).sort();
  }
}

function grown(array: Int32Array<ArrayBuffer>, least: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(Math.max(least, 2 * array.length));
  larger.set(array);
  return larger;
}
