import { describe, expect, test } from "vitest";
import { start } from "./service.ts";

const leastSquares = "sum((A @ x - b)^2)";
const A = [
  [1, 0],
  [0, 1],
  [1, 1],
];
const declared = [
  { name: "A", shape: [3, 2] },
  { name: "x", shape: [2] },
  { name: "b", shape: [3] },
];

describe("what a formula does not tell of its inputs, the tensors that are sent do", () => {
  test("just works, and its id is that of the graph with its shapes", async () => {
    const { ok } = start();
    const { graph } = await ok("graph.put", { graph: { expression: leastSquares, inputs: declared } });
    const inputs = { A, x: [1, 2], b: [1, 1, 1] };
    const answer = await ok("gradient", { graph: { expression: leastSquares }, inputs, wrt: ["x"] });
    expect(answer).toMatchObject({ graph, outputs: { y: 5 }, gradient: { x: [4, 6] } });
    expect(await ok("evaluate", { graph, inputs })).toEqual({ graph, outputs: { y: 5 } });
  });

  test("two shapes of one text are two graphs, over and over", async () => {
    const { ok, metric } = start();
    const calls = [
      { inputs: { x: 3 }, y: 9 },
      { inputs: { x: [1, 2] }, y: 5 },
      { inputs: { x: [1, 2, 3] }, y: 14 },
      { inputs: { x: [[1], [2]] }, y: 5 },
      { inputs: { x: { shape: [2], dtype: "int32", data: [2, 3] } }, y: 13 },
      { inputs: { x: [true, true] }, y: 2 },
    ];
    const ids = new Set<string>();
    for (let round = 0; round < 4; round++) {
      for (const { inputs, y } of calls) {
        const { graph, outputs } = await ok("evaluate", { graph: { expression: "sum(x * x)" }, inputs });
        expect(outputs).toEqual({ y });
        ids.add(graph);
      }
    }
    expect(ids.size).toBe(calls.length);
    expect(await metric("cotangent_cache_hits_total")).toBeGreaterThanOrEqual(3 * calls.length);
  });

  test("with a batch a first axis of its length is the points'", async () => {
    const { ok } = start();
    const expression = "w @ x + c";
    const inputs = {
      w: [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      x: [10, 1],
      c: [1, 2, 3],
    };
    const { graph, outputs } = await ok("evaluate", { graph: { expression }, inputs, batch: 3 });
    expect(outputs.y).toEqual([13, 36, 59]);
    const shapes = [{ name: "w", shape: [2] }, { name: "x", shape: [2] }, { name: "c" }];
    expect((await ok("graph.put", { graph: { expression, inputs: shapes } })).graph).toBe(graph);
    const alone = await ok("evaluate", { graph: { expression }, inputs: { ...inputs, w: [1, 2], c: 0 }, batch: 3 });
    expect(alone).toEqual({ graph, outputs: { y: [12, 12, 12] } });
  });

  test("of declared inputs the declaration holds, and others may be sent beside them", async () => {
    const { ok, fails } = start();
    const inputs = [{ name: "x", shape: [2] }];
    const sent = { x: [1, 2], k: [3, 4] };
    const { graph, outputs } = await ok("evaluate", { graph: { expression: "k @ x", inputs }, inputs: sent });
    expect(outputs.y).toBe(11);
    expect(
      (await ok("graph.put", { graph: { expression: "k @ x", inputs: [...inputs, { name: "k", shape: [2] }] } })).graph,
    ).toBe(graph);
    expect(
      await fails("evaluate", { graph: { expression: "sum(x)", inputs }, inputs: { x: [1, 2, 3] } }),
    ).toMatchObject({
      type: "input_mismatch",
      name: "x",
    });
    expect(await fails("evaluate", { graph: { expression: "k * x", inputs }, inputs: { x: [1, 2] } })).toMatchObject({
      type: "invalid_graph",
      reason: expect.stringContaining('unknown symbol "k"'),
    });
    expect(
      (await ok("evaluate", { graph: { expression: "k * x", inputs }, inputs: { x: [1, 2], k: 2 } })).outputs.y,
    ).toEqual([2, 4]);
  });

  test("without tensors they are scalars", async () => {
    const { ok, fails } = start();
    expect(await ok("graph.put", { graph: { expression: "a * b" } })).toMatchObject({
      inputs: [
        { name: "a", shape: [], dtype: "float64" },
        { name: "b", shape: [], dtype: "float64" },
      ],
    });
    expect(await fails("explain", { graph: { expression: leastSquares } })).toMatchObject({
      type: "invalid_graph",
      line: 1,
      column: 8,
      reason: expect.stringContaining("declare its shape in `inputs`, or send a tensor for it"),
    });
    expect(await fails("evaluate", { graph: { expression: "a * b" }, inputs: { a: [1, 2] } })).toMatchObject({
      type: "input_mismatch",
      name: "b",
      received: "nothing",
    });
  });

  test("malformed tensors are mismatches that name them", async () => {
    const { fails } = start();
    const mismatch = async (x: unknown) => {
      const { type, name } = await fails("evaluate", { graph: { expression: "sum(x)" }, inputs: { x } });
      return `${type} of ${name}`;
    };
    const wrong = [
      [[1], [2, 3]],
      ["a"],
      { shape: [2], data: [1] },
      { shape: [-1], data: [] },
      { shape: [1], dtype: "int3", data: [1] },
      null,
      { a: 1 },
    ];
    for (const x of wrong) expect(await mismatch(x)).toBe("input_mismatch of x");
    expect(
      await fails("evaluate", { graph: { expression: "sum(x)" }, inputs: { x: { shape: [1e9, 1e9], data: [] } } }),
    ).toMatchObject({
      type: "limit_exceeded",
    });
    let deep: unknown = 1;
    for (let i = 0; i < 40; i++) deep = [deep];
    expect(await fails("evaluate", { graph: { expression: "sum(x)" }, inputs: { x: deep } })).toMatchObject({
      limit: "rank",
    });
  });

  test("seeds and derivatives have the shapes of what was sent", async () => {
    const { ok } = start();
    const graph = { expression: "x * x'[::-1]" };
    const answer = await ok("jacobian", { graph, inputs: { x: [2, 3] } });
    expect(answer.jacobian.y.x).toEqual([
      [3, 2],
      [3, 2],
    ]);
    const { tangents } = await ok("jvp", { graph, inputs: { x: [2, 3] }, seeds: { x: [1, 0] } });
    expect(tangents.y).toEqual([3, 3]);
  });
});
