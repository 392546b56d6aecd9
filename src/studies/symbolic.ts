import type { Limits } from "../config.ts";
import { limitExceeded, notDifferentiable } from "../errors.ts";
import type { Budget } from "../graph/budget.ts";
import { GraphBuilder } from "../graph/builder.ts";
import { copyGraph, copyNode } from "../graph/copy.ts";
import { OperandFault } from "../graph/fault.ts";
import { type Graph, nodesOf, reachable, rebuild } from "../graph/graph.ts";
import type { Builder, Node, Operator } from "../graph/operator.ts";
import { elementCount, range, sameShape } from "../graph/shape.ts";
import { uniformValue } from "../graph/uniform-value.ts";
import { publicForms } from "../notation/public-forms.ts";
import { divide, multiply, reciprocal, square } from "../operators/families/arithmetic.ts";
import { identity } from "../operators/families/creation.ts";
import { pow } from "../operators/families/exponential.ts";
import { familyOf } from "../operators/index.ts";
import { broadcastAll } from "../operators/kinds.ts";
import { appliedIn, resultIndex, resultNode } from "../operators/results.ts";
import { broadcast_to, broadcastNode, reshape, sum } from "../operators/views.ts";
import { readableBuilder } from "../simplify/readable.ts";
import { simplifyingBuilder } from "../simplify/simplify.ts";
import { batch } from "../transforms/batch.ts";
import { gradient, type Selection, vjp } from "../transforms/derive.ts";
import { expand } from "../transforms/expand.ts";
import { writeOut } from "../transforms/write-out.ts";
import { localGraph } from "./node-pullback.ts";

/** The derivative of one output by one input, as a graph of a document's operators with that one output. */
export interface SymbolicDerivative {
  readonly of: number;
  readonly wrt: number;
  /** The derivative, of the output's shape followed by the input's, or where `isDiagonal` of the shape of both. */
  readonly graph: Graph;
  /** Whether each element of the output depends on the same element of the input only: the graph is of the diagonal. */
  readonly isDiagonal: boolean;
}

/**
 * Derivatives as graphs that people can read and documents can say. They are equal to those that
 * `jacobian` computes up to rounding, but zero absorbs in them only where a choice is made. Throws `limit_exceeded`, and
 * `not_differentiable` for an operator whose derivative no document can say.
 */
export function symbolicDerivatives(
  surface: Graph,
  { wrt, of }: Selection,
  limits: Limits,
  budget: Budget,
): SymbolicDerivative[] {
  const expanded = expand(surface, simplifyingBuilder(limits, budget));
  const base = writeOut(expanded, Math.min(writtenOutMax, limits.symbolicNodes), simplifyingBuilder(limits, budget));
  const results: SymbolicDerivative[] = [];
  let size = 0;
  for (const k of of) {
    const derived = derivativesOf(base, wrt, k, () => simplifyingBuilder(limits, budget));
    const readable = new Map<Graph, Graph>();
    for (const { graph } of derived) {
      if (!readable.has(graph))
        readable.set(
          graph,
          published(graph, surface, () => readableBuilder(limits, budget)),
        );
    }
    wrt.forEach((i, position) => {
      const name = outputName(surface.outputs[k]!.name, surface.inputs[i]!.name, limits.nameLength);
      const { graph: whole, output: at, isDiagonal } = derived[position]!;
      const { inputs, outputs } = readable.get(whole)!;
      const output = { ...outputs[at]!, name };
      const graph = spoken({ inputs, outputs: [output] }, new GraphBuilder(limits, budget));
      size += nodesOf(graph).length + surface.inputs.length;
      if (size > limits.symbolicNodes) throw limitExceeded("symbolicNodes", limits.symbolicNodes, size);
      results.push({ of: k, wrt: i, graph, isDiagonal });
    });
  }
  return results;
}

/** Loops and branches of so many nodes are written out, step by step. */
const writtenOutMax = 1000;

