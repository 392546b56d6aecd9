import { reachable, sizeOf } from "../../graph/graph.ts";
import { NodeMap, NodeSet } from "../../graph/node-map.ts";
import type { Absentable, Node, Passes } from "../../graph/operator.ts";
import { add } from "../../operators/linear.ts";
import { resultIndex, resultTypes } from "../../operators/results.ts";

/**
 * Reverse mode's second half: the cotangents of `inputs` for given cotangents of `outputs`, along the nodes between,
 * which must all be linear. A zero cotangent is absence. One pass over the nodes, results first.
 */
export function transpose(
  outputs: readonly Node[],
  given: readonly Node[],
  inputs: readonly Node[],
  passes: Passes,
): Absentable {
  const size = Math.max(sizeOf(outputs), sizeOf(inputs));
  const linear = new NodeSet(size);
  for (const input of inputs) linear.add(input);
  const order = reachable(outputs);
  for (const node of order) if (node.args.some((arg) => linear.has(arg))) linear.add(node);
  const cotangents = new NodeMap<Node>(size);
  const accumulate = (node: Node, part: Node) => {
    const sum = cotangents.get(node);
    cotangents.set(node, sum ? add(sum, part) : part);
  };
  outputs.forEach((output, i) => {
    if (linear.has(output)) accumulate(output, given[i]!);
  });
  /** Of bundles, the cotangents of the results. */
  const bundles = new NodeMap<(Node | undefined)[]>(size);
  const collect = (bundle: Node, index: number, ct: Node) => {
    const known = bundles.get(bundle);
    if (known) known[index] = ct;
    else bundles.set(bundle, new Array(resultTypes(bundle)!.length).fill(undefined).with(index, ct));
  };
  for (let k = order.length - 1; k >= 0; k--) {
    const node = order[k]!;
    const { rules } = node.op;
    const ofResults = bundles.get(node);
    if (ofResults) {
      if (!rules.joint?.transpose) throw new Error(`${node.op.name} has no cotangent rule`);
      const isLinear = node.args.map((arg) => linear.has(arg));
      rules.joint.transpose(ofResults, node, isLinear, passes).forEach((part, i) => {
        if (part && isLinear[i]) accumulate(node.args[i]!, part);
      });
      continue;
    }
    const ct = cotangents.get(node);
    if (!ct) continue;
    const index = resultIndex(node);
    if (index !== undefined) {
      collect(node.args[0]!, index, ct);
      continue;
    }
    for (let i = 0; i < node.args.length; i++) {
      const arg = node.args[i]!;
      if (!linear.has(arg)) continue;
      if (rules.accumulate) cotangents.set(arg, rules.accumulate(cotangents.get(arg), ct, node, i));
      else if (rules.transpose) accumulate(arg, rules.transpose(ct, node, i));
      else throw new Error(`${node.op.name} has no cotangent rule`);
    }
  }
  return inputs.map((input) => cotangents.get(input));
}
