import { describe, expect, test } from "vitest";
import { type Json, start } from "./service.ts";

const bytesOf = (array: Float64Array | Float32Array | Int32Array | Uint8Array) =>
  Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString("base64");

// One input and one output of each dtype.
const graph = {
  inputs: [
    { name: "d", shape: [2] },
    { name: "f", shape: [2], dtype: "float32" },
    { name: "i", shape: [2], dtype: "int32" },
    { name: "b", shape: [2], dtype: "bool" },
  ],
  outputs: ["d", { name: "f", node: "f", dtype: "float32" }, "i", "b"],
};
const inputs = { d: [0.1, -2], f: [0.1, 3], i: [-7, 2147483647], b: [true, false] };
const f32 = Math.fround(0.1);

describe("encodings", () => {
  test("json nests", async () => {
    const { outputs } = await start().ok("evaluate", { graph, inputs });
    expect(outputs).toEqual({ d: [0.1, -2], f: [f32, 3], i: [-7, 2147483647], b: [true, false] });
  });

  test("flat and base64 tell shape and dtype", async () => {
    const { ok } = start();
    const flat = await ok("evaluate", { graph, inputs, encoding: "flat" });
    expect(flat.outputs).toEqual({
      d: { shape: [2], dtype: "float64", data: [0.1, -2] },
      f: { shape: [2], dtype: "float32", data: [f32, 3] },
      i: { shape: [2], dtype: "int32", data: [-7, 2147483647] },
      b: { shape: [2], dtype: "bool", data: [1, 0] },
    });
    const base64 = await ok("evaluate", { graph, inputs, encoding: "base64" });
    expect(base64.outputs).toEqual({
      d: { shape: [2], dtype: "float64", data: bytesOf(Float64Array.of(0.1, -2)) },
      f: { shape: [2], dtype: "float32", data: bytesOf(Float32Array.of(0.1, 3)) },
      i: { shape: [2], dtype: "int32", data: bytesOf(Int32Array.of(-7, 2147483647)) },
      b: { shape: [2], dtype: "bool", data: bytesOf(Uint8Array.of(1, 0)) },
    });
  });

  test("what was answered may be sent", async () => {
    const { ok } = start();
    for (const encoding of ["json", "flat", "base64"]) {
      const { outputs } = await ok("evaluate", { graph, inputs, encoding });
      expect((await ok("evaluate", { graph, inputs: outputs })).outputs).toEqual({ ...inputs, f: [f32, 3] });
    }
  });

  test("hold for derivatives, scalars too", async () => {
    const { ok } = start();
    const at = { graph: { expression: "x*x" }, inputs: { x: { shape: [], dtype: "float64", data: [3] } } };
    const six = { shape: [], dtype: "float64", data: bytesOf(Float64Array.of(6)) };
    expect((await ok("gradient", { ...at, encoding: "base64" })).gradient).toEqual({ x: six });
    expect((await ok("jacobian", { ...at, encoding: "base64" })).jacobian).toEqual({ y: { x: six } });
    expect((await ok("vjp", { ...at, encoding: "base64", seeds: [{ y: 1 }] })).cotangents).toEqual([{ x: six }]);
    const { hessian } = await ok("hessian", { ...at, encoding: "flat", batch: 2, layout: "matrix" });
    expect(hessian).toEqual({ shape: [2, 1, 1], dtype: "float64", data: [2, 2] });
  });
});

describe("numbers that JSON lacks", () => {
  const identity = { inputs: [{ name: "x", shape: [4] }], outputs: ["x"] };

  test("are strings both ways, in nested and in flat form", async () => {
    const { ok } = start();
    const x = ["NaN", "Infinity", "-Infinity", 1];
    for (const sent of [x, { shape: [4], data: x }]) {
      expect((await ok("evaluate", { graph: identity, inputs: { x: sent } })).outputs).toEqual({ x });
      const flat = await ok("evaluate", { graph: identity, inputs: { x: sent }, encoding: "flat" });
      expect(flat.outputs.x.data).toEqual(x);
    }
    const scalar = { graph: { expression: "1/x" }, inputs: { x: "NaN" } };
    expect((await ok("evaluate", scalar)).outputs).toEqual({ y: "NaN" });
    expect(await ok("gradient", { ...scalar, inputs: { x: 0 } })).toMatchObject({
      outputs: { y: "Infinity" },
      gradient: { x: "-Infinity" },
    });
  });

  test("are constants of a graph", async () => {
    const { ok } = start();
    const graph = {
      constants: [{ name: "c", value: ["NaN", "-Infinity"] }],
      nodes: [
        { id: "m", op: "maximum", args: ["c", "Infinity"] },
        { id: "n", op: "negative", args: ["NaN"] },
      ],
      outputs: ["m", "n"],
    };
    expect((await ok("evaluate", { graph })).outputs).toEqual({ m: ["NaN", "Infinity"], n: "NaN" });
  });

  test("base64 keeps every bit, the sign of zero and a NaN's payload", async () => {
    const { ok } = start();
    const bits = Buffer.from("00000000000000800100000000000000efbeaddeadfbf8ff000000000000f07f", "hex").toString(
      "base64",
    );
    const x = { shape: [4], dtype: "float64", data: bits };
    expect((await ok("evaluate", { graph: identity, inputs: { x }, encoding: "base64" })).outputs).toEqual({ x });
    const zeros = await ok("evaluate", { graph: { expression: "-x" }, inputs: { x: 0 }, encoding: "base64" });
    expect(Buffer.from(zeros.outputs.y.data, "base64").readDoubleLE()).toBe(-0);
  });
});

