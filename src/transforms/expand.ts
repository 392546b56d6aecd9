import type { Graph } from "../graph/graph.ts";
import type { Builder, Node } from "../graph/operator.ts";
import { expandNode as expandWith } from "./passes/expand.ts";
import { passes } from "./passes/index.ts";

/** A document's graph in primitives: composites replaced by their formulas, operands converted and broadcast. */
export function expand(graph: Graph, builder: Builder): Graph {
  const inputs = graph.inputs.map((input) => ({
    ...input,
    node: builder.input(input.name, input.shape, input.dtype),
  }));
  const known = new Map(graph.inputs.map((input, i) => [input.node, inputs[i]!.node]));
  const sources = graph.outputs.map((output) => output.node);
  const nodes = passes.expand(sources, known, builder);
  return { inputs, outputs: graph.outputs.map((output, i) => ({ ...output, node: nodes[i]! })) };
}

/** One node of a document's graph in primitives, of operands that are. */
export function expandNode(node: Node, args: readonly Node[], builder: Builder): Node {
  return expandWith(node, args, builder, passes);
}
