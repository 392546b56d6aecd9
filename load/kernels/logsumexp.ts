import { declared, type Kernel, uniform } from "./kernel.ts";

const size = 10_000;
const inputs = { x: uniform([size], -5, 5, 1) };

/** The logarithm of a sum of exponentials. */
export const logsumexp: Kernel = {
  name: "logsumexp",
  title: `logsumexp of ${size}`,
  graph: { expression: "logsumexp(x)", inputs: declared(inputs) },
  derivative: "gradient",
  wrt: ["x"],
  inputs,
};
