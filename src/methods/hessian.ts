import { z } from "zod";
import { define } from "../calls/context.ts";
import { planHessian } from "../calls/matrices.ts";
import { numeric } from "../calls/numeric.ts";
import { standard } from "./schemas/examples.ts";
import {
  blocksOrMatrix,
  derivativeErrors,
  doubtParams,
  gradientMember,
  layoutParams,
  matrixResult,
  outputsResult,
  runParams,
  selectionParams,
  verify,
  weightsParam,
} from "./schemas/wire.ts";

export const hessian = define({
  name: "hessian",
  summary: "The Hessian of a scalar output, forward over reverse.",
  description:
    "All second derivatives of one output of shape []. In layout `blocks`, `hessian[a][b]` has the shape of input a followed by that of input b; in layout `matrix` the inputs are flattened and laid end to end. With `format` `coo` or `csr` matrices are sparse; one product is taken for each colour of a star colouring of the sparsity pattern.",
  params: z.object({ ...runParams, ...selectionParams, ...doubtParams, ...weightsParam, ...layoutParams, verify }),
  result: z.object({
    ...outputsResult,
    gradient: gradientMember,
    hessian: blocksOrMatrix.describe("second derivatives: `hessian[a][b]`, or a matrix; sparse where asked for"),
    ...matrixResult,
  }),
  errors: derivativeErrors,
  examples: [
    {
      name: "the standard example as a matrix",
      params: { graph: standard.graph, inputs: standard.inputs, layout: "matrix" },
      result: {
        graph: standard.id,
        outputs: { y: standard.y },
        gradient: { x1: standard.dx1, x2: standard.dx2 },
        hessian: [
          [-0.25, 1],
          [1, Math.sin(5)],
        ],
        rowRanges: [
          { name: "x1", start: 0, size: 1 },
          { name: "x2", start: 1, size: 1 },
        ],
        columnRanges: [
          { name: "x1", start: 0, size: 1 },
          { name: "x2", start: 1, size: 1 },
        ],
        plan: {
          mode: "forward-over-reverse",
          passes: 2,
          inputs: 2,
          outputs: 1,
          operations: { primal: 43, reverse: 73 },
        },
      },
    },
  ],
  handle: numeric(planHessian, ({ graph, outputs, gradient, derivative, ranges, plan }) => ({
    graph,
    outputs,
    gradient,
    hessian: derivative,
    ...ranges,
    plan,
  })),
});
