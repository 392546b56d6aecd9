import { describe, expect, test } from "vitest";
import { circulars } from "../../../src/codegen/vector/circular.ts";
import { applied } from "./apply.ts";
import { reference, worstError } from "./reference.ts";

const tables: Readonly<Record<string, readonly string[]>> = {
  sin: ["sin"],
  cos: ["cos"],
  sin_cos: ["sin", "cos"],
  tan: ["tan"],
};
const names = Object.keys(tables);

describe.each([true, false])("fused: %s", (isFused) => {
  const run = (name: string) => applied(circulars, name, { isFused });
  const boundOf = (name: string) => circulars.find((declared) => declared.name === name)!.ulpMax!;

  test.each(names)("%s is as exact as it declares", (name) => {
    const references = tables[name]!.map(reference);
    const values = run(name)(...references[0]!.operands);
    for (const [i, computed] of values.entries()) {
      const { ulp, at } = worstError(computed, references[i]!);
      expect(ulp, `at ${at}`).toBeLessThanOrEqual(boundOf(name));
    }
  });

  test("sin_cos gives the same as sin and cos, and sin and tan are odd", () => {
    const [x] = reference("sin").operands as [Float64Array];
    const minus = x.map((value) => -value);
    expect(run("sin_cos")(x)).toEqual([...run("sin")(x), ...run("cos")(x)]);
    for (const name of ["sin", "tan"]) {
      expect(run(name)(minus)).toEqual(run(name)(x).map((column) => column.map((value) => -value)));
    }
  });

  test.each(names)("%s of a number does not depend on its neighbour, even where that is huge", (name) => {
    const [x] = reference("sin").operands as [Float64Array];
    const beside = Float64Array.from({ length: 2 * x.length }, (_, i) => (i % 2 ? 1e300 : x[i / 2]!));
    const ofPairs = run(name)(beside).map((column) => column.filter((_, i) => i % 2 === 0));
    expect(ofPairs).toEqual(run(name)(x));
  });

  test("zeros keep their signs, and what has no value is NaN", () => {
    const limits = [0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 5e-324, -5e-324];
    expect([...run("sin")(limits)[0]!]).toEqual(limits.map(Math.sin));
    expect([...run("cos")(limits)[0]!]).toEqual(limits.map(Math.cos));
    expect([...run("tan")(limits)[0]!]).toEqual(limits.map(Math.tan));
  });
});
