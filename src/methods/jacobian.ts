import { z } from "zod";
import { define } from "../calls/context.ts";
import { planJacobian } from "../calls/matrices.ts";
import { numeric } from "../calls/numeric.ts";
import { standard } from "./schemas/examples.ts";
import {
  blocksOrMatrix,
  derivativeErrors,
  doubtParams,
  jacobianMode,
  layoutParams,
  matrixResult,
  outputsResult,
  runParams,
  selectionParams,
  verify,
} from "./schemas/wire.ts";

export const jacobian = define({
  name: "jacobian",
  summary: "Whole Jacobians, in the cheaper mode.",
  description:
    "All derivatives of all outputs in `of` by all inputs in `wrt`. In layout `blocks`, `jacobian[output][input]` has the output's shape followed by the input's; in layout `matrix` outputs and inputs are flattened and laid end to end, and `rowRanges` and `columnRanges` tell where each is. `mode` `auto` takes the mode with fewer counted operations, and `plan` tells which and why. With `format` `coo` or `csr` matrices are sparse, and tensors flattened into their rows and columns; sums of seeds are swept, one for each colour of the sparsity pattern, and dense answers are computed so too where it counts fewer operations.",
  params: z.object({ ...runParams, ...selectionParams, ...doubtParams, mode: jacobianMode, ...layoutParams, verify }),
  result: z.object({
    ...outputsResult,
    jacobian: blocksOrMatrix.describe("derivatives: `jacobian[output][input]`, or a matrix; sparse where asked for"),
    ...matrixResult,
  }),
  errors: derivativeErrors,
  examples: [
    {
      name: "the standard example: one output, so one reverse sweep",
      params: { graph: standard.graph, inputs: standard.inputs },
      result: {
        graph: standard.id,
        outputs: { y: standard.y },
        jacobian: { y: { x1: standard.dx1, x2: standard.dx2 } },
        plan: standard.plan,
      },
    },
    {
      name: "as a matrix, for two points",
      params: { graph: standard.graph, inputs: { x1: [2, 1], x2: 5 }, batch: 2, layout: "matrix" },
      result: {
        graph: standard.id,
        outputs: { y: [standard.y, 5 - Math.sin(5)] },
        jacobian: [[[5.5, standard.dx2]], [[6, 1 - Math.cos(5)]]],
        rowRanges: [{ name: "y", start: 0, size: 1 }],
        columnRanges: [
          { name: "x1", start: 0, size: 1 },
          { name: "x2", start: 1, size: 1 },
        ],
        plan: standard.plan,
      },
    },
  ],
  handle: numeric(planJacobian, ({ graph, outputs, derivative, ranges, plan }) => ({
    graph,
    outputs,
    jacobian: derivative,
    ...ranges,
    plan,
  })),
});
