import { declared, type Kernel, uniform } from "./kernel.ts";

const [rows, columns] = [500, 200];
const inputs = { a: uniform([rows, columns], -1, 1, 1), b: uniform([rows], -1, 1, 2), x: uniform([columns], -1, 1, 3) };

/** The sum of squares that linear regression makes small. */
export const leastSquares: Kernel = {
  name: "least-squares",
  title: `least squares, ${rows} × ${columns}`,
  graph: { expression: "sum((a @ x - b)^2)", inputs: declared(inputs) },
  derivative: "gradient",
  wrt: ["x"],
  inputs,
};
