import { expect, test } from "vitest";
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
const functions = {
  size: body(["x"], [node("y", "abs", ["x"])], "y"),
  less: body(["c"], [node("d", "subtract", ["c", 1]), node("y", "abs", ["d"])], "y"),
  flat: body(["x"], [node("s", "square", ["x"]), node("r", "add", ["s", 1])], "r"),
  solved: body(["c"], [node("y", "root", ["c"], { residual: "flat" })], "y"),
};
const document = (z: Entry) => ({ functions, inputs: [{ name: "x" }], nodes: [z], outputs: ["z"] });

test("a kink in a function is told by every method that looks for kinks, and names the function", async () => {
  const { ok } = start();
  const graph = document(node("z", "call", ["x"], { function: "size" }));
  const kink = { type: "kink", node: "z", operator: "abs", function: "size" };
  for (const [method, more] of [
    ["hessian", {}],
    ["hvp", { seeds: { x: 1 } }],
    ["gradient", { diagnose: true }],
    ["trace", {}],
    ["compare", {}],
    ["check", {}],
  ] as const) {
    expect((await ok(method, { graph, inputs: { x: 0 }, ...more })).warnings, method).toContainEqual(
      expect.objectContaining(kink),
    );
  }
  expect(await ok("hessian", { graph, inputs: { x: 1 } })).not.toHaveProperty("warnings");
});

test("a kink in a loop names the step, and the points of a batch", async () => {
  const { ok } = start();
  const graph = document(node("z", "scan", ["x"], { function: "less", carry: 1, length: 5 }));
  const at = (step: number, points: number[]) =>
    expect.objectContaining({ type: "kink", node: "z", operator: "abs", function: "less", step, points });
  const { warnings } = await ok("hessian", { graph, inputs: { x: [3, 1.5, 2] }, batch: 3 });
  expect(warnings).toEqual([at(1, [2]), at(2, [0])]);
});

test("a search in a function that finds nothing is told", async () => {
  const { ok } = start();
  const graph = document(node("z", "scan", ["x"], { function: "solved", carry: 1, length: 2 }));
  const { outputs, warnings } = await ok("evaluate", { graph, inputs: { x: 1 } });
  expect(outputs.z).toBe("NaN");
  expect(warnings).toContainEqual(
    expect.objectContaining({ type: "not_converged", node: "z", operator: "root", function: "solved", step: 0 }),
  );
});

test.each(["compiled", "interpreted"])(
  "of branches only the one that is taken is at a kink, at each point of a batch: %s",
  async (PROGRAMS) => {
    const { ok } = start({ PROGRAMS });
    const either = node("z", "cond", ["p", "x"], branches("size", "flat"));
    const graph = { ...document(either), nodes: [node("p", "less", ["x", 0.5]), either] };
    const kink = { type: "kink", node: "z", operator: "abs", function: "size" };
    const taken = await ok("hessian", { graph, inputs: { x: [0, 1, -1, 0] }, batch: 4 });
    expect(taken.warnings).toEqual([expect.objectContaining({ ...kink, points: [0, 3] })]);
    const swapped = { ...graph, nodes: [node("p", "less", ["x", -0.5]), either] };
    expect(await ok("hessian", { graph: swapped, inputs: { x: 0 } })).not.toHaveProperty("warnings");
    const one = node("z", "switch", ["i", "x"], { branches: ["flat", "size", "less"] });
    const many = { ...document(one), inputs: [{ name: "x" }, { name: "i", dtype: "int32" }] };
    for (const [i, x, at] of [
      [-3, 0, undefined],
      [1, 0, "size"],
      [1, 1, undefined],
      [7, 1, "less"],
      [2, 0, undefined],
    ] as const) {
      const { warnings = [] } = await ok("hessian", { graph: many, inputs: { x, i }, wrt: ["x"] });
      expect(warnings.map((warning: Json) => warning.function)).toEqual(at === undefined ? [] : [at]);
    }
  },
);

test("a derivative is at a kink of its function, also where it is differentiated by something else", async () => {
  const { ok } = start();
  const scaled = body(["k", "x"], [node("a", "abs", ["x"]), node("y", "multiply", ["k", "a"])], "y");
  for (const [op, args, attrs] of [
    ["grad", ["k", "x"], { wrt: [1] }],
    ["jvp", ["k", "x", 1], { wrt: [1] }],
    ["vjp", ["k", "x", 1], { wrt: [1] }],
    ["jacobian", ["k", "x"], { wrt: [1] }],
    ["hessian", ["k", "x"], { wrt: [1] }],
  ] as const) {
    const graph = {
      functions: { scaled },
      inputs: [{ name: "k" }, { name: "x" }],
      nodes: [node("d", op, args, { function: "scaled", ...attrs })],
      outputs: [{ name: "z", node: op === "jvp" || op === "vjp" ? "d:1" : "d" }],
    };
    const kink = { type: "kink", node: "d", operator: "abs", function: "scaled" };
    const told = async (x: number) => (await ok("hessian", { graph, inputs: { k: 2, x }, wrt: ["k"] })).warnings;
    expect(await told(0), op).toEqual([expect.objectContaining(kink)]);
    expect(await told(1), op).toBeUndefined();
  }
});

