import { GraphBuilder } from "../../src/graph/builder.ts";
import { copyGraph } from "../../src/graph/copy.ts";
import type { DType } from "../../src/graph/dtype.ts";
import { type Graph, type GraphInput, nodesOf, operationsOf } from "../../src/graph/graph.ts";
import { type NdArray, ndarray } from "../../src/graph/ndarray.ts";
import type { Builder, Node } from "../../src/graph/operator.ts";
import { elementCount, type Shape } from "../../src/graph/shape.ts";
import { findOperator } from "../../src/operators/index.ts";
import { resultNode, resultTypes } from "../../src/operators/results.ts";
import { simplifyingBuilder } from "../../src/simplify/simplify.ts";
import { batch } from "../../src/transforms/batch.ts";
import * as derive from "../../src/transforms/derive.ts";
import { expand } from "../../src/transforms/expand.ts";
import { runBoth } from "./programs.ts";
import { countAll, flat, type Nested, nested, tensor } from "./tensors.ts";

/** The shape of a float64 input, or its shape and dtype. */
export type InputSpec = Shape | { readonly shape: Shape; readonly dtype: DType };

/** A builder that no test runs into the limits of. */
export function newBuilder(): Builder {
  return new GraphBuilder({ rank: 64, elements: 1e9 });
}

/** A graph from its inputs, called `x0`, `x1`, …, and a body; outputs are called `y0`, `y1`, …. */
export function graphOf(
  inputs: readonly InputSpec[],
  body: (...inputs: Node[]) => Node | readonly Node[],
  builder: Builder = newBuilder(),
): Graph {
  const declared = inputs.map((spec, i): GraphInput => {
    const { shape, dtype } = "shape" in spec ? spec : { shape: spec, dtype: "float64" as const };
    return { name: `x${i}`, shape, dtype, node: builder.input(`x${i}`, shape, dtype) };
  });
  const outputs = [body(...declared.map((input) => input.node))].flat() as Node[];
  return { inputs: declared, outputs: outputs.map((node, i) => ({ name: `y${i}`, dtype: node.dtype, node })) };
}

/** A node of a document's graph, or all results of one that has several. */
export function resultsIn(node: Node): Node | readonly Node[] {
  return resultTypes(node)?.map(({ dtype }, i) => resultNode(node, i, dtype)) ?? node;
}

/** An operator applied as a document applies it, by name and with a document's attributes. */
export function applied(name: string, operands: readonly NdArray[], attrs?: unknown): Graph {
  const builder = newBuilder();
  return graphOf(operands, (...args) => resultsIn(builder.apply(findOperator(name)!, args, attrs)), builder);
}

/** A graph in primitives, simplified as it is before anything is derived from it. */
export function primalOf(graph: Graph): Graph {
  return expand(graph, simplifyingBuilder({ rank: 64, elements: 1e9 }));
}

/** A graph simplified as it is before it runs. */
export function finished(graph: Graph): Graph {
  return copyGraph(graph, simplifyingBuilder({ rank: 64, elements: 1e9 }));
}

/** How a graph of primitives is run, before it is simplified. */
export type Runs = (graph: Graph, inputs: readonly NdArray[]) => NdArray[];

/** The outputs of a graph of primitives. */
export const run = runBoth;

const runFinished: Runs = (graph, inputs) => runBoth(finished(graph), inputs);

/** Operations of one run. */
export function operations(graph: Graph): number {
  return operationsOf(nodesOf(graph));
}

/** An operator's value as a document would get it. */
export function value(name: string, operands: readonly (NdArray | Nested)[], attrs?: unknown): Nested {
  const tensors = operands.map(asTensor);
  return nested(run(finished(primalOf(applied(name, tensors, attrs))), tensors)[0]!);
}

/** The positions of a graph's inputs and outputs that can be differentiated. */
export function floats(graph: Graph): derive.Selection {
  const positions = (list: Graph["inputs"] | Graph["outputs"]) =>
    [...list.keys()].filter((i) => list[i]!.node.dtype === "float64");
  return { wrt: positions(graph.inputs), of: positions(graph.outputs) };
}

/** A matrix as rows of numbers. */
export type Matrix = number[][];

/** The Jacobian by forward mode: rows are the scalars of all float outputs, columns those of all float inputs. */
export function forwardJacobian(graph: Graph, inputs: readonly NdArray[], runs: Runs = runFinished): Matrix {
  const selection = floats(graph);
  const columns = seeded(
    derive.jvp(graph, selection),
    graph,
    inputs,
    selection.wrt.map((i) => graph.inputs[i]!.node),
    runs,
  );
  return transposed(columns, countAll(selection.of.map((i) => graph.outputs[i]!.node)));
}

