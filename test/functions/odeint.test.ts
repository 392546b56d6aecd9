import { describe, expect, test } from "vitest";
import { type Json, type Params, start } from "../methods/service.ts";
import { type Entry, expectClose } from "./unrolled.ts";

const node = (id: string, op: string, args: readonly unknown[], attrs?: Params): Entry => ({
  id,
  op,
  args,
  ...(attrs && { attrs }),
});
const vector = (name: string, n: number) => ({ name, shape: [n] });

/** y' = (y1, -k y0) from a first state over some times. */
const oscillator = (times: readonly number[], attrs: Params) => ({
  functions: {
    f: {
      inputs: [{ name: "k" }, { name: "t" }, vector("y", 2)],
      nodes: [
        node("a", "take", ["y", { data: [0], shape: [], dtype: "int32" }], { axis: 0 }),
        node("v", "take", ["y", { data: [1], shape: [], dtype: "int32" }], { axis: 0 }),
        node("p", "multiply", ["k", "a"]),
        node("m", "negative", ["p"]),
        node("d", "stack", ["v", "m"]),
      ],
      outputs: ["d"],
    },
  },
  inputs: [{ name: "k" }, vector("y0", 2), vector("ts", times.length)],
  nodes: [node("y", "odeint", ["k", "y0", "ts"], { function: "f", ...attrs })],
  outputs: ["y"],
});

describe.each(["compiled", "interpreted"])("%s", (PROGRAMS) => {
  test.each<[string, Params, number]>([
    ["rk4", { method: "rk4", steps: 40 }, 6],
    ["dopri5", { method: "dopri5", rtol: 1e-9, atol: 1e-10 }, 7],
    ["implicit_midpoint", { method: "implicit_midpoint", steps: 400 }, 4],
  ])(
    "%s follows an oscillator, and its derivatives by the state, the frequency and the times",
    async (_, attrs, digits) => {
      const { ok } = start({ PROGRAMS });
      const ts = [0, 0.5, 1.3];
      const given = { k: 4, y0: [1, 0.2], ts };
      const graph = oscillator(ts, attrs);
      const w = 2;
      const position = (t: number) => Math.cos(w * t) + (0.2 / w) * Math.sin(w * t);
      const velocity = (t: number) => -w * Math.sin(w * t) + 0.2 * Math.cos(w * t);
      for (const mode of ["forward", "reverse"]) {
        const { outputs, jacobian } = await ok("jacobian", { graph, inputs: given, mode });
        ts.forEach((t, i) => {
          expect(outputs.y[i][0]).toBeCloseTo(position(t), digits);
          expect(outputs.y[i][1]).toBeCloseTo(velocity(t), digits);
          expect(jacobian.y.y0[i][0][0]).toBeCloseTo(Math.cos(w * t), digits);
          const byFrequency = -t * Math.sin(w * t) + 0.1 * t * Math.cos(w * t) - 0.05 * Math.sin(w * t);
          expect(jacobian.y.k[i][0]).toBeCloseTo(byFrequency / (2 * w), digits - 1);
          if (i > 0) expect(jacobian.y.ts[i][0][i]).toBeCloseTo(velocity(t), digits - 1);
        });
      }
    },
  );

  test("a double pendulum moves as its Lagrangian says, and its end has a gradient by its start", async () => {
    const { ok } = start({ PROGRAMS });
    const at = (i: number) => ({ data: [i], shape: [], dtype: "int32" });
    const half = (id: string, from: number) => node(id, "slice", ["y"], { start: [from], stop: [from + 2] });
    const graph = {
      functions: {
        // Rods and masses of 1: T = v1² + v2²/2 + v1 v2 cos(q1 - q2), V = -g (2 cos q1 + cos q2).
        lagrangian: {
          inputs: [vector("q", 2), vector("v", 2)],
          nodes: [
            ...["q", "v"].flatMap((name) => [0, 1].map((i) => node(`${name}${i}`, "take", [name, at(i)], { axis: 0 }))),
            node("s0", "square", ["v0"]),
            node("s1", "square", ["v1"]),
            node("h1", "multiply", [0.5, "s1"]),
            node("d", "subtract", ["q0", "q1"]),
            node("cd", "cos", ["d"]),
            node("vv", "multiply", ["v0", "v1"]),
            node("vc", "multiply", ["vv", "cd"]),
            node("t1", "add", ["s0", "h1"]),
            node("T", "add", ["t1", "vc"]),
            node("c0", "cos", ["q0"]),
            node("c1", "cos", ["q1"]),
            node("g0", "multiply", [2 * 9.81, "c0"]),
            node("g1", "multiply", [9.81, "c1"]),
            node("g", "add", ["g0", "g1"]),
            node("L", "add", ["T", "g"]),
          ],
          outputs: ["L"],
        },
        momentum: {
          inputs: [vector("q", 2), vector("v", 2)],
          nodes: [node("p", "grad", ["q", "v"], { function: "lagrangian", wrt: [1] })],
          outputs: ["p"],
        },
        motion: {
          inputs: [{ name: "t" }, vector("y", 4)],
          nodes: [
            half("q", 0),
            half("v", 2),
            node("F", "grad", ["q", "v"], { function: "lagrangian", wrt: [0] }),
            node("M", "hessian", ["q", "v"], { function: "lagrangian", wrt: [1] }),
            node("C", "jvp", ["q", "v", "v"], { function: "momentum", wrt: [0] }),
            node("r", "subtract", ["F", "C:1"]),
            node("a", "solve", ["M", "r"]),
            node("d", "concat", ["v", "a"]),
          ],
          outputs: ["d"],
        },
        energy: {
          inputs: [vector("y", 4)],
          nodes: [
            half("q", 0),
            half("v", 2),
            node("p", "grad", ["q", "v"], { function: "lagrangian", wrt: [1] }),
            node("pv", "vecdot", ["p", "v"]),
            node("L", "call", ["q", "v"], { function: "lagrangian" }),
            node("E", "subtract", ["pv", "L"]),
          ],
          outputs: ["E"],
        },
      },
      inputs: [vector("y0", 4)],
      nodes: [
        node("path", "odeint", ["y0", [0, 0.25, 0.5]], { function: "motion", steps: 50 }),
        node("E", "map", ["path"], { function: "energy" }),
        node("last", "take", ["path", at(2)], { axis: 0 }),
        node("end", "take", ["last", at(1)], { axis: 0 }),
      ],
      outputs: ["E", "end"],
    };
    const y0 = [2, 1.2, 0.3, -0.4];
    const { outputs, gradient } = await ok("gradient", { graph, inputs: { y0 }, of: ["end"] });
    outputs.E.forEach((E: number) => {
      expect(E).toBeCloseTo(outputs.E[0], 6);
    });
    const forward = await ok("jacobian", { graph, inputs: { y0 }, of: ["end"], mode: "forward" });
    expectClose(forward.jacobian.end, gradient, "modes");
    const end = async (i: number, step: number): Promise<Json> =>
      (await ok("evaluate", { graph, inputs: { y0: y0.with(i, y0[i]! + step) } })).outputs.end;
    for (let i = 0; i < 4; i++)
      expect(gradient.y0[i]).toBeCloseTo(((await end(i, 1e-5)) - (await end(i, -1e-5))) / 2e-5, 6);
  }, 30_000);
});

