import { expect, test } from "vitest";
import type { Derived } from "../../src/engine/engine.ts";
import { stripOf } from "../../src/engine/execute.ts";

const MiB = 2 ** 20;
const derived = (unitBytes: number) => ({ unitBytes }) as Derived;

test("a strip holds as many seeds and points as fit, seeds first, points in powers of two, and one has no axis", () => {
  const strip = (unitBytes: number, points?: number, seeds?: number) => {
    const { points: p, seeds: s } = stripOf(derived(unitBytes), points, seeds, []);
    return [p, s];
  };
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
