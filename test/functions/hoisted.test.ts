import { expect, test } from "vitest";
import { type Json, start } from "../methods/service.ts";
import { expectClose } from "./unrolled.ts";

const node = (id: string, op: string, args: readonly unknown[], attrs?: Json) => ({
  id,
  op,
  args,
  ...(attrs && { attrs }),
});
const body = (inputs: readonly string[], nodes: readonly Json[], ...outputs: string[]) => ({
  inputs: inputs.map((name) => ({ name })),
  nodes,
  outputs,
});

// Of each step all but one product and one sum depends on the constant alone.
const decay = body(
  ["k", "c"],
  [
    node("e", "exp", ["k"]),
    node("l", "lgamma", ["e"]),
    node("m", "multiply", ["l", "c"]),
    node("n", "add", ["m", "e"]),
  ],
  "n",
);
const [steps, once] = [1000, 20 + 40];

const scanned = (length: number, checkpoint: Json = "none") => ({
  functions: { decay },
  inputs: [{ name: "k" }, { name: "x" }],
  nodes: [node("y", "scan", ["k", "x"], { function: "decay", constants: 1, carry: 1, length, checkpoint })],
  outputs: ["y"],
});

test("what a step makes of constants alone is made once, in the loops of derivatives too", async () => {
  const { ok } = start();
  const operations = async (graph: Json, method: string) => {
    const { plan, loops } = await ok("explain", { graph, method });
    return { primal: plan.operations.primal, steps: loops.map((loop: Json) => loop.operations) };
  };
  expect(await operations(scanned(steps), "evaluate")).toEqual({ primal: once + 2 * steps, steps: [2] });
  const gradient = await operations(scanned(steps), "gradient");
  expect(gradient.steps).toHaveLength(2);
  for (const inStep of gradient.steps) expect(inStep).toBeLessThan(10);
  expect((await operations(scanned(steps, 10), "evaluate")).primal).toBeLessThan(once + 3 * steps);
});

test("a while makes once what its condition and its body make of constants alone", async () => {
  const { ok } = start();
  const graph = {
    functions: {
      decay,
      on: body(
        ["k", "c"],
        [node("e", "exp", ["k"]), node("t", "multiply", ["e", 40]), node("p", "less", ["c", "t"])],
        "p",
      ),
    },
    inputs: [{ name: "k" }, { name: "x" }],
    nodes: [node("w", "while", ["k", "x"], { condition: "on", body: "decay", constants: 1, limit: 100 })],
    outputs: [{ name: "y", node: "w:0" }],
  };
  const { plan } = await ok("explain", { graph, method: "evaluate" });
  expect(plan.operations.primal).toBe(once + 1 + 100 * 3);
  const inputs = { k: 1.5, x: 0.3 };
  const [forward, reverse] = await Promise.all(
    ["forward", "reverse"].map((mode) => ok("jacobian", { graph, inputs, mode })),
  );
  expectClose(reverse.jacobian, forward.jacobian, "in both modes");
  const { jacobian } = await ok("numerical", { graph, inputs });
  expect(forward.jacobian.y.k / jacobian.y.k).toBeCloseTo(1, 6);
});

test.each(["compiled", "interpreted"])(
  "a loop of no steps makes nothing of its constants that shows: %s",
  async (PROGRAMS) => {
    const { ok } = start({ PROGRAMS });
    const inputs = { k: Number.NaN, x: 2 };
    for (const length of [0, 1, 2]) {
      const { outputs } = await ok("evaluate", { graph: scanned(length), inputs: { ...inputs, k: "NaN" } });
      expect(outputs.y).toEqual(length === 0 ? 2 : "NaN");
    }
    const flat = (k: number, x: number, length: number): number => {
      const e = Math.exp(k);
      let c = x;
      // lgamma(e^0) is 0.
      for (let i = 0; i < length; i++) c = 0 * c + e;
      return c;
    };
    const { outputs } = await ok("evaluate", { graph: scanned(3), inputs: { k: 0, x: 2 } });
    expect(outputs.y).toBe(flat(0, 2, 3));
  },
);

test("what is made beside a loop has bounded memory, however much of a body depends on constants alone", async () => {
  const { ok } = start();
  const shape = [2 ** 20];
  const count = 50;
  const large = Array.from({ length: count }, (_, i) => [
    node(`a${i}`, "multiply", ["k", i + 1]),
    node(`w${i}`, "broadcast_to", [`a${i}`], { shape }),
    node(`o${i}`, "add", [`w${i}`, "r"]),
    node(`s${i}`, "sin", [`o${i}`]),
    node(`p${i}`, "multiply", [`s${i}`, "c"]),
    node(`t${i}`, "sum", [`p${i}`]),
    node(`n${i}`, "add", [i === 0 ? "c" : `n${i - 1}`, `t${i}`]),
  ]).flat();
  const graph = {
    functions: {
      f: body(["k", "c"], [node("r", "arange", [], { start: 0, stop: shape[0] }), ...large], `n${count - 1}`),
    },
    inputs: [{ name: "k" }, { name: "x" }],
    nodes: [node("y", "scan", ["k", "x"], { function: "f", constants: 1, carry: 1, length: 10 })],
    outputs: ["y"],
  };
  const { memoryBytes } = await ok("explain", { graph, method: "evaluate" });
  expect(memoryBytes).toBeLessThan(2 ** 28);
});
