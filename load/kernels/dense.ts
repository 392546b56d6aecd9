import { type Kernel, uniform } from "./kernel.ts";

const size = 200;

/** The graph of tanh(a x), with a square matrix. */
export function denseGraph(size: number): object {
  return {
    expression: "tanh(a @ x)",
    inputs: [
      { name: "a", shape: [size, size] },
      { name: "x", shape: [size] },
    ],
  };
}

const inputs = { a: uniform([size, size], -0.1, 0.1, 1), x: uniform([size], -1, 1, 2) };

/** A Jacobian without zeros. */
export const dense: Kernel = {
  name: "dense",
  title: `tanh(A x), dense ${size} × ${size} Jacobian`,
  graph: denseGraph(size),
  derivative: "jacobian",
  wrt: ["x"],
  inputs,
};
