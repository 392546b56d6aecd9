import { z } from "zod";
import { define } from "../calls/context.ts";
import { ask } from "../calls/question.ts";
import { expressionOf } from "../studies/expression.ts";
import { printGraph } from "../syntax/print.ts";
import { PlainAnswer } from "../wire/answer.ts";
import { graphName, graphParams, graphResult, writtenGraph } from "./schemas/wire.ts";

const squareId = "sha256:6f58a71a1641bb2f0b168c9410f90245e3b436b357bb0bedd48e6e36bcd7dcc0";

export const graphGet = define({
  name: "graph.get",
  summary: "The canonical document of a graph that the service keeps, or the graph as a formula.",
  description:
    "Nodes are called `n1`, `n2`, … in canonical order; labels are gone. As a formula only what occurs several times is named. Sent back, either has the same id. A formula that would be longer than what is read passes the limit `formulaLength`.",
  params: z.object({
    ...graphParams,
    graph: graphName,
    form: z
      .enum(["nodes", "expression"])
      .default("nodes")
      .describe("how the graph is written, by the member that such documents have"),
  }),
  result: z.object({
    ...graphResult,
    document: writtenGraph.describe("the graph as the service sees it"),
  }),
  errors: ["graph_not_found", "invalid_graph", "limit_exceeded"],
  examples: [
    {
      name: "a formula that was put before",
      after: { method: "graph.put", params: { graph: { expression: "x^2 + 1" } } },
      params: { graph: squareId },
      result: {
        graph: squareId,
        document: {
          inputs: [{ name: "x", shape: [], dtype: "float64" }],
          nodes: [
            { id: "n1", op: "pow", args: ["x", 2] },
            { id: "n2", op: "add", args: ["n1", 1] },
          ],
          outputs: [{ name: "y", node: "n2", dtype: "float64" }],
        },
      },
    },
  ],
  handle({ form, ...params }, context, call) {
    const { loaded, limits, budget } = ask(context, call, params);
    const { graph, canonical, id } = loaded;
    const document = form === "nodes" ? printGraph(graph, canonical) : expressionOf(loaded, limits, budget);
    return new PlainAnswer({ graph: id, document });
  },
});
