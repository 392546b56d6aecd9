import { compileProgram } from "../../src/engine/programs/compiled.ts";
import { Budget } from "../../src/graph/budget.ts";
import { evaluateNode } from "../../src/graph/evaluate.ts";
import { type Graph, nodesOf } from "../../src/graph/graph.ts";
import { copied, type NdArray, rowMajorData } from "../../src/graph/ndarray.ts";
import { constantValue, inputOperator, type Node } from "../../src/graph/operator.ts";
import { interpret } from "../../src/graph/running/interpret.ts";
import { elementCount } from "../../src/graph/shape.ts";
import { outputsOf } from "./programs.ts";
import { Random } from "./random.ts";

/** What a node's rounding errors are relative to: nothing, its own value, or the terms that it adds up. */
type Rounding = "none" | "value" | "operands" | "terms";

const trials = 8;
/** Twice the allowed 4 units, since the interpreter may err too. */
const unitsOfTerms = 4;
/** What two implementations of a function may differ by. */
const unitsOfValue = 8;
const unit = 2 ** -53;

/**
 * Runs a graph compiled and interpreted, and says where they differ: by any bit where no node rounds in an order or by a
 * function of its own, or where `isExact` says that order does not matter, else by more than such roundings of all nodes move the interpreter's values.
 */
export function differenceCompiled(graph: Graph, inputs: readonly NdArray[], isExact = false): string | undefined {
  const program = compileProgram(graph);
  const compiled = outputsOf(program, inputs);
  const again = [outputsOf(program, inputs), program.atOnce?.(inputs)?.map(copied)];
  for (const others of again) {
    const isSame = others?.every((x, o) => rowMajorData(x).every((n, i) => Object.is(n, compiled[o]!.data[i])));
    if (isSame === false) return "another run gives something else";
  }
  const expected = outputsOf(interpret(graph), inputs);
  const inexact = !isExact && nodesOf(graph).some((node) => roundingOf(node) !== "none");
  let moved: ArrayLike<number>[][] | undefined;
  for (const [o, output] of graph.outputs.entries()) {
    const [actual, plain] = [compiled[o]!, expected[o]!];
    if (actual.dtype !== plain.dtype || actual.shape.join() !== plain.shape.join()) {
      return `${output.name}: ${actual.dtype}[${actual.shape}] is not ${plain.dtype}[${plain.shape}]`;
    }
    const ys = rowMajorData(actual);
    for (const [i, x] of rowMajorData(plain).entries()) {
      const y = ys[i]!;
      if (Object.is(x, y)) continue;
      // Most numbers are the same to the last bit.
      moved ??= Array.from({ length: inexact ? trials : 0 }, (_, k) => perturbed(graph, inputs, new Random(k)));
      const others = moved.map((trial) => trial[o]![i]!);
      const room = others.reduce((most, other) => Math.max(most, Math.abs(other - x)), 0);
      const isUnsure = others.some((other) => !Number.isFinite(other) || Math.abs(other) > 1e300);
      if (isUnsure || Number.isNaN(room)) {
        if (others.every((other) => Object.is(other, x)))
          return `${output.name}[${i}]: compiled ${y}, interpreted ${x}`;
        continue;
      }
      if (moved.length === 0 || !(Math.abs(x - y) <= 4 * room + 2 * unit * Math.abs(x)))
        return `${output.name}[${i}]: compiled ${y}, interpreted ${x}, room ${room}`;
    }
  }
  return undefined;
}

/** The outputs, every node that rounds in its own way moved by a few units in the last place. */
function perturbed(graph: Graph, inputs: readonly NdArray[], random: Random): ArrayLike<number>[] {
  const values = new Map<Node, NdArray>(graph.inputs.map(({ node }, i) => [node, inputs[i]!]));
  const budget = Budget.unlimited();
  for (const node of nodesOf(graph)) {
    if (node.op === inputOperator) continue;
    const operands = node.args.map((arg) => values.get(arg)!);
    const value = constantValue(node) ?? copied(evaluateNode(node, operands, false, budget));
    values.set(node, value);
    const rounding = roundingOf(node);
    if (rounding === "none") continue;
    if (isOrderFelt(node, operands)) value.data.fill(random.pick([0, Number.NaN]));
    const sizes = rounding === "terms" ? sizesOf(node, operands, budget) : undefined;
    const among = rounding === "operands" ? operands.map(rowMajorData) : [];
    value.data.forEach((x, i) => {
      const largest = among.reduce((most, list) => Math.max(most, Math.abs(list[i]!)), Math.abs(x));
      const size = sizes ? unitsOfTerms * sizes[i]! : unitsOfValue * largest;
      if (Number.isFinite(x) && size > 0) value.data[i] = x + random.between(-1, 1) * Math.max(size * unit, 2 ** -1073);
    });
  }
  return graph.outputs.map(({ node }) => rowMajorData(values.get(node)!));
}

function roundingOf(node: Node): Rounding {
  const { op, args, attrs } = node;
  // The larger operand and a small logarithm.
  if (op.name === "logaddexp") return "operands";
  const { form } = op;
  if (form.kind === "elementwise" && typeof form.lower === "string") return "value";
  if (form.kind === "reduction") return op.name === "sum" ? "terms" : op.name === "prod" ? "value" : "none";
  if (form.kind !== "contraction") return "none";
  const { x, out } = form.letters(attrs);
  return [...x].every((letter) => out.includes(letter)) || elementCount(args[0]!.shape) === 0 ? "none" : "terms";
}

/** Whether a part of a sum or product may overflow or underflow, so that even NaN depends on the order. */
function isOrderFelt({ op }: Node, operands: readonly NdArray[]): boolean {
  if (op.form.kind !== "reduction" && op.form.kind !== "contraction") return false;
  const sizes = operands
    .flatMap((x) => Array.from(rowMajorData(x), Math.abs))
    .filter((x) => Number.isFinite(x) && x > 0);
  if (op.name !== "prod") return sizes.some((x) => x > 1e140);
  const [most, least] = [Math.max, Math.min].map((limit) => sizes.reduce((all, x) => all * limit(x, 1), 1));
  return most === Number.POSITIVE_INFINITY || least === 0;
}

/** The sums of the sizes of terms, times how many there are. */
function sizesOf(node: Node, operands: readonly NdArray[], budget: Budget): ArrayLike<number> {
  const sizes = operands.map((x) => {
    const size = copied(x);
    size.data.forEach((n, i) => {
      size.data[i] = Math.abs(n);
    });
    return size;
  });
  return rowMajorData(evaluateNode(node, sizes, false, budget));
}
