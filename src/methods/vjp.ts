import { z } from "zod";
import { define } from "../calls/context.ts";
import { numeric } from "../calls/numeric.ts";
import { planProducts } from "../calls/products.ts";
import { standard } from "./schemas/examples.ts";
import {
  derivativeErrors,
  doubtParams,
  outputsResult,
  products,
  runParams,
  seeds,
  selectionParams,
} from "./schemas/wire.ts";

export const vjp = define({
  name: "vjp",
  summary: "Vector-Jacobian products uᵀ·J, in reverse mode.",
  description:
    "Pulls cotangents of outputs back to the inputs. A seed holds a cotangent for each output that it names, of the output's shape; absent ones are zero. A list of seeds gives as many products in one call.",
  params: z.object({ ...runParams, ...selectionParams, ...doubtParams, seeds }),
  result: z.object({
    ...outputsResult,
    cotangents: products.describe("uᵀ·J, by input; a list where the seeds were one"),
  }),
  errors: derivativeErrors,
  examples: [
    {
      name: "twice the gradient of the standard example",
      params: { graph: standard.graph, inputs: standard.inputs, seeds: { y: 2 } },
      result: {
        graph: standard.id,
        outputs: { y: standard.y },
        cotangents: { x1: 2 * standard.dx1, x2: 2 * standard.dx2 },
      },
    },
  ],
  handle: numeric(planProducts("vjp"), ({ graph, outputs, derivative }) => ({
    graph,
    outputs,
    cotangents: derivative,
  })),
});
