import { readConfig } from "../src/config.ts";
import { both, collectOutputs, Grid, Matrix, type Result, result } from "../src/engine/runs/collect.ts";
import { execute, type Prepared, prepare } from "../src/engine/runs/execute.ts";
import { unitSeeds } from "../src/engine/runs/seeds.ts";
import { Budget } from "../src/graph/budget.ts";
import { ndarray } from "../src/graph/ndarray.ts";
import { createContext } from "../src/methods/context.ts";
import { planJacobian, planProducts } from "../src/methods/planning.ts";
import { Task } from "../src/methods/task.ts";
import type { Kernel } from "./kernels/kernel.ts";

/** The ways of making programs that are measured, the one that stands in the first column first. */
export const engines = {
  compiled: () => createContext({ ...readConfig(), programs: "compiled" }),
  interpreter: () => createContext({ ...readConfig(), programs: "interpreted" }),
} as const;

export type EngineName = keyof typeof engines;

/** The numbers that a run gives: outputs, and what was asked of derivatives, each in row-major order. */
export interface Answer {
  readonly value: Float64Array;
  readonly derivative: Float64Array;
}

/** A kernel's programs, made once, to be run again and again. */
export interface Runner {
  readonly mode: string;
  readonly passes: number;
  /** From the document to the program of the derivative. */
  readonly compileMs: number;
  /** Computes the outputs alone. */
  primal(): Promise<unknown>;
  /** Computes outputs and derivatives. */
  derivative(): Promise<unknown>;
  /** What `derivative` gives, as numbers. */
  answer(): Promise<Answer>;
}

/** Makes the programs of a kernel as the methods of the service do, without JSON of tensors. */
export function makeRunner(kernel: Kernel, engine: EngineName): Runner {
  const context = engines[engine]();
  const { graph, wrt, points } = kernel;
  const array = ({ shape, data }: Kernel["inputs"][string]) => ndarray("float64", shape, data);
  const isBatched = points !== undefined;

  const timeoutMs = context.config.limits.timeoutMs;
  const startMs = performance.now();
  const { signal } = new AbortController();
  const call = { receivedAtMs: startMs, signal, stop: signal, note() {} };
  const task = new Task(context, call, { graph, wrt, batch: points, timeoutMs });
  const selection = task.select();
  const isMatrix = kernel.derivative === "jacobian";
  const planned = isMatrix ? planJacobian(task, selection, "auto") : planProducts(task, "gradient", selection, 1);
  if (planned.compressed) throw new Error(`${kernel.name}: dense Jacobians only`);
  const tensors = task.loaded.graph.inputs.map(({ name }) => ({ array: array(kernel.inputs[name]!), isBatched }));
  const [rows, columns] = [task.outputShapes(selection.of), task.inputShapes(selection.wrt)];
  const isReverse = planned.derived.kind.isReverse;
  const seeds = isMatrix ? unitSeeds(isReverse ? rows : columns, "matrix") : undefined;
  const run = prepare(task.derivation, { derived: planned.derived, inputs: tensors, points, seeds });
  const compileMs = performance.now() - startMs;

  const budget = Budget.unlimited();
  const empty = (shapes: readonly (readonly number[])[]) => shapes.map((shape) => result(shape, "float64", points));

  let evaluation: Prepared | undefined;
  const primal = async () => {
    evaluation ??= prepare(task.derivation, {
      derived: task.derivation.derive("evaluate", selection),
      inputs: tensors,
      points,
      seeds: undefined,
    });
    const outputs = empty(rows);
    await execute(evaluation, budget, collectOutputs(outputs));
    return outputs;
  };
  const derivative = async (): Promise<{ outputs: Result[]; derivatives: readonly { array: Result["array"] }[] }> => {
    const outputs = empty(rows);
    if (!isMatrix) {
      const derivatives = empty(columns);
      await execute(run, budget, collectOutputs([...outputs, ...derivatives]));
      return { outputs, derivatives };
    }
    const matrix = new Matrix(new Grid(rows, columns), points, "matrix");
    const products = matrix.taker(rows.length, isReverse, run.strip);
    await execute(run, budget, both(collectOutputs(outputs), products));
    return { outputs, derivatives: matrix.arrays.flat().map((array) => ({ array })) };
  };
  return {
    mode: isReverse || !isMatrix ? "reverse" : "forward",
    passes: planned.passes,
    compileMs,
    primal,
    derivative,
    async answer() {
      const { outputs, derivatives } = await derivative();
      return { value: joined(outputs), derivative: joined(derivatives) };
    },
  };
}

function joined(results: readonly { readonly array: Result["array"] }[]): Float64Array {
  const all = new Float64Array(results.reduce((size, { array }) => size + array.data.length, 0));
  let at = 0;
  for (const { array } of results) {
    all.set(array.data, at);
    at += array.data.length;
  }
  return all;
}
