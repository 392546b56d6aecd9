import { declared, type Kernel, type Tensor, uniform } from "./kernel.ts";

const [states, seen, steps] = [4, 2, 500];

const inputs = {
  transition: nearly(states, 0.9, 0.03, 1),
  observation: uniform([seen, states], -1, 1, 2),
  process: nearly(states, 0.2, 0.02, 3),
  noise: nearly(seen, 0.5, 0.05, 4),
  z: uniform([steps, seen], -1, 1, 5),
};

/** The logarithm of the likelihood of observations by a Kalman filter, with solve and slogdet. */
export const kalman: Kernel = {
  name: "kalman",
  title: `Kalman filter, ${states} states, ${steps} steps`,
  graph: {
    functions: { update: update() },
    inputs: declared(inputs),
    nodes: [
      { id: "mean", op: "broadcast_to", args: [0], attrs: { shape: [states] } },
      { id: "covariance", op: "eye", args: [], attrs: { n: states } },
      {
        id: "all",
        op: "scan",
        args: ["transition", "observation", "process", "noise", "mean", "covariance", "z"],
        attrs: { function: "update", constants: 4, carry: 2 },
      },
      { id: "total", op: "sum", args: ["all:2"] },
      { id: "likelihood", op: "multiply", args: [-0.5, "total"] },
    ],
    outputs: ["likelihood"],
  },
  derivative: "gradient",
  wrt: ["transition", "observation", "process", "noise"],
  inputs,
};

/** A prediction and its correction: mean, covariance, and −2 times the logarithm of what was seen, but for a constant. */
function update(): object {
  return {
    inputs: ["F", "H", "Q", "R", "m", "P", "z"].map((name) => ({ name })),
    nodes: [
      { id: "Ft", op: "matrix_transpose", args: ["F"] },
      { id: "Ht", op: "matrix_transpose", args: ["H"] },
      { id: "mean", op: "matmul", args: ["F", "m"] },
      { id: "FP", op: "matmul", args: ["F", "P"] },
      { id: "FPF", op: "matmul", args: ["FP", "Ft"] },
      { id: "cov", op: "add", args: ["FPF", "Q"] },
      { id: "expected", op: "matmul", args: ["H", "mean"] },
      { id: "surprise", op: "subtract", args: ["z", "expected"] },
      { id: "HP", op: "matmul", args: ["H", "cov"] },
      { id: "HPH", op: "matmul", args: ["HP", "Ht"] },
      { id: "S", op: "add", args: ["HPH", "R"] },
      { id: "weighed", op: "solve", args: ["S", "surprise"] },
      { id: "gain", op: "solve", args: ["S", "HP"] },
      { id: "HPt", op: "matrix_transpose", args: ["HP"] },
      { id: "moved", op: "matmul", args: ["HPt", "weighed"] },
      { id: "nextMean", op: "add", args: ["mean", "moved"] },
      { id: "known", op: "matmul", args: ["HPt", "gain"] },
      { id: "nextCov", op: "subtract", args: ["cov", "known"] },
      { id: "size", op: "slogdet", args: ["S"] },
      { id: "distance", op: "matmul", args: ["surprise", "weighed"] },
      { id: "lost", op: "add", args: ["size:1", "distance"] },
    ],
    outputs: ["nextMean", "nextCov", "lost"],
  };
}

/** A symmetric matrix near a multiple of the unit one. */
function nearly(n: number, diagonal: number, width: number, seed: number): Tensor {
  const { data } = uniform([n, n], -width, width, seed);
  const at = (i: number, j: number) => data[Math.min(i, j) * n + Math.max(i, j)]! + (i === j ? diagonal : 0);
  return { shape: [n, n], data: Float64Array.from({ length: n * n }, (_, k) => at(Math.floor(k / n), k % n)) };
}
