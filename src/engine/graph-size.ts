import type { Canonical } from "../graph/canonical.ts";
import { type Graph, nodesOf } from "../graph/graph.ts";
import { constantValue, type Node } from "../graph/operator.ts";
import { resultIndex } from "../operators/results.ts";

const bytesPerNode = 300;

/** Bytes that a graph takes. */
export function bytesOfGraph(graph: Graph): number {
  let bytes = 0;
  for (const node of nodesOf(graph)) {
    bytes += bytesPerNode + 8 * node.args.length;
    const value = node.attrs.value as { data?: { byteLength?: number } } | undefined;
    bytes += value?.data?.byteLength ?? 0;
  }
  return bytes;
}

/** Operators that a graph applies, equal ones once. */
export function countOperators({ order }: Canonical): number {
  const isCounted = (node: Node) => !constantValue(node) && resultIndex(node) === undefined;
  return order.reduce((count, node) => count + (isCounted(node) ? 1 : 0), 0);
}
