import { functionsOf, type GraphFunction } from "../graph/function.ts";
import { type Graph, type GraphOutput, nodesOf, sizeOf } from "../graph/graph.ts";
import { NodeSet } from "../graph/node-map.ts";
import { type Builder, constantValue, type Kink, type Node, type Operator } from "../graph/operator.ts";
import { sameShape } from "../graph/shape.ts";
import { where } from "../operators/families/choice.ts";
import { there } from "../operators/functions/apply.ts";
import { sum } from "../operators/views.ts";
import type { Selection } from "../transforms/derive.ts";
import { expand } from "../transforms/expand.ts";
import { type InPlace, lookedAt } from "./in-place.ts";

/** A graph that counts, for each of some nodes of another one, the elements whose values a test is of. */
export interface Probe {
  readonly graph: Graph;
  /** What its outputs are about. */
  readonly nodes: readonly Node[];
}

/** What a probe is about, and the test of its nodes. */
interface ProbeKind {
  readonly sitesOf: (within: InPlace, selection: Selection) => Sites;
  readonly testOf: (op: Operator) => Kink["at"];
}

/** Nodes that a test is of, and nodes in whose functions there may be more, which nobody looks into. */
interface Sites {
  readonly nodes: readonly Node[];
  readonly closed: readonly Node[];
}

const atKink = ({ kink }: Operator) => kink!.at;

/** The kinds of probes: for kinks, for those that are looked for even where nobody asks, and for doubts. */
export const probes = {
  kinks: { sitesOf: (within, selection) => kinkSites(within, selection, false), testOf: atKink },
  "hidden-kinks": { sitesOf: (within, selection) => kinkSites(within, selection, true), testOf: atKink },
  doubts: {
    sitesOf: (within) => {
      const order = lookedAt(
        within,
        within.graph.outputs.map(({ node }) => node),
      );
      return { nodes: order.filter(({ op }) => op.doubt), closed: order.filter((node) => within.closed.has(node)) };
    },
    testOf: ({ doubt }) => doubt!.at,
  },
} as const satisfies Readonly<Record<string, ProbeKind>>;

/** The name of a kind of probe. */
export type ProbeName = keyof typeof probes;

/** Whether a function, or one that it uses, has a node that a probe of a kind would be of, whatever it is applied to. */
export function hasSites(held: GraphFunction, name: ProbeName, builder: () => Builder): boolean {
  const { sitesOf, testOf }: ProbeKind = probes[name];
  return [held, ...functionsOf(nodesOf(held.graph))].some(({ graph }) => {
    const selection = { wrt: [...graph.inputs.keys()], of: [...graph.outputs.keys()] };
    const { nodes } = sitesOf(alone(graph), selection);
    return nodes.length > 0 && probeOf(alone(graph), nodes, testOf, builder()).nodes.length > 0;
  });
}

/** A graph whose functions stay where they are. */
function alone(graph: Graph): InPlace {
  const none = new Map();
  const placeOf = (node: Node) => ({ node, operator: node.op });
  return { graph, placeOf, beside: none, varying: new Set(), conditions: none, closed: new Set() };
}

/**
 * The nodes of a document's graph on the way from what is differentiated by to what is differentiated whose operators
 * publish a kink; only those that are looked for even where nobody asks, if it is `hiddenOnly`.
 */
function kinkSites(within: InPlace, { wrt, of }: Selection, hiddenOnly: boolean): Sites {
  const { graph, varying, closed } = within;
  const outputs = of.map((i) => graph.outputs[i]!.node);
  const order = lookedAt(within, outputs);
  const size = Math.max(sizeOf(order), sizeOf(graph.inputs.map((input) => input.node)));
  const varies = new NodeSet(size);
  const ends = [...outputs, ...[...within.beside.values()].flat().filter(({ index }) => index < size)];
  const usedPlainly = plainlyUsed(order, ends, size);
  for (const i of wrt) varies.add(graph.inputs[i]!.node);
  for (const node of order) {
    if (varying.has(node) || node.args.some((arg) => varies.has(arg))) varies.add(node);
  }
  const isSite = ({ op, args, attrs }: Node, isPlain: boolean) => {
    if (op.kink?.isSmoothSquared?.(attrs) && !isPlain) return false;
    if (!op.kink || (hiddenOnly && !op.kink.isHidden?.(args))) return false;
    return (op.kink.by ?? [...args.keys()]).some((i) => varies.has(args[i]!));
  };
  return {
    nodes: order.filter((node) => isSite(node, usedPlainly.has(node))),
    closed: order.filter((node) => closed.has(node) && varies.has(node)),
  };
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
  { graph, conditions }: Pick<InPlace, "graph" | "conditions">,
  nodes: readonly Node[],
  testOf: (op: Operator) => Kink["at"],
  builder: Builder,
): Probe {
  const needed = nodes.flatMap((node) => [...node.args, node, ...there([conditions.get(node)])]);
  const wanted = [...new Set(needed)];
  const outputs = wanted.map((node, i): GraphOutput => ({ name: `value:${i}`, dtype: node.dtype, node }));
  const expanded = expand({ inputs: graph.inputs, outputs }, builder);
  const inExpanded = new Map(wanted.map((node, i) => [node, expanded.outputs[i]!.node]));
  const probes = nodes.flatMap((node) => {
    const args = node.args.map((arg) => inExpanded.get(arg)!);
    const at = testOf(node.op)(args, inExpanded.get(node)!, node.attrs);
    if (!at || (constantValue(at) && constantValue(at)!.data.every((x) => x === 0))) return [];
    const count = sum(where(at, 1, 0));
    const condition = conditions.get(node);
    return [{ node, count: condition ? where(inExpanded.get(condition)!, count, 0) : count }];
  });
  return {
    graph: {
      inputs: expanded.inputs,
      outputs: probes.map(({ count }, i) => ({ name: `kink:${i}`, dtype: "float64", node: count })),
    },
    nodes: probes.map(({ node }) => node),
  };
}
