import { copyGraph, copyNode } from "../graph/copy.ts";
import { evaluateNode } from "../graph/evaluate.ts";
import type { Graph } from "../graph/graph.ts";
import { scalar } from "../graph/ndarray.ts";
import { type Builder, constantValue, type Node } from "../graph/node.ts";
import type { Operator } from "../graph/operator.ts";
import { elementCount } from "../graph/shape.ts";
import { broadcastNode, uniformValue } from "../operators/kinds.ts";
import { finalRules, type Rule, rules } from "./rules.ts";

const foldedElementsMax = 1024;

/**
 * A graph with the same values, bit for bit, and never more operations: constants folded, equal nodes shared, identities
 * applied, dead nodes left behind. `isFinal` says that nothing will be differentiated any more.
 */
export function simplify(graph: Graph, builder: Builder, isFinal = false): Graph {
  const table = isFinal ? finalRules : rules;
  return copyGraph(graph, builder, (node, args) => {
    if (constantValue(node)) return copyNode(node, args, builder);
    const ordered = node.op.commutative ? inOrder(args) : args;
    return improve(builder.intern(node.op, ordered, node.attrs, node.shape, node.dtype), table);
  });
}

function improve(node: Node, table: ReadonlyMap<Operator, readonly Rule[]>): Node {
  // Every rule gives an operand, a constant or something made of operands of operands, so this ends.
  for (let current = node; ; ) {
    const next = fold(current) ?? firstMatch(current, table.get(current.op));
    if (!next || next === current) return current;
    current = next;
  }
}

function firstMatch(node: Node, list: readonly Rule[] | undefined): Node | undefined {
  if (!list) return undefined;
  for (const rule of list) {
    const better = rule(node);
    if (better) return better;
  }
  return undefined;
}

function fold(node: Node): Node | undefined {
  const { op, args, builder } = node;
  if (args.length === 0 || !op.evaluate) return undefined;
  const uniform = op.scalar && args.map(uniformValue);
  if (uniform?.every((x) => x !== undefined)) {
    const value = op.scalar!(node.attrs)(...(uniform as number[]));
    return broadcastNode(builder.constant(scalar(node.dtype, value)), node.shape);
  }
  const values = args.map(constantValue);
  if (!values.every((x) => x !== undefined)) return undefined;
  // A view of one number stays a view: it costs nothing, and rules can see the number.
  if (op.view && values[0]!.data.length === 1 && node.shape.length > 0) return undefined;
  if (elementCount(node.shape) > foldedElementsMax || op.cost(node) > foldedElementsMax) return undefined;
  return builder.constant(evaluateNode(node, values, false, builder.budget));
}

function inOrder(args: readonly Node[]): readonly Node[] {
  return args[0]!.index <= args[1]!.index ? args : [args[1]!, args[0]!];
}
