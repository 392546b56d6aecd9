import type { Budget } from "../graph/budget.ts";
import { isFloat } from "../graph/dtype.ts";
import type { Graph, GraphInput } from "../graph/graph.ts";
import { type Builder, constantValue, type Node, type TensorLimits } from "../graph/operator.ts";
import { appliedIn } from "../operators/results.ts";
import { simplifyingBuilder } from "../simplify/simplify.ts";
import { vjp } from "../transforms/derive.ts";
import { expandNode } from "../transforms/expand.ts";

/** One node of a document's graph on its own, and how cotangents pass through it. */
export interface LocalGraph {
  /** The node's cotangent comes last among the inputs; outputs are the value and the cotangents of `wrt`. */
  readonly pullback: Graph;
  /** Which operands the inputs are; the others are constants. */
  readonly operands: readonly number[];
  /** Which operands have a cotangent. */
  readonly wrt: readonly number[];
}

/** The graph of one node: each operand an input of its own, even where two are the same node, but for constants. */
export function localGraph(node: Node, limits: TensorLimits, budget: Budget): LocalGraph {
  const builder = simplifyingBuilder(limits, budget);
  const inputs: GraphInput[] = [];
  const operands: number[] = [];
  const args = appliedIn(node).args.map((arg, i) => {
    const value = constantValue(arg);
    if (value) return builder.constant(value);
    const { shape, dtype } = arg;
    const input = builder.input(`operand:${i}`, shape, dtype);
    inputs.push({ name: `operand:${i}`, shape, dtype, node: input });
    operands.push(i);
    return input;
  });
  const { dtype } = node;
  const graph = { inputs, outputs: [{ name: "value", dtype, node: computed(node, args, builder) }] };
  const floats = isFloat(dtype) ? [...inputs.keys()].filter((k) => isFloat(inputs[k]!.dtype)) : [];
  return { pullback: vjp(graph, { wrt: floats, of: [0] }), operands, wrt: floats.map((k) => operands[k]!) };
}

/** The value of a node, one of several results included, of operands in primitives. */
function computed(node: Node, args: readonly Node[], builder: Builder): Node {
  const applied = appliedIn(node);
  const value = expandNode(applied, args, builder);
  return applied === node ? value : expandNode(node, [value], builder);
}
