import { describe, expect, test } from "vitest";
import { difference, type Json, start } from "./service.ts";

// u = A·x, v = Σ x², with x of two, A of 3 × 2.
const graph = {
  inputs: [{ name: "A", shape: [3, 2] }, { name: "x", shape: [2] }, { name: "idle" }],
  nodes: [
    { id: "u", op: "matmul", args: ["A", "x"] },
    { id: "s", op: "square", args: ["x"] },
    { id: "v", op: "sum", args: ["s"] },
  ],
  outputs: ["u", "v"],
};
const inputs = {
  A: [
    [1, 2],
    [3, 4],
    [5, 6],
  ],
  x: [7, 8],
  idle: 9,
};
const byA = [0, 1, 2].map((i) => [0, 1, 2].map((row) => (row === i ? [7, 8] : [0, 0])));
const zero = (...shape: number[]): Json =>
  shape.length === 0 ? 0 : Array.from({ length: shape[0]! }, () => zero(...shape.slice(1)));

test.each(["auto", "forward", "reverse"])("blocks have the output's shape, then the input's (%s)", async (mode) => {
  const { outputs, jacobian, rowRanges } = await start().ok("jacobian", { graph, inputs, mode });
  expect(outputs).toEqual({ u: [23, 53, 83], v: 113 });
  expect(jacobian).toEqual({
    u: { A: byA, x: inputs.A, idle: [0, 0, 0] },
    v: { A: zero(3, 2), x: [14, 16], idle: 0 },
  });
  expect(rowRanges).toBeUndefined();
});

test.each(["forward", "reverse"])("a matrix lays everything end to end and tells where (%s)", async (mode) => {
  const { ok } = start();
  const answer = await ok("jacobian", { graph, inputs, mode, layout: "matrix" });
  expect(answer.jacobian).toEqual([
    [7, 8, 0, 0, 0, 0, 1, 2, 0],
    [0, 0, 7, 8, 0, 0, 3, 4, 0],
    [0, 0, 0, 0, 7, 8, 5, 6, 0],
    [0, 0, 0, 0, 0, 0, 14, 16, 0],
  ]);
  expect(answer.rowRanges).toEqual([
    { name: "u", start: 0, size: 3 },
    { name: "v", start: 3, size: 1 },
  ]);
  expect(answer.columnRanges).toEqual([
    { name: "A", start: 0, size: 6 },
    { name: "x", start: 6, size: 2 },
    { name: "idle", start: 8, size: 1 },
  ]);
});

test.each(["forward", "reverse"])("wrt and of pick and order rows and columns (%s)", async (mode) => {
  const { ok } = start();
  const selected = { graph, inputs, mode, wrt: ["idle", "x"], of: ["v", "u"] };
  const matrix = await ok("jacobian", { ...selected, layout: "matrix" });
  expect(matrix.jacobian).toEqual([
    [0, 14, 16],
    [0, 1, 2],
    [0, 3, 4],
    [0, 5, 6],
  ]);
  expect(matrix.rowRanges.map((r: Json) => r.name)).toEqual(["v", "u"]);
  expect(matrix.columnRanges.map((r: Json) => r.name)).toEqual(["idle", "x"]);
  expect(Object.keys(matrix.outputs)).toEqual(["u", "v"]);
  const blocks = await ok("jacobian", selected);
  expect(JSON.stringify(blocks.jacobian)).toBe(
    '{"v":{"idle":0,"x":[14,16]},"u":{"idle":[0,0,0],"x":[[1,2],[3,4],[5,6]]}}',
  );
  expect(blocks.plan).toMatchObject({ inputs: 3, outputs: 4 });
});

test.each(["forward", "reverse"])("a batch leads every block and every matrix (%s)", async (mode) => {
  const { ok } = start();
  const points = {
    graph,
    mode,
    batch: 3,
    inputs: {
      A: inputs.A,
      x: [
        [7, 8],
        [1, 0],
        [0, 0],
      ],
      idle: [1, 2, 3],
    },
  };
  const { outputs, jacobian } = await ok("jacobian", points);
  const { jacobian: matrix } = await ok("jacobian", { ...points, layout: "matrix" });
  expect(outputs).toEqual({
    u: [
      [23, 53, 83],
      [1, 3, 5],
      [0, 0, 0],
    ],
    v: [113, 1, 0],
  });
  expect(jacobian.u.x).toEqual([inputs.A, inputs.A, inputs.A]);
  expect(jacobian.u.idle).toEqual(zero(3, 3));
  expect(jacobian.v.x).toEqual([
    [14, 16],
    [2, 0],
    [0, 0],
  ]);
  expect(jacobian.v.A).toEqual(zero(3, 3, 2));
  for (let p = 0; p < 3; p++) {
    const { x } = points.inputs;
    const alone = await ok("jacobian", { graph, mode, inputs: { A: inputs.A, x: x[p], idle: 0 } });
    expect(difference({ u: { A: jacobian.u.A[p] } }, { u: { A: alone.jacobian.u.A } })).toBeUndefined();
    const whole = await ok("jacobian", { graph, mode, layout: "matrix", inputs: { A: inputs.A, x: x[p], idle: 0 } });
    expect(matrix[p]).toEqual(whole.jacobian);
  }
});

