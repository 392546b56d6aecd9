import { z } from "zod";
import { define } from "../calls/context.ts";
import { ask } from "../calls/question.ts";
import { checkSeeds, differentiateNumerically } from "../studies/numerical.ts";
import { schemes } from "../studies/steps.ts";
import { standard } from "./schemas/examples.ts";
import {
  blocksOrMatrix,
  derivativeErrors,
  doubtParams,
  errorEstimates,
  layoutParams,
  matrixResult,
  outputsResult,
  products,
  runParams,
  seeds,
  selectionParams,
  steps,
  tensorMap,
} from "./schemas/wire.ts";

export const numerical = define({
  name: "numerical",
  summary: "Derivatives by finite differences, with an error estimate for every entry.",
  description:
    "A Jacobian, Jacobian-vector products or the gradient of a scalar output by forward, backward or central differences, laid out as `jacobian`, `jvp` and `gradient` lay them out; `errors` has an estimate for each entry, laid out alike: truncation, from the same quotient at 0.6 of the step, plus rounding; Infinity where there is nothing to estimate from. Unless `step` is given it is first eps^(1/3) max(|x|, 1) for central and eps^(1/2) max(|x|, 1) for one-sided differences, x being the scalar that is moved; along a seed, x is the largest scalar that it moves and the step is divided by the largest scalar of the seed. Where the estimated error is more than 1e-7 of the value (1e-5 one-sided), steps of all magnitudes are tried, and each entry is the quotient whose estimate is best and whose neighbour agrees. For exact derivatives use the other methods: this one is there to compare with.",
  params: z.object({
    ...runParams,
    diagnose: doubtParams.diagnose,
    ...selectionParams,
    method: z
      .enum(["jacobian", "jvp", "gradient"])
      .default("jacobian")
      .describe("what to compute; `jvp` takes `seeds`, `gradient` exactly one scalar output"),
    seeds: seeds
      .optional()
      .describe("with method `jvp`: tensors by input name, absent ones being zero; or a list of such"),
    scheme: z.enum(schemes).default("central").describe("f(x+h) - f(x-h), f(x+h) - f(x) or f(x) - f(x-h)"),
    step: z.number().positive().optional().describe("the step h, the same for every input and seed"),
    layout: layoutParams.layout,
  }),
  result: z.object({
    ...outputsResult,
    jacobian: blocksOrMatrix.optional().describe("with method `jacobian`, laid out as that does"),
    tangents: products.optional().describe("with method `jvp`"),
    gradient: tensorMap.optional().describe("with method `gradient`"),
    errors: errorEstimates,
    rowRanges: matrixResult.rowRanges,
    columnRanges: matrixResult.columnRanges,
    scheme: z.enum(schemes).describe("the scheme that was used"),
    step: steps,
    evaluations: z.int().min(0).describe("evaluations at each point, those for the error estimates included"),
  }),
  errors: derivativeErrors,
  isHeavy: true,
  examples: [
    {
      name: "the standard example by central differences",
      params: { graph: standard.graph, inputs: standard.inputs },
      result: {
        graph: standard.id,
        outputs: { y: standard.y },
        jacobian: { y: { x1: 5.500000000004584, x2: 1.7163378145812018 } },
        errors: { y: { x1: 6.553436052027689e-10, x2: 2.73301474984334e-10 } },
        step: { x1: 0.000012110908904786679, x2: 0.000030277272261966697 },
        scheme: "central",
        evaluations: 9,
      },
    },
    {
      name: "a slope by forward differences with a step of one's own",
      params: {
        graph: standard.graph,
        inputs: standard.inputs,
        method: "jvp",
        seeds: { x1: 1 },
        scheme: "forward",
        step: 0.0009765625,
      },
      result: {
        graph: standard.id,
        outputs: { y: standard.y },
        tangents: { y: 5.499877969408772 },
        errors: { y: 0.00012200677004491814 },
        step: 0.0009765625,
        scheme: "forward",
        evaluations: 3,
      },
    },
  ],
  handle(params, context, call) {
    checkSeeds(params);
    return differentiateNumerically(ask(context, call, params), params);
  },
});
