import { copyNode } from "../graph/copy.ts";
import { type Graph, type GraphInput, rebuild } from "../graph/graph.ts";
import type { Builder, Node } from "../graph/node.ts";
import { lift } from "../operators/kinds.ts";

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
  const batched = new Set<Node>(inputs.filter((_, i) => isBatched(i)).map((input) => input.node));
  const known = new Map(graph.inputs.map((input, i) => [input.node, inputs[i]!.node]));
  const outputs = rebuild(
    graph.outputs.map((output) => output.node),
    known,
    (node, args) => {
      const which = args.map((arg) => batched.has(arg));
      if (!which.includes(true)) return copyNode(node, args, builder);
      const copy = node.op.batch!(node, args, which, size);
      batched.add(copy);
      return copy;
    },
  );
  return {
    inputs,
    outputs: graph.outputs.map((output, i) => {
      const node = outputs[i]!;
      return { ...output, node: isLifted(i) && !batched.has(node) ? lift(node, size) : node };
    }),
  };
}
