import type { Canonical } from "../graph/canonical.ts";
import { functionsOf } from "../graph/function.ts";
import { type Graph, nodesOf } from "../graph/graph.ts";
import { constantValue, type Node } from "../graph/operator.ts";
import { resultIndex } from "../operators/results.ts";

const bytesPerNode = 300;

/** Bytes that a graph takes, with the functions in it. */
export function bytesOfGraph(graph: Graph): number {
  const nodes = nodesOf(graph);
  const functions = functionsOf(nodes).map((held) => bytesOfNodes(nodesOf(held.graph)));
  return functions.reduce((a, b) => a + b, bytesOfNodes(nodes));
}

/** Operators that a graph and its functions apply, equal ones once. */
export function countOperators({ order }: Canonical): number {
  const isCounted = (node: Node) => !constantValue(node) && resultIndex(node) === undefined;
  const lists = [order, ...functionsOf(order).map((held) => held.canonical.order)];
  return lists.reduce((count, list) => count + list.filter(isCounted).length, 0);
}

function bytesOfNodes(nodes: readonly Node[]): number {
  let bytes = 0;
  for (const node of nodes) {
    bytes += bytesPerNode + 8 * node.args.length;
    const value = node.attrs.value as { data?: { byteLength?: number } } | undefined;
    bytes += value?.data?.byteLength ?? 0;
  }
  return bytes;
}
