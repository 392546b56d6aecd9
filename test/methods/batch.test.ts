import { describe, expect, test } from "vitest";
import { difference, type Json, start } from "./service.ts";

const graph = {
  inputs: [{ name: "a" }, { name: "x", shape: [2] }, { name: "k", dtype: "int32" }],
  nodes: [
    { id: "e", op: "exp", args: ["x"] },
    { id: "y", op: "multiply", args: ["a", "e"] },
    { id: "p", op: "take", args: ["y", "k"] },
    { id: "s", op: "sin", args: ["p"] },
  ],
  outputs: ["y", "s", "k"],
};
const point = (i: number) => ({ a: 1 + (i % 7) / 7, x: [((i * 37) % 101) / 101, -((i * 53) % 97) / 97], k: i % 2 });
const points = (count: number) => {
  const list = Array.from({ length: count }, (_, i) => point(i));
  return { a: list.map((p) => p.a), x: list.map((p) => p.x), k: list.map((p) => p.k) };
};
const pick = (value: Json, p: number): Json =>
  Object.fromEntries(Object.entries(value).map(([name, tensor]) => [name, (tensor as Json[])[p]]));

describe("a point alone and in a batch agree", () => {
  test.each([1, 2, 3, 5, 1000])("B = %i", async (batch) => {
    const { ok } = start();
    const all = points(batch);
    const some = [...new Set([0, 1, batch >> 1, batch - 1])].filter((p) => p < batch);
    const seeds = { s: Array.from({ length: batch }, (_, i) => i + 1) };
    const evaluated = await ok("evaluate", { graph, inputs: all, batch });
    const jvp = await ok("jvp", { graph, inputs: all, batch, seeds: { x: [1, 2] } });
    const vjp = await ok("vjp", { graph, inputs: all, batch, seeds: [seeds, { y: [1, 1] }] });
    const gradient = await ok("gradient", { graph, inputs: all, batch, of: ["s"] });
    const hvp = await ok("hvp", { graph, inputs: all, batch, of: ["s"], seeds: { a: all.a } });
    for (const tensor of [...Object.values(evaluated.outputs), ...Object.values(vjp.cotangents[1])]) {
      expect(tensor).toHaveLength(batch);
    }
    for (const p of some) {
      const one = { graph, inputs: point(p) };
      const same = (actual: Json, expected: Json) => expect(difference(actual, expected)).toBeUndefined();
      same(pick(evaluated.outputs, p), (await ok("evaluate", one)).outputs);
      same(pick(jvp.tangents, p), (await ok("jvp", { ...one, seeds: { x: [1, 2] } })).tangents);
      const alone = await ok("vjp", { ...one, seeds: [{ s: p + 1 }, { y: [1, 1] }] });
      same([pick(vjp.cotangents[0], p), pick(vjp.cotangents[1], p)], alone.cotangents);
      same(pick(gradient.gradient, p), (await ok("gradient", { ...one, of: ["s"] })).gradient);
      same(pick(hvp.hvp, p), (await ok("hvp", { ...one, of: ["s"], seeds: { a: all.a[p] } })).hvp);
    }
  });

  test("with points enough for several strips, the last of them not full", async () => {
    const { ok } = start();
    const wide = {
      inputs: [{ name: "t" }, { name: "v", shape: [1000] }],
      nodes: [
        { id: "m", op: "multiply", args: ["t", "v"] },
        { id: "c", op: "cos", args: ["m"] },
        { id: "y", op: "sum", args: ["c"] },
      ],
      outputs: ["y"],
    };
    const batch = 2100;
    const t = Array.from({ length: batch }, (_, i) => i / batch);
    const v = Array.from({ length: 1000 }, (_, i) => i / 1000);
    const { outputs, jacobian } = await ok("jacobian", { graph: wide, inputs: { t, v }, batch, wrt: ["t"] });
    const dy = t.map((t) => -v.reduce((sum, v) => sum + v * Math.sin(t * v), 0));
    expect(
      difference(
        outputs.y,
        t.map((t) => v.reduce((sum, v) => sum + Math.cos(t * v), 0)),
      ),
    ).toBeUndefined();
    expect(difference(jacobian.y.t, dy)).toBeUndefined();
  });

  test("with seeds enough for several strips", async () => {
    const { ok } = start();
    const n = 1100;
    const square = {
      inputs: [{ name: "v", shape: [n] }],
      nodes: [
        { id: "y", op: "square", args: ["v"] },
        { id: "w", op: "flip", args: ["y"] },
      ],
      outputs: ["w"],
    };
    const v = Array.from({ length: n }, (_, i) => i);
    for (const mode of ["forward", "reverse"]) {
      const { jacobian } = await ok("jacobian", {
        graph: square,
        inputs: { v },
        mode,
        encoding: "base64",
        layout: "matrix",
      });
      const bytes = Buffer.from(jacobian.data, "base64");
      const matrix = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
      const wrong = matrix.findIndex((d, i) => d !== ((i % n) + Math.floor(i / n) === n - 1 ? 2 * (i % n) : 0));
      expect(wrong).toBe(-1);
    }
  });
});

