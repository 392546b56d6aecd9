import type { Limits } from "../config.ts";
import { limitExceeded, notDifferentiable } from "../errors.ts";
import type { Budget } from "../graph/budget.ts";
import { GraphBuilder } from "../graph/builder.ts";
import { copyGraph, copyNode } from "../graph/copy.ts";
import { OperandFault } from "../graph/fault.ts";
import { type Graph, nodesOf, reachable, rebuild } from "../graph/graph.ts";
import type { Builder, Node, Operator } from "../graph/operator.ts";
import { sameShape } from "../graph/shape.ts";
import { publicForms } from "../notation/public-forms.ts";
import { divide, multiply, reciprocal, square } from "../operators/families/arithmetic.ts";
import { pow } from "../operators/families/exponential.ts";
import { familyOf } from "../operators/index.ts";
import { broadcastAll, uniformValue } from "../operators/kinds.ts";
import { broadcast_to, broadcastNode } from "../operators/views.ts";
import { readableBuilder } from "../simplify/readable.ts";
import { simplifyingBuilder } from "../simplify/simplify.ts";
import { gradient, type Selection } from "../transforms/derive.ts";
import { expand } from "../transforms/expand.ts";
import { localGraph } from "./node-pullback.ts";

/** The derivative of one scalar output by one input, as a graph of a document's operators with that one output. */
export interface SymbolicDerivative {
  readonly of: number;
  readonly wrt: number;
  readonly graph: Graph;
}

/**
 * Derivatives of scalar outputs as graphs that people can read and documents can say. They are equal to those that
 * `jacobian` computes up to rounding, but zero absorbs in them only where a choice is made. Throws `limit_exceeded`, and
 * `not_differentiable` for an operator whose derivative no document can say.
 */
export function symbolicDerivatives(
  surface: Graph,
  { wrt, of }: Selection,
  limits: Limits,
  budget: Budget,
): SymbolicDerivative[] {
  const base = expand(surface, simplifyingBuilder(limits, budget));
  const results: SymbolicDerivative[] = [];
  let size = 0;
  for (const k of of) {
    const derived = gradient(base, { wrt, of: [k] });
    const readable = published({ ...derived, outputs: derived.outputs.slice(surface.outputs.length) }, surface, () =>
      readableBuilder(limits, budget),
    );
    wrt.forEach((i, position) => {
      const name = outputName(surface.outputs[k]!.name, surface.inputs[i]!.name, limits.nameLength);
      const output = { ...readable.outputs[position]!, name };
      const graph = spoken({ inputs: readable.inputs, outputs: [output] }, new GraphBuilder(limits, budget));
      size += nodesOf(graph).length + surface.inputs.length;
      if (size > limits.symbolicNodes) throw limitExceeded("symbolicNodes", limits.symbolicNodes, size);
      results.push({ of: k, wrt: i, graph });
    });
  }
  return results;
}

/** The same graph in a document's operators. */
function published(graph: Graph, surface: Graph, newBuilder: () => Builder): Graph {
  const builder = newBuilder();
  const inputs = surface.inputs.map((input) => ({
    ...input,
    node: builder.input(input.name, input.shape, input.dtype),
  }));
  const known = new Map(graph.inputs.map((input, i) => [input.node, inputs[i]!.node]));
  const sources = graph.outputs.map((output) => output.node);
  const nodes = rebuild(sources, known, (node, args) => {
    if (familyOf(node.op) || node.args.length + Object.keys(node.op.attributes).length === 0) {
      return copyNode(node, args, builder);
    }
    const form = formOf(node, args, builder);
    if (!form) throw unsayable(node.op, surface, builder);
    return form;
  });
  return { inputs, outputs: graph.outputs.map((output, i) => ({ ...output, node: nodes[i]! })) };
}

function formOf(node: Node, args: readonly Node[], builder: Builder): Node | undefined {
  try {
    return publicForms.get(node.op)?.(args, node, builder);
  } catch (fault) {
    // A document cannot say it: it has more axes than there are letters, say.
    if (fault instanceof OperandFault) return undefined;
    throw fault;
  }
}

/** The same graph as people write it: `2 * x` and not `x * 2`, `x ^ 2`, `1 / x`, and no broadcasts that go by themselves. */
function spoken(graph: Graph, builder: Builder): Graph {
  return copyGraph(graph, builder, (node, given) => {
    const args = node.op.scalar ? unbroadcast(node, given) : given;
    const value = node.dtype === "float64" && node.shape.length > 0 ? uniformValue(node) : undefined;
    if (value !== undefined) return broadcastNode(builder.constant(value), node.shape);
    if (node.op === square.operator) return builder.apply(pow.operator, [args[0]!, builder.constant(2)], {});
    if (node.op === reciprocal.operator) return builder.apply(divide.operator, [builder.constant(1), args[0]!], {});
    if (node.op === multiply.operator && isNumber(args[1]!) && !isNumber(args[0]!)) {
      const [x, factor] = args as [Node, Node];
      // 2 (x y) is written 2 x y, which is (2 x) y.
      if (x.op !== multiply.operator) return builder.apply(node.op, [factor, x], {});
      return builder.apply(node.op, [builder.apply(node.op, [factor, x.args[0]!], {}), x.args[1]!], {});
    }
    return copyNode(node, args, builder);
  });
}

/** Operands without the broadcasts that the operator makes itself, numbers as numbers. */
function unbroadcast(node: Node, args: readonly Node[]): readonly Node[] {
  const bare = [...args];
  args.forEach((arg, i) => {
    const value = arg.dtype === "float64" ? uniformValue(arg) : undefined;
    if (value !== undefined) bare[i] = arg.builder.constant(value);
    else if (arg.op === broadcast_to.operator) bare[i] = arg.args[0]!;
    if (!sameShape(broadcastAll(bare), node.shape)) bare[i] = arg;
  });
  return bare;
}

function isNumber(x: Node): boolean {
  return uniformValue(x) !== undefined;
}

function outputName(of: string, wrt: string, lengthMax: number): string {
  const name = `d${of}_d${wrt}`;
  return name.length <= lengthMax ? name : "derivative";
}

/** The error names the document's operator whose derivative needs the internal one. */
function unsayable(op: Operator, surface: Graph, { limits, budget }: Builder) {
  const culprit = nodesOf(surface).find((node) => {
    if (node.args.length === 0) return false;
    const { pullback } = localGraph(node, limits, budget);
    return reachable(pullback.outputs.map((output) => output.node)).some((part) => part.op === op);
  });
  const name = culprit?.op.name ?? op.name;
  return notDifferentiable(
    `the derivative of "${name}" has no formula in a document's operators: it needs ${op.summary}`,
  );
}
