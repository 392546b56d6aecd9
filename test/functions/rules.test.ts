import { describe, expect, test } from "vitest";
import { type Json, start } from "../methods/service.ts";
import { branches, type Entry } from "./unrolled.ts";

const node = (id: string, op: string, args: readonly unknown[], attrs?: Json): Entry => ({
  id,
  op,
  args,
  ...(attrs && { attrs }),
});
const body = (inputs: readonly string[], nodes: readonly Entry[], ...outputs: string[]) => ({
  inputs: inputs.map((name) => ({ name })),
  nodes,
  outputs,
});
const square = body(["x"], [node("y", "square", ["x"])], "y");
const half = node("a", "multiply", ["x", "d"]);

/** A document that calls the square of x, whose derivative a function gives by the name of a mode. */
function ruled(mode: "jvp" | "vjp", rule: Json, more: Json = {}) {
  return {
    functions: { ...more, f: { ...square, [mode]: "rule" }, rule },
    inputs: [{ name: "x" }],
    nodes: [node("y", "call", ["x"], { function: "f" })],
    outputs: ["y"],
  };
}
/** A matrix of e and a vector of d. */
const vectors = [
  node("e1", "reshape", ["e"], { shape: [1, 1] }),
  node("d1", "reshape", ["d"], { shape: [1] }),
] as const;
const rule = (nodes: readonly Entry[], output: string) => body(["x", "d"], nodes, output);

test.each<[string, Json, Json?]>([
  ["affine", rule([half, node("t", "add", ["a", 1])], "t")],
  ["quadratic", rule([half, node("t", "multiply", ["a", "d"])], "t")],
  ["without tangents", rule([node("t", "multiply", ["x", 1])], "t")],
  ["the size of a tangent", rule([node("t", "abs", ["d"])], "t")],
  ["rounded", rule([half, node("t", "round", ["a"])], "t")],
  ["held constant", rule([half, node("t", "stop_gradient", ["a"])], "t")],
  ["bounded far away", rule([half, node("t", "clip", ["a"], { min: -1000, max: 1000 })], "t")],
  ["of a maximum with what is far below", rule([half, node("t", "maximum", ["a", -1e9])], "t")],
  ["a remainder by what is large", rule([half, node("t", "fmod", ["a", 1e9])], "t")],
  ["linear near 0 alone", rule([node("a", "atan2", ["d", 1e12]), node("t", "multiply", ["a", 1e12])], "t")],
  [
    "chosen by how large a tangent is",
    rule([node("p", "greater", ["d", 1000]), node("t", "where", ["p", 0, "d"])], "t"),
  ],
  ["chosen by the sign of a tangent", rule([node("p", "greater", ["d", 0]), node("t", "where", ["p", "d", 0])], "t")],
  [
    "affine by a loop",
    rule([node("t", "scan", ["d"], { function: "add", carry: 1, length: 3 })], "t"),
    { add: body(["c"], [node("n", "add", ["c", 1])], "n") },
  ],
  [
    "affine by a branch",
    rule([node("p", "greater", ["x", 0]), node("t", "cond", ["p", "d"], branches("one", "same"))], "t"),
    { one: body(["c"], [node("n", "add", ["c", 1])], "n"), same: body(["c"], [node("n", "multiply", ["c", 2])], "n") },
  ],
])("a rule that is %s is refused when the graph is read, in either mode", async (_, given, more) => {
  const { fails } = start();
  for (const mode of ["jvp", "vjp"] as const) {
    for (const method of ["graph.put", "evaluate", "gradient", "check"]) {
      const graph = ruled(mode, given, more);
      const error = await fails(method, { graph, ...(method !== "graph.put" && { inputs: { x: 3 } }) });
      expect(error).toMatchObject({ code: -32001, function: "f" });
      expect(error.message).toMatch(/"rule", which it names as its derivative, is not linear in the (co)?tangents/);
    }
  }
});

