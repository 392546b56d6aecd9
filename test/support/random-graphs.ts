import type { DType } from "../../src/graph/dtype.ts";
import { OperandFault } from "../../src/graph/fault.ts";
import type { GraphInput } from "../../src/graph/graph.ts";
import type { NdArray } from "../../src/graph/ndarray.ts";
import type { Node, Operator } from "../../src/graph/operator.ts";
import { elementCount, type Shape } from "../../src/graph/shape.ts";
import { applied, forwardJacobian, newBuilder, primalOf, resultsIn, run } from "./graphs.ts";
import { candidatesFor, isIndex } from "./operator-cases.ts";
import { isElementary } from "./operator-laws.ts";
import { familyOf, operators } from "./plain-operators.ts";
import { Random } from "./random.ts";
import { element, type Sample } from "./samples.ts";
import { flat, tensorOf } from "./tensors.ts";

const inputTypes: readonly { shape: Shape; dtype: DType }[] = [
  { shape: [], dtype: "float64" },
  { shape: [3], dtype: "float64" },
  { shape: [2, 3], dtype: "float64" },
  { shape: [3, 3], dtype: "float64" },
  { shape: [2], dtype: "int32" },
  { shape: [3], dtype: "bool" },
];
// What a stopped gradient is has no difference quotient, and several results are no operand.
const mixed = operators.filter((op) => familyOf(op) !== "differentiation" && op.results === undefined);
const magnitudeMax = 6;
const elementsMax = 40;
const outputsMax = 5;

interface Known {
  readonly node: Node;
  readonly value: NdArray;
}

/**
 * A graph of `size` random operators of all families over inputs of several shapes, with sharing and up to five
 * outputs. Each operator is tried on values first and kept when they are finite and small, so that numbers stay so.
 * The same seed and a smaller size give a part of the same graph.
 */
export function randomGraph(seed: number, size: number): Sample {
  const random = new Random(seed);
  const builder = newBuilder();
  const inputs = inputTypes.map(({ shape, dtype }, i): GraphInput => {
    const name = `x${i}`;
    return { name, shape, dtype, node: builder.input(name, shape, dtype) };
  });
  const values = inputs.map(({ shape, dtype }) =>
    tensorOf(
      Array.from({ length: elementCount(shape) }, () => element(random, dtype, "generic", [-1.5, 1.5])),
      shape,
      dtype,
    ),
  );
  const known: Known[] = inputs.map(({ node }, i) => ({ node, value: values[i]! }));
  known.push({ node: builder.constant(0.5), value: tensorOf([0.5], []) });
  for (let made = 0, tries = 0; made < size && tries < size * 60; tries++) {
    const next = grown(random.pick(mixed), known, random);
    if (!next) continue;
    known.push(next);
    made++;
  }
  const read = new Set(known.flatMap(({ node }) => node.args));
  const unread = known.filter(({ node }) => node.dtype === "float64" && node.args.length > 0 && !read.has(node));
  const ends = unread.length > 0 ? unread.slice(-outputsMax) : known.slice(0, 1);
  const outputs = ends.map(({ node }, i) => ({ name: `y${i}`, dtype: node.dtype, node }));
  const surface = { inputs, outputs };
  return { surface, primal: primalOf(surface), inputs: values, random };
}

function grown(op: Operator, known: readonly Known[], random: Random): Known | undefined {
  const rest = op.operands.at(-1)?.startsWith("...") === true;
  const count = rest ? 1 + random.below(3) : op.operands.length;
  const args = Array.from({ length: count }, (_, i) => {
    // Late nodes more often, so that graphs grow deep; some shared.
    const pool = isIndex(op, i) ? known.filter(({ node }) => node.dtype === "int32") : known;
    return random.unit() < 0.6 ? pool.slice(-6)[random.below(Math.min(6, pool.length))]! : random.pick(pool);
  });
  const shapes = args.map(({ node }) => node.shape);
  const attrs: Record<string, unknown> = {};
  for (const name of Object.keys(op.attributes)) {
    if (shapes.length === 0 && op.operands.length > 0) return undefined;
    const value = random.pick(candidatesFor(op, name)!(shapes));
    if (value !== undefined) attrs[name] = value;
  }
  try {
    const operandNodes = args.map((arg) => arg.node);
    const results = [resultsIn(known[0]!.node.builder.apply(op, operandNodes, attrs))].flat();
    const which = random.below(results.length);
    const node = results[which]!;
    const count = elementCount(node.shape);
    if (count === 0 || count > elementsMax) return undefined;
    const operands = args.map((arg) => arg.value);
    const alone = primalOf(applied(op.name, operands, attrs));
    const value = run(alone, operands)[which]!;
    const isSmall = (x: number) => Math.abs(x) < magnitudeMax;
    if (!flat(value).every(isSmall)) return undefined;
    // Near singular matrices slopes are steep, and so much steeper further on that no difference quotient finds them.
    if (!isElementary(op) && !forwardJacobian(alone, operands).flat().every(isSmall)) return undefined;
    return { node, value };
  } catch (fault) {
    if (fault instanceof OperandFault) return undefined;
    throw fault;
  }
}
