import { describe, expect, test } from "vitest";
import { cumulative_prod } from "../../src/operators/families/cumulative.ts";
import { prod } from "../../src/operators/families/reductions.ts";
import { sum } from "../../src/operators/views.ts";
import { graphOf, hessian, jacobian, primalOf, value } from "../support/graphs.ts";
import { empty, type Nested, tensor } from "../support/tensors.ts";

const Inf = Number.POSITIVE_INFINITY;
const nan = Number.NaN;
const x = [
  [1, 2, 3],
  [4, 5, 9],
];

describe("axes", () => {
  test("absent means all, an int one, a list several, and negatives count from the end", () => {
    expect(value("sum", [x])).toBe(24);
    expect(value("sum", [x], { axis: 0 })).toEqual([5, 7, 12]);
    expect(value("sum", [x], { axis: -1 })).toEqual([6, 18]);
    expect(value("sum", [x], { axis: [0, -1] })).toBe(24);
    expect(value("sum", [x], { axis: [] })).toEqual(x);
  });
  test("keepdims leaves axes of length 1", () => {
    expect(value("mean", [x], { axis: 1, keepdims: true })).toEqual([[2], [6]]);
    expect(value("max", [x], { keepdims: true })).toEqual([[9]]);
  });
  test("an axis twice or out of range is a fault", () => {
    expect(() => value("sum", [x], { axis: [0, -2] })).toThrow("repeat an axis");
    expect(() => value("sum", [x], { axis: 2 })).toThrow("axis 2 is out of range for rank 2");
  });
});

describe("values", () => {
  test("of a matrix along its rows", () => {
    const along = (name: string, attrs = {}) => value(name, [x], { axis: 1, ...attrs });
    expect(along("prod")).toEqual([6, 180]);
    expect(along("mean")).toEqual([2, 6]);
    expect(along("min")).toEqual([1, 4]);
    expect(along("var")).toEqual([2 / 3, 14 / 3]);
    expect(along("var", { correction: 1 })).toEqual([1, 7]);
    expect(value("std", [[1, 3, 5, 3]], { correction: 2 })).toBe(2);
    expect(along("cumulative_sum")).toEqual([
      [1, 3, 6],
      [4, 9, 18],
    ]);
    expect(along("cumulative_prod")).toEqual([
      [1, 2, 6],
      [4, 20, 180],
    ]);
    expect(value("norm", [[3, -4]])).toBe(5);
  });
  test("logsumexp neither overflows nor loses what is small", () => {
    expect(value("logsumexp", [[1000, 1000]])).toBe(1000 + Math.LN2);
    expect(value("logsumexp", [[-1000, -1000]])).toBe(-1000 + Math.LN2);
    expect(value("logsumexp", [[-Inf, -Inf]])).toBe(-Inf);
    expect(value("logsumexp", [[Inf, 0]])).toBe(Inf);
    expect(value("logsumexp", [[nan, 0]])).toBe(nan);
  });
  test("norm has other orders, by which it neither overflows nor underflows", () => {
    const x = [3, -4, 0];
    const of = (ord: unknown, v: Nested = x) => value("norm", [v], { ord });
    expect([of(1), of(2), of("Infinity"), of("-Infinity"), of(0)]).toEqual([7, 5, 4, 0, 2]);
    expect(of(3)).toBeCloseTo(91 ** (1 / 3), 14);
    expect(of(1.5)).toBeCloseTo((3 ** 1.5 + 8) ** (2 / 3), 14);
    expect([of(3, [1e200, 1e200]), of(4, [1e-200, 0]), of(3, [0, 0]), of(3, [Inf, 1])]).toEqual([
      2 ** (1 / 3) * 1e200,
      1e-200,
      0,
      Inf,
    ]);
    expect(
      value(
        "norm",
        [
          [
            [3, -4],
            [1, 1],
          ],
        ],
        { ord: 1, axis: 1, keepdims: true },
      ),
    ).toEqual([[7], [2]]);
    expect([1, 3, "Infinity"].map((ord) => value("norm", [[]], { ord }))).toEqual([0, 0, 0]);
  });
  test("norm neither overflows nor underflows", () => {
    expect(value("norm", [[1e200, 1e200, 1e200, 1e200]])).toBe(2e200);
    expect(value("norm", [[1e-200, 1e-200, 1e-200, 1e-200]])).toBe(2e-200);
    expect(value("norm", [[1e-200, 1e200]])).toBe(1e200);
    expect(value("norm", [[Inf, 1]])).toBe(Inf);
  });
  test("booleans are summed as float64", () => {
    expect(value("sum", [[true, true, false]])).toBe(2);
  });
  test("a cumulative operator needs an axis unless there is one", () => {
    expect(value("cumulative_sum", [[1, 2, 3]])).toEqual([1, 3, 6]);
    expect(() => value("cumulative_prod", [x])).toThrow('needs the attribute "axis"');
  });
});

describe("argmax and argmin", () => {
  test("find the first of equals", () => {
    expect([value("argmax", [[1, 3, 3]]), value("argmin", [[2, 1, 1]])]).toEqual([1, 1]);
  });
  test("find the first NaN", () => {
    expect([value("argmax", [[1, nan, 3, nan]]), value("argmin", [[0, nan, nan]])]).toEqual([1, 1]);
    expect(value("argmax", [[nan, 1]])).toBe(0);
  });
  test("flatten without an axis", () => {
    expect(value("argmax", [x])).toBe(5);
    expect(value("argmax", [x], { axis: 0 })).toEqual([1, 1, 1]);
    expect(value("argmin", [x], { axis: 1, keepdims: true })).toEqual([[0], [0]]);
    expect(value("argmax", [x], { keepdims: true })).toEqual([[5]]);
    expect(value("argmax", [5])).toBe(0);
  });
});

