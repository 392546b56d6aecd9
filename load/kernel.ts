import { resultsOf } from "../src/calls/carry-out.ts";
import { createContext } from "../src/calls/context.ts";
import { planJacobian } from "../src/calls/matrices.ts";
import type { Sweep } from "../src/calls/plan.ts";
import { planProducts } from "../src/calls/products.ts";
import { ask } from "../src/calls/question.ts";
import { readConfig } from "../src/config.ts";
import { collectOutputs, result } from "../src/engine/runs/collect.ts";
import { execute, type Prepared, prepare } from "../src/engine/runs/execute.ts";
import { Budget } from "../src/graph/budget.ts";
import { type NdArray, ndarray } from "../src/graph/ndarray.ts";
import { createExchange } from "../src/rpc/exchange.ts";
import { TensorLeaf } from "../src/wire/answer.ts";
import { json } from "../src/wire/json/json.ts";
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
  const { call } = createExchange({ codec: json, receivedAtMs: startMs });
  const isMatrix = kernel.derivative === "jacobian";
  const question = ask(context, call, { graph, wrt, batch: points, timeoutMs, layout: "matrix" });
  const { derivation } = question;
  const plan = isMatrix ? planJacobian(question) : planProducts("gradient")(question);
  const [sweep, ...others] = plan.sweeps as [Sweep, ...Sweep[]];
  const { derived, seeds } = sweep;
  if (others.length > 0 || (seeds && "side" in seeds)) throw new Error(`${kernel.name}: one dense sweep only`);
  const inputs = question.loaded.graph.inputs.map(({ name }) => ({ array: array(kernel.inputs[name]!), isBatched }));
  const run = prepare(derivation, { derived, inputs, points, seeds });
  const compileMs = performance.now() - startMs;

  const budget = Budget.unlimited();
  let evaluation: Prepared | undefined;
  const primal = async () => {
    const evaluated = derivation.derive("evaluate", plan.selection);
    evaluation ??= prepare(derivation, { derived: evaluated, inputs, points, seeds: undefined });
    const outputs = question.loaded.graph.outputs.map(({ node }) => result(node.shape, "float64", points));
    await execute(evaluation, budget, collectOutputs(outputs));
    return outputs;
  };
  const derivative = async () => {
    const results = resultsOf(question, plan);
    await execute(run, budget, results.sink(0, run));
    return results;
  };
  const { mode, passes } = plan.told();
  return {
    mode,
    passes,
    compileMs,
    primal,
    derivative,
    async answer() {
      const { outputs, gradient, derivative: matrix } = await derivative();
      const whole = matrix.answer("base64");
      return {
        value: joined(outputs),
        derivative: joined(whole instanceof TensorLeaf ? [whole.array] : gradient),
      };
    },
  };
}

function joined(arrays: readonly NdArray[]): Float64Array {
  const all = new Float64Array(arrays.reduce((size, { data }) => size + data.length, 0));
  let at = 0;
  for (const { data } of arrays) {
    all.set(data, at);
    at += data.length;
  }
  return all;
}
