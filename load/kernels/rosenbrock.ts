import { declared, type Kernel, uniform } from "./kernel.ts";

const size = 1000;
const inputs = { x: uniform([size], -1.5, 1.5, 1) };

/** Rosenbrock's valley in many dimensions. */
export const rosenbrock: Kernel = {
  name: "rosenbrock",
  title: `Rosenbrock, n = ${size}`,
  graph: {
    inputs: declared(inputs),
    nodes: [
      { id: "here", op: "slice", args: ["x"], attrs: { start: [0], stop: [size - 1] } },
      { id: "next", op: "slice", args: ["x"], attrs: { start: [1], stop: [size] } },
      { id: "square", op: "square", args: ["here"] },
      { id: "off", op: "subtract", args: ["next", "square"] },
      { id: "offSquared", op: "square", args: ["off"] },
      { id: "steep", op: "multiply", args: [100, "offSquared"] },
      { id: "short", op: "subtract", args: [1, "here"] },
      { id: "shortSquared", op: "square", args: ["short"] },
      { id: "terms", op: "add", args: ["steep", "shortSquared"] },
      { id: "y", op: "sum", args: ["terms"] },
    ],
    outputs: ["y"],
  },
  derivative: "gradient",
  wrt: ["x"],
  inputs,
};
