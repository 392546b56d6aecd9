import { readFileSync } from "node:fs";
import { type Answer, type EngineName, engines, makeRunner, type Runner } from "./kernel.ts";
import type { Kernel } from "./kernels/kernel.ts";
import { base64, check, numbers } from "./numbers.ts";
import type { Contestant, KernelFile, Preparation } from "./peers/peer.ts";
import { secondsPerRun } from "./seconds-per-run.ts";

const compilations = 3;

/** Our own engine, in this process, by one of its ways of making programs. */
export class Ours implements Contestant {
  readonly name: EngineName;
  private readonly kernels: ReadonlyMap<string, Kernel>;
  private runner: Runner | undefined;

  constructor(name: EngineName, kernels: readonly Kernel[]) {
    this.name = name;
    this.kernels = new Map(kernels.map((kernel) => [kernel.name, kernel]));
  }

  async prepare(path: string): Promise<Preparation> {
    const file: KernelFile = JSON.parse(readFileSync(path, "utf8"));
    let compileMs = Number.POSITIVE_INFINITY;
    let firstMs = Number.POSITIVE_INFINITY;
    for (let i = 0; i < compilations; i++) {
      const startMs = performance.now();
      this.runner = makeRunner(this.kernels.get(file.name)!, this.name);
      await this.runner.derivative();
      firstMs = Math.min(firstMs, performance.now() - startMs);
      compileMs = Math.min(compileMs, this.runner.compileMs);
    }
    // The program for this is made now, not when it is timed.
    await this.runner!.primal();
    const { value, derivative } = await this.runner!.answer();
    check("value", value, numbers(file.expected.value));
    check("derivative", derivative, numbers(file.expected.derivative));
    return { compileMs, firstMs, mode: this.runner!.mode };
  }

  time(what: "primal" | "derivative", seconds: number): Promise<number> {
    return secondsPerRun(this.runner![what], seconds);
  }
}

/** All our ways of making programs, the first of them the one that counts. */
export function allOurs(kernels: readonly Kernel[]): Ours[] {
  return (Object.keys(engines) as EngineName[]).map((name) => new Ours(name, kernels));
}

/** A kernel as peers read it, with the values that the interpreter gives. */
export function kernelFile(kernel: Kernel, { value, derivative }: Answer): KernelFile {
  const { name, wrt, points } = kernel;
  return {
    name,
    derivative: kernel.derivative,
    wrt,
    ...(points === undefined ? {} : { points }),
    inputs: Object.fromEntries(
      Object.entries(kernel.inputs).map(([name, { shape, data }]) => [name, { shape, data: base64(data) }]),
    ),
    expected: { value: base64(value), derivative: base64(derivative) },
  };
}
