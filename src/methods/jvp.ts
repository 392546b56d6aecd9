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

export const jvp = define({
  name: "jvp",
  summary: "Jacobian-vector products J·v, in forward mode.",
  description:
    "Pushes tangents of inputs to the outputs. A seed holds a tangent for each input that it names, of the input's shape; absent ones are zero. A list of seeds gives as many products in one call.",
  params: z.object({ ...runParams, ...selectionParams, ...doubtParams, seeds }),
  result: z.object({
    ...outputsResult,
    tangents: products.describe("J·v, by output; a list where the seeds were one"),
  }),
  errors: derivativeErrors,
  examples: [
    {
      name: "the slope of the standard example along x1, and along both inputs",
      params: { graph: standard.graph, inputs: standard.inputs, seeds: [{ x1: 1 }, { x1: 1, x2: 1 }] },
      result: {
        graph: standard.id,
        outputs: { y: standard.y },
        tangents: [{ y: standard.dx1 }, { y: standard.dx1 + standard.dx2 }],
      },
    },
  ],
  handle: numeric(planProducts("jvp"), ({ graph, outputs, derivative }) => ({ graph, outputs, tangents: derivative })),
});
