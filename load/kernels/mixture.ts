import { declared, type Kernel, uniform } from "./kernel.ts";

const [dimensions, components, samples] = [10, 25, 1000];
const below = (dimensions * (dimensions - 1)) / 2;
const gamma = 1;

const inputs = {
  alphas: uniform([components], -1, 1, 1),
  means: uniform([components, dimensions], -1, 1, 2),
  logDiagonals: uniform([components, dimensions], -0.5, 0.5, 3),
  lowers: uniform([components, below], -0.5, 0.5, 4),
  x: uniform([samples, dimensions], -2, 2, 5),
};

/** Where the numbers below the diagonal of a matrix are in it, column by column. */
const places = Array.from({ length: dimensions }, (_, column) =>
  Array.from({ length: dimensions - column - 1 }, (_, k) => (column + 1 + k) * dimensions + column),
).flat();

const node = (id: string, op: string, args: readonly unknown[], attrs = {}) => ({ id, op, args, attrs });

/** The logarithm of a Gaussian mixture's likelihood with a Wishart prior, as ADBench has it, constants aside. */
export const mixture: Kernel = {
  name: "mixture",
  title: `Gaussian mixture, d = ${dimensions}, K = ${components}, N = ${samples}`,
  graph: {
    inputs: declared(inputs),
    nodes: [
      node("flat", "full", [], { shape: [components, dimensions * dimensions], value: 0 }),
      node("placed", "put_add", ["flat", places, "lowers"], { axis: 1 }),
      node("lower", "reshape", ["placed"], { shape: [components, dimensions, dimensions] }),
      node("diagonals", "exp", ["logDiagonals"]),
      node("logDeterminants", "sum", ["logDiagonals"], { axis: 1 }),
      node("samples", "expand_dims", ["x"], { axis: 1 }),
      node("centred", "subtract", ["samples", "means"]),
      node("scaled", "multiply", ["diagonals", "centred"]),
      node("mixed", "einsum", ["lower", "centred"], { equation: "kij,nkj->nki" }),
      node("whitened", "add", ["scaled", "mixed"]),
      node("squares", "square", ["whitened"]),
      node("distances", "sum", ["squares"], { axis: 2 }),
      node("halves", "multiply", ["distances", 0.5]),
      node("weights", "add", ["alphas", "logDeterminants"]),
      node("exponents", "subtract", ["weights", "halves"]),
      node("logs", "logsumexp", ["exponents"], { axis: 1 }),
      node("likelihood", "sum", ["logs"]),
      node("total", "logsumexp", ["alphas"]),
      node("totals", "multiply", ["total", samples]),
      node("diagonalSquares", "square", ["diagonals"]),
      node("lowerSquares", "square", ["lowers"]),
      node("diagonalNorm", "sum", ["diagonalSquares"]),
      node("lowerNorm", "sum", ["lowerSquares"]),
      node("norm", "add", ["diagonalNorm", "lowerNorm"]),
      node("prior", "multiply", ["norm", (gamma * gamma) / 2]),
      node("normalized", "subtract", ["likelihood", "totals"]),
      node("y", "add", ["normalized", "prior"]),
    ],
    outputs: ["y"],
  },
  derivative: "gradient",
  wrt: ["alphas", "means", "logDiagonals", "lowers"],
  inputs,
};
