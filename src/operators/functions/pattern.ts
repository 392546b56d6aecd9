import { evaluateNode } from "../../graph/evaluate.ts";
import type { GraphFunction } from "../../graph/function.ts";
import { nodesOf } from "../../graph/graph.ts";
import { type NdArray, ndarray, rowMajorData } from "../../graph/ndarray.ts";
import { constantValue, type Node, type TensorType } from "../../graph/operator.ts";
import type { PatternOperand, SeedSets } from "../../graph/pattern.ts";
import { elementCount } from "../../graph/shape.ts";
import { everything } from "../patterns.ts";

// Sets of seeds go through a function as they go through a graph, and through a loop step by step.

const budgetPerNode = 60;

/** What nobody knows anything of and no seed reaches. */
export const unknown: PatternOperand = { sets: undefined, value: undefined, isOwned: false };

/** What is known of a function's outputs, of what is known of its inputs. */
export function followFunction(
  sets: SeedSets,
  { graph }: GraphFunction,
  args: readonly PatternOperand[],
): PatternOperand[] {
  const known = new Map<Node, PatternOperand>(graph.inputs.map(({ node }, i) => [node, args[i]!]));
  for (const node of nodesOf(graph)) {
    if (known.has(node)) continue;
    sets.budget.spend(budgetPerNode);
    const operands = node.args.map((arg) => known.get(arg)!);
    known.set(node, { ...unknown, ...followNode(sets, node, operands) });
  }
  return graph.outputs.map(({ node }) => known.get(node)!);
}

function followNode(sets: SeedSets, node: Node, operands: readonly PatternOperand[]): Partial<PatternOperand> {
  const value = constantValue(node);
  if (value) return { value };
  if (operands.some((operand) => operand.sets)) {
    return { sets: (node.op.rules.pattern ?? everything)(sets, operands, node) };
  }
  const values = operands.map((operand) => operand.value);
  if (values.some((known) => !known)) return {};
  return { value: evaluateNode(node, values as NdArray[], false, sets.budget) };
}

/** The sets of some results; of those that no seed reaches, empty ones. */
export function setsOf(sets: SeedSets, results: readonly PatternOperand[], types: readonly TensorType[]): NdArray[] {
  return results.map(({ sets: given }, i) => given ?? emptySets(sets, types[i]!));
}

/** Empty sets for each element of a tensor. */
export function emptySets({ budget }: SeedSets, { shape }: TensorType): NdArray {
  const count = elementCount(shape);
  budget.spend(count);
  return ndarray("float64", shape, new Float64Array(count));
}

/** The union of two lists of sets, absent where both are. */
export function unionOfSets(sets: SeedSets, a: NdArray | undefined, b: NdArray | undefined): NdArray | undefined {
  if (!a || !b) return a ?? b;
  const [x, y] = [rowMajorData(a), rowMajorData(b)];
  sets.budget.spend(x.length);
  return ndarray(
    "float64",
    a.shape,
    Float64Array.from(x, (set, i) => (set === y[i] ? set : sets.union(set, y[i]!))),
  );
}

/** Whether two lists of sets are the same. */
export function sameSets(a: NdArray | undefined, b: NdArray | undefined): boolean {
  if (!a || !b) return a === b;
  const [x, y] = [rowMajorData(a), rowMajorData(b)];
  return x.every((set, i) => set === y[i]);
}
