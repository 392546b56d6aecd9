import { expect, test } from "vitest";
import { Cache } from "../../src/engine/cache.ts";
import { Ledger } from "../../src/engine/ledger.ts";

const entry = (bytes: number) => ({ bytes });

test("counts hits, misses, entries and bytes, keys included", () => {
  const cache = new Cache(1000);
  expect(cache.get("a")).toBeUndefined();
  const value = cache.set("a", entry(100));
  expect(cache.get("a")).toBe(value);
  expect(cache.stats()).toEqual({ hits: 1, misses: 1, evictions: 0, bytes: 102, entries: 1 });
});

test("makes what is missing once", () => {
  const cache = new Cache(1000);
  let made = 0;
  const make = () => entry(++made);
  expect(cache.getOrMake("a", make)).toBe(cache.getOrMake("a", make));
  expect(made).toBe(1);
});

test("keeps nothing of what could not be made", () => {
  const cache = new Cache(1000);
  const fault = new Error("late");
  const failing = () => {
    throw fault;
  };
  expect(() => cache.getOrMake("a", failing)).toThrow(fault);
  expect(cache.has("a")).toBe(false);
  expect(cache.getOrMake("a", () => entry(1))).toEqual(entry(1));
});

test("lets the least recently used go first, and never holds more bytes than it may", () => {
  const cache = new Cache(1000);
  for (const key of ["a", "b", "c"]) cache.set(key, entry(298));
  cache.get("a");
  cache.set("d", entry(298));
  expect(["a", "b", "c", "d"].map((key) => cache.has(key))).toEqual([true, false, true, true]);
  expect(cache.stats()).toMatchObject({ evictions: 1, bytes: 900, entries: 3 });
});

test("does not keep what is larger than itself, nor drop anything for it", () => {
  const cache = new Cache(1000);
  cache.set("a", entry(10));
  const large = entry(1001);
  expect(cache.set("b", large)).toBe(large);
  expect([cache.has("a"), cache.has("b")]).toEqual([true, false]);
  expect(cache.stats().evictions).toBe(0);
});

test("forgets by prefix, which is no eviction", () => {
  const cache = new Cache(1000);
  for (const key of ["a", "a|x", "a|y", "b"]) cache.set(key, entry(1));
  expect(cache.delete("a")).toBe(true);
  expect(cache.delete("a")).toBe(false);
  expect(cache.stats()).toMatchObject({ entries: 1, evictions: 0 });
});

test("has no refreshing and no counting in looking", () => {
  const cache = new Cache(1000);
  cache.set("a", entry(498));
  cache.set("b", entry(498));
  cache.has("a");
  expect(cache.list((key) => key !== "b")).toEqual([["a", entry(498)]]);
  cache.set("c", entry(498));
  expect(cache.has("a")).toBe(false);
  expect(cache.stats()).toMatchObject({ hits: 0, misses: 0 });
});

test("of several, each takes what the others leave, and at least its part", () => {
  const first = Ledger.open(2);
  const caches = [first, new Ledger(first.shared, 1)].map((ledger) => new Cache(1000, { bytesMin: 400, ledger }));
  const fill = (cache: Cache) => {
    for (let i = 0; i < 50; i++) cache.set(String(10 + i), entry(96));
    return cache.stats().bytes;
  };
  const [a, b] = caches as [Cache, Cache];
  expect(fill(a)).toBe(1000);
  expect(fill(b)).toBe(400);
  expect(fill(a)).toBe(600);
  a.delete("");
  expect(fill(b)).toBe(1000);
  first.clear(1);
  expect(fill(a)).toBe(1000);
});

test("what is larger than there is room for drives nothing out", () => {
  const cache = new Cache(1000);
  cache.set("a", entry(300));
  cache.set("b", entry(1000));
  expect([cache.has("a"), cache.has("b")]).toEqual([true, false]);
});

test("what the serving thread lets go of is noted for the others, and what a worker does is not", () => {
  const serving = Ledger.open(2);
  const worker = new Ledger(serving.shared, 1);
  const drops = () => Atomics.load(serving.shared.drops, 0);
  const caches = [serving, worker].map((ledger) => new Cache(1000, { bytesMin: 400, ledger }));
  for (const cache of caches) cache.set("a", { bytes: 100 });
  expect(drops()).toBe(0);
  caches[1]!.delete("a");
  expect(drops()).toBe(0);
  caches[0]!.delete("a");
  const deleted = drops();
  expect(deleted).toBeGreaterThan(0);
  // A graph that a name holds need not be in the cache to be forgotten.
  caches[0]!.delete("b");
  expect(drops()).toBeGreaterThan(deleted);
});
