import type { DType } from "./dtype.ts";
import { NodeMap, NodeSet } from "./node-map.ts";
import type { Node } from "./operator.ts";
import type { Shape } from "./shape.ts";

/** An input as declared; its node has the computed dtype. */
export interface GraphInput {
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: DType;
  readonly node: Node;
}

/** An output as declared. */
export interface GraphOutput {
  readonly name: string;
  readonly dtype: DType;
  readonly node: Node;
}

/** A function from named inputs to named outputs: a value, made of nodes of one builder. */
export interface Graph {
  readonly inputs: readonly GraphInput[];
  readonly outputs: readonly GraphOutput[];
}

/** The nodes that `outputs`, of one builder, need, operands first. Iterative, linear in the nodes of the builder. */
export function reachable(outputs: readonly Node[]): Node[] {
  const builder = outputs[0]?.builder;
  if (!builder) return [];
  const end = sizeOf(outputs);
  const needed = new NodeSet(end);
  for (const output of outputs) needed.add(output);
  // Operands have smaller indices, so one sweep down marks everything.
  let count = 0;
  for (let i = end - 1; i >= 0; i--) {
    const node = builder.at(i);
    if (!needed.has(node)) continue;
    count++;
    for (const arg of node.args) needed.add(arg);
  }
  const found: Node[] = new Array(count);
  for (let i = 0, k = 0; i < end; i++) {
    const node = builder.at(i);
    if (needed.has(node)) found[k++] = node;
  }
  return found;
}

/** The size of a {@link NodeMap} for all nodes that `outputs` need. */
export function sizeOf(outputs: readonly Node[]): number {
  let size = 0;
  for (const output of outputs) size = Math.max(size, output.index + 1);
  return size;
}

/** The nodes of a graph, operands first. */
export function nodesOf(graph: Graph): Node[] {
  return reachable(graph.outputs.map((output) => output.node));
}

/** Copies what `outputs` need into another form: `copy` sees each node once, with its operands' copies. */
export function rebuild(
  outputs: readonly Node[],
  known: ReadonlyMap<Node, Node>,
  copy: (node: Node, args: readonly Node[]) => Node,
): Node[] {
  const copies = new NodeMap<Node>(sizeOf(outputs));
  for (const [node, copied] of known) copies.set(node, copied);
  const copyOf = (node: Node) => copies.get(node)!;
  for (const node of reachable(outputs)) {
    if (copies.get(node) === undefined) copies.set(node, copy(node, node.args.map(copyOf)));
  }
  return outputs.map(copyOf);
}

/** The operations of one run, each distinct node once. */
export function operationsOf(nodes: readonly Node[]): number {
  let total = 0;
  for (const node of nodes) total += node.op.cost(node);
  return total;
}
