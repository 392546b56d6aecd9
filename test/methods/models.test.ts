import { describe, expect, test } from "vitest";
import { type Json, type Service, start } from "./service.ts";

// What linear algebra is asked for: whole models, with values from elsewhere and derivatives by differences.

/** Central differences of an output by scalar inputs. */
async function differences({ ok }: Service, graph: object, inputs: Record<string, unknown>, by: readonly string[]) {
  const value = async (name: string, step: number): Promise<number> => {
    const moved = { ...inputs, [name]: (inputs[name] as number) + step };
    return (await ok("evaluate", { graph, inputs: moved })).outputs.y;
  };
  const h = 1e-5;
  return Promise.all(by.map(async (name) => ((await value(name, h)) - (await value(name, -h))) / (2 * h)));
}

describe("a Gaussian process", () => {
  // The logarithm of the marginal likelihood, by scale, length and noise.
  const process = (n: number) => ({
    expression: [
      "D = x - matrix_transpose(x)",
      "K = scale^2 * exp(-D^2 / (2 * length^2)) + where(D == 0, noise^2, 0)",
      "L = cholesky(K)",
      `-(t @ solve(K, t)) / 2 - sum(log(diagonal(L))) - ${n / 2} * log(2 * pi)`,
    ].join("; "),
    inputs: [
      { name: "x", shape: [n, 1] },
      { name: "t", shape: [n] },
      ...["scale", "length", "noise"].map((name) => ({ name })),
    ],
  });
  const inputsOf = (n: number) => ({
    x: Array.from({ length: n }, (_, i) => [0.1 * i + 0.03 * Math.sin(i)]),
    t: Array.from({ length: n }, (_, i) => Math.sin(0.3 * i) + 0.1 * Math.cos(7 * i)),
    scale: 1.3,
    length: 0.7,
    noise: 0.2,
  });
  const wrt = ["scale", "length", "noise"];

  test.each([50, 200])(
    "of %d points has a gradient and a Hessian by its parameters",
    async (n) => {
      const service = start();
      const [graph, inputs] = [process(n), inputsOf(n)];
      const { gradient } = await service.ok("gradient", { graph, inputs, wrt });
      const found = wrt.map((name) => gradient[name]);
      const expected = await differences(service, graph, inputs, wrt);
      for (const [i, x] of found.entries()) {
        expect(Math.abs(x - expected[i]!)).toBeLessThan(1e-5 * (1 + Math.abs(x)));
      }
      const { hessian } = await service.ok("hessian", { graph, inputs, wrt });
      expect(hessian.scale.noise).toBeCloseTo(hessian.noise.scale, 6);
      const moved = async (step: number): Promise<Json> =>
        (await service.ok("gradient", { graph, inputs: { ...inputs, length: 0.7 + step }, wrt })).gradient;
      const [up, down] = [await moved(1e-5), await moved(-1e-5)];
      for (const name of wrt) {
        const quotient = (up[name] - down[name]) / 2e-5;
        expect(Math.abs(hessian[name].length - quotient)).toBeLessThan(1e-4 * (1 + Math.abs(quotient)));
      }
    },
    60_000,
  );
});

describe("a Kalman filter", () => {
  // Position and speed, of which positions are seen; three steps.
  const steps = [1, 2, 3].map((k) => [
    `m${k}p = F @ m${k - 1}`,
    `P${k}p = F @ P${k - 1} @ matrix_transpose(F) + q * G`,
    `S${k} = H @ P${k}p @ matrix_transpose(H) + r`,
    `e${k} = take(z, ${k - 1}) - H @ m${k}p`,
    `K${k} = P${k}p @ matrix_transpose(H) @ inv(S${k})`,
    `m${k} = m${k}p + K${k} @ e${k}`,
    `P${k} = P${k}p - K${k} @ H @ P${k}p`,
    `l${k} = -(log(det(S${k})) + e${k} @ solve(S${k}, e${k}) + log(2 * pi)) / 2`,
  ]);
  const graph = {
    expression: [...steps.flat(), "l1 + l2 + l3"].join("; "),
    inputs: [
      ...[
        ["F", [2, 2]],
        ["G", [2, 2]],
        ["H", [1, 2]],
        ["m0", [2]],
        ["P0", [2, 2]],
        ["z", [3]],
      ].map(([name, shape]) => ({ name, shape })),
      { name: "q" },
      { name: "r" },
    ],
  };
  const inputs = {
    F: [
      [1, 0.5],
      [0, 1],
    ],
    G: [
      [0.1, 0.02],
      [0.02, 0.3],
    ],
    H: [[1, 0]],
    m0: [0.2, 1],
    P0: [
      [1, 0.1],
      [0.1, 0.5],
    ],
    z: [0.7, 1.4, 1.6],
    q: 0.8,
    r: 0.3,
  };

  test("has the likelihood of the joint normal, and its slopes by both noises", async () => {
    const service = start();
    const { outputs, gradient } = await service.ok("gradient", { graph, inputs, wrt: ["q", "r"] });
    // The three positions are normal together: their mean and covariance, propagated by hand.
    const joint = {
      expression: [
        "m1 = F @ m0; m2 = F @ m1; m3 = F @ m2",
        "T = matrix_transpose(F)",
        "P1 = F @ P0 @ T + q * G; P2 = F @ P1 @ T + q * G; P3 = F @ P2 @ T + q * G",
        "h = matrix_transpose(H)",
        "c11 = sum(H @ P1 @ h); c22 = sum(H @ P2 @ h); c33 = sum(H @ P3 @ h)",
        "c12 = sum(H @ P1 @ T @ h); c13 = sum(H @ P1 @ T @ T @ h); c23 = sum(H @ P2 @ T @ h)",
        "C = reshape(stack(c11 + r, c12, c13, c12, c22 + r, c23, c13, c23, c33 + r), shape=[3, 3])",
        "d = z - concat(H @ m1, H @ m2, H @ m3)",
        "-(log(det(C)) + d @ solve(C, d) + 3 * log(2 * pi)) / 2",
      ].join("; "),
      inputs: graph.inputs,
    };
    const other = await service.ok("gradient", { graph: joint, inputs, wrt: ["q", "r"] });
    expect(outputs.y).toBeCloseTo(other.outputs.y, 12);
    for (const name of ["q", "r"]) expect(gradient[name]).toBeCloseTo(other.gradient[name], 11);
  });
});

