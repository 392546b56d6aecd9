import { limitExceeded } from "../errors.ts";
import type { Budget } from "../graph/budget.ts";
import { evaluateNode } from "../graph/evaluate.ts";
import { runnableForm } from "../graph/form.ts";
import { type Graph, reachable, sizeOf } from "../graph/graph.ts";
import { type NdArray, ndarray, rowMajorData } from "../graph/ndarray.ts";
import { NodeMap, NodeSet } from "../graph/node-map.ts";
import { constantValue, inputOperator, type Node } from "../graph/operator.ts";
import type { PatternOperand } from "../graph/pattern.ts";
import { elementCount } from "../graph/shape.ts";
import { everything } from "../operators/patterns.ts";
import { Pattern } from "./pattern.ts";
import { SetPool } from "./sets.ts";

const budgetPerNode = 60;
/** Elements that a node on the way may have, however few entries are allowed. */
const elementsAlways = 2 ** 25;

/**
 * On which seeds each element of the results of a derivative program depends, for whatever inputs: rows are the
 * elements of the outputs from `firstSeeded` on, columns those of the inputs from `firstSeed` on. One pass over the
 * nodes that are linear in the seeds. Throws `limit_exceeded`.
 */
export function propagate(
  graph: Graph,
  { firstSeed, firstSeeded }: { readonly firstSeed: number; readonly firstSeeded: number },
  entriesMax: number,
  budget: Budget,
): Pattern {
  const seeds = graph.inputs.slice(firstSeed).map((input) => input.node);
  const results = graph.outputs.slice(firstSeeded).map((output) => output.node);
  const columns = seeds.reduce((sum, { shape }) => sum + elementCount(shape), 0);
  const pool = new SetPool(columns, entriesMax, budget);
  const order = reachable(results);
  const size = Math.max(sizeOf(results), sizeOf(seeds));
  // Every element of a node has a set: what would take too much memory is refused before any is taken.
  const elementsMax = Math.max(entriesMax, elementsAlways);
  for (const { shape } of order) {
    const elements = elementCount(shape);
    if (elements > elementsMax) throw limitExceeded("patternEntries", elementsMax, elements);
  }
  const { isSeeded, values } = survey(order, seeds, size, budget);
  const readers = new Int32Array(size);
  for (const node of order) if (isSeeded.has(node)) for (const arg of node.args) readers[arg.index]!++;
  for (const node of results) readers[node.index]!++;
  const left = readers.slice();

  const sets = new NodeMap<NdArray>(size);
  let next = 1;
  for (const seed of seeds) {
    const data = new Float64Array(elementCount(seed.shape));
    for (let i = 0; i < data.length; i++) data[i] = next++;
    sets.set(seed, ndarray("float64", seed.shape, data));
  }
  for (const node of order) {
    if (!isSeeded.has(node) || node.op === inputOperator) continue;
    budget.spend(budgetPerNode);
    const operands = node.args.map((arg): PatternOperand => {
      const isOwned = runnableForm(arg.op)?.inPlace === true && readers[arg.index] === 1;
      return { sets: sets.get(arg), value: values.get(arg), isOwned };
    });
    sets.set(node, (node.op.rules.pattern ?? everything)(pool, operands, node));
    for (const arg of node.args) if (--left[arg.index]! === 0) sets.set(arg, undefined);
  }
  return expanded(
    pool,
    results.map((node) => rowMajorData(sets.get(node) ?? ndarray("float64", node.shape, noneOf(node)))),
    entriesMax,
  );
}

/** Which nodes depend on seeds, and the values beside them that are the same for all inputs. */
function survey(order: readonly Node[], seeds: readonly Node[], size: number, budget: Budget) {
  const isSeeded = new NodeSet(size);
  const isKnown = new NodeSet(size);
  const isWanted = new NodeSet(size);
  for (const seed of seeds) isSeeded.add(seed);
  for (const node of order) {
    if (node.op === inputOperator) continue;
    if (node.args.some((arg) => isSeeded.has(arg))) {
      isSeeded.add(node);
      for (const arg of node.args) if (isKnown.has(arg)) isWanted.add(arg);
    } else if (node.args.every((arg) => isKnown.has(arg))) isKnown.add(node);
  }
  for (let k = order.length - 1; k >= 0; k--) {
    if (isWanted.has(order[k]!)) for (const arg of order[k]!.args) isWanted.add(arg);
  }
  const values = new NodeMap<NdArray>(size);
  for (const node of order) {
    if (!isWanted.has(node)) continue;
    const args = node.args.map((arg) => values.get(arg)!);
    values.set(node, constantValue(node) ?? evaluateNode(node, args, false, budget));
  }
  return { isSeeded, values };
}

function expanded(pool: SetPool, results: readonly ArrayLike<number>[], entriesMax: number): Pattern {
  const rows = results.reduce((sum, { length }) => sum + length, 0);
  const starts = new Int32Array(rows + 1);
  let row = 0;
  let entries = 0;
  for (const result of results) {
    for (let i = 0; i < result.length; i++) {
      entries += pool.countOf(result[i]!);
      if (entries > entriesMax) throw limitExceeded("patternEntries", entriesMax, entries);
      starts[++row] = entries;
    }
  }
  const indices = new Int32Array(entries);
  pool.budget.spend(entries);
  let next = 0;
  for (const result of results) for (let i = 0; i < result.length; i++) next = pool.write(result[i]!, indices, next);
  return new Pattern(rows, pool.size, starts, indices);
}

function noneOf({ shape }: Node): Float64Array {
  return new Float64Array(elementCount(shape));
}
