import { setImmediate } from "node:timers/promises";
import type { Limits } from "../../config.ts";
import type { Spelling } from "../../engine/documents.ts";
import type { Engine, LoadedGraph } from "../../engine/engine.ts";
import { admitted } from "../../engine/runs/admitted.ts";
import { limitExceeded } from "../../errors.ts";
import type { Budget } from "../../graph/budget.ts";
import { nodesOf, operationsOf } from "../../graph/graph.ts";
import { type NdArray, ndarray, rowMajorData, scalar, zeros } from "../../graph/ndarray.ts";
import { constantValue, inputOperator, type Node } from "../../graph/operator.ts";
import { interpret } from "../../graph/running/interpret.ts";
import { elementCount } from "../../graph/shape.ts";
import { infixForPeople } from "../../notation/infix.ts";
import { latex } from "../../notation/latex.ts";
import type { Notation } from "../../notation/notation.ts";
import type { TracePart, TraceRow } from "../../notation/trace-table.ts";
import { appliedIn, resultTypes } from "../../operators/results.ts";
import { simplifyingBuilder } from "../../simplify/simplify.ts";
import { freshNames } from "../../syntax/names.ts";
import { jvp } from "../../transforms/derive.ts";
import { expand } from "../../transforms/expand.ts";
import { localGraph } from "../node-pullback.ts";
import { type OpenedRun, Opening, type Run, type Shown } from "./opened.ts";

/** What a trace goes through: a graph's inputs, constants and nodes in the order that they are computed, with names. */
export type TraceSubject = Shown;

/**
 * The nodes of a graph as its sender knows them: in the document's order and by its names, or where it was sent by id as
 * `graph.get` shows them. Numbers without a name stand in the formulas. Throws `limit_exceeded`.
 */
export function traceSubject(
  loaded: Pick<LoadedGraph, "graph" | "canonical">,
  spelling: Spelling | undefined,
  limits: Limits,
): TraceSubject {
  const { graph, canonical } = loaded;
  const size = canonical.order.length + graph.inputs.length;
  if (size > limits.traceNodes) throw limitExceeded("traceNodes", limits.traceNodes, size);
  const names = new Map(graph.inputs.map(({ node, name }) => [node, name]));
  for (const [number, name] of spelling?.names.entries() ?? []) {
    if (name !== undefined) names.set(canonical.order[number]!, name);
  }
  const nodes = spelling ? spelling.order.map((number) => canonical.order[number]!) : canonical.order;
  const order = [
    ...graph.inputs.map((input) => input.node),
    ...nodes.filter((node) => !resultTypes(node) && (!isPlainNumber(node) || names.has(node))),
  ];
  const taken = new Set(names.values());
  for (const { name, node } of spelling ? graph.outputs : []) {
    if (names.has(node) || taken.has(name) || isPlainNumber(node)) continue;
    names.set(node, name);
    taken.add(name);
  }
  const nextNode = freshNames(spelling ? "v" : "n", taken);
  const nextConstant = freshNames("c", taken);
  for (const node of order) if (!names.has(node)) names.set(node, constantValue(node) ? nextConstant() : nextNode());
  const elements = order.reduce(
    (total, node) => [node, ...appliedIn(node).args].reduce((sum, { shape }) => sum + elementCount(shape), total),
    0,
  );
  if (elements > limits.traceElements) throw limitExceeded("traceElements", limits.traceElements, elements);
  return { graph, order, names };
}

/** Tangents of float inputs, and cotangents of float outputs, by position; undefined for a sweep that is not asked for. */
export interface TraceSeeds {
  readonly tangents: ReadonlyMap<number, NdArray> | undefined;
  readonly cotangents: ReadonlyMap<number, NdArray> | undefined;
}

/** Goes through a graph node by node: values and tangents forward, adjoints backward. */
export async function trace(
  { graph, order, names }: TraceSubject,
  inputs: readonly NdArray[],
  { tangents, cotangents }: TraceSeeds,
  depth: number,
  engine: Engine,
  budget: Budget,
): Promise<TraceRow[]> {
  const run = runIn(engine, budget);
  const outputs = order.map((node, i) => ({ name: `node:${i}`, dtype: node.dtype, node }));
  const builder = simplifyingBuilder(engine.limits, budget);
  const base = expand({ inputs: graph.inputs, outputs }, builder);
  const of = [...order.keys()].filter((i) => order[i]!.dtype === "float64");
  const wrt = [...(tangents?.keys() ?? [])];
  const results = await run(tangents ? jvp(base, { wrt, of }) : base, [
    ...inputs,
    ...wrt.map((i) => tangents!.get(i)!),
  ]);
  const values = new Map(order.map((node, i) => [node, results[i]!]));
  const tangentOf = new Map(tangents ? of.map((i, k) => [order[i]!, results[order.length + k]!]) : []);
  const sweep = cotangents
    ? await reverse({ graph, order, names }, values, cotangents, run, engine, budget)
    : undefined;
  const opening = new Opening(engine.limits, budget, run, (held) => traceSubject(held, undefined, engine.limits));
  const opened = await opening.open({ graph, order, names }, values, depth);
  return order.map((node) => ({
    ...rowOf(node, { graph, order, names }, values, opened),
    tangent: tangentOf.get(node),
    adjoint: sweep?.adjoints.get(node),
    parts: sweep?.parts.get(node) ?? [],
  }));
}

