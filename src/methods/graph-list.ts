import { z } from "zod";
import { define } from "../calls/context.ts";
import { alias, graphId } from "./schemas/wire.ts";

const graphsMax = 1000;

export const graphList = define({
  name: "graph.list",
  summary: "The graphs that the service keeps.",
  description: "In the order of their ids, page by page. Served only with GRAPH_ADMIN.",
  params: z.object({
    limit: z.int().min(1).max(graphsMax).default(100).describe("how many at most"),
    after: graphId.optional().describe("the id after which to go on: `next` of the page before"),
  }),
  result: z.object({
    graphs: z
      .array(
        z
          .looseObject({
            graph: graphId,
            nodes: z.int().min(0),
            bytes: z.int().min(0),
            aliases: z.array(alias).optional().describe("its names, where it has any"),
          })
          .meta({ id: "GraphEntry", description: "A graph that is kept, and the bytes that it takes." }),
      )
      .describe("a page of graphs, in the order of their ids"),
    next: graphId.optional().describe("present when there are more"),
  }),
  errors: [],
  examples: [{ name: "a service that has seen none", params: {}, result: { graphs: [] } }],
  scopes: ["admin"],
  enabled: ({ config }) => config.graphAdmin,
  handle({ limit, after }, { engine }, { tenant }) {
    const found = engine.graphs.list(tenant, limit + 1, after);
    const page = found.slice(0, limit);
    const next = found.length > limit ? { next: page.at(-1)!.id } : {};
    return {
      graphs: page.map(({ id, nodes, bytes, aliases }) => {
        return { graph: id, nodes, bytes, ...(aliases.length === 0 ? {} : { aliases }) };
      }),
      ...next,
    };
  },
});
