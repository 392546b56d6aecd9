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
  runParams,
  selectionParams,
  weightsParam,
} from "./schemas/wire.ts";

export const gradient = define({
  name: "gradient",
  summary: "The gradient of a scalar output.",
  description: "One reverse sweep, whatever the number of inputs. `of` must leave exactly one output, of shape [].",
  params: z.object({ ...runParams, ...selectionParams, ...doubtParams, ...weightsParam }),
  result: z.object({ ...outputsResult, gradient: gradientMember }),
  errors: derivativeErrors,
  examples: [
    {
      name: "the standard example",
      params: { graph: standard.graph, inputs: standard.inputs },
      result: {
        graph: standard.id,
        outputs: { y: standard.y },
        gradient: { x1: standard.dx1, x2: standard.dx2 },
      },
    },
  ],
  handle: numeric(planProducts("gradient"), ({ graph, outputs, gradient }) => ({ graph, outputs, gradient })),
});
