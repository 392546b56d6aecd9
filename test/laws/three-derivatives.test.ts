import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { derivativesAt } from "../support/higher-order.ts";
import { familyOf, operators } from "../support/plain-operators.ts";

type Figure = number | "Infinity" | "-Infinity";
type Point = [x: number, first: Figure, second: Figure, third: Figure];

/** Points [x, f′, f″, f‴] by operator, from mpmath; ../data/make-unary.py writes them. */
const reference: Record<string, Point[]> = JSON.parse(
  readFileSync(new URL("../data/unary.json", import.meta.url), "utf8"),
);
const toleranceRelative = 1e-12;
/** Operators of one number whose derivatives are numbers that need no table, or with an attribute that shifts the order. */
const otherwise = ["abs", "clip", "sign", "relu", "polygamma", "floor", "ceil", "round", "trunc", "cast"];

describe("the first three derivatives have twelve digits at all magnitudes", () => {
  test("of every elementwise operator of one number", () => {
    const families = ["arithmetic", "exponential", "trigonometric", "special", "rounding"];
    const elementwise = operators.filter((op) => op.operands.length === 1 && families.includes(familyOf(op) ?? ""));
    expect([...Object.keys(reference), ...otherwise].sort()).toEqual(elementwise.map(({ name }) => name).sort());
  });

  test.each(Object.entries(reference))("%s", (name, points) => {
    const far = points.flatMap(([x, ...expected]) => {
      const actual = derivativesAt(name, x, 3);
      return expected.flatMap((figure, i) => {
        const exact = Number(figure);
        return isClose(actual[i]!, exact) ? [] : [`derivative ${i + 1} at ${x}: ${actual[i]} instead of ${exact}`];
      });
    });
    expect(far).toEqual([]);
  });
});

function isClose(actual: number, exact: number): boolean {
  if (!Number.isFinite(exact)) return actual === exact;
  return Math.abs(actual - exact) <= toleranceRelative * Math.abs(exact) + 2 ** -1021;
}
