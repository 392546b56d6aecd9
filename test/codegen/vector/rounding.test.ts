import fc from "fast-check";
import { expect, test } from "vitest";
import { roundings } from "../../../src/codegen/vector/rounding.ts";
import { remainder, roundHalfEven, sign } from "../../../src/operators/scalar/index.ts";
import { applied } from "./apply.ts";

const limits = [0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.MAX_VALUE, 5e-324];
const number = fc.oneof(
  fc.double(),
  fc.double({ min: -20, max: 20 }),
  fc.integer({ min: -40, max: 40 }).map((n) => n / 2),
  fc.constantFrom(...limits),
);
const numbers = fc.array(fc.tuple(number, number), { minLength: 1, maxLength: 9 });

test.each([
  ["round_half_even", roundHalfEven],
  ["sign", sign],
  ["remainder", remainder],
] as const)("%s has the scalar function's values, bit for bit", (name, scalar) => {
  const run = applied(roundings, name);
  const check = (pairs: readonly (readonly [number, number])[]) => {
    const [x, y] = [pairs.map((pair) => pair[0]), pairs.map((pair) => pair[1])];
    const [values] = run(x, y);
    expect([...values!]).toEqual(x.map((value, i) => scalar(value, y[i]!)));
  };
  check(limits.flatMap((x) => limits.map((y) => [x, y] as const)));
  fc.assert(fc.property(numbers, check), { numRuns: 2000 });
});

test("a remainder is exact where the quotient has two thousand bits, and next to the largest number", () => {
  const x = [Number.MAX_VALUE, 1e300, -1e308, Number.MAX_VALUE, 2 ** 1023, 5e15];
  const y = [5e-324 * 7, 3e-310, 0.7, Number.MAX_VALUE / 3, 3, 0.1];
  expect([...applied(roundings, "remainder")(x, y)[0]!]).toEqual(x.map((value, i) => remainder(value, y[i]!)));
});
