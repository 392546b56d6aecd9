import type { LoadedGraph } from "../engine/engine.ts";

/** A graph's inputs and outputs, and the number of its distinct nodes, as several methods answer them. */
export function describeGraph({ graph, nodes }: LoadedGraph) {
  return {
    inputs: graph.inputs.map(({ name, shape, dtype }) => ({ name, shape, dtype })),
    outputs: graph.outputs.map(({ name, dtype, node }) => ({ name, shape: node.shape, dtype })),
    nodes,
  };
}