describe("float32 is storage", () => {
  test("an input is rounded on entry, whatever the form, and refused where it would overflow", async () => {
    const { ok, fails } = start();
    const graph = { expression: "x * 1", inputs: [{ name: "x", dtype: "float32" }] };
    for (const x of [
      0.1,
      { shape: [], data: [0.1] },
      { shape: [], dtype: "float64", data: bytesOf(Float64Array.of(0.1)) },
    ]) {
      expect((await ok("evaluate", { graph, inputs: { x } })).outputs).toEqual({ y: f32 });
    }
    for (const x of [1e300, { shape: [], dtype: "float64", data: bytesOf(Float64Array.of(-1e39)) }]) {
      expect(await fails("evaluate", { graph, inputs: { x } })).toMatchObject({ code: -32007, name: "x" });
    }
    expect((await ok("evaluate", { graph, inputs: { x: "Infinity" } })).outputs).toEqual({ y: "Infinity" });
    expect((await ok("evaluate", { graph, inputs: { x: [0.1, 0.2] }, batch: 2 })).outputs).toEqual({
      y: [f32, Math.fround(0.2)],
    });
  });

  test("the computation is float64, and only a declared output is rounded", async () => {
    const { ok } = start();
    const graph = {
      inputs: [{ name: "x", dtype: "float32" }],
      nodes: [{ id: "t", op: "divide", args: ["x", 3] }],
      outputs: ["t", { name: "r", node: "t", dtype: "float32" }],
    };
    const { outputs, jacobian } = await ok("jacobian", { graph, inputs: { x: 1 }, encoding: "flat" });
    expect(outputs.t).toEqual({ shape: [], dtype: "float64", data: [1 / 3] });
    expect(outputs.r).toEqual({ shape: [], dtype: "float32", data: [Math.fround(1 / 3)] });
    expect(jacobian.r.x).toEqual({ shape: [], dtype: "float64", data: [1 / 3] });
    const put = await ok("graph.put", { graph });
    expect(put.inputs).toEqual([{ name: "x", shape: [], dtype: "float32" }]);
    expect(put.outputs.map((o: Json) => o.dtype)).toEqual(["float64", "float32"]);
  });

  test("a constant is rounded to it where it says so", async () => {
    const value = { shape: [2], dtype: "float32", data: [0.1, 1] };
    const graph = {
      constants: [{ name: "c", value }],
      nodes: [{ id: "y", op: "sum", args: ["c"] }],
      outputs: ["y", "c"],
    };
    expect((await start().ok("evaluate", { graph, encoding: "flat" })).outputs).toEqual({
      y: { shape: [], dtype: "float64", data: [1 + f32] },
      c: { shape: [2], dtype: "float64", data: [f32, 1] },
    });
  });
});

