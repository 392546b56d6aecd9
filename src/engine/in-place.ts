import type { Budget } from "../graph/budget.ts";
import { GraphBuilder } from "../graph/builder.ts";
import { copyNode } from "../graph/copy.ts";
import { isFloat } from "../graph/dtype.ts";
import { functionsIn, functionsOf, type GraphFunction } from "../graph/function.ts";
import { type Graph, nodesOf, reachable, rebuild } from "../graph/graph.ts";
import type { Node, Operator, TensorLimits } from "../graph/operator.ts";
import { range } from "../graph/shape.ts";
import { castNode } from "../operators/cast.ts";
import { equal, greater_equal, less_equal, logical_and, logical_or, not_equal } from "../operators/families/choice.ts";
import { iterationsIn } from "../operators/functions/body.ts";
import { call } from "../operators/functions/call.ts";
import { cond, switchOf } from "../operators/functions/cond.ts";
import { grad, hessianOf, jacobianOf, jvpOf, vjpOf } from "../operators/functions/derivatives.ts";
import { odeint } from "../operators/functions/implicit/odeint.ts";
import { fixed_point, root } from "../operators/functions/implicit/root.ts";
import { map } from "../operators/functions/map.ts";
import { scan } from "../operators/functions/scan.ts";
import { whileLoop } from "../operators/functions/while.ts";
import { resultIndex, resultNode, tupleNode } from "../operators/results.ts";
import { reshape } from "../operators/views.ts";
import { rowOf, stacked } from "../transforms/write-out.ts";

/** Where a value is made: a node of a document, or in a function that one holds and in a step of its loop. */
export interface Place {
  readonly node: Node;
  readonly operator: Operator;
  readonly function?: string;
  readonly step?: number;
}

/** A document's graph with functions in place, where each of its nodes stands in the document, and what is beside it. */
export interface InPlace {
  readonly graph: Graph;
  readonly placeOf: (node: Node) => Place;
  /** By node the outputs of its functions where it evaluates them, though its value is not made of these. */
  readonly beside: ReadonlyMap<Node, readonly Node[]>;
  /** What varies though nothing that it is made of may: what a node differentiates its function by. */
  readonly varying: ReadonlySet<Node>;
  /** By node the scalar under which it is run; absent: always. */
  readonly conditions: ReadonlyMap<Node, Node>;
  /** The nodes whose functions nobody looks into. */
  readonly closed: ReadonlySet<Node>;
}

/** What functions in place stand within. */
interface Within extends Pick<Place, "function" | "step"> {
  readonly condition?: Node;
}

/** Functions stand in place up to so many nodes altogether; beyond that nobody looks into them. */
const nodesMax = 2000;

const derivatives: ReadonlySet<Operator> = new Set(
  [grad, jvpOf, vjpOf, jacobianOf, hessianOf].map((op) => op.operator),
);
const searches: ReadonlySet<Operator> = new Set([root, fixed_point].map((op) => op.operator));
const repeated: ReadonlySet<Operator> = new Set([whileLoop, odeint].map((op) => op.operator));
const chosenFrom: ReadonlySet<Operator> = new Set([cond, switchOf].map((op) => op.operator));

/**
 * Puts functions where they are used: of calls, and of maps and scans for each row, in the place of the node; of branches,
 * under the condition that they are run, of searches, at what they found, and of derivatives, beside it.
 */
export function inPlace(graph: Graph, limits: TensorLimits, budget: Budget): InPlace {
  const order = nodesOf(graph);
  if (!order.some((node) => functionsIn(node).length > 0)) {
    const none = new Map();
    const placeOf = (node: Node) => ({ node, operator: node.op });
    return { graph, placeOf, beside: none, varying: new Set(), conditions: none, closed: new Set() };
  }
  return new Opening(limits, budget).open(graph, order[0]!);
}

