import { copyGraph } from "../graph/copy.ts";
import type { Graph } from "../graph/graph.ts";
import { type Builder, constantValue, type Node } from "../graph/operator.ts";
import { castNode } from "../operators/cast.ts";
import { resultIndex, resultNode } from "../operators/results.ts";

/** A document's graph in primitives: composites replaced by their formulas, operands converted and broadcast. */
export function expand(graph: Graph, builder: Builder): Graph {
  return copyGraph(graph, builder, (node, args) => expandNode(node, args, builder));
}

/** One node of a document's graph in primitives, of operands that are. */
export function expandNode(node: Node, args: readonly Node[], builder: Builder): Node {
  const value = constantValue(node);
  if (value) return builder.constant(value);
  const index = resultIndex(node);
  return index === undefined ? builder.expand(node.op, args, node) : castNode(resultNode(args[0]!, index), node.dtype);
}
