import { z } from "zod";
import { define } from "../calls/context.ts";
import { numeric } from "../calls/numeric.ts";
import { planProducts } from "../calls/products.ts";
import { standard } from "./schemas/examples.ts";
import { outputsResult, runErrors, runParams } from "./schemas/wire.ts";

export const evaluate = define({
  name: "evaluate",
  summary: "The outputs of a graph.",
  description: "Runs a graph on its inputs, at one point or at a batch of points.",
  params: z.object(runParams),
  result: z.object({ ...outputsResult }),
  errors: runErrors,
  examples: [
    {
      name: "the standard example at two points",
      params: { graph: standard.graph, inputs: { x1: [2, 1], x2: 5 }, batch: 2 },
      result: { graph: standard.id, outputs: { y: [standard.y, 5 - Math.sin(5)] } },
    },
  ],
  handle: numeric(planProducts("evaluate"), ({ graph, outputs }) => ({ graph, outputs })),
});
