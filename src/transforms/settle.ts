import { functionsOf, notRunnable } from "../graph/function.ts";
import { type Graph, nodesOf } from "../graph/graph.ts";
import { settled } from "./passes/settle.ts";

/**
 * The graph as it is run, or differentiated again: of two nodes of which one gives all that the other does and more, only
 * that one is left, so that a loop does not run once for its values and once more for its tangents, or for what reverse
 * mode reads. `isReversed` says that reverse mode has been taken, so that rules of it have done their work.
 */
export function settle(graph: Graph, isReversed = false): Graph {
  const sources = graph.outputs.map((output) => output.node);
  const made = settled(sources, isReversed);
  if (made === sources) return graph;
  return { inputs: graph.inputs, outputs: graph.outputs.map((output, i) => ({ ...output, node: made[i]! })) };
}

/** Throws `not_differentiable` where a graph has a node that nothing can run. */
export function expectRunnable(graph: Graph): void {
  const nodes = nodesOf(graph);
  const within = functionsOf(nodes).flatMap((held) => nodesOf(held.graph));
  for (const node of [...nodes, ...within]) {
    const refusal = node.op.rules.settling?.refusal?.(node);
    if (refusal !== undefined) throw notRunnable(refusal);
  }
}