describe("tensors are shared or have an axis of points", () => {
  test("in inputs, each for itself", async () => {
    const { ok } = start();
    const { outputs } = await ok("evaluate", {
      graph,
      inputs: {
        a: 2,
        x: [
          [0, 0],
          [0, 1],
        ],
        k: 1,
      },
      batch: 2,
    });
    expect(outputs).toEqual({
      y: [
        [2, 2],
        [2, 2 * Math.E],
      ],
      s: [Math.sin(2), Math.sin(2 * Math.E)],
      k: [1, 1],
    });
  });

  test("even all of them", async () => {
    const { ok } = start();
    const { outputs, jacobian } = await ok("jacobian", {
      graph,
      inputs: { a: 2, x: [0, 0], k: 0 },
      batch: 3,
      wrt: ["a"],
    });
    expect(outputs).toEqual({
      y: [
        [2, 2],
        [2, 2],
        [2, 2],
      ],
      s: [0, 0, 0].fill(Math.sin(2)),
      k: [0, 0, 0],
    });
    expect(jacobian.y.a).toEqual([
      [1, 1],
      [1, 1],
      [1, 1],
    ]);
  });

  test("in seeds, each for itself, in each of several", async () => {
    const { ok } = start();
    const product = { graph: { expression: "a*b" }, inputs: { a: [2, 3], b: 5 }, batch: 2 };
    const { tangents } = await ok("jvp", {
      ...product,
      seeds: [{ a: 1 }, { a: [1, 10], b: 1 }, { b: [1, 10] }, {}],
    });
    expect(tangents).toEqual([{ y: [5, 5] }, { y: [7, 53] }, { y: [2, 30] }, { y: [0, 0] }]);
    const { cotangents } = await ok("vjp", { ...product, seeds: [{ y: 1 }, { y: [1, 10] }] });
    expect(cotangents).toEqual([
      { a: [5, 5], b: [2, 3] },
      { a: [5, 50], b: [2, 30] },
    ]);
    const { hvp, gradient } = await ok("hvp", { ...product, seeds: [{ a: [1, 10] }, { b: 1 }] });
    expect(hvp).toEqual([
      { a: [0, 0], b: [1, 10] },
      { a: [1, 1], b: [0, 0] },
    ]);
    expect(gradient).toEqual({ a: [5, 5], b: [2, 3] });
  });

  test("where both would fit, the declared shape wins", async () => {
    const { ok } = start();
    const vector = { inputs: [{ name: "x", shape: [2] }], outputs: ["x"] };
    expect((await ok("evaluate", { graph: vector, inputs: { x: [1, 2] }, batch: 2 })).outputs).toEqual({
      x: [
        [1, 2],
        [1, 2],
      ],
    });
  });

  test("with the axis of points and no elements", async () => {
    const { ok } = start();
    const empty = {
      inputs: [{ name: "x", shape: [0, 2] }],
      nodes: [{ id: "s", op: "sum", args: ["x"] }],
      outputs: ["x", "s"],
    };
    for (const x of [[], [[], [], []]]) {
      const answer = await ok("gradient", { graph: empty, of: ["s"], inputs: { x }, batch: 3 });
      expect(answer).toMatchObject({ outputs: { x: [[], [], []], s: [0, 0, 0] }, gradient: { x: [[], [], []] } });
    }
  });

  test("a shape that is neither is a mismatch that says both", async () => {
    const { fails } = start();
    expect(await fails("evaluate", { graph, inputs: { a: [1, 2], x: [1, 2], k: 0 }, batch: 3 })).toMatchObject({
      code: -32007,
      name: "a",
      expected: "float64 of shape [] or [3]",
      received: "an array of shape [2]",
    });
    expect(await fails("evaluate", { graph, inputs: { a: [1], x: [1, 2], k: 0 } })).toMatchObject({
      code: -32007,
      expected: "float64 of shape []",
    });
  });
});

test("a batch of one still has its axis", async () => {
  const { ok } = start();
  const { outputs, jacobian } = await ok("jacobian", { graph: { expression: "x^2" }, inputs: { x: 3 }, batch: 1 });
  expect({ outputs, jacobian }).toEqual({ outputs: { y: [9] }, jacobian: { y: { x: [6] } } });
});

test("a point whose derivative is not a number does not disturb the others", async () => {
  const { ok } = start();
  const { gradient } = await ok("gradient", {
    graph: { expression: "log(x)*x" },
    inputs: { x: [1, -1, 0, "NaN", 1] },
    batch: 5,
  });
  // At 0 the value is -Infinity times 0.
  expect(gradient.x).toEqual([1, "NaN", "NaN", "NaN", 1]);
});
