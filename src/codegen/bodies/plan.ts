import type { Budget } from "../../graph/budget.ts";
import { evaluateNode } from "../../graph/evaluate.ts";
import { bodiesOf } from "../../graph/form.ts";
import { reachable } from "../../graph/graph.ts";
import type { NdArray } from "../../graph/ndarray.ts";
import { type Body, constantValue, type Node } from "../../graph/operator.ts";
import { elementCount } from "../../graph/shape.ts";
import { uniformValue } from "../../graph/uniform-value.ts";
import { schedule } from "../schedule.ts";
import type { Bodied, BodyOutput, BodyPlan, PlanBodies, Schedule, Storage } from "../steps.ts";
import { bytesPerNumber, planStorage } from "../storage.ts";
import { isSmallLeaf } from "../values.ts";
import { isMadeInPlace } from "./in-place.ts";

/** How many nodes all bodies of a program may have: functions in functions may be very many. */
const nodesMax = 100_000;
const alignment = 16;

/** How a body's inputs come and its outputs go. */
interface Handing {
  /** Inputs that lie where outputs are to be, by output: those that a step hands on. */
  readonly carried: readonly Node[];
  /** Inputs that are copied into the body's memory; others are read where they lie. */
  readonly copied: readonly Node[];
  /** Whether it is run once, so that every output has its one place. */
  readonly isOnce: boolean;
}

/** Plans the bodies of a program, each as a program of its own; nothing is planned any more where they are too many nodes. */
export function bodiesPlanner(absorbs: boolean, budget: Budget): PlanBodies {
  let room = nodesMax;
  const planBodies: PlanBodies = (form, attrs) => {
    const plans: BodyPlan[] = [];
    let start = 0;
    for (const [k, body] of bodiesOf(form, attrs).entries()) {
      const nodes = reachable(body.outputs);
      room -= nodes.length;
      if (room < 0) return undefined;
      const plan = planBody(nodes, body, handingOf(form, attrs, body, k), start, absorbs, planBodies, budget);
      plans.push(plan);
      start += Math.ceil(plan.storage.bytes / alignment) * alignment;
    }
    return plans;
  };
  return planBodies;
}

function handingOf(form: Bodied, attrs: Node["attrs"], { inputs }: Body, which: number): Handing {
  switch (form.kind) {
    case "choice":
      return { carried: [], copied: [], isOnce: true };
    case "until": {
      const { constants, carry } = form.repetition(attrs);
      // The condition, which comes first, hands nothing on.
      return { carried: which === 0 ? [] : inputs.slice(constants, constants + carry), copied: [], isOnce: false };
    }
    case "loop": {
      const { constants, carry, length } = form.rows(attrs);
      const first = constants + carry;
      return { carried: inputs.slice(constants, first), copied: inputs.slice(first), isOnce: length === 1 };
    }
  }
}

function planBody(
  nodes: readonly Node[],
  { inputs, outputs }: Body,
  { carried, copied, isOnce }: Handing,
  start: number,
  absorbs: boolean,
  planBodies: PlanBodies,
  budget: Budget,
): BodyPlan {
  const carries = new Map(carried.map((node, i) => [node, i]));
  const plan = schedule(nodes, outputs, absorbs, planBodies, budget, (i, root) => {
    const carry = nodes[root] && carries.get(nodes[root]);
    if (carry === undefined) return "read";
    // Where another carry comes to lie it may be overwritten before this one is read.
    return i >= carried.length || carry === i ? "there" : "copied";
  });
  const { steps, roots, slotOf, results } = plan;
  const isThere = new Set<Node>(nodes);
  const slots = inputs.map((node) => {
    const slot = isThere.has(node) ? slotOf(node) : undefined;
    return slot !== undefined && roots.has(slot) ? slot : undefined;
  });
  const constants: { slot: number; value: NdArray }[] = [];
  for (const slot of roots.keys()) {
    const value = nodes[slot] && constantOf(nodes[slot]);
    if (value) constants.push({ slot, value });
  }
  const made: BodyOutput[] = [];
  const taken = new Set<number>();
  for (const [i, place] of results.entries()) {
    const node = nodes[place.root];
    const carry = node && carries.get(node);
    const mayBe = !taken.has(place.root) && (i < carried.length || isOnce);
    const over = i < carried.length && isThere.has(carried[i]!) ? slotOf(carried[i]!) : undefined;
    const isInPlace = mayBe && isMadeInPlace(plan, place, elementCount(outputs[i]!.shape), over);
    if (isInPlace) taken.add(place.root);
    made.push({ place, isInPlace, carry });
  }
  // What lies elsewhere takes no storage here.
  const stored = new Map(roots);
  const isCopied = new Set(copied);
  for (const [i, slot] of slots.entries()) if (slot !== undefined && !isCopied.has(inputs[i]!)) stored.delete(slot);
  for (const root of taken) stored.delete(root);
  // Inputs and constants stay from step to step.
  for (const slot of [...constants.map((constant) => constant.slot), ...slots]) {
    const root = slot === undefined ? undefined : stored.get(slot);
    if (slot !== undefined && root) stored.set(slot, { ...root, first: -1, last: steps.length });
  }
  const storage = planStorage(stored, steps.length);
  return {
    schedule: plan,
    storage,
    start,
    constants: constants.map(({ slot, value }) => ({ byte: storage.offsets.get(slot)!, value })),
    inputs: slots,
    outputs: made,
    operations: nodes.reduce((sum, node) => sum + node.op.cost(node), 0),
  };
}

/** The constants of the bodies in a program, to be put in their places before a run; offsets count numbers. */
export function bodyConstants(
  { steps }: Schedule,
  storage: Storage,
  start: number,
): { offset: number; value: NdArray; isLasting: boolean }[] {
  return steps.flatMap((step) => {
    if (!("bodies" in step)) return [];
    const region = start + storage.offsets.get(step.region)!;
    return step.bodies.flatMap((body) => {
      const first = region + body.start;
      const own = body.constants.map(({ byte, value }) => ({
        offset: (first + byte) / bytesPerNumber,
        value,
        isLasting: false,
      }));
      return [...own, ...bodyConstants(body.schedule, body.storage, first)];
    });
  });
}

/** The value of a constant, of a small leaf, or of a view that shows one number everywhere. */
export function constantOf(node: Node): NdArray | undefined {
  const value = constantValue(node);
  if (value) return value;
  if (isSmallLeaf(node)) return evaluateNode(node, [], false, node.builder.budget);
  const uniform = uniformValue(node);
  if (uniform === undefined) return undefined;
  return {
    dtype: node.dtype,
    shape: node.shape,
    strides: node.shape.map(() => 0),
    offset: 0,
    data: Float64Array.of(uniform),
  };
}
