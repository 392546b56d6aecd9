import { describe, expect, test } from "vitest";
import { type Json, start } from "./service.ts";

// From 2 scalars to 6, and from 6 to 1.
const tall = {
  expression: "a = sin(x); b = x*y; c = exp(y); d = x + y; g = y*y; f = x^2",
  outputs: ["a", "b", "c", "d", "g", "f"],
};
const wide = { expression: "sin(a)*b + exp(c)*d + g*f" };
const ones = (names: string) => Object.fromEntries([...names].map((name) => [name, 1]));

describe("auto takes the mode that counts fewer operations", () => {
  test("forward from 2 inputs to 6 outputs", async () => {
    const { plan } = await start().ok("jacobian", { graph: tall, inputs: ones("xy") });
    expect(plan).toMatchObject({ mode: "forward", passes: 2, inputs: 2, outputs: 6 });
    expect(plan.operations.forward).toBeLessThan(plan.operations.reverse);
  });

  test("reverse from 6 inputs to 1 output", async () => {
    const { plan } = await start().ok("jacobian", { graph: wide, inputs: ones("abcdgf") });
    expect(plan).toMatchObject({ mode: "reverse", passes: 1, inputs: 6, outputs: 1 });
    expect(plan.operations.reverse).toBeLessThan(plan.operations.forward);
  });

  test("the selection decides, not the graph", async () => {
    const { ok } = start();
    const one = await ok("jacobian", { graph: wide, inputs: ones("abcdgf"), wrt: ["g"] });
    expect(one.plan).toMatchObject({ mode: "forward", inputs: 1, outputs: 1 });
    const few = await ok("jacobian", { graph: tall, inputs: ones("xy"), of: ["b"] });
    expect(few.plan).toMatchObject({ mode: "reverse", inputs: 2, outputs: 1 });
  });

  test("on a tie forward when there are no more inputs than outputs, else reverse", async () => {
    const { ok } = start();
    const tie = async (inputs: number, outputs: number) => {
      const graph = {
        inputs: [
          { name: "x", shape: [inputs] },
          { name: "c", shape: [outputs], dtype: "int32" },
        ],
        outputs: ["x", { name: "c", node: "c", dtype: "float64" }],
      };
      const { plan } = await ok("explain", { graph, wrt: ["x"], of: ["c"] });
      expect(plan.operations.forward).toBe(plan.operations.reverse);
      return plan.mode;
    };
    expect(await tie(2, 3)).toBe("forward");
    expect(await tie(3, 3)).toBe("forward");
    expect(await tie(3, 2)).toBe("reverse");
  });

  test("a forced mode is taken, answers the same and is told", async () => {
    const { ok } = start();
    const at = { graph: tall, inputs: ones("xy") };
    const auto = await ok("jacobian", at);
    for (const mode of ["forward", "reverse"]) {
      const { plan, jacobian } = await ok("jacobian", { ...at, mode });
      expect(plan).toEqual({ ...auto.plan, mode, passes: mode === "forward" ? 2 : 6 });
      expect(jacobian).toEqual(auto.jacobian);
    }
  });
});

describe("counts", () => {
  test("are those of the published costs", async () => {
    const { ok } = start();
    // sin 20, and 20 for the cosine and 1 for the product of either sweep.
    const { plan } = await ok("explain", { graph: { expression: "sin(x)" } });
    expect(plan.operations).toEqual({ primal: 20, forward: 41, reverse: 41 });
  });

  test("are primal + sweeps × one sweep", async () => {
    const { ok } = start();
    const { plan: both } = await ok("explain", { graph: wide });
    const { primal, forward, reverse } = both.operations;
    const { plan: jvp } = await ok("explain", { graph: wide, method: "jvp" });
    const { plan: vjp } = await ok("explain", { graph: wide, method: "vjp" });
    expect(jvp.operations).toEqual({ primal, forward });
    expect(vjp.operations).toEqual({ primal, reverse });
    expect((forward - primal) % 6).toBe(0);
  });

  test("are per point: a batch changes none of them", async () => {
    const { ok } = start();
    const { plan } = await ok("explain", { graph: wide });
    expect((await ok("explain", { graph: wide, batch: 1000 })).plan).toEqual(plan);
    expect((await ok("jacobian", { graph: wide, inputs: ones("abcdgf"), batch: 3 })).plan).toEqual(plan);
  });
});

