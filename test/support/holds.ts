import fc from "fast-check";
import { expect } from "vitest";

/** Whether a law said something of a sample: it is silent where there is nothing to compare. */
export type Said = boolean;

/** Fails where a law does not hold, and where it is silent of more than half of the samples. */
export function holds<T extends [unknown, ...unknown[]]>(
  samples: { readonly [K in keyof T]: fc.Arbitrary<T[K]> },
  law: (...sample: T) => Said,
  numRuns: number,
): void {
  const said: Said[] = [];
  fc.assert(
    fc.property(fc.tuple<T>(...samples), (sample) => {
      said.push(law(...sample));
    }),
    { numRuns },
  );
  const spoken = said.filter((x) => x).length;
  expect(spoken, `samples of ${said.length} of which the law said something`).toBeGreaterThanOrEqual(said.length / 2);
}
