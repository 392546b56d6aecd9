import { describe, expect, test } from "vitest";
import { decodeInputs } from "../../src/calls/inputs.ts";
import { ask } from "../../src/calls/question.ts";
import { select } from "../../src/calls/selection.ts";
import { check, prepareCheck } from "../../src/calls/verify.ts";
import { kinds } from "../../src/engine/derived.ts";
import { Entries } from "../../src/engine/runs/entries.ts";
import { drive } from "../../src/engine/runs/execute.ts";
import { Spans } from "../../src/engine/runs/spans.ts";
import { Budget } from "../../src/graph/budget.ts";
import { createExchange } from "../../src/rpc/exchange.ts";
import { Pattern } from "../../src/sparse/pattern.ts";
import { SetPool } from "../../src/sparse/sets.ts";
import { json } from "../../src/wire/json/json.ts";
import { start } from "../methods/service.ts";

interface Node {
  readonly op: string;
  readonly args?: readonly unknown[];
  readonly attrs?: object;
}

/** The places of a Jacobian's entries by x of a shape, row by row, for a chain of operators on x; others see `extra`. */
async function places(shape: readonly number[], nodes: readonly Node[], extra: object = {}) {
  const named = nodes.map((node, k) => ({ id: `v${k}`, args: [k === 0 ? "x" : `v${k - 1}`], ...node }));
  const graph = { inputs: [{ name: "x", shape }], nodes: named, outputs: [`v${nodes.length - 1}`], ...extra };
  const size = shape.reduce((a, b) => a * b, 1);
  const wide = { shape, data: Array.from({ length: size }, (_, i) => 1 + i / 10) };
  const params = { graph, inputs: { x: wide, i: [1, 0] }, wrt: ["x"], format: "coo", layout: "matrix", verify: true };
  const inputs = "inputs" in extra ? params.inputs : { x: wide };
  const { jacobian } = await start().ok("jacobian", { ...params, inputs });
  const rows: number[][] = Array.from({ length: jacobian.shape[0] }, () => []);
  jacobian.rowIndices.forEach((row: number, e: number) => {
    rows[row]!.push(jacobian.columnIndices[e]);
  });
  return rows;
}

const indexed = {
  inputs: [
    { name: "x", shape: [3] },
    { name: "i", shape: [2], dtype: "int32" },
  ],
};

