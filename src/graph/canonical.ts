import { createHash } from "node:crypto";
import { attributesKey } from "./attribute.ts";
import type { Graph, GraphOutput } from "./graph.ts";
import { canonicalBytes } from "./ndarray.ts";
import { constantValue, inputOperator, type Node } from "./operator.ts";

/** A graph's identity, and its distinct reachable nodes, inputs aside, in the order that the identity numbers them. */
export interface Canonical {
  readonly id: string;
  readonly order: readonly Node[];
}

/**
 * The id of a graph of a document's own operators: SHA-256 of its inputs, its distinct nodes in post-order and its
 * outputs. Labels, spelling, order and unreachable nodes do not count. Source: the wire contract, §3.
 */
export function canonicalize(graph: Graph): Canonical {
  const inputs = JSON.stringify(graph.inputs.map(({ name, shape, dtype }) => [name, shape, dtype]));
  return identityOf(graph, `cotangent/1\n${inputs}`, ({ name }) => name);
}

/** The id of a graph of which `header` says what its inputs are, its outputs being called as `outputName` says. */
export function identityOf(graph: Graph, header: string, outputName: (output: GraphOutput) => string): Canonical {
  const order = postOrder(graph.outputs.map((output) => output.node));
  const numbers = new Map<Node, string>(order.map((node, i) => [node, String(i)]));
  graph.inputs.forEach(({ node }, i) => {
    numbers.set(node, `i${i}`);
  });
  const hash = createHash("sha256");
  let pending = `${header}\n`;
  for (const node of order) {
    const value = constantValue(node);
    if (value) {
      pending += `constant ${value.dtype} [${value.shape}] ${value.data.length}\n`;
      hash.update(pending).update(canonicalBytes(value.data));
      pending = "\n";
    } else {
      pending += `${node.op.name} ${attributesKey(node.attrs)} ${node.args.map((arg) => numbers.get(arg))}\n`;
    }
    if (pending.length > pendingLengthMax) {
      hash.update(pending);
      pending = "";
    }
  }
  const outputs = graph.outputs.map((output) => [outputName(output), output.dtype, numbers.get(output.node)]);
  hash.update(`${pending}${JSON.stringify(outputs)}\n`);
  return { id: `sha256:${hash.digest("hex")}`, order };
}

const pendingLengthMax = 1 << 16;

/** Nodes after their operands, outputs in order, operands left to right, without recursion. */
function postOrder(outputs: readonly Node[]): Node[] {
  const order: Node[] = [];
  const entered = new Set<Node>();
  const path: Node[] = [];
  const next: number[] = [];
  const enter = (node: Node) => {
    if (entered.has(node) || node.op === inputOperator) return;
    entered.add(node);
    path.push(node);
    next.push(0);
  };
  for (const output of outputs) {
    enter(output);
    while (path.length > 0) {
      const node = path.at(-1)!;
      const arg = node.args[next[next.length - 1]!++];
      if (arg) {
        enter(arg);
      } else {
        order.push(node);
        path.pop();
        next.pop();
      }
    }
  }
  return order;
}
