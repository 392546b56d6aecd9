import { z } from "zod";
import { define } from "../calls/context.ts";
import { graphId, graphResult } from "./schemas/wire.ts";

export const graphDelete = define({
  name: "graph.delete",
  summary: "Forgets a graph and its programs.",
  description: "Served only with GRAPH_ADMIN.",
  params: z.object({ graph: graphId }),
  result: z.object({ ...graphResult, deleted: z.boolean().describe("false when the graph was unknown") }),
  errors: [],
  examples: [
    {
      name: "a graph that nobody sent",
      params: { graph: `sha256:${"0".repeat(64)}` },
      result: { graph: `sha256:${"0".repeat(64)}`, deleted: false },
    },
  ],
  scope: "admin",
  enabled: ({ config }) => config.graphAdmin,
  handle({ graph }, { engine }, call) {
    call.note({ graph });
    return { graph, deleted: engine.graphs.forget(graph) };
  },
});
