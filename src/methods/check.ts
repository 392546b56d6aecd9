import { z } from "zod";
import { define } from "../calls/context.ts";
import { ask } from "../calls/question.ts";
import { checkDerivatives } from "../studies/check.ts";
import { standard } from "./schemas/examples.ts";
import {
  derivativeErrors,
  figure,
  graphParams,
  outputsResult,
  runParams,
  selectionParams,
  warning,
} from "./schemas/wire.ts";

const verdict = z.enum(["passed", "failed", "undecided"]);
const entry = {
  of: z.string(),
  wrt: z.string(),
  row: z.int().min(0).describe("the scalar of the output, counted in row-major order"),
  column: z.int().min(0).describe("the scalar of the input"),
};

export const check = define({
  name: "check",
  summary: "The gradient check: are the derivatives of this graph at this point right?",
  description:
    "Three tests. The adjoint identity ⟨u, J v⟩ = ⟨Jᵀ u, v⟩ at random u and v holds forward mode against reverse mode. The Taylor test holds forward mode against the function: |uᵀf(x + h v) - uᵀf(x) - h uᵀJ v| falls as h² when J is right and as h when it is not; it looks at a range of h, so there is no step to choose. And every entry is compared with central differences within ten times their estimated error; each step is chosen from the function and the point unless `step` is given. Where a graph has one mode only, the first test is left out. `verdict` is `failed` when a test fails that no kink explains, `inconclusive` when something could not be decided: at a kink, where a derivative or a value beside the point is not finite, or behind stop_gradient; `warnings` say what and where.",
  params: z.object({
    ...graphParams,
    ...selectionParams,
    inputs: runParams.inputs,
    encoding: runParams.encoding,
    seed: z
      .int()
      .min(0)
      .max(4294967295)
      .default(1)
      .describe("the seed of the random numbers; the same one, the same check"),
    step: z
      .number()
      .positive()
      .optional()
      .describe(
        "the step of the differences; by default it is chosen for every entry, from the function and the point",
      ),
    tolerance: z
      .number()
      .positive()
      .default(1e-10)
      .describe("the relative discrepancy that counts as rounding, in the adjoint identity and beside error estimates"),
  }),
  result: z.object({
    ...outputsResult,
    warnings: z
      .array(warning)
      .max(20)
      .describe("what a caller should know, and what could not be decided; may be empty"),
    verdict: z
      .enum(["passed", "failed", "inconclusive"])
      .describe("`failed` where a test fails that no kink explains, `inconclusive` where something was not decided"),
    adjoint: z
      .looseObject({
        verdict,
        discrepancy: figure.describe("the largest of the trials"),
        trials: z.array(
          z
            .looseObject({
              forward: figure.describe("⟨u, J v⟩"),
              reverse: figure.describe("⟨Jᵀ u, v⟩"),
              discrepancy: figure.describe("their difference by the sum of the absolute terms of both"),
            })
            .meta({ id: "AdjointTrial", description: "⟨u, J v⟩ and ⟨Jᵀ u, v⟩ at one pair of random vectors." }),
        ),
      })
      .meta({ id: "AdjointCheck", description: "Forward mode held against reverse mode: ⟨u, J v⟩ = ⟨Jᵀ u, v⟩." }),
    taylor: z
      .looseObject({
        verdict,
        order: figure.optional().describe("the fitted power of h, 1.8 or more to pass; absent where all is rounding"),
        noise: figure.describe("the rounding errors of uᵀf, measured"),
        remainders: z.array(
          z
            .looseObject({ step: z.number(), remainder: figure })
            .meta({ id: "TaylorRemainder", description: "What Taylor's formula leaves at one step." }),
        ),
      })
      .meta({ id: "TaylorCheck", description: "Forward mode held against the function, over a range of steps." }),
    entries: z
      .looseObject({
        verdict,
        compared: z.int().min(0),
        undecided: z
          .int()
          .min(0)
          .describe(
            "entries at kinks, without a finite derivative or difference, or whose difference has an error that exceeds it",
          ),
        worst: z
          .looseObject({
            ...entry,
            derivative: figure,
            difference: figure.describe("the central difference"),
            error: figure.describe("its estimated error"),
            ratio: figure.describe("the distance in units of the error; more than 10 fails"),
          })
          .meta({ id: "WorstEntry", description: "The entry that is farthest from its difference." })
          .optional(),
      })
      .meta({ id: "EntriesCheck", description: "Every entry held against central differences." }),
    seed: z.int().describe("the seed of the random numbers"),
    tolerance: z.number().describe("the tolerance that was used"),
    evaluations: z.int().min(0).describe("evaluations of the function"),
  }),
  errors: derivativeErrors,
  isHeavy: true,
  examples: [
    {
      name: "the standard example",
      params: { graph: standard.graph, inputs: standard.inputs },
      result: {
        graph: standard.id,
        outputs: { y: standard.y },
        verdict: "passed",
        warnings: [],
        adjoint: {
          verdict: "passed",
          discrepancy: 7.986266320718033e-17,
          trials: [
            { forward: -1.3662202949940785, reverse: -1.3662202949940787, discrepancy: 7.986266320718033e-17 },
            { forward: 4.2339760645433, reverse: 4.2339760645433, discrepancy: 0 },
            { forward: 0.49050140025927413, reverse: 0.49050140025927413, discrepancy: 0 },
          ],
        },
        taylor: {
          verdict: "passed",
          order: 1.9999097861321342,
          noise: 5.120981257472485e-15,
          remainders: [
            { step: 2 ** -2, remainder: 0.0006156974760453959 },
            { step: 2 ** -4, remainder: 0.00003870462217453463 },
            { step: 2 ** -6, remainder: 0.00000242250481734263 },
            { step: 2 ** -8, remainder: 1.5146060587320487e-7 },
            { step: 2 ** -10, remainder: 9.467132420885871e-9 },
            { step: 2 ** -12, remainder: 5.917083513700544e-10 },
            { step: 2 ** -14, remainder: 3.6982945080931556e-11 },
            { step: 2 ** -16, remainder: 2.3117273476340114e-12 },
            { step: 2 ** -18, remainder: 1.4450076809484173e-13 },
            { step: 2 ** -20, remainder: 8.591661013006551e-15 },
            { step: 2 ** -22, remainder: 3.715584138513873e-16 },
            { step: 2 ** -24, remainder: 1.239378026087341e-15 },
            { step: 2 ** -26, remainder: 2.798779962428603e-15 },
            { step: 2 ** -28, remainder: 2.5560578075708815e-16 },
            { step: 2 ** -30, remainder: 1.2683661843609158e-15 },
          ],
        },
        entries: {
          verdict: "passed",
          compared: 2,
          undecided: 0,
          worst: {
            of: "y",
            wrt: "x2",
            row: 0,
            column: 0,
            derivative: standard.dx2,
            difference: 1.7163378145812018,
            error: 2.73301474984334e-10,
            ratio: 0.15295488022845677,
          },
        },
        seed: 1,
        tolerance: 1e-10,
        evaluations: 43,
      },
    },
  ],
  handle: (params, context, call) => checkDerivatives(ask(context, call, params), params),
});
