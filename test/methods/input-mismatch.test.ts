import { expect, test } from "vitest";
import { start } from "./service.ts";

const graph = {
  inputs: [
    { name: "x", shape: [2, 2] },
    { name: "i", shape: [2], dtype: "int32" },
    { name: "b", shape: [2], dtype: "bool" },
    { name: "s" },
    { name: "z", shape: [2, 0] },
  ],
  nodes: [{ id: "y", op: "sum", args: ["x"] }],
  outputs: ["y"],
};
const inputs = {
  x: [
    [1, 2],
    [3, 4],
  ],
  i: [1, 2],
  b: [true, false],
  s: 5,
  z: [[], []],
};
const base64 = (bytes: number, fill = 0) => Buffer.alloc(bytes, fill).toString("base64");
const object = (members: object) => ({ shape: [2, 2], dtype: "float64", ...members });

test("inputs that fit are taken", async () => {
  expect((await start().ok("evaluate", { graph, inputs })).outputs).toEqual({ y: 10 });
});

test.each<[string, string, unknown]>([
  ["a number for a matrix", "x", 1],
  ["a vector for a matrix", "x", [1, 2, 3, 4]],
  [
    "other lengths",
    "x",
    [
      [1, 2, 3],
      [4, 5, 6],
    ],
  ],
  [
    "one axis too many",
    "x",
    [
      [
        [1, 2],
        [3, 4],
      ],
    ],
  ],
  ["very many axes", "x", JSON.parse(`${"[".repeat(40)}1${"]".repeat(40)}`)],
  ["ragged rows", "x", [[1, 2], [3]]],
  ["ragged depth", "x", [[1, 2], 3]],
  [
    "ragged depth the other way",
    "x",
    [
      [1, 2],
      [3, [4]],
    ],
  ],
  ["a matrix for a scalar", "s", [[5]]],
  ["no elements for some", "x", []],
  ["an element for none", "z", [[], [1]]],
  ["too few empty rows", "z", [[]]],
  ["null", "s", null],
  [
    "null in an array",
    "x",
    [
      [1, null],
      [3, 4],
    ],
  ],
  ["another string", "s", "nan"],
  ["a number as a string", "s", "5"],
  ["the empty string", "s", ""],
  ["a string with the name of what every object has", "s", "constructor"],
  [
    "another string in an array",
    "x",
    [
      ["inf", 2],
      [3, 4],
    ],
  ],
  ["an array object of another shape", "x", { shape: [4], data: [1, 2, 3, 4] }],
  [
    "an array object without a shape",
    "x",
    {
      data: [
        [1, 2],
        [3, 4],
      ],
    },
  ],
  ["an array object without data", "x", { shape: [2, 2] }],
  ["an array object with an unknown key", "x", object({ data: [1, 2, 3, 4], order: "F" })],
  ["an array object with a negative length", "x", { shape: [-2, -2], data: [1, 2, 3, 4] }],
  ["an array object with a fraction for a length", "x", { shape: [2.5, 2], data: [1, 2, 3, 4, 5] }],
  ["an array object with another dtype", "x", object({ dtype: "complex64", data: [1, 2, 3, 4] })],
  ["an array object whose dtype is null", "x", object({ dtype: null, data: [1, 2, 3, 4] })],
  [
    "an array object with nested data",
    "x",
    object({
      data: [
        [1, 2],
        [3, 4],
      ],
    }),
  ],
  ["an array object with too few numbers", "x", object({ data: [1, 2, 3] })],
  ["an array object with too many numbers", "x", object({ data: [1, 2, 3, 4, 5] })],
  ["base64 of too few bytes", "x", object({ data: base64(31) })],
  ["base64 of too many bytes", "x", object({ data: base64(33) })],
  ["base64 of none", "x", object({ data: "" })],
  ["base64 of another dtype's bytes", "x", object({ dtype: "float32", data: base64(32) })],
  ["base64 in the alphabet for addresses", "x", object({ data: base64(32, 0xff).replaceAll("/", "_") })],
  ["base64 with white space", "x", object({ data: ` ${base64(32).slice(1)}` })],
  ["base64 with a newline", "x", object({ data: `${base64(32)}\n` })],
  ["base64 without padding", "x", object({ data: base64(32).replaceAll("=", "") })],
  ["base64 with padding in the middle", "x", object({ data: `${base64(32).slice(0, 20)}==${base64(32).slice(22)}` })],
  ["base64 with stray bits before the padding", "x", object({ data: base64(32).replace(/A=$/, "B=") })],
  ["a bool byte of 2", "b", { shape: [2], dtype: "bool", data: Buffer.of(1, 2).toString("base64") }],
  ["the bool 2", "b", [0, 2]],
  ["the bool NaN", "b", [0, "NaN"]],
  ["an int32 of a half", "i", [1, 2.5]],
  ["an int32 of 2³¹", "i", [1, 2147483648]],
  ["an int32 of −2³¹−1", "i", [-2147483649, 1]],
  ["an int32 NaN", "i", [1, "NaN"]],
  ["int32 data of a half", "i", { shape: [2], dtype: "int32", data: [1, 2.5] }],
  ["float data of a half for int32", "i", { shape: [2], dtype: "float64", data: [1, 2.5] }],
  ["int32 data of a half for float64", "x", object({ dtype: "int32", data: [1, 2, 3, 4.5] })],
])("%s is refused", async (_, name, value) => {
  const { fails, ok } = start();
  const error = await fails("evaluate", { graph, inputs: { ...inputs, [name]: value } });
  expect(error).toMatchObject({ code: -32007, type: "input_mismatch", name });
  expect(error.expected).toEqual(expect.any(String));
  expect(error.received).toEqual(expect.any(String));
  expect(error.expected).not.toBe(error.received);
  expect(await ok("evaluate", { graph, inputs })).toMatchObject({ outputs: { y: 10 } });
});

