import { copyGraph } from "../graph/copy.ts";
import type { Graph } from "../graph/graph.ts";
import { type Builder, constantValue } from "../graph/node.ts";

/** A document's graph in primitives: composites replaced by their formulas, operands converted and broadcast. */
export function expand(graph: Graph, builder: Builder): Graph {
  return copyGraph(graph, builder, (node, args) => {
    const value = constantValue(node);
    return value ? builder.constant(value) : builder.lower(node.op, args, node);
  });
}