describe("int32 and bool", () => {
  test("inputs compute as the numbers that they are", async () => {
    const { ok } = start();
    const graph = {
      inputs: [{ name: "x" }, { name: "i", dtype: "int32" }, { name: "b", dtype: "bool" }],
      nodes: [
        { id: "xi", op: "multiply", args: ["x", "i"] },
        { id: "y", op: "add", args: ["xi", "b"] },
        { id: "w", op: "where", args: ["b", "x", "i"] },
        { id: "less", op: "less", args: ["x", "i"] },
      ],
      outputs: ["y", "w", "less"],
    };
    const at = { graph, inputs: { x: 0.5, i: 3, b: true } };
    const { outputs, jacobian, plan } = await ok("jacobian", at);
    expect(outputs).toEqual({ y: 2.5, w: 0.5, less: true });
    expect(jacobian).toEqual({ y: { x: 3 }, w: { x: 1 } });
    expect(plan).toMatchObject({ inputs: 1, outputs: 2 });
  });

  test("an int32 input takes what is an integer, a bool input what is 0 or 1", async () => {
    const { ok } = start();
    for (const i of [[3, -1], [true, false], { shape: [2], dtype: "float64", data: [3, 1] }]) {
      expect((await ok("evaluate", { graph, inputs: { ...inputs, i } })).outputs.i).toHaveLength(2);
    }
    const b = { shape: [2], dtype: "int32", data: [0, 1] };
    expect((await ok("evaluate", { graph, inputs: { ...inputs, b } })).outputs.b).toEqual([false, true]);
  });

  test("outputs may be declared wider, and then are differentiable with derivative zero", async () => {
    const { ok } = start();
    const graph = {
      inputs: [{ name: "x", shape: [3] }],
      nodes: [
        { id: "m", op: "argmax", args: ["x"] },
        { id: "p", op: "greater", args: ["x", 0] },
      ],
      outputs: [
        { name: "m", node: "m", dtype: "float64" },
        { name: "p", node: "p", dtype: "int32" },
        { name: "n", node: "m" },
      ],
    };
    const at = { graph, inputs: { x: [1, 5, -1] } };
    const answer = await ok("jacobian", { ...at, encoding: "flat" });
    expect(answer.outputs).toEqual({
      m: { shape: [], dtype: "float64", data: [1] },
      p: { shape: [3], dtype: "int32", data: [1, 1, 0] },
      n: { shape: [], dtype: "int32", data: [1] },
    });
    expect(answer.jacobian).toEqual({ m: { x: { shape: [3], dtype: "float64", data: [0, 0, 0] } } });
    expect((await ok("gradient", at)).gradient).toEqual({ x: [0, 0, 0] });
    expect((await ok("vjp", { ...at, seeds: { m: 2 } })).cotangents).toEqual({ x: [0, 0, 0] });
    expect((await ok("jvp", { ...at, seeds: { x: [1, 1, 1] } })).tangents).toEqual({ m: 0 });
    expect((await ok("hessian", at)).hessian).toEqual({ x: { x: [0, 1, 2].map(() => [0, 0, 0]) } });
  });

  test("int64 is exact up to 2^53, in all encodings, and refused beyond", async () => {
    const { ok, fails } = start();
    const graph = { inputs: [{ name: "i", shape: [2], dtype: "int64" }], outputs: ["i"] };
    const large = BigInt64Array.of(-5n, 2n ** 53n - 1n);
    const text = Buffer.from(large.buffer).toString("base64");
    const sent = { shape: [2], dtype: "int64", data: text };
    for (const i of [sent, [-5, 2 ** 53 - 1]]) {
      expect((await ok("evaluate", { graph, inputs: { i } })).outputs.i).toEqual([-5, 2 ** 53 - 1]);
      expect((await ok("evaluate", { graph, inputs: { i }, encoding: "base64" })).outputs.i).toEqual(sent);
    }
    const beyond = Buffer.from(BigInt64Array.of(0n, 2n ** 60n + 1n).buffer).toString("base64");
    for (const data of [beyond, [0, 1e17]]) {
      const inputs = { i: { shape: [2], dtype: "int64", data } };
      expect(await fails("evaluate", { graph, inputs })).toMatchObject({ code: -32007, name: "i" });
    }
    const product = { ...graph, nodes: [{ id: "p", op: "prod", args: ["i"] }], outputs: ["p"] };
    expect((await ok("evaluate", { graph: product, inputs: { i: [2 ** 26, 2 ** 26] } })).outputs.p).toBe(2 ** 52);
    expect(await fails("evaluate", { graph: product, inputs: { i: [2 ** 30, 2 ** 30] } })).toMatchObject({
      code: -32007,
      name: "p",
    });
  });

  test("narrow dtypes are storage: inputs and outputs have their values", async () => {
    const { ok, fails } = start();
    const names = ["int8", "uint8", "int16", "float16"];
    const graph = {
      inputs: names.map((name) => ({ name, dtype: name })),
      outputs: names.map((name) => ({ name: `y_${name}`, node: name, dtype: name })),
    };
    const inputs = { int8: -128, uint8: 255, int16: -300, float16: 0.1 };
    const { outputs } = await ok("evaluate", { graph, inputs, encoding: "flat" });
    expect(Object.values(outputs)).toEqual([
      { shape: [], dtype: "int8", data: [-128] },
      { shape: [], dtype: "uint8", data: [255] },
      { shape: [], dtype: "int16", data: [-300] },
      { shape: [], dtype: "float16", data: [Math.f16round(0.1)] },
    ]);
    for (const [name, x] of [
      ["int8", 128],
      ["uint8", -1],
      ["int16", 1.5],
      ["float16", 1e6],
    ] as const) {
      expect(await fails("evaluate", { graph, inputs: { ...inputs, [name]: x } })).toMatchObject({ name });
    }
    const sum = {
      inputs: [{ name: "i", shape: [2], dtype: "int8" }],
      nodes: [{ id: "s", op: "sum", args: ["i"] }],
      outputs: [{ name: "s", node: "s", dtype: "int8" }],
    };
    expect((await ok("evaluate", { graph: sum, inputs: { i: [100, 27] } })).outputs.s).toBe(127);
    expect(await fails("evaluate", { graph: sum, inputs: { i: [100, 100] } })).toMatchObject({
      name: "s",
      expected: "int8 values",
      received: "the value 200",
    });
  });

  test("an output declared narrower is an invalid graph", async () => {
    const { fails } = start();
    for (const [node, dtype] of [
      ["d", "int32"],
      ["d", "bool"],
      ["i", "bool"],
      ["f", "int32"],
    ]) {
      const declared = { ...graph, outputs: [{ name: "y", node, dtype }] };
      expect(await fails("graph.put", { graph: declared })).toMatchObject({ code: -32001, node });
    }
  });
});
