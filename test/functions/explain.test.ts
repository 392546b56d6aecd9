import { expect, test } from "vitest";
import { type Json, start } from "../methods/service.ts";

/** A scan of sines of products, in so many segments. */
const sines = (checkpoint: Json, length = 1000) => ({
  functions: {
    step: {
      inputs: [{ name: "k" }, { name: "c" }],
      nodes: [
        { id: "m", op: "multiply", args: ["k", "c"] },
        { id: "s", op: "sin", args: ["m"] },
      ],
      outputs: ["s"],
    },
  },
  inputs: [{ name: "k" }, { name: "x" }],
  nodes: [
    { id: "y", op: "scan", args: ["k", "x"], attrs: { function: "step", constants: 1, carry: 1, length, checkpoint } },
  ],
  outputs: ["y"],
});

const scan = { kind: "scan", function: "step", reverse: false, keptBytes: 0, again: false };

test("loops are explained by body, steps and operations of a step", async () => {
  const { ok } = start();
  const { loops, keptBytes, recomputed } = await ok("explain", { graph: sines("none"), method: "evaluate" });
  expect({ loops, keptBytes, recomputed }).toEqual({
    loops: [{ ...scan, steps: 1000, operations: 21 }],
    keptBytes: 0,
    recomputed: 0,
  });
});

test("reverse mode is explained with the rows that are kept: here the carry and the cosine of each step", async () => {
  const { ok } = start();
  const { loops, keptBytes } = await ok("explain", { graph: sines("none"), method: "gradient" });
  expect(loops).toEqual([
    { ...scan, steps: 1000, operations: 41, keptBytes: 16_000 },
    { ...scan, steps: 1000, operations: 4, reverse: true },
  ]);
  expect(keptBytes).toBe(16_000);
});

test("segments keep a carry each, and what is computed again is counted", async () => {
  const { ok } = start();
  const { loops, keptBytes, recomputed, plan } = await ok("explain", { graph: sines(10), method: "gradient" });
  expect(loops).toMatchObject([
    { kind: "segments", steps: 10, reverse: false, keptBytes: 80, loops: [{ ...scan, steps: 100 }] },
    {
      kind: "segments",
      steps: 10,
      reverse: true,
      keptBytes: 0,
      loops: [
        { steps: 100, keptBytes: 1600, again: true },
        { steps: 100, reverse: true, again: false },
      ],
    },
  ]);
  expect([keptBytes, recomputed]).toEqual([80, 41_000]);
  expect(plan.operations.reverse).toBeGreaterThan(recomputed);
});

test("a loop by conditions has its limit as steps, and none where it has no limit", async () => {
  const { ok } = start();
  const graph = (limit?: number) => ({
    functions: {
      on: { inputs: [{ name: "c" }], nodes: [{ id: "t", op: "less", args: ["c", 100] }], outputs: ["t"] },
      twice: { inputs: [{ name: "c" }], nodes: [{ id: "n", op: "multiply", args: ["c", "c"] }], outputs: ["n"] },
    },
    inputs: [{ name: "x" }],
    nodes: [{ id: "w", op: "while", args: ["x"], attrs: { condition: "on", body: "twice", ...(limit && { limit }) } }],
    outputs: [{ name: "y", node: "w:0" }],
  });
  const { loops } = await ok("explain", { graph: graph(30), method: "gradient" });
  expect(loops).toMatchObject([
    { kind: "while", function: "twice", steps: 30, keptBytes: 240 },
    { kind: "scan", function: "twice", steps: 30, reverse: true },
  ]);
  const open = await ok("explain", { graph: graph(), method: "jvp" });
  expect(open.loops).toMatchObject([{ kind: "while" }]);
  expect(open.loops[0]).not.toHaveProperty("steps");
});

test("a graph without loops is explained without any", async () => {
  const { ok } = start();
  expect(await ok("explain", { graph: { expression: "sin(x)" } })).not.toHaveProperty("loops");
});
