import { Budget } from "../graph/budget.ts";
import { bodiesOf } from "../graph/form.ts";
import { type Graph, nodesOf, reachable } from "../graph/graph.ts";
import type { NdArray } from "../graph/ndarray.ts";
import type { Node } from "../graph/operator.ts";
import { elementCount } from "../graph/shape.ts";
import { Code, Module } from "../wasm/index.ts";
import { bodiesPlanner, bodyConstants, constantOf } from "./bodies/plan.ts";
import { writeFunction } from "./bodies/write.ts";
import { writeNaNTest } from "./nan.ts";
import { schedule } from "./schedule.ts";
import { type BodyStep, nodesPerCheck, type Step } from "./steps.ts";
import { planStorage } from "./storage.ts";
import { absorptionOf } from "./taint.ts";
import { type Callback, type Held, type Opaque, Writing } from "./writing.ts";

/** What is done in one go: a function of the module over some rounds of a loop, or an operator's own evaluation. */
export type Action =
  | {
      readonly kind: "code";
      readonly name: string;
      /** Rounds of the outermost loop, which may be done in parts that begin at multiples of `granule`. */
      readonly rounds: number;
      readonly operations: number;
    }
  | ({ readonly kind: "call" } & Opaque);

/** A constant, and where it is put before a run. */
export interface HeldConstant {
  readonly offset: number;
  readonly value: NdArray;
  /** Whether it is still there after a run. */
  readonly isLasting: boolean;
}

/** A graph as a WebAssembly module, and how it is run. All tensors are float64 numbers in one piece of memory. */
export interface Compiled {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly callbacks: readonly Callback[];
  /** What bodies call back, by number. */
  readonly opaques: readonly Opaque[];
  /** Bytes of memory that a run takes. */
  readonly memoryBytes: number;
  /** By input, where it is put; undefined where nothing reads it. */
  readonly inputs: readonly (number | undefined)[];
  readonly constants: readonly HeldConstant[];
  readonly actions: readonly Action[];
  readonly outputs: readonly Held[];
  /** Whether it may take any number of steps. */
  readonly isUnbounded: boolean;
  /** Outputs in which a NaN says that zero might have absorbed, and the run has to be done again where it does. */
  readonly doubtful: readonly number[];
  /** The first of the numbers that are not 0 after a run in which a zero absorbed; undefined where outputs tell. */
  readonly heard: number | undefined;
}

/** So many numbers are not all 0 where a zero absorbed. */
export const heardCount = 2;

/** The name of the exported function that tells whether numbers in memory are NaN. */
export const nanTest = "nan";

/** Ranges of a loop begin at multiples of this, so that vectors stay whole. */
export const granule = 8;

const operationsPerAction = 200_000;
const stepsPerAction = 2000;
const bytesPerNumber = 8;
const alignment = 16;
/** Constants of so many numbers stay where they are, so that a program's next run finds them. */
const lastingCount = 1024;

/**
 * Compiles a graph. `absorbs` says whether zero absorbs in derivatives, at some cost; without it only where a NaN could be
 * hidden, and elsewhere `doubtful` outputs tell. Throws what the budget throws.
 */
