import { z } from "zod";
import { after } from "../rpc/eventually.ts";
import { rawObject } from "../rpc/raw.ts";
import { define } from "./context.ts";
import { standard } from "./examples.ts";
import { idText } from "./results.ts";
import { runProducts } from "./run.ts";
import { Task } from "./task.ts";
import { derivativeErrors, gradientMember, outputsResult, runParams, selectionParams } from "./wire.ts";

export const gradient = define({
  name: "gradient",
  summary: "The gradient of a scalar output.",
  description: "One reverse sweep, whatever the number of inputs. `of` must leave exactly one output, of shape [].",
  params: z.object({ ...runParams, ...selectionParams }),
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
  handle(params, context, call) {
    const task = new Task(context, call, params);
    const selection = task.selectScalar("gradient");
    return after(runProducts(task, "gradient", selection, params), ({ outputs, gradient }) =>
      rawObject({
        graph: idText(task),
        outputs,
        gradient,
      }),
    );
  },
});