/** What a node is called, how it is made and its value, with the runs of its functions that are opened. */
function rowOf(
  node: Node,
  { names }: Shown,
  values: ReadonlyMap<Node, NdArray>,
  opened: ReadonlyMap<Node, readonly OpenedRun[]>,
): TraceRow {
  const isLeaf = node.op === inputOperator || constantValue(node) !== undefined;
  const applied = appliedIn(node);
  const said = (notation: Notation) => {
    const args = applied.args.map((arg) =>
      names.has(arg) ? notation.name(names.get(arg)!) : notation.constant(constantValue(arg)!),
    );
    return notation.apply(applied, args).text;
  };
  return {
    name: names.get(node)!,
    op: applied.op.name,
    formula: isLeaf ? undefined : said(infixForPeople),
    latex: isLeaf ? undefined : said(latex),
    args: applied.args.flatMap((arg) => names.get(arg) ?? []),
    value: values.get(node)!,
    tangent: undefined,
    adjoint: undefined,
    parts: [],
    // Functions nest no deeper than documents may nest them.
    runs: opened.get(node)?.map(({ function: name, step, shown, values: inner, inside }) => ({
      function: name,
      step,
      rows: shown.order.map((each) => rowOf(each, shown, inner, inside)),
    })),
  };
}

/** Reverse mode, one node after the other: each passes its adjoint, once complete, to its operands. */
async function reverse(
  { graph, order, names }: TraceSubject,
  values: ReadonlyMap<Node, NdArray>,
  cotangents: ReadonlyMap<number, NdArray>,
  run: Run,
  engine: Engine,
  budget: Budget,
) {
  const adjoints = new Map<Node, NdArray>();
  const parts = new Map<Node, TracePart[]>();
  const accumulate = (node: Node, part: TracePart) => {
    if (!names.has(node)) return;
    const sum = adjoints.get(node);
    adjoints.set(node, sum ? plus(sum, part.value) : part.value);
    const known = parts.get(node);
    if (known) known.push(part);
    else parts.set(node, [part]);
  };
  for (const [k, value] of cotangents) {
    accumulate(graph.outputs[k]!.node, { from: undefined, partial: undefined, value });
  }
  for (const node of [...order].reverse()) {
    const adjoint = adjoints.get(node);
    if (!adjoint || node.args.length === 0) continue;
    const { pullback, operands, wrt } = localGraph(node, engine.limits, budget);
    const { args } = appliedIn(node);
    const given = operands.map((i) => values.get(args[i]!)!);
    const [, ...passed] = await run(pullback, [...given, adjoint]);
    const [, ...slopes] = node.shape.length === 0 ? await run(pullback, [...given, scalar("float64", 1)]) : [];
    wrt.forEach((i, k) => {
      const operand = args[i]!;
      const slope = operand.shape.length === 0 ? slopes[k] : undefined;
      const partial = slope && slope.data[slope.offset]!;
      accumulate(operand, { from: names.get(node)!, partial, value: passed[k]! });
    });
  }
  for (const node of order) {
    if (node.dtype === "float64" && !constantValue(node) && !adjoints.has(node)) {
      adjoints.set(node, zeros("float64", node.shape));
    }
  }
  return { adjoints, parts };
}

function plus(a: NdArray, b: NdArray): NdArray {
  const [x, y] = [rowMajorData(a), rowMajorData(b)];
  return ndarray(
    "float64",
    a.shape,
    Float64Array.from(x, (value, i) => value + y[i]!),
  );
}

function runIn(engine: Engine, budget: Budget): Run {
  return async (graph, values) => {
    const { operations } = engine.limits;
    const received = operationsOf(nodesOf(graph));
    if (received > operations) throw limitExceeded("operations", operations, received);
    const program = interpret(graph);
    return admitted(engine, program.liveBytes, async () => {
      const steps = program.run(values, budget);
      for (;;) {
        const step = steps.next();
        if (step.done) return step.value;
        await setImmediate();
      }
    });
  };
}

/** A number that a formula can hold: a constant scalar. */
function isPlainNumber(node: Node): boolean {
  return constantValue(node)?.shape.length === 0;
}
