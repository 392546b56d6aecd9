import { describe, expect, test } from "vitest";
import { vectorFunctions } from "../../../src/codegen/vector/index.ts";
import { applied } from "./apply.ts";

const limits = [0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
const edges = [5e-324, 1e-310, 2 ** -1022, Number.MAX_VALUE, 708, 709.78, 709.79, 710, 745.13, 745.2, 746, 1500, 1e300];

/** The functions that JavaScript has too. */
const references: Readonly<Record<string, (x: number) => number>> = {
  exp: Math.exp,
  log: Math.log,
};

describe.each([true, false])("fused: %s", (isFused) => {
  test.each(Object.keys(references))("%s has JavaScript's values at the limits", (name) => {
    const [values] = applied(vectorFunctions, name, { isFused })(limits);
    expect([...values!]).toEqual(limits.map(references[name]!));
  });

  test.each(Object.keys(references))("%s is close to JavaScript's values at the edges", (name) => {
    const points = [...edges, ...edges.map((x) => -x)];
    const [values] = applied(vectorFunctions, name, { isFused })(points);
    expect(points.filter((x, i) => !isClose(values![i]!, references[name]!(x)))).toEqual([]);
  });
});

function isClose(x: number, y: number): boolean {
  return Object.is(x, y) || Math.abs(x - y) <= Math.max(Math.abs(y) * 2 ** -51, Number.MIN_VALUE);
}