describe("explain", () => {
  test.each([
    ["evaluate", "none", 0, ["primal"]],
    ["jvp", "forward", 1, ["primal", "forward"]],
    ["vjp", "reverse", 1, ["primal", "reverse"]],
    ["gradient", "reverse", 1, ["primal", "reverse"]],
    ["jacobian", "reverse", 1, ["primal", "forward", "reverse"]],
    ["hvp", "forward-over-reverse", 1, ["primal", "reverse"]],
    ["hessian", "forward-over-reverse", 6, ["primal", "reverse"]],
  ])("of %s", async (method, mode, passes, counted) => {
    const { ok } = start();
    const first = await ok("explain", { graph: wide, method });
    expect(first.plan).toMatchObject({ mode, inputs: 6, outputs: 1 });
    if (method !== "evaluate") expect(first.plan.passes).toBe(passes);
    expect(Object.keys(first.plan.operations)).toEqual(counted);
    expect(first.inputs).toEqual([..."abcdgf"].map((name) => ({ name, shape: [], dtype: "float64" })));
    expect(first.outputs).toEqual([{ name: "y", shape: [], dtype: "float64" }]);
    expect(first.nodes).toBe(7);
    expect(first.cached).toBe(false);
    expect(await ok("explain", { graph: wide, method })).toEqual({ ...first, cached: true });
  });

  test("compiles what the call then runs", async () => {
    const { ok, metric } = start();
    const params = {
      evaluate: {},
      jvp: { seeds: [{}] },
      vjp: { seeds: [{}] },
      gradient: {},
      jacobian: {},
      hvp: { seeds: [{}] },
      hessian: {},
    };
    for (const [method, more] of Object.entries(params)) {
      const inputs = Object.fromEntries([..."abcdgf"].map((name) => [name, [1, 2, 3]]));
      const { graph } = await ok("explain", { graph: wide, method, batch: 3 });
      const misses = await metric("cotangent_cache_misses_total");
      await ok(method, { graph, inputs, batch: 3, ...more });
      expect([method, (await metric("cotangent_cache_misses_total")) - misses]).toEqual([method, 0]);
    }
  });

  test("is told as cached after the call itself", async () => {
    const { ok } = start();
    await ok("gradient", { graph: wide, inputs: ones("abcdgf") });
    expect((await ok("explain", { graph: wide, method: "gradient" })).cached).toBe(true);
    expect((await ok("explain", { graph: wide, method: "hessian" })).cached).toBe(false);
  });

  test("memoryBytes is at least the answer, and grows with the batch", async () => {
    const { ok } = start();
    const graph = {
      inputs: [{ name: "x", shape: [100] }],
      nodes: [{ id: "y", op: "sin", args: ["x"] }],
      outputs: ["y"],
    };
    const once = (await ok("explain", { graph })).memoryBytes;
    const often = (await ok("explain", { graph, batch: 50 })).memoryBytes;
    expect(once).toBeGreaterThanOrEqual(8 * (100 + 100 + 100 * 100));
    expect(often).toBeGreaterThanOrEqual(8 * 50 * (100 + 100 + 100 * 100));
    expect((await ok("explain", { graph, batch: 50, method: "evaluate" })).memoryBytes).toBeLessThan(often / 20);
  });

  test("is of what cannot be asked as little as the method itself", async () => {
    const { fails } = start();
    const graph = { inputs: [{ name: "x", shape: [2] }], outputs: ["x"] };
    for (const method of ["gradient", "hvp", "hessian"]) {
      expect(await fails("explain", { graph, method })).toMatchObject({ code: -32008 });
    }
    expect(await fails("explain", { graph, method: "graph.put" })).toMatchObject({
      code: -32602,
      issues: [{ path: "/method" }],
    });
    expect(await fails("explain", { graph, inputs: {} })).toMatchObject({
      code: -32602,
      issues: [{ path: "/inputs" }],
    });
  });

  test("takes a selection", async () => {
    const { ok } = start();
    const { plan, outputs } = await ok("explain", { graph: tall, wrt: ["y"], of: ["a", "b"] });
    expect(plan).toMatchObject({ inputs: 1, outputs: 2 });
    expect(outputs.map((o: Json) => o.name)).toEqual(tall.outputs);
  });

  test("counts equal nodes once and constants not at all", async () => {
    const { ok } = start();
    expect((await ok("explain", { graph: { expression: "sin(x+1)*sin(x+1)" } })).nodes).toBe(3);
  });
});
