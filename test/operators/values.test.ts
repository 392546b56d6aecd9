import { describe, expect, test } from "vitest";
import { value } from "../support/graphs.ts";
import { ints, tensor } from "../support/tensors.ts";

const Inf = Number.POSITIVE_INFINITY;
const nan = Number.NaN;

test("remainder has the sign of the divisor", () => {
  const pairs = (x: number[], y: number[]) => value("remainder", [x, y]);
  expect(pairs([7, -7, 7, -7, 5.5], [3, 3, -3, -3, 2])).toEqual([1, 2, -2, -1, 1.5]);
  expect(pairs([0, 0, -6, 6], [3, -3, 3, -3])).toEqual([0, -0, 0, -0]);
  expect(pairs([5, -5, 5, 1, Inf], [Inf, Inf, -Inf, 0, 2])).toEqual([5, Inf, -Inf, nan, nan]);
});

test("round is half to even, and keeps the sign of zero", () => {
  expect(value("round", [[0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 0.49999999999999994, 2251799813685249.5]])).toEqual([
    0, 2, 2, -0, -2, -2, 0, 2251799813685250,
  ]);
});

test("floor, ceil and trunc", () => {
  const x = [-1.5, -0.5, 0.5, 1.5, Inf];
  expect(value("floor", [x])).toEqual([-2, -1, 0, 1, Inf]);
  expect(value("ceil", [x])).toEqual([-1, -0, 1, 2, Inf]);
  expect(value("trunc", [x])).toEqual([-1, -0, 0, 1, Inf]);
});

test("pow is IEEE's, not the host language's", () => {
  expect(
    value("pow", [
      [1, 1, 1, nan, 0, -1, -1],
      [nan, Inf, -Inf, 0, 0, Inf, -Inf],
    ]),
  ).toEqual([1, 1, 1, 1, 1, 1, 1]);
  expect(
    value("pow", [
      [-0, -0, 0, -8, -2, Inf, 0.5],
      [-1, -2, -1, 1 / 3, 3, -1, -Inf],
    ]),
  ).toEqual([-Inf, Inf, Inf, nan, -8, 0, Inf]);
});

test("maximum, minimum, max and min propagate NaN", () => {
  expect(
    value("maximum", [
      [1, nan, 2],
      [nan, 1, 3],
    ]),
  ).toEqual([nan, nan, 3]);
  expect(
    value("minimum", [
      [1, nan, 2],
      [nan, 1, 3],
    ]),
  ).toEqual([nan, nan, 2]);
  expect([value("max", [[1, nan, 3]]), value("min", [[nan, 1]])]).toEqual([nan, nan]);
});

test("clip has one bound or two, and the upper one wins", () => {
  const x = [-3, -1, 0, 2, nan];
  expect(value("clip", [x], { min: -1, max: 1 })).toEqual([-1, -1, 0, 1, nan]);
  expect(value("clip", [x], { min: 0 })).toEqual([0, 0, 0, 2, nan]);
  expect(value("clip", [x], { max: "-Infinity" })).toEqual([-Inf, -Inf, -Inf, -Inf, nan]);
  expect(value("clip", [x], { min: 2, max: 1 })).toEqual([1, 1, 1, 1, nan]);
  expect(() => value("clip", [x])).toThrow('needs "min" or "max"');
});

test("gelu is the exact form with erf", () => {
  const [a, b, c] = value("gelu", [[1, -1, 3]]) as number[];
  expect(a).toBeCloseTo(0.841344746068543, 14);
  expect(b).toBeCloseTo(-0.15865525393145707, 14);
  expect(c).toBeCloseTo(2.99595030590511, 13);
});

test("sign, hypot and atan2 at special values", () => {
  expect(value("sign", [[-2, -0, 0, 3, nan]])).toEqual([-1, 0, 0, 1, nan]);
  expect(
    value("hypot", [
      [3, 1e200, 1e-200, nan],
      [4, 1e200, 1e-200, Inf],
    ]),
  ).toEqual([5, Math.SQRT2 * 1e200, 1.414213562373095e-200, Inf]);
  expect(
    value("atan2", [
      [0, -0, 0, 1],
      [1, 1, -1, 0],
    ]),
  ).toEqual([0, -0, Math.PI, Math.PI / 2]);
});

test("logaddexp of infinities", () => {
  expect(
    value("logaddexp", [
      [-Inf, Inf, -Inf, Inf],
      [-Inf, Inf, 2, -Inf],
    ]),
  ).toEqual([-Inf, Inf, 2, Inf]);
  expect(
    value("logaddexp", [
      [1000, -1000],
      [1000, -1000],
    ]),
  ).toEqual([1000 + Math.LN2, -1000 + Math.LN2]);
});

describe("choice", () => {
  test("comparisons give bool, and NaN compares as unequal", () => {
    const [x, y] = [
      [1, 2, nan],
      [2, 2, nan],
    ];
    const all = ["equal", "not_equal", "less", "less_equal", "greater", "greater_equal"];
    expect(all.map((name) => value(name, [x, y]))).toEqual([
      [false, true, false],
      [true, false, true],
      [true, false, false],
      [true, true, false],
      [false, false, false],
      [false, true, false],
    ]);
  });
  test("as a condition anything but zero is true, NaN included", () => {
    const x = [0, -0, 2, nan, -Inf];
    expect(value("logical_not", [x])).toEqual([true, true, false, false, false]);
    expect(value("logical_and", [x, 1])).toEqual([false, false, true, true, true]);
    expect(value("logical_or", [x, 0])).toEqual([false, false, true, true, true]);
    expect(value("where", [x, 1, -1])).toEqual([-1, -1, 1, 1, 1]);
  });
  test("where keeps the dtype of branches that agree, else is float64", () => {
    expect(value("where", [[true, false], true, false])).toEqual([true, false]);
    expect(value("where", [[1, 0], tensor([true, true]), tensor([2, 2], "int32")])).toEqual([1, 2]);
  });
});

test("true counts as 1 in arithmetic, and what is beside a float is a float", () => {
  expect(value("add", [true, [1, 2]])).toEqual([2, 3]);
  expect(value("multiply", [ints(2147483647), [2]])).toEqual([4294967294]);
  expect(value("negative", [[true, false]])).toEqual([-1, -0]);
});

test("shapes broadcast by NumPy's rule", () => {
  expect(
    value("add", [
      [[1], [2]],
      [10, 20, 30],
    ]),
  ).toEqual([
    [11, 21, 31],
    [12, 22, 32],
  ]);
  expect(value("multiply", [[], [[2]]])).toEqual([[]]);
  expect(() =>
    value("add", [
      [1, 2],
      [1, 2, 3],
    ]),
  ).toThrow("shape [3] does not broadcast with [2]");
});
