import { z } from "zod";
import { bytesOf } from "../engine/collect.ts";
import { plannedBytes, stripOf } from "../engine/execute.ts";
import type { Shape } from "../graph/shape.ts";
import type { Selection } from "../transforms/derive.ts";
import { define } from "./context.ts";
import { standard } from "./examples.ts";
import { type JacobianMode, type Planned, planJacobian, planProducts } from "./planning.ts";
import { checkCounts, matrixShapes } from "./run.ts";
import { describeGraph, type SelectionParams, Task } from "./task.ts";
import {
  derivativeErrors,
  graphDescription,
  graphParams,
  graphResult,
  jacobianMode,
  layoutParams,
  plan,
  runParams,
  selectionParams,
} from "./wire.ts";

interface Explained {
  readonly planned: Planned;
  /** Seeds swept at once, where the method takes or makes any. */
  readonly seeds: number | undefined;
  /** Tensors of the answer beside the outputs. */
  readonly answer: readonly Shape[];
}

type Explain = (task: Task, params: SelectionParams & { mode: JacobianMode; layout: "blocks" | "matrix" }) => Explained;

// One entry a method; a method that takes seeds is explained for one.
const explained = {
  evaluate: (task, params) => ({
    planned: planProducts(task, "evaluate", task.positions(params), 0),
    seeds: undefined,
    answer: [],
  }),
  jvp: (task, params) => products(task, "jvp", task.select(params), ({ of }) => task.outputShapes(of)),
  vjp: (task, params) => products(task, "vjp", task.select(params), ({ wrt }) => task.inputShapes(wrt)),
  gradient: (task, params) => ({
    ...products(task, "gradient", task.selectScalar(params, "gradient"), ({ wrt }) => task.inputShapes(wrt)),
    seeds: undefined,
  }),
  hvp: (task, params) =>
    products(task, "hvp", task.selectScalar(params, "hvp"), ({ wrt }) => task.inputShapes([...wrt, ...wrt])),
  jacobian: (task, params) => {
    const selection = task.select(params);
    const planned = planJacobian(task, selection, params.mode);
    const rows = task.outputShapes(selection.of);
    return {
      planned,
      seeds: planned.passes,
      answer: matrixShapes(rows, task.inputShapes(selection.wrt), params.layout),
    };
  },
  hessian: (task, params) => {
    const selection = task.selectScalar(params, "hessian");
    const columns = task.inputShapes(selection.wrt);
    const planned = planProducts(task, "hvp", selection, task.count(selection).n);
    return {
      planned,
      seeds: planned.passes,
      answer: [...columns, ...matrixShapes(columns, columns, params.layout)],
    };
  },
} as const satisfies Record<string, Explain>;

export const explain = define({
  name: "explain",
  summary: "How a call would be computed, and what it would cost, without running it.",
  description:
    "Compiles what the method would compile and answers the plan, whether it was compiled already, and the bytes that a run would hold. Methods that take seeds are explained for one seed.",
  params: z.object({
    ...graphParams,
    ...selectionParams,
    method: z
      .enum(Object.keys(explained) as (keyof typeof explained)[])
      .default("jacobian")
      .describe("the method to explain"),
    mode: jacobianMode,
    ...layoutParams,
    batch: runParams.batch,
  }),
  result: z.object({
    ...graphResult,
    ...graphDescription,
    plan,
    cached: z.boolean().describe("whether the program was kept already"),
    memoryBytes: z.int().min(0).describe("bytes that a run holds at most, inputs and answer included"),
  }),
  errors: derivativeErrors,
  examples: [
    {
      name: "why the standard example's Jacobian takes one reverse sweep",
      params: { graph: standard.graph },
      result: {
        graph: standard.id,
        inputs: [
          { name: "x1", shape: [], dtype: "float64" },
          { name: "x2", shape: [], dtype: "float64" },
        ],
        outputs: [{ name: "y", shape: [], dtype: "float64" }],
        nodes: 5,
        plan: standard.plan,
        cached: false,
        memoryBytes: 104,
      },
    },
  ],
  handle(params, context, call) {
    const task = new Task(context, call, params);
    checkCounts(task, params.batch);
    const { planned, seeds, answer } = explained[params.method](task, params);
    const { derived, plan } = planned;
    const { inputs, outputs } = task.loaded.graph;
    const isBatched = derived.graph.inputs.map((_, i) => params.batch !== undefined && i < inputs.length);
    const strip = stripOf(derived, params.batch, seeds === 0 ? undefined : seeds, isBatched);
    const cached = task.derivation.isCompiled(derived, strip);
    const program = task.derivation.compile(derived, strip);
    const answerShapes = [...inputs.map(({ shape }) => shape), ...outputs.map(({ node }) => node.shape), ...answer];
    return {
      graph: task.loaded.id,
      ...describeGraph(task.loaded),
      plan: plan(),
      cached,
      memoryBytes: plannedBytes(program, derived, strip) + bytesOf(answerShapes, params.batch),
    };
  },
});

function products(
  task: Task,
  kind: "jvp" | "vjp" | "gradient" | "hvp",
  selection: Selection,
  answer: (selection: Selection) => readonly Shape[],
): Explained {
  return { planned: planProducts(task, kind, selection, 1), seeds: 1, answer: answer(selection) };
}
