import { describe, expect, test } from "vitest";
import { start } from "./service.ts";

// y = a·x·x elementwise, s = Σ y: ∂y/∂x = 2ax, ∂y/∂a = x², ∂²s/∂x² = 2a, ∂²s/∂a∂x = 2x.
const graph = {
  inputs: [{ name: "a" }, { name: "x", shape: [2] }],
  nodes: [
    { id: "xx", op: "square", args: ["x"] },
    { id: "y", op: "multiply", args: ["a", "xx"] },
    { id: "s", op: "sum", args: ["y"] },
  ],
  outputs: ["y", "s"],
};
const at = { graph, inputs: { a: 3, x: [1, 2] } };
const outputs = { y: [3, 12], s: 15 };

describe("one seed", () => {
  test("is an object, and so is the answer", async () => {
    const { ok } = start();
    expect(await ok("jvp", { ...at, seeds: { x: [1, 10] } })).toMatchObject({
      outputs,
      tangents: { y: [6, 120], s: 126 },
    });
    expect(await ok("vjp", { ...at, seeds: { y: [1, 10] } })).toMatchObject({
      outputs,
      cotangents: { a: 41, x: [6, 120] },
    });
    expect(await ok("hvp", { ...at, of: ["s"], seeds: { x: [1, 10] } })).toMatchObject({
      outputs,
      gradient: { a: 5, x: [6, 12] },
      hvp: { a: 42, x: [6, 60] },
    });
  });

  test("without names is zero", async () => {
    const { ok } = start();
    expect((await ok("jvp", { ...at, seeds: {} })).tangents).toEqual({ y: [0, 0], s: 0 });
    expect((await ok("vjp", { ...at, seeds: {} })).cotangents).toEqual({ a: 0, x: [0, 0] });
    expect((await ok("hvp", { ...at, of: ["s"], seeds: {} })).hvp).toEqual({ a: 0, x: [0, 0] });
  });

  test("may come in any form of a tensor", async () => {
    const { ok } = start();
    const flat = { shape: [2], dtype: "int32", data: [1, 10] };
    const base64 = {
      shape: [2],
      dtype: "float32",
      data: Buffer.from(Float32Array.of(1, 10).buffer).toString("base64"),
    };
    for (const x of [flat, base64]) {
      expect((await ok("jvp", { ...at, seeds: { x } })).tangents).toEqual({ y: [6, 120], s: 126 });
    }
  });
});

describe("several seeds", () => {
  test("are a list, and so is the answer, of the same length and in its order", async () => {
    const { ok } = start();
    const tangents = [
      { y: [6, 0], s: 6 },
      { y: [1, 4], s: 5 },
      { y: [0, 0], s: 0 },
    ];
    const seeds = [{ x: [1, 0] }, { a: 1 }, {}];
    const answer = await ok("jvp", { ...at, seeds });
    expect(answer).toMatchObject({ outputs, tangents });
    for (let k = 0; k < seeds.length; k++) {
      expect((await ok("jvp", { ...at, seeds: [seeds[k]] })).tangents).toEqual([tangents[k]]);
    }
    expect((await ok("vjp", { ...at, seeds: [{ s: 1 }, { y: [0, 1] }] })).cotangents).toEqual([
      { a: 5, x: [6, 12] },
      { a: 4, x: [0, 12] },
    ]);
    expect((await ok("hvp", { ...at, of: ["s"], seeds: [{ a: 1 }, { x: [0, 1] }] })).hvp).toEqual([
      { a: 0, x: [2, 4] },
      { a: 4, x: [0, 6] },
    ]);
  });

  test("may be none", async () => {
    const { ok } = start();
    expect(await ok("jvp", { ...at, seeds: [] })).toMatchObject({ outputs, tangents: [] });
    expect(await ok("vjp", { ...at, seeds: [] })).toMatchObject({ outputs, cotangents: [] });
    expect(await ok("hvp", { ...at, of: ["s"], seeds: [] })).toMatchObject({
      outputs,
      gradient: { a: 5, x: [6, 12] },
      hvp: [],
    });
    expect(await ok("jvp", { ...at, inputs: { a: [1, 2], x: [1, 1] }, batch: 2, seeds: [] })).toMatchObject({
      outputs: {
        y: [
          [1, 1],
          [2, 2],
        ],
        s: [2, 4],
      },
      tangents: [],
    });
  });
});

describe("wrt and of", () => {
  test("restrict what is seeded and what is answered", async () => {
    const { ok } = start();
    const jvp = await ok("jvp", { ...at, wrt: ["x"], of: ["s"], seeds: { x: [1, 0] } });
    expect(jvp).toMatchObject({ outputs });
    expect(jvp.tangents).toEqual({ s: 6 });
    const vjp = await ok("vjp", { ...at, wrt: ["a"], of: ["y"], seeds: { y: [1, 1] } });
    expect(vjp.cotangents).toEqual({ a: 5 });
    const hvp = await ok("hvp", { ...at, wrt: ["x"], of: ["s"], seeds: { x: [1, 1] } });
    expect(hvp.hvp).toEqual({ x: [6, 6] });
    expect(hvp.gradient).toEqual({ x: [6, 12] });
  });

  test("order the answer", async () => {
    const { ok } = start();
    const { cotangents } = await ok("vjp", { ...at, wrt: ["x", "a"], seeds: {} });
    expect(Object.keys(cotangents)).toEqual(["x", "a"]);
    const { tangents } = await ok("jvp", { ...at, of: ["s", "y"], seeds: {} });
    expect(Object.keys(tangents)).toEqual(["s", "y"]);
  });

  test("a seed of another name is a mismatch", async () => {
    const { fails } = start();
    const outside = [
      ["jvp", { wrt: ["x"], seeds: { a: 1 } }, "a"],
      ["jvp", { seeds: { y: [1, 1] } }, "y"],
      ["vjp", { of: ["s"], seeds: [{ s: 1 }, { y: [1, 1] }] }, "y"],
      ["vjp", { seeds: { x: [1, 1] } }, "x"],
      ["hvp", { of: ["s"], seeds: { s: 1 } }, "s"],
      ["jvp", { seeds: JSON.parse('{"__proto__":1}') }, "__proto__"],
    ] as const;
    for (const [method, params, name] of outside) {
      expect(await fails(method, { ...at, ...params })).toMatchObject({ code: -32007, type: "input_mismatch", name });
    }
  });

  test("a seed of another shape is a mismatch", async () => {
    const { fails } = start();
    for (const x of [1, [1], [1, 2, 3], [[1, 2]], { shape: [1, 2], data: [1, 2] }]) {
      expect(await fails("jvp", { ...at, seeds: [{}, { x }] })).toMatchObject({ code: -32007, name: "x" });
    }
  });
});

test("zero absorbs: a zero seed contributes nothing, whatever it meets", async () => {
  const { ok } = start();
  const root = { graph: { expression: "sqrt(x) + z" }, inputs: { x: 0, z: 1 } };
  expect((await ok("jvp", { ...root, seeds: [{ z: 1 }, { x: 0, z: 1 }, { x: 1 }] })).tangents).toEqual([
    { y: 1 },
    { y: 1 },
    { y: "Infinity" },
  ]);
  const branch = { graph: { expression: "where(x > 0, sqrt(x), 0)" }, inputs: { x: [-1, 0, 4] }, batch: 3 };
  expect((await ok("gradient", branch)).gradient).toEqual({ x: [0, 0, 0.25] });
  expect((await ok("jvp", { ...branch, seeds: { x: 1 } })).tangents).toEqual({ y: [0, 0, 0.25] });
});
