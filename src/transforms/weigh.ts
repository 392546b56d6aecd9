import { copyGraph } from "../graph/copy.ts";
import type { Graph } from "../graph/graph.ts";
import type { Builder } from "../graph/operator.ts";
import { add, scale } from "../operators/linear.ts";
import { sum } from "../operators/views.ts";

/**
 * The graph with one more input for each of `of`, its weights, and one more output: the sum of the products of weights and
 * elements, in which a weight 0 absorbs. Extra names hold a colon, which no document's names do.
 */
export function weigh(graph: Graph, of: readonly number[], builder: Builder): Graph {
  const copy = copyGraph(graph, builder);
  const weights = of.map((i) => {
    const { name, node } = copy.outputs[i]!;
    const weight = weightName(name);
    return {
      name: weight,
      shape: node.shape,
      dtype: "float64",
      node: builder.input(weight, node.shape, "float64"),
    } as const;
  });
  const terms = of.map((i, k) => sum(scale(weights[k]!.node, copy.outputs[i]!.node)));
  const node = terms.reduce((a, b) => add(a, b));
  return {
    inputs: [...copy.inputs, ...weights],
    outputs: [...copy.outputs, { name: weightName(""), dtype: "float64", node }],
  };
}

/** The name of the input that holds the weights of an output. */
export function weightName(output: string): string {
  return `weight:${output}`;
}
