import type { Budget } from "../budget.ts";
import { evaluateNode } from "../evaluate.ts";
import { runnableForm } from "../form.ts";
import { functionsIn } from "../function.ts";
import type { Graph } from "../graph.ts";
import { type NdArray, rowMajorData, scalar } from "../ndarray.ts";
import { constantValue, type Node } from "../operator.ts";
import type { Program } from "./program.ts";
import { planOf } from "./storage-plan.ts";

const bytesPerNode = 200;
const operationsPerYield = 1_000_000;
const operationsPerKernel = 100;

/**
 * The reference interpreter: the slow, obvious meaning of a graph. One kernel for each node, in order; scalars stay
 * numbers; storage is let go after its last reader. `planned` is the graph's {@link planOf}, for callers that have it.
 */
export function interpret(graph: Graph, planned = planOf(graph)): Program {
  const { nodes } = planned;
  const { args, frees, owned, liveBytes } = planned.plan;
  const outputNodes = graph.outputs.map((output) => output.node);
  const slotOf = slotsOf(nodes, [...outputNodes, ...graph.inputs.map((input) => input.node)]);
  const inputs = graph.inputs.map((input) => slotOf.get(input.node));
  const outputs = outputNodes.map((node) => slotOf.get(node)!);
  const constants: { slot: number; value: NdArray }[] = [];
  for (let slot = 0; slot < nodes.length; slot++) {
    const value = constantValue(nodes[slot]!);
    if (value) constants.push({ slot, value });
  }
  const scalarFunctions = nodes.map(({ op: { form }, attrs, shape }) =>
    shape.length === 0 && form.kind === "elementwise" ? form.scalar(attrs) : undefined,
  );

  const isAbsorbing = Uint8Array.from(nodes, ({ op, attrs }) => (runnableForm(op)?.absorbs(attrs) ? 1 : 0));
  const holdsFunctions = Uint8Array.from(nodes, (node) => (functionsIn(node).length > 0 ? 1 : 0));

  function* run(given: readonly NdArray[], budget: Budget, onAbsorbed?: () => void): Generator<void, NdArray[]> {
    let isLooking = onAbsorbed !== undefined;
    const found = (isFound: boolean) => {
      if (!isFound || !isLooking) return;
      isLooking = false;
      onAbsorbed!();
    };
    const numbers = new Float64Array(nodes.length);
    const arrays: (NdArray | undefined)[] = new Array(nodes.length);
    const store = (slot: number, value: NdArray) => {
      arrays[slot] = value;
      if (value.shape.length === 0) numbers[slot] = value.data[value.offset]!;
    };
    const arrayAt = (slot: number) => {
      const array = arrays[slot] ?? scalar(nodes[slot]!.dtype, numbers[slot]!);
      arrays[slot] = array;
      return array;
    };
    for (const { slot, value } of constants) store(slot, value);
    inputs.forEach((slot, i) => {
      if (slot !== undefined) store(slot, given[i]!);
    });
    const argAt = (k: number) => numbers[args.items[k]!]!;
    let operations = 0;
    for (let slot = 0; slot < nodes.length; slot++) {
      const node = nodes[slot]!;
      const f = scalarFunctions[slot];
      const [start, end] = [args.starts[slot]!, args.starts[slot + 1]!];
      if (f) {
        if (end === start + 1) numbers[slot] = f(argAt(start));
        else if (end === start + 2) numbers[slot] = f(argAt(start), argAt(start + 1));
        else if (end === start + 3) numbers[slot] = f(argAt(start), argAt(start + 1), argAt(start + 2));
        else numbers[slot] = f(argAt(start), argAt(start + 1), argAt(start + 2), argAt(start + 3));
        if (isAbsorbing[slot] && isLooking && numbers[slot] === 0) {
          found(!Number.isFinite(argAt(start)) || isExtreme(node, argAt(start + 1)));
        }
        operations += operationsPerKernel;
      } else if (node.op.form.kind !== "leaf") {
        const operands = Array.from(args.items.subarray(start, end), arrayAt);
        if (isAbsorbing[slot] && isLooking) found(hasExtremes(node, operands));
        const evaluated = () => evaluateNode(node, operands, owned[slot] === 1, budget);
        store(slot, isLooking && holdsFunctions[slot] ? budget.hearing(() => found(true), evaluated) : evaluated());
        for (let k = frees.starts[slot]!; k < frees.starts[slot + 1]!; k++) {
          if (frees.items[k] !== slot) arrays[frees.items[k]!] = undefined;
        }
        operations += node.op.cost(node) + operationsPerKernel;
      }
      if (operations < operationsPerYield) continue;
      operations = 0;
      budget.check();
      yield;
    }
    return outputs.map(arrayAt);
  }

  const constantBytes = constants.reduce((total, { value }) => total + value.data.byteLength, 0);
  return { liveBytes, bytes: nodes.length * bytesPerNode + constantBytes, run };
}

/** Whether a node is a product in which a zero may absorb an infinity or a NaN, of some values. */
export function mayAbsorb(node: Node, operands: readonly NdArray[]): boolean {
  return runnableForm(node.op)?.absorbs(node.attrs) === true && hasExtremes(node, operands);
}

function hasExtremes(node: Node, [t, p]: readonly NdArray[]): boolean {
  return !rowMajorData(t!).every(Number.isFinite) || rowMajorData(p!).some((x) => isExtreme(node, x));
}

/** Whether an operand of a product in which zero absorbs stands for a factor that is infinite or NaN. */
function isExtreme({ op }: Node, x: number): boolean {
  return !Number.isFinite(x) || (x === 0 && op.rules.isQuotient);
}

function slotsOf(nodes: readonly Node[], wanted: readonly Node[]): ReadonlyMap<Node, number> {
  const slots = new Map<Node, number>();
  const isWanted = new Set(wanted);
  nodes.forEach((node, slot) => {
    if (isWanted.has(node)) slots.set(node, slot);
  });
  return slots;
}