describe.each<[string, Json, Json?]>([
  ["a product", rule([half, node("t", "multiply", [2, "a"])], "t")],
  [
    "a quotient",
    rule([node("i", "reciprocal", ["x"]), node("q", "divide", ["d", "i"]), node("t", "add", ["q", "q"])], "t"),
  ],
  [
    "a choice by the point",
    rule(
      [half, node("p", "greater", ["x", 0]), node("s", "where", ["p", "a", "a"]), node("t", "multiply", [2, "s"])],
      "t",
    ),
  ],
  [
    "elements at indices",
    rule(
      [
        node("r", "concat", ["z", "z"], { axis: 0 }),
        node("z", "reshape", ["a"], { shape: [1] }),
        half,
        node("s", "take", ["r", 1]),
        node("t", "multiply", [2, "s"]),
      ],
      "t",
    ),
  ],
  [
    "a sum with zeros of what does not move",
    rule([half, node("z", "multiply", [0, "x"]), node("s", "add", ["a", "z"]), node("t", "multiply", [2, "s"])], "t"),
  ],
  [
    "a product of matrices",
    rule(
      [
        node("r", "reshape", ["d"], { shape: [1, 1] }),
        node("m", "reshape", ["x"], { shape: [1, 1] }),
        node("p", "matmul", ["m", "r"]),
        node("s", "sum", ["p"]),
        node("t", "multiply", [2, "s"]),
      ],
      "t",
    ),
  ],
  [
    "a loop",
    rule(
      [
        node("z", "multiply", ["d", 0]),
        node("t", "scan", ["x", "d", "z"], { function: "add", constants: 2, carry: 1, length: 2 }),
      ],
      "t",
    ),
    { add: body(["x", "d", "c"], [node("p", "multiply", ["x", "d"]), node("n", "add", ["c", "p"])], "n") },
  ],
  [
    "a branch",
    rule([node("p", "greater", ["x", 0]), node("t", "cond", ["p", "x", "d"], branches("twice", "twice"))], "t"),
    { twice: body(["x", "d"], [half, node("n", "add", ["a", "a"])], "n") },
  ],
])("a rule that is linear by %s", (_, given, more) => {
  test.each(["compiled", "interpreted"])("is the derivative in both modes, %s", async (PROGRAMS) => {
    const { ok } = start({ PROGRAMS });
    const graph = ruled("jvp", given, more);
    for (const mode of ["forward", "reverse"]) {
      expect((await ok("jacobian", { graph, inputs: { x: 3 }, mode })).jacobian.y.x).toBeCloseTo(6, 12);
      const many = await ok("jacobian", { graph, inputs: { x: [3, 4] }, batch: 2, mode });
      expect(many.jacobian.y.x.map(Math.round)).toEqual([6, 8]);
    }
    expect((await ok("hessian", { graph, inputs: { x: 3 } })).hessian.x.x).toBeCloseTo(2, 12);
    expect((await ok("check", { graph, inputs: { x: 3 } })).verdict).toBe("passed");
    const pulled = ruled("vjp", given, more);
    expect((await ok("gradient", { graph: pulled, inputs: { x: 3 } })).gradient.x).toBeCloseTo(6, 12);
  });
});

test("a rule that multiplies tangents by anything of the point is taken", async () => {
  const { ok } = start();
  for (const [nodes, slope] of [
    [[node("t", "xlogy", ["d", "x"])], Math.log(3)],
    [[node("t", "divide", ["d", "x"])], 1 / 3],
    [[node("e", "exp", ["x"]), node("m", "matmul", ["e1", "d1"]), ...vectors, node("t", "sum", ["m"])], Math.exp(3)],
  ] as const) {
    const graph = ruled("jvp", rule([...nodes], "t"));
    expect((await ok("jacobian", { graph, inputs: { x: 3 } })).jacobian.y.x).toBeCloseTo(slope, 12);
  }
});

test("a rule may say that a derivative is not known: NaN times a tangent is linear", async () => {
  const { ok } = start();
  const graph = ruled("jvp", rule([node("t", "multiply", ["d", "NaN"])], "t"));
  expect((await ok("evaluate", { graph, inputs: { x: 3 } })).outputs).toEqual({ y: 9 });
  for (const mode of ["forward", "reverse"]) {
    expect((await ok("jacobian", { graph, inputs: { x: 3 }, mode })).jacobian.y.x).toBe("NaN");
  }
});

describe("where there is one mode only", () => {
  const right = ruled("vjp", rule([half, node("t", "multiply", [2, "a"])], "t"));
  const wrong = ruled("vjp", rule([half, node("t", "multiply", [3, "a"])], "t"));
  const endless = {
    functions: {
      on: body(["c"], [node("t", "less", ["c", 100])], "t"),
      twice: body(["c"], [node("n", "multiply", ["c", 2])], "n"),
    },
    inputs: [{ name: "x" }],
    nodes: [node("w", "while", ["x"], { condition: "on", body: "twice" })],
    outputs: [{ name: "y", node: "w:0" }],
  };

  test("the gradient check judges it by what it can", async () => {
    const { ok } = start();
    const passed = await ok("check", { graph: right, inputs: { x: 3 } });
    expect(passed).toMatchObject({ verdict: "passed", adjoint: { verdict: "undecided", trials: [] } });
    const message = expect.stringMatching(/not held against the other: function "f" has a "vjp" of its own/);
    expect(passed.warnings).toEqual([{ type: "undecided", message }]);
    const failed = await ok("check", { graph: wrong, inputs: { x: 3 } });
    expect(failed).toMatchObject({ verdict: "failed", taylor: { verdict: "failed" }, entries: { verdict: "failed" } });
    expect((await ok("check", { graph: endless, inputs: { x: 1.5 } })).verdict).toBe("passed");
  });

  test("methods are compared with the mode that there is", async () => {
    const { ok } = start();
    const rows = async (graph: Json, x: number) => {
      const { reference, verdict, rows: found, text } = await ok("compare", { graph, inputs: { x }, render: "text" });
      expect(text).toMatch(new RegExp(`${reference} .*reference`));
      return { reference, verdict, methods: new Set(found.map((row: Json) => row.method)) };
    };
    const all = new Set(["numerical", "symbolic", "reverse"]);
    expect(await rows(right, 3)).toEqual({ reference: "reverse", verdict: "agrees", methods: all });
    expect(await rows(wrong, 3)).toMatchObject({ reference: "reverse", verdict: "disagrees" });
    const forward = new Set(["numerical", "forward"]);
    expect(await rows(endless, 1.5)).toEqual({ reference: "forward", verdict: "agrees", methods: forward });
  });
});
