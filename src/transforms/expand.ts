import { copyGraph } from "../graph/copy.ts";
import type { Graph } from "../graph/graph.ts";
import { type Builder, constantValue } from "../graph/operator.ts";

/** A document's graph in primitives: composites replaced by their formulas, operands converted and broadcast. */
export function expand(graph: Graph, builder: Builder): Graph {
  return copyGraph(graph, builder, (node, args) => {
    const value = constantValue(node);
    return value ? builder.constant(value) : builder.expand(node.op, args, node);
  });
}
