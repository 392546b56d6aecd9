import { copyNode } from "../graph/copy.ts";
import { primitiveForm } from "../graph/form.ts";
import { type Graph, type GraphInput, rebuild, sizeOf } from "../graph/graph.ts";
import { NodeSet } from "../graph/node-map.ts";
import type { Builder } from "../graph/operator.ts";
import { lift } from "../operators/views.ts";

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
  const sources = graph.outputs.map((output) => output.node);
  const batched = new NodeSet(sizeOf([...sources, ...graph.inputs.map((input) => input.node)]));
  graph.inputs.forEach((input, i) => {
    if (isBatched(i)) batched.add(input.node);
  });
  const known = new Map(graph.inputs.map((input, i) => [input.node, inputs[i]!.node]));
  const outputs = rebuild(sources, known, (node, args) => {
    const which = node.args.map((arg) => batched.has(arg));
    if (!which.includes(true)) return copyNode(node, args, builder);
    batched.add(node);
    return primitiveForm(node.op).batch(node, args, which, size);
  });
  return {
    inputs,
    outputs: graph.outputs.map((output, i) => {
      const node = outputs[i]!;
      return { ...output, node: isLifted(i) && !batched.has(output.node) ? lift(node, size) : node };
    }),
  };
}