test("least squares has coefficients with their covariance, and derivatives by the data", async () => {
  const { ok } = start();
  const graph = {
    expression: "b = lstsq(A, t); d = t - A @ b; C = (d @ d) / 3 * inv(matrix_transpose(A) @ A)",
    inputs: [
      { name: "A", shape: [5, 2] },
      { name: "t", shape: [5] },
    ],
    outputs: ["b", "C"],
  };
  const inputs = { A: [0, 1, 2, 3, 4].map((x) => [1, x]), t: [1, 2.9, 5.2, 7.1, 8.8] };
  const { outputs, jacobian } = await ok("jacobian", { graph, inputs, wrt: ["t"], of: ["b"] });
  // The textbook's formulas for a line.
  const slope = [-2, -1, 0, 1, 2].reduce((s, d, i) => s + (d * inputs.t[i]!) / 10, 0);
  expect(outputs.b[1]).toBeCloseTo(slope, 13);
  expect(outputs.b[0]).toBeCloseTo(5 - 2 * slope, 13);
  const rest = inputs.t.map((y, i) => y - outputs.b[0] - i * outputs.b[1]);
  const variance = rest.reduce((s, e) => s + e * e, 0) / 3;
  expect(outputs.C[1][1]).toBeCloseTo(variance / 10, 13);
  expect(outputs.C[0][0]).toBeCloseTo(variance * (1 / 5 + 4 / 10), 13);
  for (const [i, x] of jacobian.b.t[1].entries()) expect(x).toBeCloseTo((i - 2) / 10, 13);
});

test("a Laplace approximation has an evidence and its slope by the precision of the prior", async () => {
  const service = start();
  // A Poisson regression; the mode by Newton steps, so that the slope goes through them.
  const newton = [1, 2, 3, 4, 5, 6].map((k) =>
    [
      `r${k} = exp(A @ w${k - 1})`,
      `B${k} = matrix_transpose(A) @ (reshape(r${k}, shape=[4, 1]) * A) + p * I`,
      `w${k} = w${k - 1} + solve(B${k}, matrix_transpose(A) @ (n - r${k}) - p * w${k - 1})`,
    ].join("; "),
  );
  const graph = {
    expression: [
      ...newton,
      "f = A @ w6",
      "B = matrix_transpose(A) @ (reshape(exp(f), shape=[4, 1]) * A) + p * I",
      "n @ f - sum(exp(f)) - p * (w6 @ w6) / 2 + log(p) - sum(log(diagonal(cholesky(B))))",
    ].join("; "),
    inputs: [
      ...[
        ["A", [4, 2]],
        ["n", [4]],
        ["w0", [2]],
        ["I", [2, 2]],
      ].map(([name, shape]) => ({ name, shape })),
      { name: "p" },
    ],
  };
  const inputs = {
    A: [
      [1, 0],
      [1, 0.5],
      [1, 1],
      [1, 1.5],
    ],
    n: [1, 2, 2, 5],
    w0: [0.3, 0.8],
    I: [
      [1, 0],
      [0, 1],
    ],
    p: 0.4,
  };
  const { gradient } = await service.ok("gradient", { graph, inputs, wrt: ["p"] });
  const [expected] = await differences(service, graph, inputs, ["p"]);
  expect(gradient.p).toBeCloseTo(expected!, 8);
});

test("a truss has displacements, and a compliance whose slopes are minus the bars' energies", async () => {
  const { ok } = start();
  // A square of 1 m with both diagonals, its lower corners held: bars from 2 to 3, and from each of them down and across.
  const graph = {
    expression: "K = matrix_transpose(B) @ (reshape(a / len, shape=[5, 1]) * B); u = solve(K, f); y = f @ u",
    inputs: [
      ["B", [5, 4]],
      ["a", [5]],
      ["len", [5]],
      ["f", [4]],
    ].map(([name, shape]) => ({ name, shape })),
    outputs: ["y", "u"],
  };
  const s = Math.SQRT1_2;
  const B = [
    [-1, 0, 1, 0],
    [0, 1, 0, 0],
    [0, 0, 0, 1],
    [-s, s, 0, 0],
    [0, 0, s, s],
  ];
  const inputs = { B, a: [1, 2, 1.5, 1, 0.5], len: [1, 1, 1, Math.SQRT2, Math.SQRT2], f: [1, 0, 0, -2] };
  const { outputs, jacobian } = await ok("jacobian", { graph, inputs, wrt: ["a"], of: ["y"] });
  const stretch = B.map((row) => row.reduce((sum, x, i) => sum + x * outputs.u[i], 0));
  const energies = stretch.map((d, k) => (d * d) / inputs.len[k]!);
  for (const [k, x] of jacobian.y.a.entries()) expect(x).toBeCloseTo(-energies[k]!, 12);
  expect(outputs.y).toBeCloseTo(
    energies.reduce((sum, e, k) => sum + e * inputs.a[k]!, 0),
    12,
  );
});
