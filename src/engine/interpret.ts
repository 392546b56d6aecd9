import type { Budget } from "../graph/budget.ts";
import { evaluateNode } from "../graph/evaluate.ts";
import { type Graph, nodesOf } from "../graph/graph.ts";
import { type NdArray, scalar } from "../graph/ndarray.ts";
import { constantValue } from "../graph/node.ts";
import { planStorage } from "./plan.ts";
import type { Program } from "./program.ts";

const bytesPerStep = 200;
const operationsPerYield = 1_000_000;
const operationsPerKernel = 100;

/**
 * The reference interpreter: the slow, obvious meaning of a graph. One kernel for each node, in order; scalars stay
 * numbers; storage is let go after its last reader.
 */
export function interpret(graph: Graph): Program {
  const nodes = nodesOf(graph);
  const slotOf = new Map(nodes.map((node, slot) => [node, slot]));
  const inputs = graph.inputs.map((input) => slotOf.get(input.node));
  const outputs = graph.outputs.map((output) => slotOf.get(output.node)!);
  const dtypes = nodes.map((node) => node.dtype);
  const constants = nodes.flatMap((node, slot) => {
    const value = constantValue(node);
    return value ? [{ slot, value }] : [];
  });
  const { steps, liveBytes } = planStorage(nodes, outputs);
  const kernels = steps.map((step) => ({
    ...step,
    f: step.node.shape.length === 0 ? step.node.op.scalar?.(step.node.attrs) : undefined,
    operations: step.node.op.cost(step.node),
  }));

  function* run(given: readonly NdArray[], budget: Budget): Generator<void, NdArray[]> {
    const numbers = new Float64Array(dtypes.length);
    const arrays: (NdArray | undefined)[] = new Array(dtypes.length);
    const store = (slot: number, value: NdArray) => {
      arrays[slot] = value;
      if (value.shape.length === 0) numbers[slot] = value.data[value.offset]!;
    };
    const arrayAt = (slot: number) => {
      const array = arrays[slot] ?? scalar(dtypes[slot]!, numbers[slot]!);
      arrays[slot] = array;
      return array;
    };
    for (const { slot, value } of constants) store(slot, value);
    inputs.forEach((slot, i) => {
      if (slot !== undefined) store(slot, given[i]!);
    });
    let sinceYield = 0;
    for (const { node, slot, args, f, owned, frees, operations } of kernels) {
      if (f) {
        const [a, b, c] = args;
        numbers[slot] =
          b === undefined
            ? f(numbers[a!]!)
            : c === undefined
              ? f(numbers[a!]!, numbers[b]!)
              : f(numbers[a!]!, numbers[b]!, numbers[c]!);
      } else {
        store(slot, evaluateNode(node, args.map(arrayAt), owned, budget));
        for (const free of frees) if (free !== slot) arrays[free] = undefined;
      }
      sinceYield += operations + operationsPerKernel;
      if (sinceYield < operationsPerYield) continue;
      sinceYield = 0;
      budget.check();
      yield;
    }
    return outputs.map(arrayAt);
  }

  const constantBytes = constants.reduce((total, { value }) => total + value.data.byteLength, 0);
  return { liveBytes, bytes: nodes.length * bytesPerStep + constantBytes, run };
}
