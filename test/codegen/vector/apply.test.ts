import { expect, test } from "vitest";
import type { VectorFunction } from "../../../src/codegen/vector/function.ts";
import { applied } from "./apply.ts";

const square: VectorFunction = { name: "square", operands: 1, results: 1, ulpMax: 0.5, write: (w, x) => [w.mul(x, x)] };
const difference: VectorFunction = {
  name: "difference",
  operands: 2,
  results: 2,
  ulpMax: 0.5,
  write: (w, x, y) => [w.sub(x, y), ...w.call("square", [w.sub(y, x)])],
};

test("a vector function runs on arrays of any length and may call another", () => {
  expect(applied([square], "square")([1, 2, 3])).toEqual([Float64Array.of(1, 4, 9)]);
  const both = applied([square, difference], "difference")([5, 6, 7], [1, 3, 9]);
  expect(both).toEqual([Float64Array.of(4, 3, -2), Float64Array.of(16, 9, 4)]);
});
