import { z } from "zod";
import { after } from "../rpc/eventually.ts";
import { type RawJson, rawObject } from "../rpc/raw.ts";
import { define } from "./context.ts";
import { standard } from "./examples.ts";
import { planHessian } from "./planning.ts";
import { repeatMatrix } from "./repeated.ts";
import { idText, planText, type WholeAnswer } from "./results.ts";
import { runMatrix } from "./run.ts";
import { Task } from "./task.ts";
import {
  blocksOrMatrix,
  derivativeErrors,
  gradientMember,
  layoutParams,
  matrixResult,
  outputsResult,
  runParams,
  selectionParams,
  verify,
} from "./wire.ts";

export const hessian = define({
  name: "hessian",
  summary: "The Hessian of a scalar output, forward over reverse.",
  description:
    "All second derivatives of one output of shape []. In layout `blocks`, `hessian[a][b]` has the shape of input a followed by that of input b; in layout `matrix` the inputs are flattened and laid end to end. With `format` `coo` or `csr` matrices are sparse; one product is taken for each colour of a star colouring of the sparsity pattern.",
  params: z.object({ ...runParams, ...selectionParams, ...layoutParams, verify }),
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
  handle(params, context, call) {
    const repeated = repeatMatrix(context, call, params);
    if (repeated) return repeated;
    const task = new Task(context, call, params);
    const selection = task.selectScalar("hessian");
    const planned = planHessian(task, selection, params.format);
    const request = {
      planned,
      selection,
      layout: params.layout,
      format: params.format,
      verify: params.verify,
      isHessian: true,
      compose,
    };
    return after(runMatrix(task, request, params), (made) =>
      compose({ ...made, graph: idText(task), plan: planText(planned.plan()) }),
    );
  },
});

function compose({ graph, outputs, gradient, matrix, ranges, plan }: WholeAnswer): RawJson {
  return rawObject({ graph, outputs, gradient, hessian: matrix, ...ranges, plan });
}
