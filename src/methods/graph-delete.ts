import { z } from "zod";
import { define } from "../calls/context.ts";
import { graphName } from "./schemas/wire.ts";

export const graphDelete = define({
  name: "graph.delete",
  summary: "Forgets a graph, its names and its programs.",
  description: "Served only with GRAPH_ADMIN.",
  params: z.object({ graph: graphName }),
  result: z.object({
    graph: graphName.describe("the graph's id; what was sent, where no graph is called so"),
    deleted: z.boolean().describe("false when the graph was unknown"),
  }),
  errors: [],
  examples: [
    {
      name: "a graph that nobody sent",
      params: { graph: `sha256:${"0".repeat(64)}` },
      result: { graph: `sha256:${"0".repeat(64)}`, deleted: false },
    },
  ],
  scopes: ["admin"],
  enabled: ({ config }) => config.graphAdmin,
  handle({ graph }, { engine }, call) {
    const removed = engine.graphs.remove(graph, call.tenant);
    call.note({ graph: removed.graph });
    return removed;
  },
});
