import { expect, test } from "vitest";
import { stripOf } from "../../src/engine/choose-strip.ts";
import type { Derived } from "../../src/engine/derived.ts";

const MiB = 2 ** 20;
const derived = (unitBytes: number) => ({ unitBytes, operations: 1, nodes: 1, operands: 1 }) as Derived;
const held = (spentNs: number) => (unitBytes: number, points?: number, count?: number) => {
  const seeds = count === undefined ? undefined : { count };
  const policy = {
    spendNs: () => spentNs,
    unrolled: () => undefined,
    hasTimeFor: () => true,
  };
  const strip = stripOf(policy, derived(unitBytes), { points, seeds, isBatched: [] });
  return [strip.points, strip.seeds];
};

test("a strip holds as many seeds and points as fit, seeds first, points in powers of two, and one has no axis", () => {
  const strip = held(0);
  expect(strip(8)).toEqual([undefined, undefined]);
  expect(strip(8, 1, 1)).toEqual([undefined, undefined]);
  expect(strip(8, 1000)).toEqual([1024, undefined]);
  expect(strip(MiB, 1000)).toEqual([8, undefined]);
  expect(strip(MiB, undefined, 5)).toEqual([undefined, 5]);
  expect(strip(MiB, undefined, 100)).toEqual([undefined, 8]);
  expect(strip(MiB, 100, 3)).toEqual([2, 3]);
  expect(strip(MiB, 100, 100)).toEqual([undefined, 8]);
  expect(strip(100 * MiB, 100, 100)).toEqual([undefined, undefined]);
  expect(strip(0, 10 ** 7, 1)).toEqual([2 ** 20, undefined]);
});

test("a strip of a compiled program is smaller, and its points are a power of eight", () => {
  const strip = held(Number.POSITIVE_INFINITY);
  expect(strip(8, 7)).toEqual([undefined, undefined]);
  expect(strip(8, 8)).toEqual([8, undefined]);
  expect(strip(8, 511)).toEqual([64, undefined]);
  expect(strip(8, 512)).toEqual([512, undefined]);
  expect(strip(8, 10 ** 7)).toEqual([32_768, undefined]);
  expect(strip(MiB / 8, 1000, 4)).toEqual([undefined, 4]);
});