describe("operators pass on what their elements depend on", () => {
  test.each<[string, readonly number[], readonly Node[], readonly (readonly number[])[]]>([
    ["elementwise", [3], [{ op: "sin" }], [[0], [1], [2]]],
    ["with a constant factor of zero", [3], [{ op: "multiply", args: ["x", [1, 0, 2]] }], [[0], [], [2]]],
    ["a choice that is always the same", [3], [{ op: "where", args: [[true, false, true], "x", 0] }], [[0], [], [2]]],
    ["the lower triangle", [2, 2], [{ op: "tril" }], [[0], [], [2], [3]]],
    [
      "sums along an axis",
      [2, 2],
      [{ op: "sum", attrs: { axis: 1 } }],
      [
        [0, 1],
        [2, 3],
      ],
    ],
    [
      "the maximum",
      [2, 2],
      [{ op: "max", attrs: { axis: 0 } }],
      [
        [0, 2],
        [1, 3],
      ],
    ],
    ["running sums", [3], [{ op: "cumulative_sum" }], [[0], [0, 1], [0, 1, 2]]],
    ["running products", [3], [{ op: "cumulative_prod" }], [[0], [0, 1], [0, 1, 2]]],
    [
      "a product with a dense matrix",
      [2],
      [
        {
          op: "matmul",
          args: [
            "x",
            [
              [1, 2],
              [3, 4],
            ],
          ],
        },
      ],
      [
        [0, 1],
        [0, 1],
      ],
    ],
    [
      "a product with a sparse one",
      [3],
      [
        {
          op: "matmul",
          args: [
            [
              [1, 0, 0],
              [0, 2, 3],
              [0, 0, 0],
            ],
            "x",
          ],
        },
      ],
      [[0], [1, 2], []],
    ],
    ["transposing", [2, 2], [{ op: "matrix_transpose" }], [[0], [2], [1], [3]]],
    ["steps backward", [3], [{ op: "flip" }], [[2], [1], [0]]],
    ["padding", [2], [{ op: "pad", attrs: { pad_width: [[1, 1]], value: 7 } }], [[], [0], [1], []]],
    ["joining", [2], [{ op: "concat", args: ["x", [5], "x"] }], [[0], [1], [], [0], [1]]],
    ["constant indices", [3], [{ op: "take", args: ["x", [2, 0, 2]] }], [[2], [0], [2]]],
    ["adding at constant indices", [2], [{ op: "put_add", args: [[0, 0, 0], [1, 1], "x"] }], [[], [0, 1], []]],
    [
      "normalising",
      [3],
      [{ op: "softmax" }],
      [
        [0, 1, 2],
        [0, 1, 2],
        [0, 1, 2],
      ],
    ],
    ["stopping and stepping", [2], [{ op: "stop_gradient" }], [[], []]],
    ["rounding", [2], [{ op: "floor" }], [[], []]],
  ])("%s", async (_, shape, nodes, wanted) => {
    expect(await places(shape, nodes)).toEqual(wanted);
  });

  test("computed indices reach all along their axis", async () => {
    const taken = [{ op: "take", args: ["x", "i"] }];
    expect(await places([3], taken, indexed)).toEqual([
      [0, 1, 2],
      [0, 1, 2],
    ]);
  });

  test("as many slices as elements take linear time, in both modes", async () => {
    const n = 3000;
    const graph = {
      inputs: [{ name: "x", shape: [n] }],
      nodes: [
        ...Array.from({ length: n }, (_, i) => ({
          id: `s${i}`,
          op: "slice",
          args: ["x"],
          attrs: { start: [i], stop: [i + 1] },
        })),
        { id: "c", op: "concat", args: Array.from({ length: n }, (_, i) => `s${n - 1 - i}`) },
        { id: "y", op: "square", args: ["c"] },
      ],
      outputs: ["y"],
    };
    const inputs = { x: Array.from({ length: n }, (_, i) => i) };
    for (const mode of ["forward", "reverse"]) {
      const { plan, jacobian } = await start().ok("jacobian", { graph, inputs, mode, format: "csr" });
      expect(plan.passes).toBe(1);
      expect(jacobian.y.x.columnIndices).toEqual(Array.from({ length: n }, (_, i) => n - 1 - i));
    }
  });
});

describe("sets of seeds", () => {
  test("equal sets have equal numbers, however they were made", () => {
    const pool = new SetPool(10, 1000, Budget.unlimited());
    const made = (...numbers: number[]) => numbers.reduce((set, n) => pool.union(set, 1 + n), 0);
    expect(made(3, 1, 2)).toBe(made(2, 3, 1));
    expect(pool.union(made(1, 2), made(2, 3))).toBe(made(1, 2, 3));
    expect(made(0, 1, 2, 3, 4, 5, 6, 7, 8, 9)).toBe(pool.full);
    expect(pool.union(pool.full, 4)).toBe(pool.full);
    expect(pool.countOf(made(5, 7))).toBe(2);
    const target = new Int32Array(3);
    expect(pool.write(made(9, 0, 4), target, 0)).toBe(3);
    expect([...target]).toEqual([0, 4, 9]);
  });
});

test("a matrix from a wrong pattern lacks an entry", async () => {
  const { context, ok } = start();
  const put = await ok("graph.put", {
    graph: {
      expression: "a = x * y; b = sum(x)",
      inputs: [{ name: "x", shape: [2] }, { name: "y" }],
      outputs: ["a", "b"],
    },
  });
  const _signal = new AbortController().signal;
  const question = ask(context, createExchange({ codec: json }).call, { graph: put.graph });
  const selection = select(question);
  const inputs = decodeInputs(question.loaded.graph, { x: [1, 2], y: 3 }, undefined);
  const right = Pattern.of(3, [
    [0, 2],
    [1, 2],
    [0, 1],
  ]);
  const wrong = Pattern.of(3, [[0, 2], [1], [0, 1]]);
  const run = async (pattern: Pattern, values: readonly number[]) => {
    const entries = new Entries(pattern, undefined);
    entries.values.set(values);
    const checked = prepareCheck(question, kinds.jvp, selection, inputs);
    await drive(check(checked, entries, new Spans([[2], []]), 2, question.budget));
  };
  await run(right, [3, 1, 3, 2, 1, 1]);
  await expect(run(wrong, [3, 1, 3, 1, 1])).rejects.toThrow("lacks an entry");
});
