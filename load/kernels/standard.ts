import { type Kernel, uniform } from "./kernel.ts";

const points = 65_536;

/** The standard example of the field, at many points. */
export const standard: Kernel = {
  name: "standard",
  title: "ln(x1) + x1·x2 − sin(x2)",
  graph: { expression: "log(x1) + x1*x2 - sin(x2)" },
  derivative: "jacobian",
  wrt: ["x1", "x2"],
  points,
  inputs: { x1: uniform([points], 0.5, 10, 1), x2: uniform([points], -10, 10, 2) },
};
