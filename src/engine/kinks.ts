import { type Graph, type GraphOutput, nodesOf, sizeOf } from "../graph/graph.ts";
import { NodeSet } from "../graph/node-map.ts";
import { type Builder, constantValue, type Kink, type Node, type Operator } from "../graph/operator.ts";
import { sameShape } from "../graph/shape.ts";
import { where } from "../operators/families/choice.ts";
import { sum } from "../operators/views.ts";
import type { Selection } from "../transforms/derive.ts";
import { expand } from "../transforms/expand.ts";

/** A graph that counts, for each of some nodes of another one, the elements whose values a test is of. */
export interface Probe {
  readonly graph: Graph;
  /** What its outputs are about. */
  readonly nodes: readonly Node[];
}

/** What a probe is about, and the test of its nodes. */
interface ProbeKind {
  readonly nodesOf: (graph: Graph, selection: Selection) => Node[];
  readonly testOf: (op: Operator) => Kink["at"];
}

const atKink = ({ kink }: Operator) => kink!.at;

/** The kinds of probes: for kinks, for those that are looked for even where nobody asks, and for doubts. */
export const probes = {
  kinks: { nodesOf: (graph, selection) => kinkNodes(graph, selection, false), testOf: atKink },
  "hidden-kinks": { nodesOf: (graph, selection) => kinkNodes(graph, selection, true), testOf: atKink },
  doubts: { nodesOf: (graph) => nodesOf(graph).filter(({ op }) => op.doubt), testOf: ({ doubt }) => doubt!.at },
} as const satisfies Readonly<Record<string, ProbeKind>>;

/** The name of a kind of probe. */
export type ProbeName = keyof typeof probes;

/**
 * The nodes of a document's graph on the way from what is differentiated by to what is differentiated whose operators
 * publish a kink; only those that are looked for even where nobody asks, if it is `hiddenOnly`.
 */
function kinkNodes(graph: Graph, { wrt, of }: Selection, hiddenOnly: boolean): Node[] {
  const outputs = of.map((i) => graph.outputs[i]!.node);
  const order = nodesOf({ inputs: graph.inputs, outputs: of.map((i) => graph.outputs[i]!) });
  const size = Math.max(sizeOf(outputs), sizeOf(graph.inputs.map((input) => input.node)));
  const varies = new NodeSet(size);
  const usedPlainly = plainlyUsed(order, outputs, size);
  for (const i of wrt) varies.add(graph.inputs[i]!.node);
  return order.filter((node) => {
    const { op, args } = node;
    if (args.some((arg) => varies.has(arg))) varies.add(node);
    if (op.kink?.isSmoothSquared?.(node.attrs) && !usedPlainly.has(node)) return false;
    if (!op.kink || (hiddenOnly && !op.kink.isHidden?.(args))) return false;
    return (op.kink.by ?? [...args.keys()]).some((i) => varies.has(args[i]!));
  });
}

/** The nodes that are used otherwise than to be squared, they or multiples of them. */
function plainlyUsed(order: readonly Node[], outputs: readonly Node[], size: number): NodeSet {
  const used = new NodeSet(size);
  for (const output of outputs) used.add(output);
  for (const node of order.toReversed()) {
    const { base, multiple } = node.op.rules;
    const squared = base?.(node.args) ?? (used.has(node) ? undefined : multiple?.(node.args)?.of);
    for (const arg of node.args) if (arg !== squared || !sameShape(arg.shape, node.shape)) used.add(arg);
  }
  return used;
}

/** Puts tests of nodes, as their records tell them, into a graph of the same inputs. */
export function probeOf(
  graph: Graph,
  nodes: readonly Node[],
  testOf: (op: Operator) => Kink["at"],
  builder: Builder,
): Probe {
  const wanted = [...new Set(nodes.flatMap((node) => [...node.args, node]))];
  const outputs = wanted.map((node, i): GraphOutput => ({ name: `value:${i}`, dtype: node.dtype, node }));
  const expanded = expand({ inputs: graph.inputs, outputs }, builder);
  const inExpanded = new Map(wanted.map((node, i) => [node, expanded.outputs[i]!.node]));
  const probes = nodes.flatMap((node) => {
    const args = node.args.map((arg) => inExpanded.get(arg)!);
    const at = testOf(node.op)(args, inExpanded.get(node)!, node.attrs);
    if (!at || (constantValue(at) && constantValue(at)!.data.every((x) => x === 0))) return [];
    return [{ node, count: sum(where(at, 1, 0)) }];
  });
  return {
    graph: {
      inputs: expanded.inputs,
      outputs: probes.map(({ count }, i) => ({ name: `kink:${i}`, dtype: "float64", node: count })),
    },
    nodes: probes.map(({ node }) => node),
  };
}