/** The nodes that some others need, and those that are looked at beside them, operands first. */
export function lookedAt({ beside }: Pick<InPlace, "beside">, outputs: readonly Node[]): Node[] {
  const wanted = new Set(outputs);
  for (let order = reachable([...wanted]); ; order = reachable([...wanted])) {
    const before = wanted.size;
    for (const node of order) for (const output of beside.get(node) ?? []) wanted.add(output);
    if (wanted.size === before) return order;
  }
}

/** Where a node stands whose functions nobody looks into, if something is in one of them: with the name of that one. */
export function placesUnseen(
  { placeOf }: InPlace,
  node: Node,
  isThere: (held: GraphFunction) => boolean,
): readonly Place[] {
  const held = functionsIn(node).find(isThere);
  return held ? [{ ...placeOf(node), function: held.name }] : [];
}

class Opening {
  private readonly builder: GraphBuilder;
  private readonly places = new Map<Node, Place>();
  private readonly beside = new Map<Node, readonly Node[]>();
  private readonly varying = new Set<Node>();
  private readonly conditions = new Map<Node, Node>();
  private readonly closed = new Set<Node>();
  private room = nodesMax;

  constructor(limits: TensorLimits, budget: Budget) {
    this.builder = new GraphBuilder(limits, budget);
  }

  open(graph: Graph, first: Node): InPlace {
    const { builder, places, beside, varying, conditions, closed } = this;
    const inputs = graph.inputs.map((input) => ({
      ...input,
      node: builder.input(input.name, input.shape, input.dtype),
    }));
    inputs.forEach(({ node }, i) => {
      places.set(node, { node: graph.inputs[i]!.node, operator: node.op });
    });
    const nodes = rebuild(
      graph.outputs.map(({ node }) => node),
      new Map(graph.inputs.map(({ node }, i) => [node, inputs[i]!.node])),
      this.copyAt(first, {}),
    );
    const whole = { inputs, outputs: graph.outputs.map((output, i) => ({ ...output, node: nodes[i]! })) };
    const placeOf = (node: Node) => places.get(node) ?? { node, operator: node.op };
    return { graph: whole, placeOf, beside, varying, conditions, closed };
  }

  private copyAt(holder: Node, within: Within) {
    const { function: held, step, condition } = within;
    return (node: Node, args: readonly Node[]): Node => {
      const at = held === undefined ? node : holder;
      const index = resultIndex(node);
      if (index !== undefined) return resultNode(args[0]!, index, node.dtype);
      const known = this.builder.size;
      const made = this.opened(node, args, at, within) ?? this.besides(node, args, at, within);
      if (made.index >= known) {
        this.places.set(made, {
          node: at,
          operator: node.op,
          ...(held !== undefined && { function: held }),
          ...(step !== undefined && { step }),
        });
        if (condition) this.conditions.set(made, condition);
      } else this.loosen(made, condition);
      return made;
    };
  }

  /** What is run under one condition and under another is run under either. */
  private loosen(node: Node, condition: Node | undefined): void {
    const known = this.conditions.get(node);
    if (!known || known === condition) return;
    if (condition) this.conditions.set(node, logical_or(known, condition));
    else this.conditions.delete(node);
  }

  private put(held: GraphFunction, args: readonly Node[], holder: Node, within: Within): Node[] {
    const given = held.graph.inputs.map(({ node }, i) => [node, castNode(args[i]!, node.dtype)] as const);
    const outputs = held.graph.outputs.map(({ node }) => node);
    return rebuild(outputs, new Map(given), this.copyAt(holder, within));
  }

  /** Whether there is room for a function so many times, which is taken then. */
  private hasRoom(held: GraphFunction, times = 1): boolean {
    this.room -= times * nodesOf(held.graph).length;
    return this.room >= 0;
  }

