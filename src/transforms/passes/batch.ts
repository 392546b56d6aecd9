import { copyNode } from "../../graph/copy.ts";
import { primitiveForm } from "../../graph/form.ts";
import { rebuild, sizeOf } from "../../graph/graph.ts";
import { NodeSet } from "../../graph/node-map.ts";
import type { Builder, Node, Passes } from "../../graph/operator.ts";
import { resultIndex, resultNode } from "../../operators/results.ts";

/**
 * What `outputs` need for `size` points at once: the copies of the inputs in `batched` have a new leading axis, and so has
 * all that depends on them. What does not depend on them is computed once.
 */
export function batch(
  outputs: readonly Node[],
  known: ReadonlyMap<Node, Node>,
  inputs: ReadonlySet<Node>,
  builder: Builder,
  size: number,
  passes: Passes,
): ReturnType<Passes["batch"]> {
  const batched = new NodeSet(sizeOf([...outputs, ...known.keys()]));
  for (const input of inputs) batched.add(input);
  const nodes = rebuild(outputs, known, (node, args) => {
    const which = node.args.map((arg) => batched.has(arg));
    if (!which.includes(true)) return copyNode(node, args, builder);
    const index = resultIndex(node);
    if (index !== undefined) {
      // Of a bundle of many points some results may be the same for all of them.
      const result = resultNode(args[0]!, index);
      if (result.shape.length > node.shape.length) batched.add(node);
      return result;
    }
    batched.add(node);
    return primitiveForm(node.op).batch(node, args, which, size, passes);
  });
  return { nodes, isBatched: outputs.map((output) => batched.has(output)) };
}
