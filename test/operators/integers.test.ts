import { describe, expect, test } from "vitest";
import type { DType } from "../../src/graph/dtype.ts";
import { findOperator } from "../../src/operators/index.ts";
import { reshape } from "../../src/operators/views.ts";
import { applied, graphOf, newBuilder, primalOf, run } from "../support/graphs.ts";
import { flat, type Nested, tensor } from "../support/tensors.ts";

/** The elements and the dtype of an operator's value on integers. */
function whole(name: string, operands: readonly Nested[], attrs: object = {}, dtype: DType = "int32") {
  const tensors = operands.map((x) => tensor(x, dtype));
  const [y] = run(primalOf(applied(name, tensors, attrs)), tensors);
  return { dtype: y!.dtype, data: flat(y!) };
}

const [low, high] = [-(2 ** 31), 2 ** 31 - 1];

describe("arithmetic of integers only gives integers, by two's complement", () => {
  test.each([
    ["add", [[high, 1]], [[1, 2]], [low, 3]],
    ["subtract", [[low, 1]], [[1, 2]], [high, -1]],
    ["multiply", [[65537, high, -7]], [[65537, high, 3]], [131073, 1, -21]],
    ["floor_divide", [[7, -7, 7, 5]], [[2, 2, -2, 0]], [3, -4, -4, 0]],
    ["remainder", [[7, -7, 7, 5]], [[2, 3, -2, 0]], [1, 2, -1, 0]],
    ["maximum", [[1, -2]], [[0, 5]], [1, 5]],
    ["minimum", [[1, -2]], [[0, 5]], [0, -2]],
  ])("%s", (name, x, y, expected) => {
    expect(whole(name, [x[0]!, y[0]!])).toEqual({ dtype: "int32", data: expected });
  });

  test.each([
    ["negative", [low, 3], {}, [low, -3]],
    ["abs", [low, -3], {}, [low, 3]],
    ["sign", [-9, 0], {}, [-1, 0]],
    ["clip", [-9, 9], { min: -1, max: 4 }, [-1, 4]],
    ["sum", [high, high, 3], {}, [1]],
    ["prod", [65537, 65537, 65537], {}, [196609]],
    ["min", [4, -3], {}, [-3]],
    ["max", [4, -3], {}, [4]],
    ["cumulative_sum", [high, 1, 1], {}, [high, low, low + 1]],
  ])("%s", (name, x, attrs, expected) => {
    expect(whole(name, [x], attrs)).toEqual({ dtype: "int32", data: expected });
  });

  test("put_add, also of what was put there before", () => {
    expect(
      whole("put_add", [
        [high, 1, 2],
        [0, 2, 0],
        [1, 5, 1],
      ]),
    ).toEqual({ dtype: "int32", data: [low + 1, 1, 7] });
    const builder = newBuilder();
    const graph = graphOf(
      [{ shape: [1], dtype: "int32" }],
      (t) => {
        const sums = builder.apply(findOperator("put_add")!, [t!, builder.constant(0), reshape(t!, { shape: [] })], {});
        return builder.apply(findOperator("divide")!, [sums, builder.constant(2)], {});
      },
      builder,
    );
    expect(flat(run(primalOf(graph), [tensor([high], "int32")])[0]!)).toEqual([-1]);
  });

  test("of int64 in the wider dtype, a number that is whole counting as one", () => {
    expect(whole("add", [[2 ** 40], [5]], {}, "int64")).toEqual({ dtype: "int64", data: [2 ** 40 + 5] });
    const builder = newBuilder();
    const graph = graphOf(
      [{ shape: [2], dtype: "int32" }],
      (i) => builder.apply(findOperator("multiply")!, [i!, builder.constant(3)], {}),
      builder,
    );
    const [y] = run(primalOf(graph), [tensor([5, -7], "int32")]);
    expect([y!.dtype, flat(y!)]).toEqual(["int32", [15, -21]]);
  });

  test("but not of a fraction, nor of bools, nor by division", () => {
    expect(whole("divide", [[7], [2]])).toEqual({ dtype: "float64", data: [3.5] });
    expect(whole("clip", [[7]], { max: 2.5 })).toEqual({ dtype: "float64", data: [2.5] });
    expect(whole("add", [[true], [true]], {}, "bool")).toEqual({ dtype: "float64", data: [2] });
    expect(whole("mean", [[high, high]])).toEqual({ dtype: "float64", data: [high] });
  });
});

describe("cast", () => {
  test.each([
    ["int32", [2.9, -2.9, 2 ** 32 + 5, Number.NaN, Infinity], "int32", [2, -2, 5, 0, 0]],
    ["int8", [127.5, 128, -129, 300], "int32", [127, -128, 127, 44]],
    ["uint8", [-1, 255.9, 256], "int32", [255, 255, 0]],
    ["int64", [2 ** 52 + 0.5, -7.7, Number.NaN], "int64", [2 ** 52, -7, 0]],
    ["bool", [0.5, 0, -0], "bool", [1, 0, 0]],
    ["float32", [0.1, 1e300], "float64", [Math.fround(0.1), Infinity]],
    ["float16", [0.1, 70000], "float64", [Math.f16round(0.1), Infinity]],
  ])("to %s", (dtype, x, computed, expected) => {
    const tensors = [tensor(x)];
    const [y] = run(primalOf(applied("cast", tensors, { dtype })), tensors);
    expect([y!.dtype, flat(y!)]).toEqual([computed, expected]);
  });
});

describe("an index that was computed", () => {
  const formula = (expression: string, i: unknown) => ({ expression, i });

  test.each([
    formula("take(x, i + 1)", [0, 1]),
    formula("take(x, where(i < 0, i + 3, i))", [-2, 2]),
    formula("take(x, remainder(i * 2, 3))", [5, 1]),
  ])("$expression", async ({ expression, i }) => {
    const { ok } = (await import("../methods/service.ts")).start();
    const graph = {
      expression,
      inputs: [
        { name: "x", shape: [3] },
        { name: "i", shape: [2], dtype: "int32" },
      ],
    };
    const { outputs } = await ok("evaluate", { graph, inputs: { x: [10, 20, 30], i } });
    const expected = { "0,1": [20, 30], "-2,2": [20, 30], "5,1": [20, 30] }[String(i)];
    expect(outputs.y).toEqual(expected);
  });
});
