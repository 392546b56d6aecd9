import type { DType } from "./dtype.ts";
import type { Node } from "./node.ts";
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

/** The nodes that `outputs` need, operands first. Iterative, linear in nodes and edges. */
export function reachable(outputs: readonly Node[]): Node[] {
  const seen = new Set<Node>(outputs);
  const found = [...seen];
  for (let i = 0; i < found.length; i++) {
    for (const arg of found[i]!.args) {
      if (seen.has(arg)) continue;
      seen.add(arg);
      found.push(arg);
    }
  }
  return found.sort((a, b) => a.index - b.index);
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
  const copies = new Map<Node, Node>(known);
  for (const node of reachable(outputs)) {
    if (copies.has(node)) continue;
    copies.set(
      node,
      copy(
        node,
        node.args.map((arg) => copies.get(arg)!),
      ),
    );
  }
  return outputs.map((output) => copies.get(output)!);
}

/** The operations of one run, each distinct node once. */
export function operationsOf(nodes: readonly Node[]): number {
  let total = 0;
  for (const node of nodes) total += node.op.cost(node);
  return total;
}
