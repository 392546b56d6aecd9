import { z } from "zod";
import { after } from "../rpc/eventually.ts";
import { rawObject } from "../rpc/raw.ts";
import { define } from "./context.ts";
import { standard } from "./examples.ts";
import { idText } from "./results.ts";
import { runProducts } from "./run.ts";
import { Task } from "./task.ts";
import {
  derivativeErrors,
  gradientMember,
  outputsResult,
  products,
  runParams,
  seeds,
  selectionParams,
} from "./wire.ts";

export const hvp = define({
  name: "hvp",
  summary: "Hessian-vector products H·v of a scalar output, forward over reverse.",
  description:
    "The directional derivative of the gradient: `hvp[a]` is the sum over the inputs b in `wrt` of H_ab · seed_b. Costs a small multiple of one gradient, however many inputs there are.",
  params: z.object({ ...runParams, ...selectionParams, seeds }),
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
  handle(params, context, call) {
    const task = new Task(context, call, params);
    const selection = task.selectScalar("hvp");
    return after(runProducts(task, "hvp", selection, params, params.seeds), ({ outputs, gradient, products }) =>
      rawObject({
        graph: idText(task),
        outputs,
        gradient,
        hvp: products,
      }),
    );
  },
});
