import type { Budget } from "../graph/budget.ts";
import { GraphBuilder } from "../graph/builder.ts";
import { copyNode } from "../graph/copy.ts";
import { functionsIn, type GraphFunction } from "../graph/function.ts";
import { type Graph, nodesOf, rebuild } from "../graph/graph.ts";
import type { Node, Operator, TensorLimits } from "../graph/operator.ts";
import { range } from "../graph/shape.ts";
import { castNode } from "../operators/cast.ts";
import { call } from "../operators/functions/call.ts";
import { map } from "../operators/functions/map.ts";
import { scan } from "../operators/functions/scan.ts";
import { resultIndex, resultNode, tupleNode } from "../operators/results.ts";
import { rowOf, stacked } from "../transforms/write-out.ts";

/** Where a value is made: a node of a document, or in a function that one holds and in a step of its loop. */
export interface Place {
  readonly node: Node;
  readonly operator: Operator;
  readonly function?: string;
  readonly step?: number;
}

/** A document's graph with functions in place, and where each of its nodes stands in the document. */
export interface InPlace {
  readonly graph: Graph;
  readonly placeOf: (node: Node) => Place;
}

/** Functions stand in place up to so many nodes altogether; beyond that nobody looks into them. */
const nodesMax = 2000;

/** Puts the functions of calls, and of maps and scans for each row, where they are used. */
export function inPlace(graph: Graph, limits: TensorLimits, budget: Budget): InPlace {
  const order = nodesOf(graph);
  if (!order.some((node) => functionsIn(node).length > 0)) {
    return { graph, placeOf: (node) => ({ node, operator: node.op }) };
  }
  const builder = new GraphBuilder(limits, budget);
  const places = new Map<Node, Place>();
  let room = nodesMax;

  const copyAt = (holder: Node, within: Pick<Place, "function" | "step">) => {
    const copy = (node: Node, args: readonly Node[]): Node => {
      const at = within.function === undefined ? node : holder;
      const index = resultIndex(node);
      if (index !== undefined) return resultNode(args[0]!, index, node.dtype);
      const known = builder.size;
      const made = opened(node, args, at, within) ?? copyNode(node, args, builder);
      if (made.index >= known) places.set(made, { node: at, operator: node.op, ...within });
      return made;
    };
    return copy;
  };

  const put = (held: GraphFunction, args: readonly Node[], holder: Node, within: Pick<Place, "function" | "step">) => {
    const given = held.graph.inputs.map(({ node }, i) => [node, castNode(args[i]!, node.dtype)] as const);
    const outputs = held.graph.outputs.map(({ node }) => node);
    return rebuild(outputs, new Map(given), copyAt(holder, within));
  };

  /** A node of functions as the tuple of their results, where there is room; undefined for any other. */
  function opened(node: Node, args: readonly Node[], holder: Node, outer: Pick<Place, "step">): Node | undefined {
    const { function: held, constants = 0, carry = 0, length = 1, reverse } = node.attrs as Partial<Attributes>;
    const isLoop = node.op === scan.operator || node.op === map.operator;
    if (!held || !(isLoop || node.op === call.operator)) return undefined;
    if (!isLoop) {
      room -= nodesOf(held.graph).length;
      if (room < 0) return undefined;
      return tupleNode(put(held, args, holder, { ...outer, function: held.name }));
    }
    const first = constants + carry;
    const steps = node.op === map.operator ? args[first]!.shape[0]! : length;
    room -= steps * nodesOf(held.graph).length;
    if (room < 0 || steps === 0) return undefined;
    let carries = args.slice(constants, first);
    const rows: Node[][] = held.outputs.slice(carry).map(() => new Array(steps));
    for (const i of range(steps)) {
      const step = reverse ? steps - 1 - i : i;
      const given = [...args.slice(0, constants), ...carries, ...args.slice(first).map((x) => rowOf(x, step))];
      const made = put(held, given, holder, { step, ...outer, function: held.name });
      carries = made.slice(0, carry);
      for (const [k, value] of made.slice(carry).entries()) rows[k]![step] = value;
    }
    return tupleNode([...carries, ...rows.map((values) => stacked(values, values[0]!, steps, builder))]);
  }

  const inputs = graph.inputs.map((input) => ({ ...input, node: builder.input(input.name, input.shape, input.dtype) }));
  inputs.forEach(({ node }, i) => {
    places.set(node, { node: graph.inputs[i]!.node, operator: node.op });
  });
  const nodes = rebuild(
    graph.outputs.map(({ node }) => node),
    new Map(graph.inputs.map(({ node }, i) => [node, inputs[i]!.node])),
    copyAt(order[0]!, {}),
  );
  const whole = { inputs, outputs: graph.outputs.map((output, i) => ({ ...output, node: nodes[i]! })) };
  return { graph: whole, placeOf: (node) => places.get(node) ?? { node, operator: node.op } };
}

interface Attributes {
  readonly function: GraphFunction;
  readonly constants: number;
  readonly carry: number;
  readonly length: number;
  readonly reverse: boolean;
}