/** The Jacobian by reverse mode, laid out as by {@link forwardJacobian}. */
export function reverseJacobian(graph: Graph, inputs: readonly NdArray[], runs: Runs = runFinished): Matrix {
  const selection = floats(graph);
  return seeded(
    derive.vjp(graph, selection),
    graph,
    inputs,
    selection.of.map((i) => graph.outputs[i]!.node),
    runs,
  );
}

/** The Hessian of a graph's one scalar output: row k is the product with the k-th unit seed. */
export function hessian(graph: Graph, inputs: readonly NdArray[]): Matrix {
  const selection = floats(graph);
  const product = derive.hvp(graph, selection);
  const nodes = selection.wrt.map((i) => graph.inputs[i]!.node);
  return seeded(product, { ...graph, outputs: product.outputs.slice(0, -nodes.length) }, inputs, nodes);
}

/** The gradient of a graph's one scalar output. */
export function gradient(graph: Graph, inputs: readonly NdArray[]): number[] {
  return run(finished(derive.gradient(graph, floats(graph))), inputs)
    .slice(graph.outputs.length)
    .flatMap(flat);
}

/** The Jacobian of an operator at some operands, by both modes, which must agree; zeros are positive. */
export function jacobian(name: string, operands: readonly (NdArray | Nested)[], attrs?: unknown): Matrix {
  const tensors = operands.map(asTensor);
  const primal = primalOf(applied(name, tensors, attrs));
  return bothModes(primal, tensors);
}

/** The Jacobian of a graph of primitives by both modes, which must agree to a few last digits; zeros are positive. */
export function bothModes(graph: Graph, inputs: readonly (NdArray | Nested)[]): Matrix {
  const tensors = inputs.map(asTensor);
  const unsigned = (matrix: Matrix) => matrix.map((row) => row.map((x) => x + 0));
  const forward = unsigned(forwardJacobian(graph, tensors));
  const reverse = unsigned(reverseJacobian(graph, tensors));
  const agree = forward.flat().every((x, i) => {
    const y = reverse.flat()[i]!;
    return Object.is(x, y) || Math.abs(x - y) <= 1e-14 * Math.abs(x);
  });
  if (!agree || forward.length !== reverse.length) {
    throw new Error(`forward ${JSON.stringify(forward, plain)} but reverse ${JSON.stringify(reverse, plain)}`);
  }
  return forward;
}

/** The unit seeds of tensors like `nodes`, one after the other along a new leading axis. */
export function unitSeeds(nodes: readonly { readonly shape: Shape }[]): NdArray[] {
  const size = countAll(nodes);
  let first = 0;
  return nodes.map(({ shape }) => {
    const count = elementCount(shape);
    const data = new Float64Array(size * count);
    for (let k = 0; k < count; k++) data[(first + k) * count + k] = 1;
    first += count;
    return ndarray("float64", [size, ...shape], data);
  });
}

/** A tensor, from nested arrays where it is not one already. */
export function asTensor(x: NdArray | Nested): NdArray {
  return typeof x === "object" && "strides" in x ? x : tensor(x);
}

/** Rows of `derived`'s further outputs for unit seeds of tensors like `nodes`, by one run over all seeds. */
function seeded(
  derived: Graph,
  graph: Graph,
  inputs: readonly NdArray[],
  nodes: readonly Node[],
  runs: Runs = runFinished,
): Matrix {
  const size = countAll(nodes);
  if (size === 0) return [];
  const all = batch(
    derived,
    newBuilder(),
    size,
    (input) => input >= graph.inputs.length,
    (output) => output >= graph.outputs.length,
  );
  const results = runs(all, [...inputs, ...unitSeeds(nodes)]).slice(graph.outputs.length);
  return Array.from({ length: size }, (_, k) =>
    results.flatMap((result) => {
      const count = elementCount(result.shape.slice(1));
      return flat(result).slice(k * count, (k + 1) * count);
    }),
  );
}

function transposed(columns: Matrix, rows: number): Matrix {
  return Array.from({ length: rows }, (_, i) => columns.map((column) => column[i]!));
}

function plain(_: string, x: unknown): unknown {
  return typeof x === "number" && !Number.isFinite(x) ? String(x) : x;
}
