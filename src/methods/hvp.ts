import { z } from "zod";
import { define } from "../calls/context.ts";
import { numeric } from "../calls/numeric.ts";
import { planProducts } from "../calls/products.ts";
import { standard } from "./schemas/examples.ts";
import {
  derivativeErrors,
  doubtParams,
  gradientMember,
  outputsResult,
  products,
  runParams,
  seeds,
  selectionParams,
  weightsParam,
} from "./schemas/wire.ts";

export const hvp = define({
  name: "hvp",
  summary: "Hessian-vector products H·v of a scalar output, forward over reverse.",
  description:
    "The directional derivative of the gradient: `hvp[a]` is the sum over the inputs b in `wrt` of H_ab · seed_b. Costs a small multiple of one gradient, however many inputs there are.",
  params: z.object({ ...runParams, ...selectionParams, ...doubtParams, ...weightsParam, seeds }),
  result: z.object({
    ...outputsResult,
    gradient: gradientMember,
    hvp: products.describe("H·v, by input; a list where the seeds were one"),
  }),
  errors: derivativeErrors,
  examples: [
    {
      name: "the first column of the standard example's Hessian",
      params: { graph: standard.graph, inputs: standard.inputs, seeds: { x1: 1 } },
      result: {
        graph: standard.id,
        outputs: { y: standard.y },
        gradient: { x1: standard.dx1, x2: standard.dx2 },
        hvp: { x1: -0.25, x2: 1 },
      },
    },
  ],
  handle: numeric(planProducts("hvp"), ({ graph, outputs, gradient, derivative }) => ({
    graph,
    outputs,
    gradient,
    hvp: derivative,
  })),
});