test("a number that overflows is refused, not taken for infinity", async () => {
  const { body } = start();
  const call = (x: string) =>
    body(`{"jsonrpc":"2.0","id":1,"method":"evaluate","params":{"graph":{"expression":"x"},"inputs":{"x":${x}}}}`);
  for (const x of ["1e999", "-1e999", '{"shape":[],"data":[1e999]}']) {
    expect((await call(x)).error).toMatchObject({
      code: -32007,
      data: { name: "x", received: "a number that overflows" },
    });
  }
  expect((await call("1e-999")).result.outputs).toEqual({ y: 0 });
  expect((await call("1.7976931348623157e308")).result.outputs).toEqual({ y: Number.MAX_VALUE });
});

test("an input that is missing, and one that is not the graph's", async () => {
  const { fails } = start();
  const { s: _, ...rest } = inputs;
  expect(await fails("evaluate", { graph, inputs: rest })).toMatchObject({
    code: -32007,
    name: "s",
    received: "nothing",
  });
  expect(await fails("evaluate", { graph })).toMatchObject({ code: -32007, name: "x" });
  expect(await fails("evaluate", { graph, inputs: { ...inputs, extra: 1 } })).toMatchObject({
    code: -32007,
    name: "extra",
  });
  const text = JSON.stringify({ graph, inputs }).replace('"s":', '"__proto__":');
  expect(await fails("evaluate", JSON.parse(text))).toMatchObject({ code: -32007, name: "__proto__" });
});

test("no answer repeats a tensor, and no message is long", async () => {
  const { rpc } = start();
  const long = Array.from({ length: 5000 }, (_, i) => i + 0.125);
  const wrong = [
    { ...inputs, x: long },
    { ...inputs, x: { shape: [5000], data: long } },
    { ...inputs, x: object({ data: base64(9000) }) },
    { ...inputs, s: "y".repeat(5000) },
    { ...inputs, ["n".repeat(5000)]: 1 },
    { ...inputs, x: { shape: Array(5000).fill(1), data: [1] } },
    { ...inputs, x: { ["k".repeat(5000)]: 1 } },
    { ...inputs, x: object({ dtype: "d".repeat(5000), data: [1] }) },
    { ...inputs, x: object({ data: "d".repeat(5000) }) },
  ];
  for (const inputs of wrong) {
    const { error } = await rpc("evaluate", { graph, inputs });
    expect(error.code).toBe(-32007);
    expect(Buffer.byteLength(error.message)).toBeLessThanOrEqual(1000);
    expect(JSON.stringify(error).length).toBeLessThan(3000);
    expect(JSON.stringify(error)).not.toMatch(/1\.125|AAAAAAAA/);
  }
});
