import { encode, Token, Type } from "cborg";
import { describe, expect, test } from "vitest";
import { readConfig } from "../../src/config.ts";
import { documentKey } from "../../src/engine/documents.ts";
import { sentTypes } from "../../src/syntax/sources.ts";
import { type Params, start } from "./service.ts";

const { limits } = readConfig();
const expression = "sum((A @ x - b)^2)";
const A = [
  [1, 0],
  [0, 1],
  [1, 1],
];
const point = { A, x: [1, 2], b: [1, 1, 1] };
const declared = [
  { name: "A", shape: [3, 2] },
  { name: "x", shape: [2] },
  { name: "b", shape: [3] },
];
const batched = { A, x: [1, 2], b: [A[0]!.concat(1), [0, 1, 2], [1, 1, 1], [5, 6, 7]] };

const calls: readonly (readonly [string, Params])[] = [
  ["evaluate", {}],
  ["jvp", { seeds: { x: [1, 0] } }],
  ["jvp", { seeds: [{ x: [1, 0] }, { b: [0, 1, 0] }] }],
  ["vjp", { seeds: { y: 1 } }],
  ["gradient", { wrt: ["x", "b"] }],
  ["jacobian", { mode: "reverse" }],
  ["jacobian", { layout: "matrix", wrt: ["x"] }],
  ["hvp", { seeds: { x: [1, 0] } }],
  ["hessian", { wrt: ["x"] }],
  ["trace", { seed: { x: [1, 0] } }],
  ["check", {}],
  ["numerical", { wrt: ["x"] }],
];

describe("inputs that a formula does not declare have the types of what is sent", () => {
  test.each(calls)("in %s, with %j", async (method, more) => {
    const { ok } = start();
    for (const values of [
      { inputs: point },
      ...(["trace", "check"].includes(method) ? [] : [{ inputs: batched, batch: 4 }]),
    ]) {
      const params = { ...values, ...more };
      const free = await ok(method, { graph: { expression }, ...params });
      const told = await ok(method, { graph: { expression, inputs: declared }, ...params });
      const { timeMs: _, ...rest } = told;
      expect(free).toMatchObject(rest);
      // The same again is found by its text and types.
      expect(await ok(method, { graph: { expression }, ...params })).toMatchObject(rest);
    }
  });

  test("in all encodings of a tensor, and in CBOR", async () => {
    const { ok, app } = start();
    const graph = { expression };
    const { outputs, graph: id } = await ok("evaluate", { graph, inputs: point });
    const bytes = (values: readonly number[]) => Buffer.from(Float64Array.from(values).buffer).toString("base64");
    const forms = [
      { shape: [3, 2], dtype: "float64", data: bytes(A.flat()) },
      { shape: [3, 2], data: A.flat() },
      { shape: [3, 2], dtype: "float64", data: A.flat() },
    ];
    for (const form of forms) {
      expect(await ok("evaluate", { graph, inputs: { ...point, A: form } })).toEqual({ outputs, graph: id });
    }
    const typed = (data: Float64Array) => [new Token(Type.tag, 86), new Token(Type.bytes, new Uint8Array(data.buffer))];
    const sent = { shape: [3, 2], data: Float64Array.from(A.flat()) };
    const payload = encode(
      { graph, inputs: { ...point, A: sent, x: Float64Array.of(1, 2) } },
      { typeEncoders: { Float64Array: typed } },
    );
    const headers = { "content-type": "application/cbor" };
    const answer = await app.inject({ method: "POST", url: "/v1/evaluate", payload: Buffer.from(payload), headers });
    expect(answer.json()).toEqual({ outputs, graph: id });
  });

  test("dtypes are part of what is sent", async () => {
    const { ok } = start();
    const take = (i: unknown) => ok("evaluate", { graph: { expression: "x[i] * 1" }, inputs: { x: [5, 6, 7], i } });
    expect((await take({ shape: [], dtype: "int32", data: [2] })).outputs.y).toBe(7);
    expect((await take({ shape: [2], dtype: "int64", data: [2, 0] })).outputs.y).toEqual([7, 5]);
    const tensor = (data: object) =>
      sentTypes({ expression: "x" }, { inputs: { x: { shape: [1], data } }, points: 1 }, limits);
    const dtypes = [
      new Float64Array(1),
      new Float32Array(1),
      new Float16Array(1),
      new BigInt64Array(1),
      new Int32Array(1),
    ];
    expect(dtypes.map((data) => tensor(data).get("x")!.dtype)).toEqual([
      "float64",
      "float32",
      "float16",
      "int64",
      "int32",
    ]);
    const sum = await ok("evaluate", { graph: { expression: "sum(m)" }, inputs: { m: [[true, false, true]] } });
    expect(sum.outputs.y).toBe(2);
  });
});

describe("what is kept of a text is found by the types of what is sent", () => {
  const key = (inputs: Params, points?: number, document: object = { expression: "x" }) =>
    documentKey(document, sentTypes(document, { inputs, points }, limits));

  test("the same for the same shapes, whatever the numbers and the encoding", () => {
    const flat = { shape: [2], data: [3, 4] };
    expect(key({ x: [1, 2] })).toBe(key({ x: flat }));
    expect(key({ x: 1 })).toBe(key({ x: 2 }));
    expect(key({ x: [[1], [2]] }, 2)).toBe(key({ x: [9] }, 3));
  });

  test("another for any other", () => {
    const sent = [{}, { x: [1] }, { x: [[1]] }, { x: [1, 1] }, { x: [true] }, { x: [] }, { x: [[]] }, { y: [1] }];
    const odd = [{ "1:x": [1] }, { x: [1], y: [1] }, { "x1:y": [1] }, { xfloat64: [1] }, { "x,1": [1] }];
    const keys = [...sent, ...odd].map((inputs) => key(inputs));
    expect(new Set(keys).size).toBe(keys.length);
    const others = [{ expression: "x1" }, { expression: "x", outputs: ["x"] }, { expression: "1:xfloat64,1;" }];
    for (const document of others) for (const inputs of sent) keys.push(key(inputs, undefined, document));
    expect(new Set(keys).size).toBe(keys.length);
  });
});
