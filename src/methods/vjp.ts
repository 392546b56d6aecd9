import { z } from "zod";
import { after } from "../rpc/eventually.ts";
import { rawObject } from "../rpc/raw.ts";
import { define } from "./context.ts";
import { standard } from "./examples.ts";
import { idText } from "./results.ts";
import { runProducts } from "./run.ts";
import { Task } from "./task.ts";
import { derivativeErrors, outputsResult, products, runParams, seeds, selectionParams } from "./wire.ts";

export const vjp = define({
  name: "vjp",
  summary: "Vector-Jacobian products uᵀ·J, in reverse mode.",
  description:
    "Pulls cotangents of outputs back to the inputs. A seed holds a cotangent for each output that it names, of the output's shape; absent ones are zero. A list of seeds gives as many products in one call.",
  params: z.object({ ...runParams, ...selectionParams, seeds }),
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
  handle(params, context, call) {
    const task = new Task(context, call, params);
    const selection = task.select();
    return after(runProducts(task, "vjp", selection, params, params.seeds), ({ outputs, products }) =>
      rawObject({
        graph: idText(task),
        outputs,
        cotangents: products,
      }),
    );
  },
});
