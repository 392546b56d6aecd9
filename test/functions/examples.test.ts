import { describe, expect, test } from "vitest";
import { type Json, start } from "../methods/service.ts";

describe.each(["compiled", "interpreted"])("%s", (PROGRAMS) => {
  test("a physics-informed loss has the gradient of its differences", async () => {
    const { ok } = start({ PROGRAMS });
    // Of a network u the residual of Poisson's equation, its mean square over some points.
    const expression = `
      u(W, b, v, p) = sum(v * tanh(W @ p + b))
      laplacian(W, b, v, p) = trace(hessian(u, wrt=[3])(W, b, v, p))
      residual(W, b, v, p) = laplacian(W, b, v, p) + 2 * sin(p[0]) * cos(p[1])
      mean(map(residual, W, b, v, points, constants=3)^2)`;
    const { weights, points } = network;
    const call = { graph: { expression }, inputs: { ...weights, points }, wrt: ["W", "b", "v"] };
    const { outputs, gradient } = await ok("gradient", call);
    expect(outputs.y).toBeCloseTo(loss(weights), 13);
    const h = 1e-3;
    for (const name of ["W", "b", "v"] as const) {
      const slopes = (gradient[name] as Json[]).flat();
      weights[name].flat().forEach((_, k) => {
        const moved = (by: number) => loss({ ...weights, [name]: nudged(weights[name], k, by) });
        const slope = (8 * (moved(h) - moved(-h)) - (moved(2 * h) - moved(-2 * h))) / (12 * h);
        expect(slopes[k], `${name} ${k}`).toBeCloseTo(slope, 9);
      });
    }
    expect((await ok("check", call)).verdict).toBe("passed");
  });

  test("the saddle point of a function is found by descent within descent", async () => {
    const { ok } = start({ PROGRAMS });
    const expression = `
      negated(k, y) = sum(y^2) - sum(k^2)
      ${descent("negated", "k, ")}
      highest(x) = -negated(x, least_negated(x, [1, 1]))
      ${descent("highest")}
      x = least_highest(start)
      y = least_negated(x, start)`;
    const graph = { expression, outputs: ["x", "y"] };
    const { outputs } = await ok("evaluate", { graph, inputs: { start: [1, 1] } });
    // As the benchmark's other implementations have it.
    for (const each of [...outputs.x, ...outputs.y]) expect(each).toBeCloseTo(8.246324826140356e-6, 15);
  });
});

test("the charge that makes a particle fall to the origin is found through the loop of its path", async () => {
  const { ok } = start({ TIMEOUT_MS: "60000" });
  const expression = `
    potential(w, x) = 1 / sqrt((x[0] - 10)^2 + (x[1] - 10 + w)^2) + 1 / sqrt((x[0] - 10)^2 + x[1]^2)
    above(w, x, v) = x[1] + 0.1 * v[1] > 0
    fall(w, x, v) = (x + 0.1 * v, v - 0.1 * D(potential, 1)(w, x))
    miss(w) = (x, v, n = while(above, fall, w, [0, 8], [0.75, 0], constants=1, limit=400); (x[0] - x[1] / v[1] * v[0])^2)
    ${descent("miss")}
    least_miss(w)`;
  const { outputs } = await ok("evaluate", { graph: { expression }, inputs: { w: 0 } });
  expect(outputs.y).toBeCloseTo(0.20719187464861194, 10);
});

/**
 * Formulas that find where a function of x is least, by steps along its gradient whose length doubles after ten that went
 * well and halves after one that did not. `constant` is an argument `k` before x, or nothing.
 */
function descent(f: string, constant: "" | "k, " = ""): string {
  const given = `${constant}x, fx, gx, eta, i, on`;
  const slope = (x: string) => `D(${f}, ${constant ? 1 : 0})(${constant}${x})`;
  return `
    on_${f}(${given}) = on > 0
    moved_${f}(${constant}x, fx, gx, to, fto) = (to, fto, ${slope("to")})
    stayed_${f}(${constant}x, fx, gx, to, fto) = (x, fx, gx)
    step_${f}(${given}) = (
      to = x - eta * gx;
      fto = ${f}(${constant}to);
      tenth = i == 10;
      better = fto < fx and not tenth;
      ends = sum(gx^2) <= 1e-10 or (not tenth and sum((x - to)^2) <= 1e-10);
      a, b, c = cond(better and not ends, moved_${f}, stayed_${f}, ${constant}x, fx, gx, to, fto);
      (a, b, c, 2 * eta if tenth else (eta if better else eta / 2), i + 1 if better else 0, 0 if ends else 1)
    )
    least_${f}(${constant}x) = (
      a, b, c, eta, i, on, n = while(on_${f}, step_${f}, ${constant}x, ${f}(${constant}x), ${slope("x")}, 1e-5, 0, 1,
        constants=${constant ? 1 : 0}, limit=500);
      a
    )`;
}

interface Weights {
  readonly W: number[][];
  readonly b: number[];
  readonly v: number[];
}

const network: { readonly weights: Weights; readonly points: readonly (readonly [number, number])[] } = {
  weights: {
    W: [
      [0.3, -0.7],
      [1.1, 0.4],
      [-0.5, 0.9],
    ],
    b: [0.1, -0.2, 0.3],
    v: [0.8, -1.2, 0.5],
  },
  points: [
    [0.2, 0.4],
    [-0.6, 0.9],
    [1.1, -0.3],
    [0.5, 0.5],
  ],
};

/** The loss in plain numbers: tanh'' is −2 tanh (1 − tanh²). */
function loss({ W, b, v }: Weights): number {
  const residuals = network.points.map(([x, y]) => {
    const parts = W.map(([p, q], i) => {
      const t = Math.tanh(p! * x + q! * y + b[i]!);
      return v[i]! * (p! * p! + q! * q!) * -2 * t * (1 - t * t);
    });
    return parts.reduce((total, part) => total + part, 0) + 2 * Math.sin(x) * Math.cos(y);
  });
  return residuals.reduce((total, r) => total + r * r, 0) / residuals.length;
}

/** An array with one of its numbers moved. */
function nudged<T extends number[] | number[][]>(array: T, k: number, by: number): T {
  let at = 0;
  const walk = (part: Json): Json => (Array.isArray(part) ? part.map(walk) : at++ === k ? part + by : part);
  return walk(array);
}
