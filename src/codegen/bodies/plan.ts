import type { Budget } from "../../graph/budget.ts";
import { reachable } from "../../graph/graph.ts";
import type { NdArray } from "../../graph/ndarray.ts";
import { constantValue, type Node, type Rows } from "../../graph/operator.ts";
import { elementCount, rowMajorStrides } from "../../graph/shape.ts";
import { uniformValue } from "../../graph/uniform-value.ts";
import { schedule } from "../schedule.ts";
import type { BodyPlan, Schedule, Storage } from "../steps.ts";
import { bytesPerNumber, planStorage } from "../storage.ts";

/** How many nodes the bodies of one program may still have: functions in functions may be very many. */
export interface Room {
  nodes: number;
}

/**
 * Plans a loop's body as a program of its own, in which inputs and constants stay from step to step. Undefined where not
 * all of it is code, or an output does not lie in order.
 */
export function planBody(rows: Rows, absorbs: boolean, room: Room, budget: Budget): BodyPlan | undefined {
  const nodes = reachable(rows.outputs);
  room.nodes -= nodes.length;
  if (room.nodes < 0) return undefined;
  const plan = schedule(nodes, rows.outputs, absorbs, (inner) => planBody(inner, absorbs, room, budget), budget);
  const { steps, roots, places, slotOf } = plan;
  if (steps.some(({ kind }) => kind === "call")) return undefined;
  const isThere = new Set<Node>(nodes);
  const constants: { slot: number; value: NdArray }[] = [];
  for (const slot of roots.keys()) {
    const value = nodes[slot] && constantOf(nodes[slot]);
    if (value) constants.push({ slot, value });
  }
  const inputs = rows.inputs.map((node) => {
    const slot = isThere.has(node) ? slotOf(node) : undefined;
    return slot !== undefined && roots.has(slot) ? slot : undefined;
  });
  for (const slot of [...constants.map((constant) => constant.slot), ...inputs.filter((slot) => slot !== undefined)]) {
    const root = roots.get(slot)!;
    root.first = -1;
    root.last = steps.length;
  }
  for (const { shape } of rows.outputs) if (elementCount(shape) === 0) return undefined;
  const isOrdered = rows.outputs.every(({ shape }, i) => {
    const { strides } = places[slotOf(rows.outputs[i]!)]!;
    return rowMajorStrides(shape).every((stride, axis) => shape[axis] === 1 || stride === strides[axis]);
  });
  if (!isOrdered) return undefined;
  const storage = planStorage(roots, steps.length);
  const byteOf = (slot: number) => storage.offsets.get(slot)!;
  return {
    schedule: plan,
    storage,
    constants: constants.map(({ slot, value }) => ({ byte: byteOf(slot), value })),
    inputs: inputs.map((slot) => (slot === undefined ? undefined : byteOf(slot))),
    outputs: rows.outputs.map((node) => {
      const { root, offset } = places[slotOf(node)]!;
      return byteOf(root) + offset * bytesPerNumber;
    }),
  };
}

/** The constants of the bodies of a program's loops, to be put in their places before a run; offsets count numbers. */
export function bodyConstants(
  { steps }: Schedule,
  storage: Storage,
  start: number,
): { offset: number; value: NdArray; isLasting: boolean }[] {
  return steps.flatMap((step) => {
    if (step.kind !== "loop") return [];
    const first = start + storage.offsets.get(step.region)!;
    const own = step.body.constants.map(({ byte, value }) => ({
      offset: (first + byte) / bytesPerNumber,
      value,
      isLasting: false,
    }));
    return [...own, ...bodyConstants(step.body.schedule, step.body.storage, first)];
  });
}

/** The value of a constant, or of a view that shows one number everywhere. */
export function constantOf(node: Node): NdArray | undefined {
  const value = constantValue(node);
  if (value) return value;
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
