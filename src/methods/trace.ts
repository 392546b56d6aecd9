import { z } from "zod";
import { define } from "../calls/context.ts";
import { ask } from "../calls/question.ts";
import { traced } from "../studies/tracing/traced.ts";
import { standard, standardTrace } from "./schemas/examples.ts";
import { derivativeErrors, outputsResult, runParams, tensor, tensorMap } from "./schemas/wire.ts";

const { batch: _, ...params } = runParams;

const part = z
  .looseObject({
    from: z.string().optional().describe("the node that uses this one; absent for a cotangent that was sent"),
    formula: z.string().describe("how the part is made"),
    partial: tensor.optional().describe("the partial derivative, where both nodes are scalars"),
    value: tensor.describe("what the part adds to the adjoint"),
  })
  .meta({ id: "TracePart", description: "What one use of a node adds to its adjoint." });

const run = z
  .looseObject({
    function: z.string(),
    step: z.int().min(0).optional().describe("of a loop, the row or the number of the step"),
    nodes: z.array(z.unknown()).describe("its inputs, constants and nodes, told as those of the graph"),
  })
  .meta({ id: "TraceRun", description: "One run of a function that a node holds." });

const row = z
  .looseObject({
    name: z.string(),
    op: z.string().describe("the operator, `input` or `constant`"),
    args: z.array(z.string()).describe("the operands that are not plain numbers, by name"),
    formula: z.string().optional().describe("the node in terms of its operands"),
    value: tensor,
    runs: z
      .array(run)
      .optional()
      .describe(
        "with `depth`: what the functions of the node computed, one run after the other; at the first result only",
      ),
    tangent: tensor.optional().describe("with `seed`"),
    adjoint: tensor.optional().describe("with `cotangent`, of float nodes"),
    parts: z.array(part).optional().describe("the sum that the adjoint is, in the order it was added up"),
  })
  .meta({ id: "TraceNode", description: "One row of a trace." });

export const trace = define({
  name: "trace",
  summary: "Every step of an evaluation: values, tangents forward, adjoints backward, as in textbooks.",
  description:
    "For each input, named or larger constant, and node, in the order in which they are computed: its formula, its value, its tangent when there is a `seed`, and its adjoint with the products that add up to it. `reverse` has the names in the order of the reverse sweep. Nodes have the names of the document that was sent, else `v1`, `v2`, … or, when it was sent by id, those of `graph.get`. A loop is one row, which `depth` opens: the nodes of each step with their values, called as `graph.get` calls those of functions. For small graphs: the limits are `traceNodes` and `traceElements`.",
  params: z.object({
    ...params,
    seed: tensorMap
      .optional()
      .describe("tangents of inputs, absent names being zero; without it there are no tangents"),
    cotangent: tensorMap
      .optional()
      .describe("cotangents of outputs, absent names being zero; default: 1 where there is one output, a float scalar"),
    depth: z
      .int()
      .min(0)
      .max(64)
      .default(0)
      .describe("how many functions deep calls, maps, loops and branches are opened; 0: each is one row"),
    render: z
      .enum(["text", "latex", "dot"])
      .optional()
      .describe("also answers `text`: an aligned table, LaTeX arrays, or a Graphviz drawing"),
  }),
  result: z.object({
    ...outputsResult,
    nodes: z.array(row).describe("inputs, constants and nodes, in the order in which they are computed"),
    reverse: z.array(z.string()).optional().describe("nodes with an adjoint, in the order of the reverse sweep"),
    text: z.string().optional().describe("with `render`: the trace as text, LaTeX or a drawing"),
  }),
  errors: derivativeErrors,
  isHeavy: true,
  examples: [
    {
      name: "the standard example",
      params: { graph: standardTrace.graph, inputs: standard.inputs, seed: { x1: 1 } },
      result: { graph: standard.id, ...standardTrace.result },
    },
  ],
  handle: (params, context, call) => traced(ask(context, call, params), params),
});
