import { z } from "zod";
import { after } from "../rpc/eventually.ts";
import { rawObject } from "../rpc/raw.ts";
import { define } from "./context.ts";
import { standard } from "./examples.ts";
import { idText } from "./results.ts";
import { runProducts } from "./run.ts";
import { Task } from "./task.ts";
import { outputsResult, runErrors, runParams } from "./wire.ts";

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
  handle(params, context, call) {
    const task = new Task(context, call, params);
    return after(runProducts(task, "evaluate", { wrt: [], of: [] }, params), ({ outputs }) =>
      rawObject({
        graph: idText(task),
        outputs,
      }),
    );
  },
});