test("a Hessian has a block for each pair of inputs, in the order of wrt, and its gradient once", async () => {
  const { ok } = start();
  const cubic = {
    inputs: [{ name: "a" }, { name: "x", shape: [2] }],
    nodes: [
      { id: "c", op: "pow", args: ["x", 3] },
      { id: "s", op: "sum", args: ["c"] },
      { id: "y", op: "multiply", args: ["a", "s"] },
    ],
    outputs: ["y", "c"],
  };
  const at = { graph: cubic, inputs: { a: 2, x: [1, 3] }, of: ["y"] };
  const blocks = await ok("hessian", at);
  expect(blocks.gradient).toEqual({ a: 28, x: [6, 54] });
  expect(blocks.outputs).toEqual({ y: 56, c: [1, 27] });
  expect(blocks.hessian).toEqual({
    a: { a: 0, x: [3, 27] },
    x: {
      a: [3, 27],
      x: [
        [12, 0],
        [0, 36],
      ],
    },
  });
  const matrix = await ok("hessian", { ...at, wrt: ["x", "a"], layout: "matrix" });
  expect(matrix.hessian).toEqual([
    [12, 0, 3],
    [0, 36, 27],
    [3, 27, 0],
  ]);
  expect(matrix.rowRanges).toEqual(matrix.columnRanges);
  expect(matrix.rowRanges).toEqual([
    { name: "x", start: 0, size: 2 },
    { name: "a", start: 2, size: 1 },
  ]);
  const batch = await ok("hessian", { ...at, inputs: { a: [2, 1], x: [1, 3] }, batch: 2, layout: "matrix" });
  expect(batch.hessian).toHaveLength(2);
  expect(batch.hessian[1]).toEqual([
    [0, 3, 27],
    [3, 6, 0],
    [27, 0, 18],
  ]);
  expect(batch.gradient).toEqual({
    a: [28, 28],
    x: [
      [6, 54],
      [3, 27],
    ],
  });
});

test("every pair is present where nothing depends on anything", async () => {
  const constant = {
    inputs: [{ name: "x", shape: [2] }],
    constants: [{ name: "c", value: [1, 2, 3] }],
    outputs: ["c"],
  };
  const { ok } = start();
  for (const mode of ["forward", "reverse"]) {
    const { jacobian } = await ok("jacobian", { graph: constant, inputs: { x: [1, 2] }, mode });
    expect(jacobian).toEqual({ c: { x: zero(3, 2) } });
  }
  const linear = { expression: "x + z", inputs: [{ name: "x" }, { name: "z" }, { name: "w" }] };
  const { hessian } = await ok("hessian", { graph: linear, inputs: { x: 1, z: 2, w: 3 } });
  expect(hessian).toEqual({ x: { x: 0, z: 0, w: 0 }, z: { x: 0, z: 0, w: 0 }, w: { x: 0, z: 0, w: 0 } });
  expect((await ok("gradient", { graph: linear, inputs: { x: 1, z: 2, w: 3 } })).gradient).toEqual({
    x: 1,
    z: 1,
    w: 0,
  });
});

test("an output may be an input, and outputs may be one node", async () => {
  const same = { inputs: [{ name: "x", shape: [2] }], outputs: ["x", { name: "again", node: "x" }] };
  const { outputs, jacobian } = await start().ok("jacobian", { graph: same, inputs: { x: [3, 4] } });
  expect(outputs).toEqual({ x: [3, 4], again: [3, 4] });
  expect(jacobian).toEqual({
    x: {
      x: [
        [1, 0],
        [0, 1],
      ],
    },
    again: {
      x: [
        [1, 0],
        [0, 1],
      ],
    },
  });
});

