import type { Limits } from "../../config.ts";
import { limitExceeded } from "../../errors.ts";
import type { Budget } from "../../graph/budget.ts";
import type { GraphFunction } from "../../graph/function.ts";
import type { Graph } from "../../graph/graph.ts";
import { convertArray, type NdArray } from "../../graph/ndarray.ts";
import { constantValue, type Node } from "../../graph/operator.ts";
import { elementCount } from "../../graph/shape.ts";
import { runsOf } from "../../operators/functions/runs.ts";
import { appliedIn } from "../../operators/results.ts";
import { simplifyingBuilder } from "../../simplify/simplify.ts";
import { expand } from "../../transforms/expand.ts";

/** Runs a graph on values. */
export type Run = (graph: Graph, values: readonly NdArray[]) => Promise<NdArray[]>;

/** What a graph's nodes are called, and in which order they are shown. */
export interface Shown {
  readonly graph: Graph;
  readonly order: readonly Node[];
  readonly names: ReadonlyMap<Node, string>;
}

/** A run of a function within a trace: which step of a loop it is, and its nodes with their values. */
export interface OpenedRun {
  readonly function: string;
  readonly step: number | undefined;
  readonly shown: Shown;
  readonly values: ReadonlyMap<Node, NdArray>;
  readonly inside: ReadonlyMap<Node, readonly OpenedRun[]>;
}

/** Opens the nodes of a trace that hold functions, so many functions deep, within what a trace may show. */
export class Opening {
  private nodes = 0;
  private elements = 0;
  private readonly graphs = new Map<GraphFunction, { readonly shown: Shown; readonly expanded: Graph }>();
  private readonly limits: Limits;
  private readonly budget: Budget;
  private readonly run: Run;
  private readonly show: (held: GraphFunction) => Shown;

  constructor(limits: Limits, budget: Budget, run: Run, show: (held: GraphFunction) => Shown) {
    this.limits = limits;
    this.budget = budget;
    this.run = run;
    this.show = show;
  }

  /** The runs of each node that is shown first of those that one application gives. Throws `limit_exceeded`. */
  async open(
    { order }: Shown,
    values: ReadonlyMap<Node, NdArray>,
    depth: number,
  ): Promise<ReadonlyMap<Node, readonly OpenedRun[]>> {
    const found = new Map<Node, readonly OpenedRun[]>();
    const opened = new Set<Node>();
    if (depth === 0) return found;
    for (const node of order) {
      const applied = appliedIn(node);
      if (opened.has(applied) || applied.args.length === 0) continue;
      const given = applied.args.map((arg) => values.get(arg) ?? constantValue(arg)!);
      const runs = runsOf(applied, given);
      if (!runs) continue;
      opened.add(applied);
      found.set(node, await this.all(runs, depth));
    }
    return found;
  }

  private async all(runs: NonNullable<ReturnType<typeof runsOf>>, depth: number): Promise<OpenedRun[]> {
    const list: OpenedRun[] = [];
    for (let next = runs.next([]); !next.done; ) {
      const { function: held, inputs, step, isCondition } = next.value;
      const { shown, expanded } = this.made(held);
      if (!isCondition) this.count(shown);
      const given = inputs.map((value, i) => convertArray(value, held.inputs[i]!.dtype));
      const results = await this.run(expanded, given);
      const values = new Map(shown.order.map((node, i) => [node, results[i]!]));
      if (!isCondition) {
        const inside = await this.open(shown, values, depth - 1);
        list.push({ function: held.name, step, shown, values, inside });
      }
      next = runs.next(results.slice(shown.order.length));
    }
    return list;
  }

  private made(held: GraphFunction) {
    const known = this.graphs.get(held);
    if (known) return known;
    const shown = this.show(held);
    const nodes = [...shown.order, ...held.graph.outputs.map((output) => output.node)];
    const outputs = nodes.map((node, i) => ({ name: `node:${i}`, dtype: node.dtype, node }));
    const made = {
      shown,
      expanded: expand({ inputs: held.graph.inputs, outputs }, simplifyingBuilder(this.limits, this.budget)),
    };
    this.graphs.set(held, made);
    return made;
  }

  private count({ order }: Shown): void {
    const { traceNodes, traceElements } = this.limits;
    this.nodes += order.length;
    this.elements += order.reduce((sum, { shape }) => sum + elementCount(shape), 0);
    if (this.nodes > traceNodes) throw limitExceeded("traceNodes", traceNodes, this.nodes);
    if (this.elements > traceElements) throw limitExceeded("traceElements", traceElements, this.elements);
  }
}
