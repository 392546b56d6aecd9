import { expect, test } from "vitest";
import { type Json, start } from "./service.ts";

// Tensors of 192 KiB and more are written in pieces, whichever method answers them.

const n = 160;
const x = Array.from({ length: n }, (_, i) => Math.sin(i + 1) / 2);
const graph = {
  expression: "cumulative_sum(sin(x) * x)",
  inputs: [{ name: "x", shape: [n] }],
};
const slope = x.map((v) => Math.cos(v) * v + Math.sin(v));
const exact = Array.from({ length: n }, (_, i) => slope.map((d, k) => (k <= i ? d : 0))).flat();
const encodings = ["json", "flat", "base64"] as const;

function numbersOf(tensor: Json): number[] {
  if (Array.isArray(tensor)) return tensor.flat();
  expect(tensor.shape).toEqual([n, n]);
  if (Array.isArray(tensor.data)) return tensor.data;
  return [...new Float64Array(Uint8Array.fromBase64(tensor.data).buffer)];
}

function expectNear(tensor: Json, error: number): void {
  const worst = numbersOf(tensor).reduce((most, value, i) => Math.max(most, Math.abs(value - exact[i]!)), 0);
  expect(numbersOf(tensor)).toHaveLength(n * n);
  expect(worst).toBeLessThanOrEqual(error);
}

test.each(["blocks", "matrix"])(
  "numerical answers a long Jacobian as %s, the same numbers in every encoding",
  async (layout) => {
    const { ok } = start();
    const answers: number[][] = [];
    for (const encoding of encodings) {
      const { jacobian, errors } = await ok("numerical", { graph, inputs: { x }, layout, encoding });
      const [matrix, estimates] = layout === "matrix" ? [jacobian, errors] : [jacobian.y.x, errors.y.x];
      expectNear(matrix, 1e-8);
      expect(numbersOf(estimates)).toHaveLength(n * n);
      answers.push(numbersOf(matrix));
    }
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
  },
);

test.each(encodings)("compare answers the long Jacobian of every method, encoding %s", async (encoding) => {
  const { rows, verdict } = await start().ok("compare", { graph, inputs: { x }, encoding });
  expect(verdict).toBe("agrees");
  expect(rows.length).toBeGreaterThanOrEqual(5);
  for (const { method, jacobian } of rows) {
    if (jacobian) expectNear(jacobian.y.x, method === "numerical" ? 1e-5 : 1e-14);
  }
  expect(rows.filter(({ jacobian }: Json) => jacobian).length).toBeGreaterThanOrEqual(5);
});
