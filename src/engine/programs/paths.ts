import type { Budget } from "../../graph/budget.ts";
import { evaluateNode } from "../../graph/evaluate.ts";
import { type Graph, reachable, sizeOf } from "../../graph/graph.ts";
import { broadcastView, type NdArray, scalar } from "../../graph/ndarray.ts";
import { NodeMap, NodeSet } from "../../graph/node-map.ts";
import { constantValue, inputOperator, type Node } from "../../graph/operator.ts";
import { PathSets } from "../../graph/paths.ts";
import type { Program } from "../../graph/running/program.ts";
import { elementCount } from "../../graph/shape.ts";
import { everything } from "../../operators/patterns.ts";

const bytesPerNumber = 8;
const bytesPerNode = 100;
const operationsPerYield = 1_000_000;
const operationsPerKernel = 100;

/**
 * A derivative program once more, over what the paths to each element have met. Its inputs from `firstSeed` on are sets
 * too, and so are its outputs from `firstSeeded` on; those before are empty.
 */
export function followPaths(
  graph: Graph,
  { firstSeed, firstSeeded }: { readonly firstSeed: number; readonly firstSeeded: number },
): Program {
  const results = graph.outputs.slice(firstSeeded).map((output) => output.node);
  const seeds = graph.inputs.slice(firstSeed).map((input) => input.node);
  const nodes = reachable(results);
  const size = Math.max(sizeOf(results), sizeOf(graph.inputs.map((input) => input.node)));
  const isSeeded = new NodeSet(size);
  for (const seed of seeds) isSeeded.add(seed);
  for (const node of nodes) if (node.args.some((arg) => isSeeded.has(arg))) isSeeded.add(node);
  const readers = new Int32Array(size);
  for (const node of nodes) for (const arg of node.args) readers[arg.index]!++;
  for (const node of results) readers[node.index]!++;

  function* run(given: readonly NdArray[], budget: Budget): Generator<void, NdArray[]> {
    const sets = new PathSets(budget);
    // Values of what depends on no seed, and sets of what does.
    const arrays = new NodeMap<NdArray>(size);
    const left = readers.slice();
    graph.inputs.forEach(({ node }, i) => {
      arrays.set(node, given[i]!);
    });
    let operations = 0;
    for (const node of nodes) {
      if (node.op === inputOperator) continue;
      const value = constantValue(node);
      if (value) arrays.set(node, value);
      else if (isSeeded.has(node)) {
        const operands = node.args.map((arg) => {
          const array = arrays.get(arg);
          return {
            ...(isSeeded.has(arg) ? { sets: array, value: undefined } : { sets: undefined, value: array }),
            isOwned: false,
          };
        });
        arrays.set(node, (node.op.rules.pattern ?? everything)(sets, operands, node));
      } else {
        const operands = node.args.map((arg) => arrays.get(arg)!);
        arrays.set(node, evaluateNode(node, operands, false, budget));
      }
      for (const arg of node.args) if (--left[arg.index]! === 0) arrays.set(arg, undefined);
      operations += node.op.cost(node) + operationsPerKernel;
      if (operations < operationsPerYield) continue;
      operations = 0;
      budget.check();
      yield;
    }
    const none = scalar("float64", 0);
    return graph.outputs.map(({ node }, i) => {
      const isFollowed = i >= firstSeeded && isSeeded.has(node);
      return isFollowed ? arrays.get(node)! : broadcastView(none, node.shape);
    });
  }

  return { liveBytes: liveBytesOf(nodes, readers), bytes: nodes.length * bytesPerNode, run };
}

/** The most bytes that are held at once, where each node takes its own. */
function liveBytesOf(nodes: readonly Node[], readers: Int32Array): number {
  const left = readers.slice();
  const bytesOf = ({ shape }: Node) => bytesPerNumber * elementCount(shape);
  let held = 0;
  let most = 0;
  for (const node of nodes) {
    // Sets are put together in storage of their own.
    held += bytesOf(node);
    most = Math.max(most, held + bytesOf(node));
    for (const arg of node.args) if (--left[arg.index]! === 0) held -= bytesOf(arg);
  }
  return most;
}
