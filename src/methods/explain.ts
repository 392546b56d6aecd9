import { z } from "zod";
import { stripOf } from "../engine/choose-strip.ts";
import { plannedBytes } from "../engine/strip.ts";
import type { Shape } from "../graph/shape.ts";
import type { Selection } from "../transforms/derive.ts";
import { type Part, sizeOf } from "./answer.ts";
import type { Format } from "./compression.ts";
import { define } from "./context.ts";
import { standard } from "./examples.ts";
import { type JacobianMode, type Planned, planHessian, planJacobian, planProducts } from "./planning.ts";
import { answerParts, sweepsOf } from "./sparse.ts";
import { describeGraph, Task } from "./task.ts";
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
  /** Seeds swept, where the method takes or makes any. */
  readonly seeds: number | undefined;
  /** The answer beside the outputs. */
  readonly answer: readonly Part[];
}

interface ExplainParams {
  readonly mode: JacobianMode;
  readonly layout: "blocks" | "matrix";
  readonly format: Format;
}

type Explain = (task: Task, params: ExplainParams) => Explained;

// One entry a method; a method that takes seeds is explained for one.
const explained = {
  evaluate: (task) => ({
    planned: planProducts(task, "evaluate", task.named, 0),
    seeds: undefined,
    answer: [],
  }),
  jvp: (task) => products(task, "jvp", task.select(), ({ of }) => task.outputShapes(of)),
  vjp: (task) => products(task, "vjp", task.select(), ({ wrt }) => task.inputShapes(wrt)),
  gradient: (task) => ({
    ...products(task, "gradient", task.selectScalar("gradient"), ({ wrt }) => task.inputShapes(wrt)),
    seeds: undefined,
  }),
  hvp: (task) => products(task, "hvp", task.selectScalar("hvp"), ({ wrt }) => task.inputShapes([...wrt, ...wrt])),
  jacobian: (task, { mode, layout, format }) => {
    const selection = task.select();
    const planned = planJacobian(task, selection, mode, format);
    const [rows, columns] = [task.outputShapes(selection.of), task.inputShapes(selection.wrt)];
    return { planned, seeds: planned.passes, answer: answerParts(planned, rows, columns, layout, format) };
  },
  hessian: (task, { layout, format }) => {
    const selection = task.selectScalar("hessian");
    const columns = task.inputShapes(selection.wrt);
    const planned = planHessian(task, selection, format);
    const matrix = answerParts(planned, columns, columns, layout, format);
    return { planned, seeds: planned.passes, answer: [{ rows: columns }, ...matrix] };
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
        ...standard.described,
        plan: standard.plan,
        cached: false,
        memoryBytes: 2604,
      },
    },
  ],
  handle(params, context, call) {
    const task = new Task(context, call, params);
    const { planned, seeds, answer } = explained[params.method](task, params);
    const { inputs } = task.loaded.graph;
    // Without seeds to sweep there is nothing to differentiate.
    const seedless = params.method === "hessian" ? "gradient" : "evaluate";
    const derived = seeds === 0 ? task.derivation.derive(seedless, task.named) : planned.derived;
    const sweeps = planned.compressed && seeds !== 0 ? sweepsOf(planned.compressed) : [{ derived, count: seeds }];
    let cached = true;
    let bytes = 0;
    for (const { derived, count } of sweeps) {
      const isBatched = derived.graph.inputs.map((_, i) => params.batch !== undefined && i < inputs.length);
      const isWhole = !planned.compressed && (params.method === "jacobian" || params.method === "hessian");
      const seeds = count ? { count, ...(isWhole ? { unitLayout: params.layout } : {}) } : undefined;
      const strip = stripOf(task.derivation, derived, { points: params.batch, seeds, isBatched });
      cached &&= task.derivation.isCompiled(derived, strip);
      bytes = Math.max(bytes, plannedBytes(task.derivation.compile(derived, strip), derived, strip));
    }
    const parts = [{ rows: inputs.map(({ shape }) => shape) }, ...task.outputParts(), ...answer];
    return {
      graph: task.loaded.id,
      ...describeGraph(task.loaded),
      plan: planned.plan(),
      cached,
      memoryBytes: bytes + sizeOf(parts, params.batch, "json").bytes,
    };
  },
});

function products(
  task: Task,
  kind: "jvp" | "vjp" | "gradient" | "hvp",
  selection: Selection,
  answer: (selection: Selection) => readonly Shape[],
): Explained {
  return { planned: planProducts(task, kind, selection, 1), seeds: 1, answer: [{ rows: answer(selection) }] };
}
