import type { Budget } from "../../graph/budget.ts";
import { copyNode } from "../../graph/copy.ts";
import { OperandFault } from "../../graph/fault.ts";
import { GraphFunction } from "../../graph/function.ts";
import { type GraphInput, nodesOf, operationsOf, rebuild } from "../../graph/graph.ts";
import type { NdArray } from "../../graph/ndarray.ts";
import type { Body, Builder, Node, Passes, Rows, TensorType } from "../../graph/operator.ts";
import { interpret } from "../../graph/running/interpret.ts";
import type { Program } from "../../graph/running/program.ts";
import { sameShape, showShape } from "../../graph/shape.ts";
import { castNode } from "../cast.ts";

// What the operators of this folder do with functions: make them, put them into graphs, run and count them.

/** A function of inputs of some types, whose outputs `build` makes in a builder like `like`. */
export function functionOf(
  name: string,
  types: readonly TensorType[],
  like: Builder,
  build: (inputs: readonly Node[], builder: Builder) => readonly Node[],
): GraphFunction {
  const builder = like.another();
  const inputs = types.map(({ shape, dtype }, i): GraphInput => {
    return { name: `i${i}`, shape, dtype, node: builder.input(`i${i}`, shape, dtype) };
  });
  const nodes = build(
    inputs.map((input) => input.node),
    builder,
  );
  return withoutRest(name, inputs, nodes);
}

/** The function again, without what its builder made besides. */
function withoutRest(name: string, inputs: readonly GraphInput[], nodes: readonly Node[]): GraphFunction {
  return new GraphFunction(name, {
    inputs,
    outputs: nodes.map((node, i) => ({ name: `o${i}`, dtype: node.dtype, node })),
  });
}

/** A function's outputs for arguments, as nodes of their builder: of primitives, or as documents have them. */
export function inlined({ graph }: GraphFunction, args: readonly Node[], builder: Builder): Node[] {
  return rebuild(
    graph.outputs.map((output) => output.node),
    argumentsOf(graph.inputs, args),
    (node, operands) => copyNode(node, operands, builder),
  );
}

/** As {@link inlined}, of a document's function in primitives; arguments are converted to what it declares. */
export function expandedIn({ graph }: GraphFunction, args: readonly Node[], builder: Builder, passes: Passes): Node[] {
  return passes.expand(
    graph.outputs.map((output) => output.node),
    argumentsOf(
      graph.inputs,
      args.map((arg, i) => castNode(arg, graph.inputs[i]!.node.dtype)),
    ),
    builder,
  );
}

function argumentsOf(inputs: readonly GraphInput[], args: readonly Node[]): ReadonlyMap<Node, Node> {
  return new Map(inputs.map(({ node }, i) => [node, args[i]!]));
}

/** Arguments converted to the dtypes that a function has them in. */
export function convertedFor({ inputs }: GraphFunction, args: readonly Node[], first = 0): Node[] {
  return args.map((arg, i) => castNode(arg, inputs[first + i]!.dtype));
}

/** A function as code sees it. */
export function bodyOf({ graph }: GraphFunction): Body {
  return { inputs: graph.inputs.map(({ node }) => node), outputs: graph.outputs.map(({ node }) => node) };
}

/** A function that is run once, as code sees it: a loop of one step, to which everything is a constant. */
export function onceOf(held: GraphFunction): Rows {
  const { inputs, outputs } = bodyOf(held);
  return { inputs, outputs, constants: inputs.length, carry: 0, length: 1, reverse: false, counted: false };
}

/** A function ready to run, made once. */
export function programOf(held: GraphFunction): Program {
  let program = programs.get(held);
  if (!program) {
    program = interpret(held.graph);
    programs.set(held, program);
  }
  return program;
}

/** A function's outputs for values; what it takes is spent from the budget. */
export function runFunction(held: GraphFunction, args: readonly NdArray[], budget: Budget): NdArray[] {
  const steps = programOf(held).run(args, budget, budget.heard);
  budget.spend(operationsIn(held) + operationsPerRun);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

const operationsPerRun = 100;

/** Operations of one run of a function. */
export function operationsIn(held: GraphFunction): number {
  let count = operations.get(held);
  if (count === undefined) {
    count = operationsOf(nodesOf(held.graph));
    operations.set(held, count);
  }
  return count;
}

/** Steps of the loops in a function, at least 1. */
export function iterationsIn(held: GraphFunction): number {
  let most = iterations.get(held);
  if (most === undefined) {
    most = 1;
    for (const node of nodesOf(held.graph)) most = Math.max(most, node.op.iterations?.(node) ?? 1);
    iterations.set(held, most);
  }
  return most;
}

/** Whether two types are the same. */
export function sameType(a: TensorType, b: TensorType): boolean {
  return a.dtype === b.dtype && sameShape(a.shape, b.shape);
}

/** A type as messages show it. */
export function showType({ shape, dtype }: TensorType): string {
  return `${dtype}${showShape(shape)}`;
}

/** Throws where a body turns its carries into something else. */
export function expectCarries({ name, graph, inputs, outputs }: GraphFunction, carry: number, first: number): void {
  if (outputs.length < carry) {
    throw new OperandFault(`function "${name}" has ${outputs.length} outputs, fewer than the ${carry} carries`);
  }
  for (let i = 0; i < carry; i++) {
    const [before, after] = [inputs[first + i]!, outputs[i]!];
    if (sameType(before, after)) continue;
    throw new OperandFault(
      `carry "${graph.inputs[first + i]!.name}" of function "${name}" is ${showType(before)} and becomes ${showType(after)} in a step`,
      first + i,
    );
  }
}

const programs = new WeakMap<GraphFunction, Program>();
const operations = new WeakMap<GraphFunction, number>();
const iterations = new WeakMap<GraphFunction, number>();
