import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { makeRunner } from "../kernel.ts";
import { type Kernel, type Tensor, uniform } from "../kernels/kernel.ts";
import { pythonOfPeers } from "../peers/install.ts";
import { oneThread } from "../peers/peer.ts";
import { secondsPerRun } from "../seconds-per-run.ts";

/** What one operator on a matrix of so many rows takes, and the gradient of a sum of its results with their value. */
export interface LinearAlgebraRow {
  readonly name: string;
  readonly size: number;
  readonly valueSeconds: number;
  readonly derivativeSeconds: number;
  /** NumPy or SciPy, the value; JAX, the value with its gradient. Absent where they were not asked. */
  readonly numpySeconds?: number;
  readonly jaxSeconds?: number;
}

/** The operators, in the order of the table, by what is summed of their results. The script of the peers has them too. */
const cases: readonly { readonly name: string; readonly expression: string; readonly shift: "n" | "none" }[] = [
  { name: "cholesky", expression: "sum(cholesky(a))", shift: "n" },
  { name: "lu", expression: "p, l, u = lu(a); sum(l) + sum(u)", shift: "none" },
  { name: "solve", expression: "sum(solve(a, b))", shift: "n" },
  { name: "qr", expression: "q, r = qr(a); sum(q) + sum(r)", shift: "none" },
  { name: "eigh", expression: "w, v = eigh(a); sum(w) + sum(v^3)", shift: "none" },
  { name: "svd", expression: "u, s, v = svd(a); sum(u^3) + sum(s) + sum(v^2 * u')", shift: "none" },
  { name: "expm", expression: "sum(expm(a / a.shape[0]^0.5))", shift: "none" },
];

/** Measures on one thread; beside NumPy and JAX where these are wanted. */
export async function measureLinearAlgebra(
  isQuick: boolean,
  seconds: number,
  withPeers: boolean,
): Promise<LinearAlgebraRow[]> {
  const sizes = isQuick ? [16, 64] : [16, 64, 200, 1000];
  const theirs = withPeers ? peersOf(sizes, seconds) : {};
  const rows: LinearAlgebraRow[] = [];
  for (const { name, expression, shift } of cases) {
    for (const size of sizes) {
      console.error(`${name}, n = ${size}`);
      const matrix = uniform([size, size], -1, 1, 1);
      if (shift === "n") for (let i = 0; i < size; i++) matrix.data[i * (size + 1)]! += size;
      const inputs: Record<string, Tensor> = { a: matrix };
      if (name === "solve") inputs.b = uniform([size], -1, 1, 2);
      const kernel: Kernel = {
        name,
        title: name,
        graph: { expression, inputs: Object.entries(inputs).map(([name, { shape }]) => ({ name, shape })) },
        derivative: "gradient",
        wrt: ["a"],
        inputs,
      };
      const runner = makeRunner(kernel, "compiled");
      await runner.primal();
      await runner.derivative();
      const valueSeconds = await secondsPerRun(runner.primal, seconds);
      const derivativeSeconds = await secondsPerRun(runner.derivative, seconds);
      rows.push({ name, size, valueSeconds, derivativeSeconds, ...theirs[`${name} ${size}`] });
    }
  }
  return rows;
}

type Times = Pick<LinearAlgebraRow, "numpySeconds" | "jaxSeconds">;

function peersOf(sizes: readonly number[], seconds: number): Record<string, Times> {
  const script = fileURLToPath(new URL("../peers/linear_algebra.py", import.meta.url));
  const { stdout, status } = spawnSync(pythonOfPeers, [script, `${seconds}`, ...sizes.map(String)], {
    env: { PATH: process.env.PATH, ...oneThread },
    stdio: ["ignore", "pipe", "inherit"],
    encoding: "utf8",
  });
  if (status !== 0) throw new Error("linear_algebra.py failed");
  return JSON.parse(stdout);
}
