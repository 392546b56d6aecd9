import { describe, expect, test } from "vitest";
import { errorFunctions } from "../../../src/codegen/vector/error-function.ts";
import { applied } from "./apply.ts";
import { reference, worstError } from "./reference.ts";

describe.each([true, false])("fused: %s", (isFused) => {
  test.each(errorFunctions)(
    "$name is as exact as it declares, also where its tail is subnormal",
    ({ name, ulpMax }) => {
      const table = reference(name);
      const [values] = applied(errorFunctions, name, { isFused })(...table.operands);
      const { ulp, at } = worstError(values!, table);
      expect(ulp, `at ${at}`).toBeLessThanOrEqual(ulpMax!);
    },
  );

  test("zeros keep their signs, infinities have their limits, and NaN stays", () => {
    const limits = [0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 28, 1e300];
    const run = (name: string) => [...applied(errorFunctions, name, { isFused })(limits)[0]!];
    expect(run("erf")).toEqual([0, -0, Number.NaN, 1, -1, 1, 1]);
    expect(run("erfc")).toEqual([1, 1, Number.NaN, 0, 2, 0, 0]);
    expect(run("erf_slope")).toEqual([1.1283791670955126, 1.1283791670955126, Number.NaN, 0, 0, 0, 0]);
  });

  test("erf is odd and its slope even", () => {
    const [x] = reference("erf").operands as [Float64Array];
    const minus = x.map((value) => -value);
    const erf = applied(errorFunctions, "erf", { isFused });
    const slope = applied(errorFunctions, "erf_slope", { isFused });
    expect(erf(minus)[0]).toEqual(erf(x)[0]!.map((value) => -value));
    expect(slope(minus)).toEqual(slope(x));
  });

  test.each(errorFunctions)("$name of a number does not depend on its neighbour", ({ name }) => {
    const [x] = reference(name).operands as [Float64Array];
    const run = applied(errorFunctions, name, { isFused });
    for (const neighbour of [0.1, 3, Number.NaN]) {
      const beside = Float64Array.from({ length: 2 * x.length }, (_, i) => (i % 2 ? neighbour : x[i / 2]!));
      expect(run(beside)[0]!.filter((_, i) => i % 2 === 0)).toEqual(run(x)[0]);
    }
  });
});
