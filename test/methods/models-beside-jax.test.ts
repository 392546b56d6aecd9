import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type Json, start } from "./service.ts";

interface Model {
  readonly name: string;
  readonly inputs: Readonly<Record<string, Json>>;
  readonly wrt: readonly string[];
  readonly value: number;
  readonly gradient: readonly number[];
  readonly hessian: readonly (readonly number[])[];
}

const models: readonly Model[] = JSON.parse(readFileSync(new URL("../data/models.json", import.meta.url), "utf8"));

/** The models of `make-models.py` as formulas, by the first part of their names. */
const formulas: Readonly<Record<string, string>> = {
  "gaussian process": `
    d = x - x'
    K = scale^2 * exp(-d^2 / (2*length^2)) + noise^2 * eye(n=t.shape[0])
    L = cholesky(K)
    w = triangular_solve(L, t, lower=true)
    half = w @ w / 2
    y = -half - sum(log(diagonal(L))) - t.shape[0] / 2 * log(2*pi)`,
  "Kalman filter": `
    step(q, r, a, m, P, z) = (
      F = [[1, a], [0, 1]]; H = [[1, 0]];
      mp = F @ m; Q = F @ P @ F' + q * [[0.1, 0.02], [0.02, 0.3]];
      S = H @ Q @ H' + r; u = z - H @ mp; G = solve(S, H @ Q)';
      (mp + G @ u, Q - G @ H @ Q, -(log(det(S)) + u @ solve(S, u) + log(2*pi)) / 2))
    m, P, l = scan(step, q, r, a, [0.2, 1], eye(n=2), reshape(z, shape=[-1, 1]), constants=3, carry=2)
    sum(l)`,
  "Laplace approximation": `
    slope(A, n, p, w) = A' @ (n - exp(A @ w)) - p*w
    w = root(slope, A, n, p, [0, 0])
    f = A @ w
    B = A' @ (reshape(exp(f), shape=[-1, 1]) * A) + p * eye(n=2)
    sign, l = slogdet(B)
    n @ f - sum(exp(f)) - p/2 * (w @ w) + log(p) - l/2`,
  "least squares with a covariance": `
    i = arange(start=0, stop=9)
    L = cholesky(exp(-abs(reshape(i, shape=[9, 1]) - i) / s))
    W = triangular_solve(L, A, lower=true)
    v = triangular_solve(L, b, lower=true)
    x = lstsq(W, v)
    r = v - W @ x
    sum(x) + log(r @ r) + trace(inv(W' @ W))`,
  truss: "load @ solve(B' @ (reshape(areas / lengths, shape=[5, 1]) * B), load)",
};

test.each(models)("$name has the value, the gradient and the Hessian that JAX gives", async (model) => {
  const { ok } = start();
  const graph = { expression: formulas[model.name.split(",")[0]!] };
  const { inputs, wrt } = model;
  const { outputs, gradient, hessian, warnings } = await ok("hessian", { graph, inputs, wrt, layout: "matrix" });
  expect(warnings).toBeUndefined();
  expectNear(Object.values(outputs), [model.value]);
  expectNear(
    wrt.flatMap((name) => gradient[name]),
    model.gradient,
  );
  expectNear(hessian.flat(), model.hessian.flat());
});

/** Numbers agree to ten digits of the largest. */
function expectNear(actual: readonly number[], expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length);
  const size = Math.max(...expected.map(Math.abs));
  const worst = Math.max(...expected.map((x, i) => Math.abs(x - actual[i]!)));
  expect(worst / size).toBeLessThan(1e-10);
}
