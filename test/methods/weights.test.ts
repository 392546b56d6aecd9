import { describe, expect, test } from "vitest";
import { start } from "./service.ts";

// f = x·x elementwise and g = Σ x³: Σ⟨w, f⟩ + v g has the gradient 2wx + 3vx² and the Hessian diag(2w + 6vx).
const graph = {
  expression: "f = x*x; g = sum(x^3)",
  inputs: [{ name: "x", shape: [2] }],
  outputs: ["f", "g"],
};
const at = { graph, inputs: { x: [1, 2] } };
const weights = { f: [3, 4], g: 0.5 };
const gradient = { x: [2 * 3 + 1.5, 2 * 4 * 2 + 1.5 * 4] };

describe("weights make of several outputs, of any shape, one", () => {
  test("for gradient, hvp and hessian", async () => {
    const { ok } = start();
    const outputs = { f: [1, 4], g: 9 };
    const first = await ok("gradient", { ...at, weights });
    expect(first).toMatchObject({ outputs, gradient });
    expect(Object.keys(first.outputs)).toEqual(["f", "g"]);
    expect((await ok("graph.put", { graph })).graph).toBe(first.graph);
    const product = await ok("hvp", { ...at, weights, seeds: { x: [1, 1] } });
    expect(product).toMatchObject({ outputs, gradient, hvp: { x: [9, 14] } });
    const { hessian } = await ok("hessian", { ...at, weights, layout: "matrix" });
    expect(hessian).toEqual([
      [9, 0],
      [0, 14],
    ]);
  });

  test("of which those without weights count for nothing", async () => {
    const { ok } = start();
    expect((await ok("gradient", { ...at, weights: { g: 1 } })).gradient).toEqual({ x: [3, 12] });
    expect((await ok("gradient", { ...at, weights: { f: [1, 0] } })).gradient).toEqual({ x: [2, 0] });
    expect((await ok("gradient", { ...at, of: ["f"], weights: { f: [1, 0] } })).gradient).toEqual({ x: [2, 0] });
  });

  test("as a vjp with the weights for seeds does, at every point of a batch", async () => {
    const { ok } = start();
    const call = {
      graph,
      inputs: {
        x: [
          [1, 2],
          [3, 4],
          [0, 1],
        ],
      },
      batch: 3,
    };
    const several = {
      f: [
        [1, 0],
        [2, 1],
        [0, 0],
      ],
      g: 2,
    };
    const { cotangents } = await ok("vjp", { ...call, seeds: several });
    expect((await ok("gradient", { ...call, weights: several })).gradient).toEqual(cotangents);
  });

  test("in which a weight 0 absorbs", async () => {
    const { ok } = start();
    const call = { graph: { expression: "a = log(x); b = x^2", outputs: ["a", "b"] }, inputs: { x: 0 } };
    const answer = await ok("gradient", { ...call, weights: { a: 0, b: 1 } });
    expect(answer.gradient).toEqual({ x: 0 });
    const nonzero = await ok("gradient", { ...call, weights: { a: 1, b: 1 } });
    expect(nonzero.gradient).toEqual({ x: "Infinity" });
  });
});

describe("weights are refused", () => {
  test("by another shape or name, or none at all", async () => {
    const { fails } = start();
    const call = (weights: object, more = {}) => fails("gradient", { ...at, weights, ...more });
    expect(await call({ f: 1 })).toMatchObject({ code: -32007, name: "f" });
    expect(await call({ h: 1 })).toMatchObject({ code: -32007, name: "h" });
    expect(await call({ g: 1 }, { of: ["f"] })).toMatchObject({ code: -32007, name: "g" });
  });

  test("where an input has the name that they have within", async () => {
    const { rpc } = start();
    const sent = { ...at, inputs: { x: [1, 2], "weight:g": 7 }, weights: { g: 1 } };
    for (let k = 0; k < 3; k++) {
      expect((await rpc("gradient", sent)).error).toMatchObject({ code: -32007, data: { name: "weight:g" } });
      expect((await rpc("gradient", { ...sent, inputs: at.inputs })).result.gradient).toEqual({ x: [3, 12] });
    }
  });

  test("where there is nothing to weigh", async () => {
    const { fails } = start();
    expect(await fails("jvp", { ...at, weights, seeds: {} })).toMatchObject({ code: -32602 });
  });
});