  /** A call, map or scan as the tuple of what its functions give, where there is room; undefined for any other node. */
  private opened(node: Node, args: readonly Node[], holder: Node, outer: Within): Node | undefined {
    const { function: held, constants = 0, carry = 0, length = 1, reverse } = node.attrs as Partial<Attributes>;
    const isLoop = node.op === scan.operator || node.op === map.operator;
    if (!held || !(isLoop || node.op === call.operator)) return undefined;
    if (!isLoop) {
      return this.hasRoom(held)
        ? tupleNode(this.put(held, args, holder, { ...outer, function: held.name }))
        : undefined;
    }
    const first = constants + carry;
    const steps = node.op === map.operator ? args[first]!.shape[0]! : length;
    if (steps === 0 || !this.hasRoom(held, steps)) return undefined;
    let carries = args.slice(constants, first);
    const rows: Node[][] = held.outputs.slice(carry).map(() => new Array(steps));
    for (const i of range(steps)) {
      const step = reverse ? steps - 1 - i : i;
      const given = [...args.slice(0, constants), ...carries, ...args.slice(first).map((x) => rowOf(x, step))];
      const made = this.put(held, given, holder, { step, ...outer, function: held.name });
      carries = made.slice(0, carry);
      for (const [k, value] of made.slice(carry).entries()) rows[k]![step] = value;
    }
    return tupleNode([...carries, ...rows.map((values) => stacked(values, values[0]!, steps, this.builder))]);
  }

  /** Any node itself, and beside it what its functions give where it evaluates them. */
  private besides(node: Node, args: readonly Node[], holder: Node, within: Within): Node {
    const made = copyNode(node, args, this.builder);
    const held = functionsIn(node);
    if (held.length === 0 || this.beside.has(made)) return made;
    const list = this.evaluated(node, made, held, args, holder, within);
    if (list) this.beside.set(made, list);
    else this.closed.add(made);
    return made;
  }

  private evaluated(
    { op, attrs }: Node,
    made: Node,
    held: readonly GraphFunction[],
    args: readonly Node[],
    holder: Node,
    within: Within,
  ): Node[] | undefined {
    const [first] = held as [GraphFunction];
    const inside = (one: GraphFunction) => ({ ...within, function: one.name });
    if (derivatives.has(op) && this.hasRoom(first)) {
      const given = args.slice(0, first.inputs.length).map((arg, i) => {
        if (!(attrs.wrt as readonly number[]).includes(i) || !isFloat(arg.dtype)) return arg;
        const moved = reshape(arg, { shape: arg.shape });
        this.varying.add(moved);
        return moved;
      });
      return this.put(first, given, holder, inside(first));
    }
    if (searches.has(op) && this.hasRoom(first)) {
      return this.put(first, [...args.slice(0, -1), resultNode(made, 0)], holder, inside(first));
    }
    if (!chosenFrom.has(op) || !held.every((branch) => isQuick(branch) && this.hasRoom(branch))) return undefined;
    const [by, ...operands] = args as [Node, ...Node[]];
    const last = held.length - 1;
    return held.flatMap((branch, k) => {
      const own = op === cond.operator ? (k === 0 ? not_equal(by, 0) : equal(by, 0)) : isBranch(by, k, last);
      const condition = within.condition ? logical_and(within.condition, own) : own;
      return this.put(branch, operands, holder, { ...inside(branch), condition });
    });
  }
}

/** Whether the k-th of some branches is chosen: the first by what is below, the last by what is above. */
function isBranch(by: Node, k: number, last: number): Node {
  if (last === 0) return equal(by, by);
  if (k === 0) return less_equal(by, 0);
  return k === last ? greater_equal(by, last) : equal(by, k);
}

/** Whether a function that need not be run takes no time to speak of: no searches, and loops of few steps. */
function isQuick(held: GraphFunction): boolean {
  const lists = [held, ...functionsOf(nodesOf(held.graph))].map(({ graph }) => nodesOf(graph));
  const isLong = ({ op }: Node) => repeated.has(op) || searches.has(op);
  return iterationsIn(held) <= nodesMax && !lists.some((nodes) => nodes.some(isLong));
}

interface Attributes {
  readonly function: GraphFunction;
  readonly constants: number;
  readonly carry: number;
  readonly length: number;
  readonly reverse: boolean;
}
