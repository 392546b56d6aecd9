import { type ChildProcessByStdio, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";

/** A kernel with its values as peers read it from a JSON file; `data` and `expected` are base64 of float64 numbers. */
export interface KernelFile {
  readonly name: string;
  readonly derivative: "gradient" | "jacobian";
  readonly wrt: readonly string[];
  readonly points?: number;
  readonly inputs: Readonly<Record<string, { readonly shape: readonly number[]; readonly data: string }>>;
  readonly expected: { readonly value: string; readonly derivative: string };
}

/** What it took to prepare a kernel. */
export interface Preparation {
  /** From the document, or the function, to the program of the derivative. */
  readonly compileMs: number;
  /** The same and the first run: some programs are finished while they run. */
  readonly firstMs: number;
  readonly mode: string;
}

/** What measures a kernel: we in one of our ways, or a peer. */
export interface Contestant {
  readonly name: string;
  /** Makes a kernel's programs; throws an Error that says why where it cannot, or where its values are others. */
  prepare(path: string): Promise<Preparation>;
  /** Seconds of one run of what was prepared last. */
  time(what: "primal" | "derivative", seconds: number): Promise<number>;
}

/** One thread, for a comparison of programs rather than of cores. */
export const oneThread = {
  JAX_PLATFORMS: "cpu",
  XLA_FLAGS: "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
  OMP_NUM_THREADS: "1",
  OPENBLAS_NUM_THREADS: "1",
};

/** A peer in a process of its own, which lives until ours ends; it answers each line of orders with one line. */
export class Peer implements Contestant {
  readonly name: string;
  private readonly child: ChildProcessByStdio<Writable, Readable, null>;
  private readonly lines: AsyncIterator<string>;
  private readonly ready: Promise<unknown>;

  constructor(name: string, command: string, args: readonly string[]) {
    this.name = name;
    this.child = spawn(command, args, {
      env: { PATH: process.env.PATH, ...oneThread },
      stdio: ["pipe", "pipe", "inherit"],
    });
    process.once("exit", () => this.child.kill());
    // A peer that is gone answers nothing more, which is told where an answer is read.
    this.child.on("error", () => {});
    this.child.stdin.on("error", () => {});
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
    this.ready = this.read();
    this.ready.catch(() => {});
  }

  async prepare(path: string): Promise<Preparation> {
    return (await this.ask({ prepare: path })) as Preparation;
  }

  async time(what: "primal" | "derivative", seconds: number): Promise<number> {
    return ((await this.ask({ time: what, seconds })) as { seconds: number }).seconds;
  }

  private async ask(order: object): Promise<unknown> {
    await this.ready;
    this.child.stdin.write(`${JSON.stringify(order)}\n`);
    return this.read();
  }

  private async read(): Promise<unknown> {
    const { value, done } = await this.lines.next();
    if (done) throw new Error(`${this.name} has ended`);
    const answer = JSON.parse(value);
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer;
  }
}
