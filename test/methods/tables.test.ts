import { describe, expect, test } from "vitest";
import { start } from "./service.ts";

describe("xp that does not ascend", () => {
  test.each(["interp", "cubic_spline"])("is refused by %s where it is constant", async (op) => {
    const error = await start().fails("graph.put", { graph: { expression: `${op}(x, [0, 2, 1], [1, 2, 3])` } });
    expect(error).toMatchObject({
      code: -32001,
      operand: 1,
      reason: expect.stringContaining("must ascend, but 2 is followed by 1"),
    });
  });

  test("is refused by searchsorted where it is constant", async () => {
    const error = await start().fails("graph.put", { graph: { expression: "searchsorted([1, 0], x)" } });
    expect(error).toMatchObject({ code: -32001, operand: 0, reason: expect.stringContaining("must ascend") });
  });

  test.each([
    ["interp", [0, 2, 1]],
    ["cubic_spline", [0, 2, 1]],
    ["cubic_spline", [0, 1, 1]],
  ])("gives %s of %j NaN and a warning where it was sent", async (op, xp) => {
    const { ok } = start();
    const graph = { expression: `${op}(x, xp, fp)` };
    const { outputs, warnings } = await ok("evaluate", { graph, inputs: { x: 0.5, xp, fp: [1, 2, 3] } });
    expect(outputs.y).toBe("NaN");
    expect(warnings).toMatchObject([{ type: "nonfinite", operator: op, message: expect.stringContaining("ascend") }]);
  });
});

describe("the sparse Jacobian", () => {
  const x = Array.from({ length: 8 }, (_, k) => 0.1 + 0.6 * k);
  const matrix = [
    [1, 2, 3],
    [4, 5, 6],
    [7, 8, 9],
  ];
  const places = [
    [0, 1],
    [2, 0],
    [1, 1],
  ];
  const indices = { name: "i", shape: [3, 2], dtype: "int32" };

  // How many entries are stored, and how many passes fill them.
  test.each([
    ["interp by x", "interp(x, [0, 1, 2, 3, 4, 5], f)", { x, f: [1, 3, 2, 5, 4, 0] }, ["x"], 8, 1],
    [
      "interp by f at constants",
      "interp([0.5, 2.5, 4.5], [0, 1, 2, 3, 4, 5], f)",
      { f: [1, 3, 2, 5, 4, 0] },
      ["f"],
      6,
      1,
    ],
    ["cubic_spline by x", "cubic_spline(x, [0, 1, 2, 3, 4, 5], f)", { x, f: [1, 3, 2, 5, 4, 0] }, ["x"], 8, 1],
    [
      "take_along_axis at constants",
      "take_along_axis(m, [[0, 1], [2, 0], [1, 1]], axis=1)",
      { m: matrix },
      ["m"],
      6,
      1,
    ],
    [
      "take_along_axis at indices that are sent",
      "take_along_axis(m, i, axis=1)",
      { m: matrix, i: places },
      ["m"],
      18,
      3,
    ],
    ["put_along_axis by both", "put_along_axis(x, [0, 2], v)", { x, v: [5, 6] }, ["x", "v"], 8, 1],
    ["sort of rows", "sort(m)", { m: matrix }, ["m"], 27, 3],
    ["conv by x", "conv(t, [[[1, 2, 3]]])", { t: [[x]] }, ["t"], 18, 3],
    ["conv by weights of two features", "conv(t, w)", { t: [[x]], w: [[[1, 2]], [[3, 4]]] }, ["w"], 28, 2],
    ["unfold", "unfold(x, size=2)", { x }, ["x"], 14, 1],
    ["max_pool", "max_pool(x, window=[2])", { x }, ["x"], 8, 1],
    ["bincount_weighted", "bincount_weighted([0, 0, 2], w, length=3)", { w: [1, 2, 3] }, ["w"], 3, 1],
    ["solve by right sides", "solve(m + [[9, 0, 0], [0, 9, 0], [0, 0, 9]], b)", { m: matrix, b: places }, ["b"], 18, 3],
    ["diag", "diag(x)", { x }, ["x"], 8, 1],
  ])("of %s has entries where it must and is the dense one", async (_, expression, inputs, wrt, nonzeros, passes) => {
    const { ok } = start();
    const graph = { expression, ...("i" in inputs ? { inputs: [{ name: "m", shape: [3, 3] }, indices] } : {}) };
    const call = { graph, inputs, wrt, layout: "matrix" };
    const { jacobian, plan } = await ok("jacobian", { ...call, format: "coo", verify: true });
    expect({ nonzeros: plan.nonzeros, passes: plan.passes }).toEqual({ nonzeros, passes });
    const dense: number[][] = (await ok("jacobian", { ...call, format: "dense" })).jacobian;
    const [rows, columns] = jacobian.shape;
    const found = Array.from({ length: rows }, () => new Array<number>(columns).fill(0));
    jacobian.values.forEach((value: number, k: number) => {
      found[jacobian.rowIndices[k]]![jacobian.columnIndices[k]] = value;
    });
    found.forEach((row, r) => {
      row.forEach((value, c) => {
        expect(value).toBeCloseTo(dense[r]![c]!, 12);
      });
    });
  });
});