test("steps that are not enough give NaN, and say so", async () => {
  const { ok } = start();
  const ts = [0, 10];
  const graph = oscillator(ts, { method: "dopri5", rtol: 1e-10, limit: 5 });
  const { outputs, warnings } = await ok("evaluate", { graph, inputs: { k: 100, y0: [1, 0], ts } });
  expect(outputs.y[1]).toEqual(["NaN", "NaN"]);
  expect(warnings).toMatchObject([{ type: "not_converged", operator: "odeint" }]);
});

test("what a method of odeint does not take is refused, and a tolerance alone chooses the method that has one", async () => {
  const { ok, rpc } = start();
  const ts = [0, 1];
  const inputs = { k: 4, y0: [1, 0], ts };
  const end = async (attrs: Params) => (await ok("evaluate", { graph: oscillator(ts, attrs), inputs })).outputs.y[1][0];
  expect(await end({ rtol: 1e-10, atol: 1e-12 })).toBeCloseTo(Math.cos(2), 9);
  expect(await end({ rtol: 1e-10 })).toBe(await end({ method: "dopri5", rtol: 1e-10 }));
  expect(await end({ limit: 500 })).toBe(await end({ method: "dopri5", limit: 500 }));
  expect(await end({ steps: 8 })).toBe(await end({ method: "rk4", steps: 8 }));
  const refusal = async (attrs: Params) => (await rpc("evaluate", { graph: oscillator(ts, attrs), inputs })).error.data;
  for (const [attrs, reason] of [
    [{ method: "rk4", rtol: 1e-8 }, 'rk4 takes "steps" and no "rtol": use method "dopri5", or leave it out'],
    [{ method: "implicit_midpoint", limit: 5 }, 'implicit_midpoint takes "steps" and no "limit"'],
    [{ method: "dopri5", steps: 5 }, 'takes no "steps": use method "rk4", or leave them out'],
    [{ atol: 1e-8, steps: 5 }, '"steps" is of rk4 and implicit_midpoint, "atol" of dopri5: give one of them'],
  ] as const) {
    const told = await refusal(attrs);
    expect(told).toMatchObject({ type: "invalid_graph", node: "y" });
    expect(told.reason).toContain(reason);
  }
});

test("the Jacobian of an equation between neighbours is found banded through the steps", async () => {
  const { ok } = start();
  const expression = "f(t, u) = sin(roll(u, shift=1) + roll(u, shift=-1))\nodeint(f, u, [0, 0.1])";
  const graph = { expression, inputs: [vector("u", 200)] };
  const inputs = { u: Array.from({ length: 200 }, (_, i) => Math.sin(i)) };
  for (const mode of ["forward", "reverse"]) {
    const { plan } = await ok("jacobian", { graph, inputs, mode, format: "coo" });
    // The start itself, and of the four slopes of a step four neighbours on each side.
    expect(plan.nonzeros, mode).toBe(200 * (1 + 9));
  }
});
