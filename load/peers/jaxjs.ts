import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { check, numbers } from "../numbers.ts";
import { secondsPerRun } from "../seconds-per-run.ts";
import type { KernelFile } from "./peer.ts";

// The kernels in jax-js, which answers as peer.py does. In 0.1.25 its arrays can be float64, but exp, log, sin and what is
// made of them compute in float32; rows that need such a function are refused with the difference that was seen.

const [, , modulePath] = process.argv;
const jax = await import(modulePath!);
const np = jax.numpy;

// biome-ignore lint/suspicious/noExplicitAny: its types are not installed with ours
type Loose = any;

/** The functions that a kernel needs in float64; those without a body here need one that has never been there. */
const rows: Readonly<Record<string, { needs: readonly string[]; f?: (...inputs: Loose[]) => Loose }>> = {
  standard: { needs: ["log", "sin", "cos"] },
  bundle: { needs: ["sin", "cos"] },
  mixture: { needs: ["exp", "log"] },
  logsumexp: { needs: ["exp", "log"] },
  "least-squares": { needs: [], f: (a, b, x) => np.square(np.matmul(a, x).sub(b)).sum() },
  lstm: { needs: ["exp", "tanh"] },
  mlp: { needs: ["exp", "log", "tanh"] },
  rosenbrock: {
    needs: [],
    f: (x) => {
      const n = x.shape[0];
      const [here, next] = [x.ref.slice([0, n - 1]), x.slice([1, n])];
      const off = next.sub(np.square(here.ref));
      return np
        .square(off)
        .mul(100)
        .add(np.square(here.mul(-1).add(1)))
        .sum();
    },
  },
  arm: { needs: ["sin", "cos"] },
  dense: { needs: ["tanh"] },
  "lstm-scan": { needs: ["exp", "tanh"] },
  lorenz: { needs: [] },
  kalman: { needs: ["log"] },
};

/** A kernel compiled for its inputs. */
interface Prepared {
  /** It compiles as it runs. */
  readonly firstMs: number;
  readonly primal: () => Promise<unknown>;
  readonly derivative: () => Promise<unknown>;
}

await jax.init("wasm");
jax.defaultDevice("wasm");
let prepared: Prepared | undefined;
answer({ ready: true });
for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line);
  try {
    if (order.prepare) {
      prepared = undefined;
      prepared = await prepare(JSON.parse(readFileSync(order.prepare, "utf8")));
      answer({ compileMs: prepared.firstMs, firstMs: prepared.firstMs, mode: "reverse" });
    } else {
      answer({ seconds: await secondsPerRun(prepared![order.time as "primal" | "derivative"], order.seconds) });
    }
  } catch (error) {
    answer({ error: String((error as Error).message).slice(0, 300) });
  }
}

function answer(what: object): void {
  console.log(JSON.stringify(what));
}

async function prepare(kernel: KernelFile): Promise<Prepared> {
  const { needs, f } = rows[kernel.name]!;
  for (const name of needs) {
    const error = errorOf(name);
    if (error > 1e-12) throw new Error(`no float64: ${name} differs by ${error.toExponential(0)}`);
  }
  if (!f) throw new Error("not written for jax-js");
  const names = Object.keys(kernel.inputs);
  const inputs = Object.values(kernel.inputs).map(({ shape, data }) => array(shape, numbers(data)));
  const argnums = kernel.wrt.map((name) => names.indexOf(name));
  const startMs = performance.now();
  const both = jax.jit(jax.valueAndGrad(f, { argnums }));
  const given = () => inputs.map((input) => input.ref);
  const [value, gradients] = both(...given());
  check("value", await value.data(), numbers(kernel.expected.value));
  const firstMs = performance.now() - startMs;
  const parts = await Promise.all([gradients].flat().map((part: Loose) => part.data()));
  check("derivative", Float64Array.from(parts.flatMap((part) => [...part])), numbers(kernel.expected.derivative));
  const primal = jax.jit(f);
  return {
    firstMs,
    primal: () => primal(...given()).data(),
    derivative: () => {
      const [value, gradients] = both(...given());
      return Promise.all([value, gradients].flat(2).map((result: Loose) => result.data()));
    },
  };
}

/** How far one of its functions is from Math's on some float64 numbers. */
function errorOf(name: string): number {
  const x = Float64Array.from({ length: 256 }, (_, i) => (i + 1) / 64);
  const y: ArrayLike<number> = np[name](array([x.length], x)).dataSync();
  return Math.max(...x.map((x, i) => Math.abs(y[i]! - Math[name as "exp"](x)) / (1 + Math.abs(y[i]!))));
}

function array(shape: readonly number[], data: Float64Array): Loose {
  return np.array(data, { shape, dtype: np.float64 });
}
