import { z } from "zod";
import { define } from "./context.ts";
import { standard } from "./examples.ts";
import { describeGraph, Task } from "./task.ts";
import { graphDescription, graphErrors, graphParams, graphResult } from "./wire.ts";

export const graphPut = define({
  name: "graph.put",
  summary: "Checks and keeps a graph, and answers its id.",
  description:
    "Later calls may name the graph by its id instead of sending it. Equal graphs have one id, however they were written. A graph that is not used may be evicted; sending it again heals that.",
  params: z.object(graphParams),
  result: z.object({
    ...graphResult,
    ...graphDescription,
    cached: z.boolean().describe("whether the graph was kept already"),
  }),
  errors: graphErrors,
  examples: [
    {
      name: "the standard example",
      params: { graph: standard.graph },
      result: {
        graph: standard.id,
        ...standard.described,
        cached: false,
      },
    },
  ],
  handle(params, context, call) {
    const { loaded, cached } = new Task(context, call, params);
    return { graph: loaded.id, ...describeGraph(loaded), cached };
  },
});
