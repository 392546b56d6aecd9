import { describe, expect, test } from "vitest";
import { inverseCirculars } from "../../../src/codegen/vector/inverse-circular.ts";
import { applied } from "./apply.ts";
import { reference, worstError } from "./reference.ts";

const names = inverseCirculars.map(({ name }) => name);
const limits = [0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1, -1, 1.5, -1.5];

describe.each([true, false])("fused: %s", (isFused) => {
  test.each(inverseCirculars)("$name is as exact as it declares", ({ name, ulpMax }) => {
    const table = reference(name);
    const [values] = applied(inverseCirculars, name, { isFused })(...table.operands);
    const { ulp, at } = worstError(values!, table);
    expect(ulp, `at ${at}`).toBeLessThanOrEqual(ulpMax!);
  });

  test("the values at the ends of the domain are JavaScript's, and beyond it NaN", () => {
    const run = (name: string) => [...applied(inverseCirculars, name, { isFused })(limits)[0]!];
    expect(run("asin")).toEqual(limits.map(Math.asin));
    expect(run("acos")).toEqual(limits.map(Math.acos));
    expect(run("atan").slice(0, 7)).toEqual(limits.slice(0, 7).map(Math.atan));
  });

  test("atan2 has JavaScript's values of zeros and infinities", () => {
    const pairs = limits.flatMap((y) => limits.map((x) => [y, x] as const));
    const [values] = applied(inverseCirculars, "atan2", { isFused })(
      pairs.map(([y]) => y),
      pairs.map(([, x]) => x),
    );
    for (const [i, [y, x]] of pairs.entries()) {
      const expected = Math.atan2(y, x);
      if (expected === 0 || Number.isNaN(expected)) expect(values![i], `atan2(${y}, ${x})`).toBe(expected);
      else expect(values![i], `atan2(${y}, ${x})`).toBeCloseTo(expected, 15);
    }
  });
});

test.each(names.filter((name) => name !== "acos"))("%s is odd", (name) => {
  const table = reference(name);
  const run = applied(inverseCirculars, name);
  const [first, ...others] = table.operands as [Float64Array];
  const [ofMinus] = run(
    first.map((value) => -value),
    ...others,
  );
  expect(ofMinus).toEqual(run(...table.operands)[0]!.map((value) => -value));
});