/** The derivative of an output by an input in primitives: an output of a graph. */
interface PrimitiveDerivative {
  readonly graph: Graph;
  readonly output: number;
  readonly isDiagonal: boolean;
}

/** The derivatives of one output by each of `wrt`. */
function derivativesOf(
  base: Graph,
  wrt: readonly number[],
  k: number,
  newBuilder: () => Builder,
): PrimitiveDerivative[] {
  const { node } = base.outputs[k]!;
  if (node.shape.length === 0) {
    const { inputs, outputs } = gradient(base, { wrt, of: [k] });
    const graph = { inputs, outputs: outputs.slice(base.outputs.length) };
    return wrt.map((_, output) => ({ graph, output, isDiagonal: false }));
  }
  return wrt.map((i) => {
    if (!isElementwise(base, i, k))
      return { graph: jacobianOf(base, i, k, newBuilder()), output: 0, isDiagonal: false };
    // Of a diagonal matrix the sums of the columns are the diagonal.
    const total = { name: "sum", dtype: "float64", node: sum(node, { axis: range(node.shape.length) }) } as const;
    const graph = gradient({ ...base, outputs: [total] }, { wrt: [i], of: [0] });
    return { graph: { ...graph, outputs: [graph.outputs[1]!] }, output: 0, isDiagonal: true };
  });
}

/** All of one block of the Jacobian: reverse mode on all unit seeds at once. */
function jacobianOf(base: Graph, i: number, k: number, builder: Builder): Graph {
  const { shape } = base.outputs[k]!.node;
  const size = elementCount(shape);
  const derived = vjp(base, { wrt: [i], of: [k] });
  const seed = base.inputs.length;
  const seeded = { inputs: derived.inputs, outputs: [derived.outputs.at(-1)!] };
  const rows = batch(
    seeded,
    builder,
    size,
    (input) => input === seed,
    () => true,
  );
  const inputs = base.inputs.map((input) => ({
    ...input,
    node: builder.input(input.name, input.shape, input.dtype),
  }));
  const known = new Map(inputs.map(({ node }, input) => [rows.inputs[input]!.node, node]));
  const units = builder.build(identity.operator, [], { n: size });
  known.set(rows.inputs[seed]!.node, reshape(units, { shape: [size, ...shape] }));
  const [matrix] = rebuild([rows.outputs[0]!.node], known, (node, args) => copyNode(node, args, builder));
  const block = reshape(matrix!, { shape: [...shape, ...base.inputs[i]!.shape] });
  return { inputs, outputs: [{ ...rows.outputs[0]!, node: block }] };
}

/** Whether each element of an output depends on the same element of an input, and on no other of it. */
function isElementwise(base: Graph, i: number, k: number): boolean {
  const [input, output] = [base.inputs[i]!.node, base.outputs[k]!.node];
  if (!sameShape(input.shape, output.shape)) return false;
  const dependent = new Set([input]);
  for (const node of nodesOf({ ...base, outputs: [base.outputs[k]!] })) {
    const reached = node.args.filter((arg) => dependent.has(arg));
    if (reached.length === 0) continue;
    if (node.op.form.kind !== "elementwise" || ![node, ...reached].every(({ shape }) => sameShape(shape, input.shape)))
      return false;
    dependent.add(node);
  }
  return dependent.has(output);
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
    const index = resultIndex(node);
    if (index !== undefined) return resultNode(args[0]!, index, node.dtype);
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
    const args = node.op.form.kind === "elementwise" ? unbroadcast(node, given) : given;
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
  const name = culprit ? appliedIn(culprit).op.name : op.name;
  return notDifferentiable(
    op.results
      ? `"${name}" has several results, or steps that are too many or of a number that is not known, which formulas cannot say: evaluate it by "jacobian"`
      : `the derivative of "${name}" has no formula in a document's operators: it needs ${op.summary}`,
  );
}
