import { z } from "zod";
import { define } from "../calls/context.ts";
import { describeGraph } from "../calls/describe.ts";
import { explainers, explainPlan } from "../calls/explain.ts";
import { ask } from "../calls/question.ts";
import { standard } from "./schemas/examples.ts";
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
} from "./schemas/wire.ts";

const loop = z
  .looseObject({
    kind: z
      .enum(["scan", "while", "segments"])
      .describe(
        "rows one after the other, steps while a condition holds, or segments that are computed again backward",
      ),
    function: z.string().describe("the function that is run in each step"),
    steps: z.int().min(0).optional().describe("steps, or segments; of a `while` its limit, absent where it has none"),
    reverse: z.boolean().describe("whether it begins at the last row"),
    operations: z.number().describe("operations of one step"),
    keptBytes: z.int().min(0).describe("bytes of what its steps keep for a loop that goes back"),
    again: z.boolean().describe("whether it computes again what another loop of the program has computed"),
    loops: z.array(z.unknown()).optional().describe("the loops of one step, told in the same way"),
  })
  .meta({ id: "Loop", description: "A loop of a program, for one point and one seed." });

export const explain = define({
  name: "explain",
  summary: "How a call would be computed, and what it would cost, without running it.",
  description:
    "Compiles what the method would compile and answers the plan, whether it was compiled already, and the bytes that a run would hold. Methods that take seeds are explained for one seed.",
  params: z.object({
    ...graphParams,
    ...selectionParams,
    method: z
      .enum(Object.keys(explainers) as (keyof typeof explainers)[])
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
    loops: z
      .array(loop)
      .max(100)
      .optional()
      .describe("the loops that run, those of a derivative included; absent: none"),
    keptBytes: z.int().min(0).optional().describe("bytes that all of them keep at once, for one point and one seed"),
    recomputed: z.number().optional().describe("operations that are computed again, so that less is kept"),
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
  handle({ method, ...params }, context, call) {
    const question = ask(context, call, { ...params, ...explainers[method].asked });
    const explained = explainPlan(question, explainers[method].plan(question));
    return { graph: question.loaded.id, ...describeGraph(question.loaded), ...explained };
  },
});