test("tensors without elements give blocks without elements", async () => {
  const empty = {
    inputs: [{ name: "x", shape: [0] }, { name: "z", shape: [2, 0, 3] }, { name: "w" }],
    nodes: [
      { id: "s", op: "sum", args: ["x"] },
      { id: "p", op: "multiply", args: ["x", "w"] },
    ],
    outputs: ["s", "p", "z"],
  };
  const { ok } = start();
  const at = { graph: empty, inputs: { x: [], z: [[], []], w: 2 } };
  for (const mode of ["forward", "reverse"]) {
    const { outputs, jacobian } = await ok("jacobian", { ...at, mode });
    expect(outputs).toEqual({ s: 0, p: [], z: [[], []] });
    expect(jacobian).toEqual({
      s: { x: [], z: [[], []], w: 0 },
      p: { x: [], z: [], w: [] },
      z: { x: [[], []], z: [[], []], w: [[], []] },
    });
    const matrix = await ok("jacobian", { ...at, mode, layout: "matrix" });
    expect(matrix.jacobian).toEqual([[0]]);
    const none = await ok("jacobian", { ...at, mode, layout: "matrix", wrt: ["x"], of: ["p"], batch: 2 });
    expect(none.jacobian).toEqual([[], []]);
    const flat = await ok("jacobian", { ...at, mode, layout: "matrix", wrt: ["x"], of: ["s"], encoding: "flat" });
    expect(flat.jacobian).toEqual({ shape: [1, 0], dtype: "float64", data: [] });
  }
  const hessian = await ok("hessian", { ...at, of: ["s"], wrt: ["x"] });
  expect(hessian).toMatchObject({ gradient: { x: [] }, hessian: { x: { x: [] } } });
});

test("names that every object has are names like others", async () => {
  const names = ["constructor", "toString", "hasOwnProperty", "toJSON", "then", "a.b-c", "_", "length"];
  const graph = {
    inputs: names.map((name) => ({ name })),
    nodes: [{ id: "valueOf", op: "add", args: ["constructor", "a.b-c"] }],
    outputs: ["valueOf", ...names],
  };
  const { ok } = start();
  const values = Object.fromEntries(names.map((name, i) => [name, i]));
  const { outputs, jacobian } = await ok("jacobian", { graph, inputs: values });
  expect(outputs).toEqual({ valueOf: 5, ...values });
  expect(Object.keys(jacobian)).toEqual(["valueOf", ...names]);
  expect(jacobian.valueOf).toEqual(Object.fromEntries(names.map((name, i) => [name, i === 0 || i === 5 ? 1 : 0])));
});

describe("a Hessian is symmetric to the last bit", () => {
  test.each(["matrix", "blocks"])("in layout %s, of a batch too", async (layout) => {
    const { ok } = start();
    const inputs = [
      { name: "x", shape: [4] },
      { name: "a", shape: [2] },
    ];
    const graph = { expression: "logsumexp(x) * norm(x) + sum(a)^2.3 * logsumexp(x)", inputs };
    const [x, a] = [[[-3, 2, 0.5, 2], [0.1, 0.2, 0.3, 0.7]], [[1.1, 0.3], [0.4, 2]]]; // biome-ignore format: points
    const { hessian } = await ok("hessian", { graph, inputs: { x, a }, batch: 2, layout });
    for (const p of [0, 1]) {
      const once = await ok("hessian", { graph, inputs: { x: x[p], a: a[p] }, layout });
      const again = await ok("hessian", { graph, inputs: { x: x[p], a: a[p] }, layout });
      expect(again).toEqual(once);
      for (const answer of [once.hessian, pointOf(hessian, p)]) {
        const pairs = layout === "matrix" ? [[answer, answer]] : blockPairs(answer);
        for (const [block, mirrored] of pairs) expect(block).toEqual(transposed(mirrored));
      }
    }
  });

  function pointOf(hessian: Json, p: number): Json {
    if (Array.isArray(hessian)) return hessian[p];
    return Object.fromEntries(Object.entries(hessian as object).map(([name, block]) => [name, pointOf(block, p)]));
  }

  function blockPairs(hessian: Json): Json[][] {
    const names = Object.keys(hessian);
    return names.flatMap((one) => names.map((other) => [hessian[one][other], hessian[other][one]]));
  }

  function transposed(matrix: number[][]): number[][] {
    return matrix[0]!.map((_, j) => matrix.map((row) => row[j]!));
  }
});
