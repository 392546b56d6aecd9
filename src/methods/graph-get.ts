import { z } from "zod";
import { define } from "../calls/context.ts";
import { ask } from "../calls/question.ts";
import { printGraph } from "../syntax/print.ts";
import { PlainAnswer } from "../wire/answer.ts";
import { graphDocument, graphName, graphParams, graphResult } from "./schemas/wire.ts";

export const graphGet = define({
  name: "graph.get",
  summary: "The canonical document of a graph that the service keeps.",
  description:
    "Nodes are called `n1`, `n2`, … in canonical order; labels are gone. Sent back, the document has the same id.",
  params: z.object({ ...graphParams, graph: graphName }),
  result: z.object({
    ...graphResult,
    document: graphDocument.describe("the graph in JSON form, as the service sees it"),
  }),
  errors: ["graph_not_found"],
  examples: [],
  handle(params, context, call) {
    const { loaded } = ask(context, call, params);
    return new PlainAnswer({ graph: loaded.id, document: printGraph(loaded.graph, loaded.canonical) });
  },
});
