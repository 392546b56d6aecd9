import { z } from "zod";
import { define } from "../calls/context.ts";
import { describeGraph } from "../calls/describe.ts";
import { warningsMember as told, Warnings, warnOfUnused } from "../calls/doubt/warnings.ts";
import { ask } from "../calls/question.ts";
import { standard } from "./schemas/examples.ts";
import { graphDescription, graphErrors, graphParams, graphResult, warningsMember } from "./schemas/wire.ts";

export const graphPut = define({
  name: "graph.put",
  summary: "Checks and keeps a graph, and answers its id.",
  description:
    "Later calls may name the graph by its id instead of sending it. Equal graphs have one id, however they were written. A graph that is not used may be evicted; sending it again heals that.",
  params: z.object(graphParams),
  result: z.object({
    ...graphResult,
    ...graphDescription,
    ...warningsMember,
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
    const { loaded, loading } = ask(context, call, params);
    const warnings = new Warnings();
    warnOfUnused(warnings, loading.unused);
    return { graph: loaded.id, ...describeGraph(loaded), cached: loading.cached, ...told(warnings.list()) };
  },
});
