import { LRUCache } from "lru-cache";
import type { Ledger } from "./ledger.ts";

/** Something that tells how many bytes it holds. */
export interface Sized {
  readonly bytes: number;
}

/** The bounds of one of several caches. */
export interface CacheShare {
  /** Bytes that this one may take whatever the others hold; absent, all. */
  readonly bytesMin?: number | undefined;
  /** Where caches tell what they hold. */
  readonly ledger?: Ledger | undefined;
}

/**
 * Graphs and programs by key, bounded in bytes; the least recently used go first. Where several threads have caches, each
 * may take what the others leave of the bytes that all may take. Counts what happens to it.
 */
export class Cache {
  private readonly entries: LRUCache<string, Sized>;
  private readonly bytesMax: number;
  /** Bytes that this cache may take whatever others hold. */
  readonly bytesMin: number;
  private readonly ledger: Ledger | undefined;
  private hits = 0;
  private misses = 0;
  private heldBytes = 0;
  /** How many entries had to make room. */
  evictions = 0;

  constructor(bytesMax: number, { bytesMin = bytesMax, ledger }: CacheShare = {}) {
    this.bytesMax = bytesMax;
    this.bytesMin = bytesMin;
    this.ledger = ledger;
    this.entries = new LRUCache<string, Sized>({
      maxSize: bytesMax,
      sizeCalculation: sizeOf,
      dispose: (_, __, reason) => {
        if (reason === "evict") this.evictions++;
        if (reason !== "set") ledger?.noteDrop();
      },
    });
  }

  get<T extends Sized>(key: string): T | undefined {
    const value = this.entries.get(key) as T | undefined;
    if (value) this.hits++;
    else this.misses++;
    return value;
  }

  /** What is kept under a key, or else what `make` makes, kept if it is not larger than the whole cache. */
  getOrMake<T extends Sized>(key: string, make: () => T): T {
    return this.get<T>(key) ?? this.set(key, make());
  }

  /** As {@link getOrMake}, for what is neither a graph nor a program and stays out of the counts. */
  getOrNote<T extends Sized>(key: string, make: () => T): T {
    return (this.entries.get(key) as T | undefined) ?? this.set(key, make());
  }

  /** What is kept under a key and can be used without more: counted only once it is, by {@link countHit}. */
  look<T extends Sized>(key: string): T | undefined {
    return this.entries.get(key) as T | undefined;
  }

  countHit(): void {
    this.hits++;
  }

  set<T extends Sized>(key: string, value: T): T {
    const { entries } = this;
    const allowed = this.allowedBytes();
    // What does not fit even alone must not drive out the others.
    if (sizeOf(value, key) > allowed) entries.delete(key);
    else entries.set(key, value);
    this.makeRoom(allowed);
    return value;
  }

  /** So many bytes are held beside the cache from now on: they count, and no entry makes them go. */
  hold(bytes: number): void {
    this.heldBytes = bytes;
    this.makeRoom(this.allowedBytes());
  }

  /** Whether a key is kept; neither counted nor refreshed. */
  has(key: string): boolean {
    return this.entries.has(key);
  }

  /** Forgets all keys that start with `prefix`; whether there were any. */
  delete(prefix: string): boolean {
    return this.deleteEach((key) => key.startsWith(prefix));
  }

  /** Forgets the entries that `isUnwanted` picks; whether there were any. */
  deleteEach(isUnwanted: (key: string, value: Sized) => boolean): boolean {
    const keys = [...this.entries.keys()].filter((key) => isUnwanted(key, this.entries.peek(key)!));
    for (const key of keys) this.entries.delete(key);
    // Whoever forgets something may hold it elsewhere than here.
    this.ledger?.noteDrop();
    this.tell();
    return keys.length > 0;
  }

  /** Kept values whose key `isWanted` picks, with their keys. */
  list<T extends Sized>(isWanted: (key: string) => boolean): (readonly [string, T])[] {
    return [...this.entries.keys()].filter(isWanted).map((key) => [key, this.entries.peek(key) as T] as const);
  }

  private allowedBytes(): number {
    const { bytesMin, bytesMax, heldBytes, ledger } = this;
    return (ledger ? Math.max(bytesMin, bytesMax - ledger.cachedElsewhere) : bytesMax) - heldBytes;
  }

  private makeRoom(allowed: number): void {
    while (this.entries.calculatedSize > allowed) this.entries.pop();
    this.tell();
  }

  private tell(): void {
    this.ledger?.tellCache(this.entries.calculatedSize + this.heldBytes);
  }

  stats() {
    const { hits, misses, evictions, entries, heldBytes } = this;
    return { hits, misses, evictions, bytes: entries.calculatedSize + heldBytes, entries: entries.size };
  }
}

function sizeOf({ bytes }: Sized, key: string): number {
  return Math.max(1, Math.ceil(bytes + 2 * key.length));
}
