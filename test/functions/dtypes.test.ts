import { expect, test } from "vitest";
import { type Json, start } from "../methods/service.ts";

const node = (id: string, op: string, args: readonly unknown[], attrs?: Json) => ({
  id,
  op,
  args,
  ...(attrs && { attrs }),
});

/** A call of a function with an input and an output of some dtypes, that gives its input. */
const called = (input: Json, output: Json, given: Json = {}) => ({
  functions: { same: { inputs: [{ name: "x", ...input }], nodes: [], outputs: [{ name: "y", node: "x", ...output }] } },
  inputs: [{ name: "a", ...given }],
  nodes: [node("z", "call", ["a"], { function: "same" })],
  outputs: ["z"],
});
const third = 1 / 3;

test.each(["compiled", "interpreted"])(
  "what functions declare as float32 or float16 is rounded, in and out: %s",
  async (PROGRAMS) => {
    const { ok } = start({ PROGRAMS });
    for (const [dtype, value] of [
      ["float32", Math.fround(third)],
      ["float16", Math.f16round(third)],
      ["float64", third],
    ] as const) {
      for (const graph of [called({ dtype }, {}), called({}, { dtype })]) {
        const { outputs, jacobian } = await ok("jacobian", { graph, inputs: { a: third } });
        expect(outputs, dtype).toEqual({ z: value });
        expect(jacobian).toEqual({ z: { a: 1 } });
      }
    }
  },
);

test("a carry that is declared as float32 is rounded in every step", async () => {
  const { ok } = start();
  const graph = {
    functions: {
      f: {
        inputs: [{ name: "c", dtype: "float32" }],
        nodes: [node("n", "multiply", ["c", 1.1])],
        outputs: ["n"],
      },
    },
    inputs: [{ name: "x" }],
    nodes: [node("z", "scan", ["x"], { function: "f", carry: 1, length: 5 })],
    outputs: ["z"],
  };
  let c = third;
  for (let i = 0; i < 5; i++) c = Math.fround(c) * 1.1;
  expect((await ok("evaluate", { graph, inputs: { x: third } })).outputs.z).toBe(c);
});

test("a function whose rounding is spelled as casts is the same graph, and what graph.get gives is too", async () => {
  const { ok } = start();
  const declared = called({ dtype: "float32" }, { dtype: "float16" });
  const cast = {
    ...declared,
    functions: {
      same: {
        inputs: [{ name: "x" }],
        nodes: [node("r", "cast", ["x"], { dtype: "float32" }), node("y", "cast", ["r"], { dtype: "float16" })],
        outputs: ["y"],
      },
    },
  };
  const { graph } = await ok("graph.put", { graph: declared });
  expect((await ok("graph.put", { graph: cast })).graph).toBe(graph);
  const { document } = await ok("graph.get", { graph });
  expect((await ok("graph.put", { graph: document })).graph).toBe(graph);
  expect((await ok("graph.put", { graph: called({}, {}) })).graph).not.toBe(graph);
});

test("wider integers and floats take narrower ones, in and out", async () => {
  const { ok } = start();
  const dtypeOf = async (graph: Json, a: Json) =>
    (await ok("evaluate", { graph, inputs: { a }, encoding: "base64" })).outputs.z.dtype;
  expect(await dtypeOf(called({ dtype: "int64" }, {}, { dtype: "int32" }), 3)).toBe("int64");
  expect(await dtypeOf(called({}, { dtype: "float64" }, { dtype: "int32" }), 3)).toBe("float64");
  expect(await dtypeOf(called({}, { dtype: "int64" }, { dtype: "bool" }), true)).toBe("int64");
});

test("narrow integers are refused at functions, by name, and what does not convert is too", async () => {
  const { rpc } = start();
  const said = async (graph: Json) => (await rpc("graph.put", { graph })).error;
  for (const dtype of ["int16", "int8", "uint8"]) {
    const whole = { dtype: "int32" };
    for (const [graph, what] of [
      [called({ dtype }, {}, whole), 'input "x"'],
      [called({}, { dtype }, whole), 'output "y"'],
    ] as const) {
      const { message, data } = await said(graph);
      expect(message).toContain(`function "same": ${what}: ${dtype} is storage`);
      expect(data).toMatchObject({ type: "invalid_graph", function: "same" });
    }
  }
  const narrowed = await said(called({ dtype: "int32" }, {}, { dtype: "int64" }));
  expect(narrowed.message).toContain('input "x" of function "same" is int32, received int64');
  expect((await said(called({}, { dtype: "bool" }, { dtype: "int32" }))).message).toContain("does not convert to bool");
});
