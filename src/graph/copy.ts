import { type Graph, type GraphInput, rebuild } from "./graph.ts";
import { type Builder, constantValue, type Node } from "./operator.ts";

/** Copies a graph into another builder; `copy` makes each node from its operands' copies. */
export function copyGraph(
  graph: Graph,
  builder: Builder,
  copy: (node: Node, args: readonly Node[]) => Node = (node, args) => copyNode(node, args, builder),
): Graph {
  const inputs: GraphInput[] = graph.inputs.map((input) => ({
    ...input,
    node: builder.input(input.name, input.shape, input.dtype),
  }));
  const known = new Map(graph.inputs.map((input, i) => [input.node, inputs[i]!.node]));
  const nodes = rebuild(
    graph.outputs.map((output) => output.node),
    known,
    copy,
  );
  return { inputs, outputs: graph.outputs.map((output, i) => ({ ...output, node: nodes[i]! })) };
}

/** The same node in another builder. */
export function copyNode(node: Node, args: readonly Node[], builder: Builder): Node {
  const value = constantValue(node);
  return value ? builder.constant(value) : builder.intern(node.op, args, node.attrs, node.shape, node.dtype);
}
