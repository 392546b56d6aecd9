import { LRUCache } from "lru-cache";

/** Something that tells how many bytes it holds. */
export interface Sized {
  readonly bytes: number;
}

/** Graphs and programs by key, bounded in bytes; the least recently used go first. Counts what happens to it. */
export class Cache {
  private readonly entries: LRUCache<string, Sized>;
  private hits = 0;
  private misses = 0;
  /** How many entries had to make room. */
  evictions = 0;

  constructor(bytesMax: number) {
    this.entries = new LRUCache<string, Sized>({
      maxSize: bytesMax,
      sizeCalculation: ({ bytes }, key) => Math.max(1, Math.ceil(bytes + 2 * key.length)),
      dispose: (_, __, reason) => {
        if (reason === "evict") this.evictions++;
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
    this.entries.set(key, value);
    return value;
  }

  /** Whether a key is kept; neither counted nor refreshed. */
  has(key: string): boolean {
    return this.entries.has(key);
  }

  /** Forgets all keys that start with `prefix`; whether there were any. */
  delete(prefix: string): boolean {
    const keys = [...this.entries.keys()].filter((key) => key.startsWith(prefix));
    for (const key of keys) this.entries.delete(key);
    return keys.length > 0;
  }

  /** Kept values whose key `isWanted` picks, with their keys. */
  list<T extends Sized>(isWanted: (key: string) => boolean): (readonly [string, T])[] {
    return [...this.entries.keys()].filter(isWanted).map((key) => [key, this.entries.peek(key) as T] as const);
  }

  stats() {
    const { hits, misses, evictions, entries } = this;
    return { hits, misses, evictions, bytes: entries.calculatedSize, entries: entries.size };
  }
}
