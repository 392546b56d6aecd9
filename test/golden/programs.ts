import { GraphBuilder } from "../../src/graph/builder.ts";
import { allocate } from "../../src/graph/dtype.ts";
import type { Graph, GraphInput } from "../../src/graph/graph.ts";
import { type NdArray, ndarray, rowMajorData } from "../../src/graph/ndarray.ts";
import type { Node } from "../../src/graph/operator.ts";
import { elementCount, range, type Shape } from "../../src/graph/shape.ts";
import { findOperator } from "../../src/operators/index.ts";
import { simplifyingBuilder } from "../../src/simplify/simplify.ts";
import { batch } from "../../src/transforms/batch.ts";
import { expand } from "../../src/transforms/expand.ts";
import { runBoth } from "../support/programs.ts";
import type { Case, Nested } from "./cases.ts";
import { numbersIn, shapeOf } from "./cases.ts";

const builder = () => new GraphBuilder({ rank: 64, elements: 1e9 });
const special = new Set(["NaN", "Infinity", "-Infinity"]);

/** A case's graph in primitives, ready to be differentiated. */
export function graphOf({ graph: { inputs, nodes, outputs } }: Case): Graph {
  const document = builder();
  const named = new Map<string, Node>();
  const declared = inputs.map(({ name, shape = [], dtype = "float64" }): GraphInput => {
    const node = document.input(name, shape, dtype);
    named.set(name, node);
    return { name, shape, dtype, node };
  });
  const argument = (given: Nested) =>
    typeof given === "string" && !special.has(given) ? named.get(given)! : document.constant(tensor(given));
  for (const { id, op, args, attrs } of nodes) {
    named.set(id, document.apply(findOperator(op)!, args.map(argument), attrs));
  }
  const results = outputs.map((output) => {
    const { name, node } = typeof output === "string" ? { name: output, node: output } : output;
    return { name, dtype: named.get(node)!.dtype, node: named.get(node)! };
  });
  return expand({ inputs: declared, outputs: results }, simplifyingBuilder({ rank: 64, elements: 1e9 }));
}

/** A graph's outputs, their elements in row-major order. */
export function run(graph: Graph, inputs: readonly NdArray[]): ArrayLike<number>[] {
  return runBoth(graph, inputs).map(rowMajorData);
}

/** A nested tensor as an array, of a declared shape where there is one. */
export function tensor(
  nested: Nested,
  shape: Shape = shapeOf(nested),
  dtype: GraphInput["dtype"] = "float64",
): NdArray {
  const data = allocate(dtype, elementCount(shape));
  data.set(numbersIn(nested));
  return ndarray(dtype, shape, data);
}

/**
 * The graph for all unit seeds at once: the inputs from `first` on are seeds, of which there is one unit for each element;
 * gives the outputs from `firstLifted` on with a leading axis, one entry for each seed.
 */
export function runOnUnits(
  graph: Graph,
  inputs: readonly NdArray[],
  first: number,
  firstLifted: number,
): { seeds: number; results: ArrayLike<number>[] } {
  const seeded = graph.inputs.slice(first).map((input) => input.shape);
  const size = seeded.map(elementCount).reduce((a, b) => a + b, 0);
  if (size === 0) return { seeds: 0, results: graph.outputs.slice(firstLifted).map(() => []) };
  const isLifted = (output: number) => output >= firstLifted;
  const all = batch(graph, builder(), size, (input) => input >= first, isLifted);
  let unit = 0;
  const seeds = seeded.map((shape) => {
    const length = elementCount(shape);
    const data = new Float64Array(size * length);
    for (const k of range(length)) data[unit++ * length + k] = 1;
    return ndarray("float64", [size, ...shape], data);
  });
  return { seeds: size, results: run(all, [...inputs, ...seeds]).slice(firstLifted) };
}
