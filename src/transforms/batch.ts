import type { Graph, GraphInput } from "../graph/graph.ts";
import type { Builder } from "../graph/operator.ts";
import { lift } from "../operators/views.ts";
import { passes } from "./passes/index.ts";

/**
 * The same function for `size` points, or seeds, at once: the inputs that `isBatched` picks have a new leading axis, and
 * so have the outputs that `isLifted` picks and all that depend on such inputs. What does not depend on them is computed
 * once.
 */
export function batch(
  graph: Graph,
  builder: Builder,
  size: number,
  isBatched: (input: number) => boolean,
  isLifted: (output: number) => boolean,
): Graph {
  const inputs: GraphInput[] = graph.inputs.map((input, i) => {
    const shape = isBatched(i) ? [size, ...input.shape] : input.shape;
    return { ...input, shape, node: builder.input(input.name, shape, input.dtype) };
  });
  const known = new Map(graph.inputs.map((input, i) => [input.node, inputs[i]!.node]));
  const batched = new Set(graph.inputs.filter((_, i) => isBatched(i)).map((input) => input.node));
  const sources = graph.outputs.map((output) => output.node);
  const made = passes.batch(sources, known, batched, builder, size);
  return {
    inputs,
    outputs: graph.outputs.map((output, i) => {
      const node = made.nodes[i]!;
      return { ...output, node: isLifted(i) && !made.isBatched[i] ? lift(node, size) : node };
    }),
  };
}