describe("of nothing", () => {
  test("sum is 0, prod 1, norm 0, logsumexp -Infinity, and mean, var and std are NaN", () => {
    const none = (name: string) => value(name, [empty(0)]);
    expect(["sum", "prod", "norm", "logsumexp", "mean", "var", "std"].map(none)).toEqual([
      0,
      1,
      0,
      -Inf,
      nan,
      nan,
      nan,
    ]);
  });
  test("an axis of length 0 reduces to as many such values as there are other places", () => {
    expect(value("prod", [empty(2, 0)], { axis: 1 })).toEqual([1, 1]);
    expect(value("logsumexp", [empty(2, 0)], { axis: 1, keepdims: true })).toEqual([[-Inf], [-Inf]]);
    expect(value("max", [empty(2, 0)], { axis: 0 })).toEqual([]);
    expect(value("cumulative_prod", [empty(0)])).toEqual([]);
  });
  test("max, min, argmax and argmin are faults", () => {
    for (const name of ["max", "min"]) expect(() => value(name, [empty(0)])).toThrow("no element to choose from");
    for (const name of ["argmax", "argmin"]) expect(() => value(name, [empty(0)])).toThrow("no element to find");
    expect(() => value("max", [empty(2, 0)], { axis: 1 })).toThrow("no element");
  });
  test("has a Jacobian without entries", () => {
    for (const name of ["sum", "prod", "norm", "logsumexp", "mean", "var", "std"]) {
      expect(jacobian(name, [empty(0)]).flat()).toEqual([]);
    }
  });
});

describe("products of zeros", () => {
  const product = (n: number) => primalOf(graphOf([[n]], (v) => prod(v!)));

  test("prod has the exact gradient with no, one and two zeros", () => {
    expect(jacobian("prod", [[2, 3, 4]])).toEqual([[12, 8, 6]]);
    expect(jacobian("prod", [[2, 0, 4]])).toEqual([[0, 8, 0]]);
    expect(jacobian("prod", [[0, 0, 4]])).toEqual([[0, 0, 0]]);
  });
  test("prod has the exact Hessian with no, one, two and three zeros", () => {
    expect(hessian(product(3), [tensor([2, 3, 4])])).toEqual([
      [0, 4, 3],
      [4, 0, 2],
      [3, 2, 0],
    ]);
    expect(hessian(product(3), [tensor([2, 0, 4])])).toEqual([
      [0, 4, 0],
      [4, 0, 2],
      [0, 2, 0],
    ]);
    expect(hessian(product(3), [tensor([0, 0, 4])])).toEqual([
      [0, 4, 0],
      [4, 0, 0],
      [0, 0, 0],
    ]);
    expect(hessian(product(3), [tensor([0, 0, 0])])).toEqual([
      [0, 0, 0],
      [0, 0, 0],
      [0, 0, 0],
    ]);
  });
  test("prod along an axis", () => {
    const rows = [
      [2, 0],
      [0, 0],
    ];
    expect(jacobian("prod", [rows], { axis: 1 })).toEqual([
      [0, 2, 0, 0],
      [0, 0, 0, 0],
    ]);
  });
  test("cumulative_prod has the exact Jacobian with one and two zeros", () => {
    expect(jacobian("cumulative_prod", [[2, 0, 4]])).toEqual([
      [1, 0, 0],
      [0, 2, 0],
      [0, 8, 0],
    ]);
    expect(jacobian("cumulative_prod", [[0, 0, 4]])).toEqual([
      [1, 0, 0],
      [0, 0, 0],
      [0, 0, 0],
    ]);
  });
  test("cumulative_prod has the exact second derivatives through zeros", () => {
    // The sum x + xy + xyz.
    const graph = primalOf(graphOf([[3]], (v) => sum(cumulative_prod(v!))));
    expect(hessian(graph, [tensor([0, 0, 4])])).toEqual([
      [0, 5, 0],
      [5, 0, 0],
      [0, 0, 0],
    ]);
    expect(hessian(graph, [tensor([2, 0, 4])])).toEqual([
      [0, 5, 0],
      [5, 0, 2],
      [0, 2, 0],
    ]);
    expect(hessian(graph, [tensor([0, 0, 0])])).toEqual([
      [0, 1, 0],
      [1, 0, 0],
      [0, 0, 0],
    ]);
  });
});

describe("softmax", () => {
  test("sums to 1 along its axis and survives large numbers", () => {
    expect(value("softmax", [[1000, 1000]])).toEqual([0.5, 0.5]);
    expect(value("softmax", [[[0], [0]]])).toEqual([[1], [1]]);
    expect(value("softmax", [[[0], [0]]], { axis: 0 })).toEqual([[0.5], [0.5]]);
    expect(value("log_softmax", [[-1000, -1000]])).toEqual([-Math.LN2, -Math.LN2]);
  });
  test("of no integers is no float64", () => {
    expect(value("softmax", [empty(0)])).toEqual([]);
  });
});
