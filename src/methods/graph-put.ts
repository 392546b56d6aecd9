import { z } from "zod";
import { define } from "../calls/context.ts";
import { describeGraph } from "../calls/describe.ts";
import { warningsMember as told, Warnings, warnOfUnused } from "../calls/doubt/warnings.ts";
import { ask } from "../calls/question.ts";
import { clip } from "../errors.ts";
import { standard } from "./schemas/examples.ts";
import { alias, graphDescription, graphErrors, graphParams, graphResult, warningsMember } from "./schemas/wire.ts";

export const graphPut = define({
  name: "graph.put",
  summary: "Checks and keeps a graph, and answers its id.",
  description:
    "Later calls may name the graph by its id instead of sending it. Equal graphs have one id, however they were written. A graph that is not used may be evicted; sending it again heals that. One that has an alias is not evicted, and calls may send the alias in its place; put again with another graph, the alias moves to that.",
  params: z.object({
    ...graphParams,
    alias: alias.optional().describe("a name for the graph; of several graphs, the last one put has it"),
  }),
  result: z.object({
    ...graphResult,
    alias: alias.optional().describe("the alias, where one was given"),
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
    {
      name: "a formula under a name",
      params: { graph: { expression: "log(x1) + x1*x2 - sin(x2)" }, alias: "standard" },
      result: {
        graph: standard.id,
        alias: "standard",
        ...standard.described,
        cached: false,
      },
    },
  ],
  links: Object.fromEntries(
    ["evaluate", "explain", "graph.get", "graph.delete"].map((method) => [
      method,
      { method, member: "graph", parameter: "graph" },
    ]),
  ),
  handle(params, context, call) {
    const { loaded, loading } = ask(context, call, params);
    const { alias } = params;
    if (alias !== undefined) context.engine.graphs.name(call.tenant, { alias, label: labelOf(params.graph) }, loaded);
    const warnings = new Warnings();
    warnOfUnused(warnings, loading.unused);
    return {
      graph: loaded.id,
      ...(alias === undefined ? {} : { alias }),
      ...describeGraph(loaded),
      cached: loading.cached,
      ...told(warnings.list()),
    };
  },
});

/** What a document calls itself. */
function labelOf(graph: unknown): string | undefined {
  const { name } = Object(graph) as { readonly name?: unknown };
  return typeof name === "string" ? clip(name, labelBytesMax) : undefined;
}

const labelBytesMax = 200;
