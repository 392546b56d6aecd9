import { required } from "../graph/attribute.ts";
import { type NdArray, ndarray, rowMajorData } from "../graph/ndarray.ts";
import type { Node, Operator, TensorType } from "../graph/operator.ts";
import { elementCount, rowMajorStrides, type Shape } from "../graph/shape.ts";
import { castNode } from "./cast.ts";
import { type Op, primitive } from "./kinds.ts";
import { movedElements } from "./patterns.ts";
import { liftAll } from "./views.ts";

// Operators with several results. Such a node's value is a bundle, a float64 vector of all results end to end, and one of
// these views shows each. So every edge of a graph is a single tensor.

/** Result `index` of a bundle, which begins at its number `start`. Made by {@link resultNode}. */
const result: Op = primitive({
  name: "result",
  operands: ["bundle"],
  summary: "one of several results",
  formula: "the tangent of that result",
  attributes: {
    index: required("natural", "which of the results"),
    start: required("natural", "where it begins in the bundle"),
  },
  costText: "0",
  infer: () => {
    throw new Error("results are made by resultNode");
  },
  cost: () => 0,
  form: { kind: "view", layout: "strided" },
  evaluate: ([x], { attrs, shape }) => {
    const step = x.strides[0]!;
    const strides = rowMajorStrides(shape).map((stride) => stride * step);
    return { ...x, shape, strides, offset: x.offset + attrs.start * step };
  },
  batch: (node, [bundle]) => resultNode(bundle, node.attrs.index),
  pattern: movedElements,
  // A bundle has a tangent for each result, and takes a cotangent of each; the passes keep them apart.
  joint: { jvp: notPacked, transpose: notPacked },
});

/** The bundle of some values: what a composite with several results gives. No result of it is ever looked for in memory. */
const { operator: untyped } = primitive({
  name: "tuple",
  operands: ["...xs"],
  summary: "several values",
  formula: "the tangents",
  costText: "0",
  infer: () => {
    throw new Error("tuples are made by tupleNode");
  },
  cost: () => 0,
  form: { kind: "opaque" },
  evaluate: (args) => packed(args),
  batch: (_, args, batched, size) => tupleNode(liftAll(args, batched, size)),
  joint: { jvp: (tangents) => tangents, transpose: (cotangents) => cotangents },
});

const tupleOperator: Operator = { ...untyped, results: (args) => args };

/** The types of a node's results where it is a bundle; undefined for a node that is one tensor. */
export function resultTypes(node: Node): readonly TensorType[] | undefined {
  return node.op.results?.(node.args, node.attrs);
}

/** One result of a bundle, as a node of its dtype in a document's graph and of float64 elsewhere. */
export function resultNode(bundle: Node, index: number, dtype: TensorType["dtype"] = "float64"): Node {
  if (bundle.op === tupleOperator) return bundle.args[index]!;
  const types = resultTypes(bundle)!;
  const start = bundleLength(types.slice(0, index));
  return bundle.builder.intern(result.operator, [bundle], { index, start }, types[index]!.shape, dtype);
}

/** All results of a bundle that can run, each in its dtype. */
export function resultsOf(bundle: Node): Node[] {
  return resultTypes(bundle)!.map(({ dtype }, index) => castNode(resultNode(bundle, index), dtype));
}

/** Which result of its operand a node is; undefined for nodes that are no results. */
export function resultIndex({ op, attrs }: Node): number | undefined {
  return op === result.operator ? (attrs.index as number) : undefined;
}

/** The node that says which operator was applied to what: the bundle of a result, any other node itself. */
export function appliedIn(node: Node): Node {
  return resultIndex(node) === undefined ? node : node.args[0]!;
}

/** The bundle of some values, of which there is at least one. */
export function tupleNode(values: readonly Node[]): Node {
  return values[0]!.builder.intern(tupleOperator, values, {}, bundleShape(values), "float64");
}

/** The shape of a bundle of results of some types. */
export function bundleShape(types: readonly TensorType[]): Shape {
  return [bundleLength(types)];
}

/** Results laid end to end. */
export function packed(results: readonly NdArray[]): NdArray {
  const data = new Float64Array(results.reduce((count, { shape }) => count + elementCount(shape), 0));
  let next = 0;
  for (const value of results) {
    const elements = rowMajorData(value);
    data.set(elements, next);
    next += elements.length;
  }
  return ndarray("float64", [data.length], data);
}

/** The parts of a bundle, each in a shape of its own. */
export function unpacked(bundle: NdArray, types: readonly TensorType[]): NdArray[] {
  const data = rowMajorData(bundle);
  let next = 0;
  return types.map(({ shape }) => {
    const first = next;
    next += elementCount(shape);
    return ndarray("float64", shape, data.subarray(first, next));
  });
}

function bundleLength(types: readonly TensorType[]): number {
  return types.reduce((count, { shape }) => count + elementCount(shape), 0);
}

function notPacked(): never {
  throw new Error("a bundle has no tangent of its own");
}
