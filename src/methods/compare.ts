import { z } from "zod";
import { define } from "../calls/context.ts";
import { ask } from "../calls/question.ts";
import { compareMethods } from "../studies/compare.ts";
import { schemes } from "../studies/steps.ts";
import { standard } from "./schemas/examples.ts";
import {
  blocks,
  derivativeErrors,
  figure,
  graphParams,
  outputsResult,
  runParams,
  selectionParams,
} from "./schemas/wire.ts";

const verdict = z.enum(["agrees", "disagrees", "undecided"]);

const row = z
  .looseObject({
    method: z.enum(["manual", "numerical", "symbolic", "forward", "reverse"]),
    scheme: z.enum(schemes).optional().describe("of `numerical`"),
    jacobian: blocks.describe("the values; of `manual` the blocks that were given"),
    error: figure.describe("the largest |value - reference| / |reference|, or |value| where the reference is 0"),
    verdict: verdict.describe(
      "`agrees` within rounding, and for `numerical` within ten times its error estimate; `undecided` where a difference or a formula is not finite, where the error of a difference exceeds it, or where differences straddle a kink",
    ),
    evaluations: z
      .int()
      .min(0)
      .optional()
      .describe("evaluations of the function; choosing the step of differences and judging them takes more"),
    passes: z.int().min(0).optional().describe("seeds swept"),
    operations: z.number().describe("counted operations, the function's own included where it is evaluated too"),
    timeMs: z.number().describe("milliseconds, the fastest of a few runs, compiling aside"),
    worst: z
      .looseObject({
        of: z.string(),
        wrt: z.string(),
        row: z.int().min(0).describe("the scalar of the output, counted in row-major order"),
        column: z.int().min(0).describe("the scalar of the input"),
        value: figure,
        reference: figure,
      })
      .optional()
      .describe("where a row that disagrees does so most"),
  })
  .meta({ id: "ComparedRow", description: "What one method of differentiation gave, and what it took." });

export const compare = define({
  name: "compare",
  summary: "One Jacobian by every method: manual, numerical, symbolic, forward and reverse mode.",
  description:
    "Computes a Jacobian at one point by the graph's own `derivatives` where it has any, by differences in three schemes, by the formulas of `symbolic` (or the simplified derivative, written out, where that method has none), and by forward and reverse mode, and tells of each the values, the error, what it took and how long. The reference, which is exact to rounding, is reverse mode, or forward mode where a graph has no reverse mode; a row of a mode that it has not is absent. Manual derivatives are only checked here: no method uses them. The row `symbolic` is absent where the formula, a row of the Jacobian after the other, would be very large.",
  params: z.object({
    ...graphParams,
    ...selectionParams,
    inputs: runParams.inputs,
    encoding: runParams.encoding,
    render: z.enum(["text"]).optional().describe("adds `text`, the rows as a table for people"),
  }),
  result: z.object({
    ...outputsResult,
    verdict: verdict.describe("`disagrees` when any row does"),
    reference: z
      .enum(["reverse", "forward"])
      .describe("the method that errors are told against: forward mode where there is no reverse mode"),
    rows: z.array(row).describe("one row for each method that gave values"),
    text: z.string().optional().describe("with `render`: the rows as a table"),
  }),
  errors: derivativeErrors,
  isHeavy: true,
  examples: [
    {
      name: "the standard example, with a mistake in the second manual derivative",
      params: {
        graph: {
          ...standard.graph,
          derivatives: [
            { of: "y", wrt: "x1", expression: "1/x1 + x2" },
            { of: "y", wrt: "x2", expression: "x1 + cos(x2)" },
          ],
        },
        inputs: standard.inputs,
      },
      result: {
        graph: standard.id,
        outputs: { y: standard.y },
        verdict: "disagrees",
        reference: "reverse",
        rows: [
          {
            method: "manual",
            jacobian: { y: { x1: standard.dx1, x2: 2.283662185463226 } },
            error: 0.3305435364305417,
            verdict: "disagrees",
            evaluations: 1,
            operations: 26,
            timeMs: 0.00427,
            worst: { of: "y", wrt: "x2", row: 0, column: 0, value: 2.283662185463226, reference: standard.dx2 },
          },
          {
            method: "numerical",
            scheme: "forward",
            jacobian: { y: { x1: standard.dx1, x2: 1.7163377761840821 } },
            error: 2.2345654430226926e-8,
            verdict: "agrees",
            evaluations: 3,
            operations: 129,
            timeMs: 0.0458,
          },
          {
            method: "numerical",
            scheme: "backward",
            jacobian: { y: { x1: standard.dx1, x2: 1.7163378477096558 } },
            error: 1.9327711430656366e-8,
            verdict: "agrees",
            evaluations: 3,
            operations: 129,
            timeMs: 0.0462,
          },
          {
            method: "numerical",
            scheme: "central",
            jacobian: { y: { x1: 5.500000000004584, x2: 1.7163378145812018 } },
            error: 2.5885356859669603e-11,
            verdict: "agrees",
            evaluations: 4,
            operations: 172,
            timeMs: 0.0361,
          },
          {
            method: "symbolic",
            jacobian: { y: { x1: standard.dx1, x2: standard.dx2 } },
            error: 0,
            verdict: "agrees",
            evaluations: 1,
            operations: 26,
            timeMs: 0.00627,
          },
          {
            method: "forward",
            jacobian: { y: { x1: standard.dx1, x2: standard.dx2 } },
            error: 0,
            verdict: "agrees",
            passes: 2,
            operations: 103,
            timeMs: 0.0203,
          },
          {
            method: "reverse",
            jacobian: { y: { x1: standard.dx1, x2: standard.dx2 } },
            error: 0,
            verdict: "agrees",
            passes: 1,
            operations: 73,
            timeMs: 0.0178,
          },
        ],
      },
    },
  ],
  handle: (params, context, call) => compareMethods(ask(context, call, params), params.render),
});
