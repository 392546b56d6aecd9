import { describe, expect, test } from "vitest";
import { type Params, start } from "../methods/service.ts";
import { type Entry, expectClose } from "./unrolled.ts";

const names = (...list: string[]) => list.map((name) => ({ name }));
const node = (id: string, op: string, args: readonly unknown[], attrs?: Params): Entry => ({
  id,
  op,
  args,
  ...(attrs && { attrs }),
});

describe.each(["compiled", "interpreted"])("%s", (PROGRAMS) => {
  const kepler = {
    functions: {
      r: {
        inputs: names("M", "e", "E"),
        nodes: [
          node("s", "sin", ["E"]),
          node("p", "multiply", ["e", "s"]),
          node("q", "subtract", ["E", "p"]),
          node("r", "subtract", ["q", "M"]),
        ],
        outputs: ["r"],
      },
    },
    inputs: names("M", "e"),
    nodes: [node("E", "root", ["M", "e", "M"], { residual: "r" })],
    outputs: ["E"],
  };

  test("Kepler's equation is solved and differentiated twice, in both modes and at many points", async () => {
    const { ok } = start({ PROGRAMS });
    const orbits = { M: [0.7, 0.1, 3, 6], e: [0.3, 0.9, 0.5, 0.99] };
    const { outputs, hessian, gradient } = await ok("hessian", { graph: kepler, inputs: orbits, batch: 4 });
    for (const mode of ["forward", "reverse"]) {
      const { jacobian } = await ok("jacobian", { graph: kepler, inputs: orbits, batch: 4, mode });
      expectClose(jacobian.E, gradient, mode);
    }
    orbits.e.forEach((e, i) => {
      const E = outputs.E[i];
      const slope = 1 - e * Math.cos(E);
      expect(E - e * Math.sin(E)).toBeCloseTo(orbits.M[i]!, 12);
      expectClose([gradient.M[i], gradient.e[i]], [1 / slope, Math.sin(E) / slope], `slope ${i}`);
      expectClose(hessian.M.M[i], (-e * Math.sin(E)) / slope ** 3, `curvature ${i}`);
    });
  });

  test("a steady state of 50 unknowns is found as a fixed point, at the cost of a linear solve", async () => {
    const { ok } = start({ PROGRAMS });
    const n = 50;
    const graph = {
      functions: {
        g: {
          inputs: [
            { name: "A", shape: [n, n] },
            { name: "b", shape: [n] },
            { name: "x", shape: [n] },
          ],
          nodes: [node("p", "matmul", ["A", "x"]), node("q", "add", ["p", "b"]), node("t", "tanh", ["q"])],
          outputs: ["t"],
        },
      },
      inputs: [
        { name: "A", shape: [n, n] },
        { name: "b", shape: [n] },
      ],
      nodes: [node("x", "fixed_point", ["A", "b", new Array(n).fill(0)], { function: "g" }), node("y", "sum", ["x"])],
      outputs: ["x", "y"],
    };
    const A = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, k) => Math.sin(3 * i + 7 * k) / n));
    const b = Array.from({ length: n }, (_, i) => Math.cos(i));
    const { outputs, gradient } = await ok("gradient", { graph, inputs: { A, b }, of: ["y"], wrt: ["b"] });
    const x: number[] = outputs.x;
    x.forEach((value, i) => {
      expect(value).toBeCloseTo(Math.tanh(b[i]! + A[i]!.reduce((sum, a, k) => sum + a * x[k]!, 0)), 12);
    });
    const moved = async (step: number) =>
      (await ok("evaluate", { graph, inputs: { A, b: b.with(3, b[3]! + step) } })).outputs.y;
    expect(gradient.b[3]).toBeCloseTo(((await moved(1e-5)) - (await moved(-1e-5))) / 2e-5, 7);
    expect((await ok("check", { graph, inputs: { A, b }, of: ["y"], wrt: ["b"] })).verdict).toBe("passed");
  });

  test("a chemical equilibrium of two reactions has derivatives of second order", async () => {
    const { ok } = start({ PROGRAMS });
    const graph = {
      functions: {
        balance: {
          inputs: [
            { name: "K", shape: [2] },
            { name: "x", shape: [2] },
          ],
          nodes: [
            node("e", "exp", ["x"]),
            node("d", "multiply", ["K", "e"]),
            node("r", "flip", ["x"]),
            node("s", "add", ["d", "r"]),
            node("t", "subtract", ["s", [2, 1.5]]),
          ],
          outputs: ["t"],
        },
      },
      inputs: [{ name: "K", shape: [2] }],
      nodes: [node("x", "root", ["K", [0, 0]], { residual: "balance" }), node("y", "sum", ["x"])],
      outputs: ["y"],
    };
    const { hessian } = await ok("hessian", { graph, inputs: { K: [1.2, 0.7] } });
    const slope = async (K: number[]) => (await ok("gradient", { graph, inputs: { K } })).gradient.K;
    const [up, down] = [await slope([1.2 + 1e-5, 0.7]), await slope([1.2 - 1e-5, 0.7])];
    [0, 1].forEach((k) => {
      expect(hessian.K.K[0][k]).toBeCloseTo((up[k] - down[k]) / 2e-5, 6);
    });
  });

  test("where there is no root the answer is NaN, and says so", async () => {
    const { ok } = start({ PROGRAMS });
    const graph = {
      functions: {
        r: {
          inputs: names("a", "x"),
          nodes: [node("s", "square", ["x"]), node("r", "add", ["s", "a"])],
          outputs: ["r"],
        },
      },
      inputs: names("a"),
      nodes: [node("x", "root", ["a", 1], { residual: "r" })],
      outputs: ["x"],
    };
    const { outputs, warnings } = await ok("evaluate", { graph, inputs: { a: [-4, 4] }, batch: 2 });
    expect(outputs.x).toEqual([expect.closeTo(2, 12), "NaN"]);
    expect(warnings).toMatchObject([{ type: "not_converged", operator: "root" }]);
    // From 1 the first step leads to 0, where the residual is flat.
    const alone = await ok("gradient", { graph, inputs: { a: 1 } });
    expect(alone).toMatchObject({ outputs: { x: "NaN" }, gradient: { a: "NaN" } });
    expect(alone.warnings).toContainEqual(expect.objectContaining({ type: "not_converged", node: "x" }));
  });
});

test("a plan through a root counts whole operations and is bounded, one through an endless while is not", async () => {
  const { ok } = start();
  const plan = async (expression: string) => (await ok("jacobian", { graph: { expression }, inputs: { x: 2 } })).plan;
  for (const search of ["r(p, y) = y^2 - p\nroot(r, x, 1)", "g(p, y) = (y + p / y) / 2\nfixed_point(g, x, 1)"]) {
    const told = await plan(search);
    expect(Object.values(told.operations).every(Number.isInteger), JSON.stringify(told)).toBe(true);
    expect(told).not.toHaveProperty("bounded");
  }
  const inner = "on(c) = c < 9\nnext(c) = c * 2\nr(p, y) = (z, n = while(on, next, p); y - z)\nroot(r, x, 1)";
  expect(await plan(inner)).toMatchObject({ bounded: false });
});

test("an input by the name that a constant has elsewhere is told how that is written", async () => {
  const { rpc } = start();
  const { error } = await rpc("evaluate", { graph: { expression: "x + inf" }, inputs: { x: 1 } });
  expect(error.data).toMatchObject({ type: "input_mismatch" });
  expect(error.message).toContain("the constant is written Infinity");
});
