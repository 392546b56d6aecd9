import { expect, test } from "vitest";
import { type Json, start } from "../methods/service.ts";
import type { Entry } from "./unrolled.ts";

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

test("loops that are too long are not looked into, and are differentiated as ever", async () => {
  const { ok } = start();
  const graph = document(node("z", "scan", ["x"], { function: "less", carry: 1, length: 5000 }));
  expect((await ok("hessian", { graph, inputs: { x: 0.25 } })).hessian).toEqual({ x: { x: 0 } });
});
