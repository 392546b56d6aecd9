import { rebuild } from "../../graph/graph.ts";
import { type Builder, constantValue, type Node, type Passes } from "../../graph/operator.ts";
import { castNode } from "../../operators/cast.ts";
import { integerForm } from "../../operators/integers.ts";
import { resultIndex, resultNode } from "../../operators/results.ts";

/** What `outputs` need in primitives: composites replaced by their formulas, operands converted and broadcast. */
export function expand(
  outputs: readonly Node[],
  known: ReadonlyMap<Node, Node>,
  builder: Builder,
  passes: Passes,
): Node[] {
  return rebuild(outputs, known, (node, args) => expandNode(node, args, builder, passes));
}

/** One node of a document's graph in primitives, of operands that are. */
export function expandNode(node: Node, args: readonly Node[], builder: Builder, passes: Passes): Node {
  const value = constantValue(node);
  if (value) return builder.constant(value);
  const index = resultIndex(node);
  if (index !== undefined) return castNode(resultNode(args[0]!, index), node.dtype);
  const { form } = node.op;
  if (form.kind === "functional") return form.compose(args, node, builder, passes);
  return integerForm(node, args, builder) ?? builder.expand(node.op, args, node);
}
