import { expect, test } from "vitest";
import { type Json, start } from "../methods/service.ts";
import { branches, type Entry, expectClose } from "./unrolled.ts";

const node = (id: string, op: string, args: readonly unknown[], attrs?: Json): Entry => ({
  id,
  op,
  args,
  ...(attrs && { attrs }),
});
const body = (inputs: readonly string[], nodes: readonly Entry[], ...outputs: Json[]) => ({
  inputs: inputs.map((name) => ({ name })),
  nodes,
  outputs,
});
const wave = body(["k", "x"], [node("m", "multiply", ["k", "x"]), node("y", "sin", ["m"])], "y");
const inputs = { k: 1.3, xs: [0.4, -0.2, 2] };
const declared = [{ name: "k" }, { name: "xs", shape: [3] }];

test("ids do not depend on what functions and their inputs are called, on their order, or on unused ones", async () => {
  const { ok } = start();
  const idOf = async (functions: Json, name: string) => {
    const nodes = [node("m", "map", ["k", "xs"], { function: name, constants: 1 })];
    return (await ok("graph.put", { graph: { functions, inputs: declared, nodes, outputs: ["m"] } })).graph;
  };
  const renamed = body(["b", "a"], [node("v", "sin", ["p"]), node("p", "multiply", ["b", "a"])], {
    name: "o",
    node: "v",
  });
  const id = await idOf({ wave }, "wave");
  expect(await idOf({ other: renamed }, "other")).toBe(id);
  expect(await idOf({ unused: body(["x"], [node("y", "cos", ["x"])], "y"), wave }, "wave")).toBe(id);
  expect(await idOf({ wave: { ...wave, nodes: [...wave.nodes, node("z", "cos", ["x"])] } }, "wave")).toBe(id);
  expect(await idOf({ wave: { ...wave, outputs: ["m"] } }, "wave")).not.toBe(id);
});

test("a map is what a batch of its rows gives, with derivatives", async () => {
  const { ok } = start();
  const nodes = [node("y", "map", ["k", "xs"], { function: "wave", constants: 1 })];
  const graph = { functions: { wave }, inputs: declared, nodes, outputs: ["y"] };
  const mapped = await ok("jacobian", { graph, inputs });
  const alone = await ok("jacobian", { graph: wave, inputs: { k: inputs.k, x: inputs.xs }, batch: 3 });
  expectClose(mapped.outputs.y, alone.outputs.y, "values");
  expectClose(mapped.jacobian.y.k, alone.jacobian.y.k, "by the constant");
  const own = mapped.jacobian.y.xs.map((row: number[], i: number) => row[i]);
  expectClose(own, alone.jacobian.y.x, "by the rows");
});

test("a branch is what a choice of both values gives, where both are finite", async () => {
  const { ok } = start();
  const functions = {
    wave,
    tower: body(["k", "x"], [node("p", "exp", ["x"]), node("y", "multiply", ["p", "k"])], "y"),
  };
  const given = [{ name: "k" }, { name: "x" }];
  const test = node("p", "greater", ["x", 0]);
  const cond = [test, node("y", "cond", ["p", "k", "x"], branches("wave", "tower"))];
  const where = [
    test,
    node("a", "call", ["k", "x"], { function: "wave" }),
    node("b", "call", ["k", "x"], { function: "tower" }),
    node("y", "where", ["p", "a", "b"]),
  ];
  const answer = (nodes: readonly Entry[], method: string) =>
    ok(method, {
      graph: { functions, inputs: given, nodes, outputs: ["y"] },
      inputs: { k: 1.3, x: inputs.xs },
      batch: 3,
    });
  for (const [method, members] of [
    ["jacobian", ["outputs", "jacobian"]],
    ["hessian", ["gradient", "hessian"]],
  ] as const) {
    const [a, b] = [await answer(cond, method), await answer(where, method)];
    for (const member of members) expectClose(a[member], b[member], member);
  }
});