test("a root is at a kink of its residual, where it was found", async () => {
  const { ok } = start();
  const functions = {
    bent: body(
      ["p", "x"],
      [
        node("a", "abs", ["x"]),
        node("s", "add", ["x", "a"]),
        node("t", "add", ["s", "x"]),
        node("r", "subtract", ["t", "p"]),
      ],
      "r",
    ),
    pulled: body(
      ["p", "x"],
      [node("h", "multiply", ["x", 0.5]), node("a", "abs", ["h"]), node("g", "add", ["a", "p"])],
      "g",
    ),
  };
  for (const [op, attrs, held] of [
    ["root", { residual: "bent" }, "bent"],
    ["fixed_point", { function: "pulled" }, "pulled"],
  ] as const) {
    const graph = { functions, inputs: [{ name: "p" }], nodes: [node("z", op, ["p", 0.25], attrs)], outputs: ["z"] };
    const kink = { type: "kink", node: "z", operator: "abs", function: held };
    expect((await ok("hessian", { graph, inputs: { p: 0 } })).warnings).toEqual([expect.objectContaining(kink)]);
    expect(await ok("hessian", { graph, inputs: { p: 1 } })).not.toHaveProperty("warnings");
  }
});

test("where nobody looks into a function that has kinks, the answer says so", async () => {
  const { ok } = start();
  const on = body(["c"], [node("t", "greater", ["c", 0.5])], "t");
  const field = body(["t", "y"], [node("a", "abs", ["y"]), node("d", "negative", ["a"])], "d");
  const more = { ...functions, on, field, smooth: body(["c"], [node("y", "square", ["c"])], "y") };
  const graphOf = (z: Entry, out = "z") => ({
    functions: more,
    inputs: [{ name: "x" }],
    nodes: [z],
    outputs: [{ name: "z", node: out }],
  });
  const told = async (graph: Json, method = "hessian", params: Json = {}) =>
    (await ok(method, { graph, inputs: { x: 0.75 }, ...params })).warnings;
  const undecided = (operator: string, held: string) => [
    expect.objectContaining({ type: "undecided", node: "z", operator, function: held }),
  ];
  const long = node("z", "scan", ["x"], { function: "less", carry: 1, length: 5000 });
  expect(await told(graphOf(long))).toEqual(undecided("scan", "less"));
  expect(await told(graphOf(long), "check")).toContainEqual(undecided("scan", "less")[0]);
  expect(await told(graphOf(long), "gradient", { diagnose: true })).toEqual(undecided("scan", "less"));
  expect(await told(graphOf(long), "gradient")).toBeUndefined();
  const loop = node("z", "while", ["x"], { condition: "on", body: "less", limit: 9 });
  expect(await told(graphOf(loop, "z:0"))).toEqual(undecided("while", "less"));
  const path = node("z", "odeint", ["x", [0, 1]], { function: "field", method: "rk4", steps: 4 });
  const last = node("e", "sum", ["z"]);
  expect(await told({ ...graphOf(path, "e"), nodes: [path, last] })).toEqual(undecided("odeint", "field"));
  // What has no kinks has nothing that could be looked for.
  expect(await told(graphOf(node("z", "scan", ["x"], { function: "smooth", carry: 1, length: 5000 })))).toBeUndefined();
});

test("a branch that is not taken is not run to look for kinks, however long it would take", async () => {
  const { ok } = start();
  const functions = {
    on: body(["c"], [node("t", "greater", ["c", -1])], "t"),
    less: body(["c"], [node("a", "abs", ["c"])], "a"),
    endless: body(["x"], [node("w", "while", ["x"], { condition: "on", body: "less" })], "w:0"),
    plain: body(["x"], [node("y", "square", ["x"])], "y"),
  };
  const either = node("z", "cond", ["p", "x"], branches("endless", "plain"));
  const graph = { functions, inputs: [{ name: "x" }], nodes: [node("p", "less", ["x", 0]), either], outputs: ["z"] };
  const { jacobian, warnings } = await ok("jacobian", { graph, inputs: { x: 3 }, mode: "forward", diagnose: true });
  expect(jacobian).toEqual({ z: { x: 6 } });
  expect(warnings).toEqual([expect.objectContaining({ type: "undecided", node: "z", function: "endless" })]);
});

test("loops that are too long are not looked into, and are differentiated as ever", async () => {
  const { ok } = start();
  const graph = document(node("z", "scan", ["x"], { function: "less", carry: 1, length: 5000 }));
  expect((await ok("hessian", { graph, inputs: { x: 0.25 } })).hessian).toEqual({ x: { x: 0 } });
});