export function compile(graph: Graph, mustAbsorb = false, budget = Budget.unlimited()): Compiled {
  const nodes = nodesOf(graph);
  const outputNodes = graph.outputs.map((output) => output.node);
  const { absorbs, isHeard, doubtful } = absorptionOf(nodes, outputNodes, mustAbsorb);
  const plan = schedule(nodes, outputNodes, absorbs, bodiesPlanner(absorbs, budget), budget);
  const { slotOf, places, roots, steps } = plan;
  const constantRoots = [...roots].flatMap(([slot, root]) => {
    const value = nodes[slot] && constantOf(nodes[slot]);
    return value ? [{ slot, root, value, isLasting: root.count >= lastingCount }] : [];
  });
  for (const { root, isLasting } of constantRoots) if (isLasting) root.last = steps.length;
  const storage = planStorage(roots, steps.length);
  const end = Math.ceil(storage.bytes / alignment) * alignment;
  const heard = isHeard ? end : undefined;
  const writing = new Writing(new Module(), plan, storage, absorbs, heard);
  const { module } = writing;
  const startOf = (root: number) => storage.offsets.get(root)! / bytesPerNumber;
  const held = (node: Node): Held => writing.held(node, places[slotOf(node)]!);
  const inputs = graph.inputs.map(({ node }) => {
    const slot = nodes[0] && node.index <= nodes.at(-1)!.index ? slotOf(node) : undefined;
    return slot !== undefined && roots.has(slot) ? startOf(slot) : undefined;
  });
  if (doubtful.length > 0) writeNaNTest(writing, nanTest);
  return {
    actions: writeActions(writing, held, budget),
    bytes: module.finish(),
    callbacks: writing.callbacks,
    opaques: writing.opaques,
    memoryBytes: isHeard ? end + heardCount * bytesPerNumber : storage.bytes,
    inputs,
    constants: [
      ...constantRoots.map(({ slot, value, isLasting }) => ({ offset: startOf(slot), value, isLasting })),
      ...bodyConstants(plan, storage, 0),
    ],
    outputs: outputNodes.map(held),
    isUnbounded: isUnbounded(nodes),
    doubtful,
    heard: heard === undefined ? undefined : heard / bytesPerNumber,
  };
}

/** Writes all steps; neighbours that take little time become one action. */
function writeActions(writing: Writing, held: (node: Node) => Held, budget: Budget): Action[] {
  const { module, schedule } = writing;
  const { nodes, steps } = schedule;
  const actions: Action[] = [];
  let pending: { index: number; rounds: number }[] = [];
  let operations = 0;
  const flush = () => {
    if (pending.length === 0) return;
    const name = `s${actions.length}`;
    if (pending.length === 1) {
      const [{ index, rounds }] = pending as [(typeof pending)[0]];
      module.exportFunction(name, index);
      actions.push({ kind: "code", name, rounds, operations });
    } else {
      const code = new Code();
      for (const { index, rounds } of pending) code.get(0).i32(0).i32(rounds).call(index);
      const index = module.addFunction(["i32", "i32", "i32"], []);
      module.setBody(index, [], code);
      module.exportFunction(name, index);
      actions.push({ kind: "code", name, rounds: 1, operations });
    }
    pending = [];
    operations = 0;
  };
  let unchecked = 0;
  for (const step of steps) {
    unchecked += step.kind === "map" ? step.members.length : 1;
    if (unchecked >= nodesPerCheck) {
      unchecked = 0;
      budget.check();
    }
    if (step.kind === "call") {
      flush();
      const node = nodes[step.slot]!;
      actions.push({ kind: "call", node, operands: node.args.map(held), target: held(node) });
      continue;
    }
    if ("bodies" in step) {
      // Its operations may be many: it is run in parts, between which others have their turn.
      flush();
      pending.push(writeFunction(writing, step));
      operations = nodes[step.slot]!.op.cost(nodes[step.slot]!);
      flush();
      continue;
    }
    const added = operationsOf(step, nodes);
    if (operations + added > operationsPerAction || pending.length === stepsPerAction) flush();
    pending.push(writeFunction(writing, step));
    operations += added;
  }
  flush();
  return actions;
}

/** Whether one of some nodes, or one in their bodies, may take any number of steps. */
function isUnbounded(nodes: readonly Node[], seen = new Set<Node["attrs"]>()): boolean {
  return nodes.some((node) => {
    const { op, attrs } = node;
    if (op.isUnbounded?.(node)) return true;
    const bodies = seen.has(attrs) ? [] : bodiesOf(op.form, attrs);
    if (bodies.length > 0) seen.add(attrs);
    return bodies.some(({ outputs }) => isUnbounded(reachable(outputs), seen));
  });
}

function operationsOf(step: Exclude<Step, BodyStep>, nodes: readonly Node[]): number {
  if (step.kind !== "map") return nodes[step.slot]!.op.cost(nodes[step.slot]!);
  const elements = elementCount(step.shape);
  let operations = 0;
  for (const { slot } of step.members) {
    operations += slot < 0 ? elements : Math.max(elements, nodes[slot]!.op.cost(nodes[slot]!));
  }
  return operations;
}
