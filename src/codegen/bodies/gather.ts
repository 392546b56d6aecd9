import { formOf } from "../../graph/form.ts";
import { range } from "../../graph/shape.ts";
import type { Lanes, LaneWriter } from "../lanes.ts";
import { Nest } from "../nest.ts";
import type { NodeStep } from "../steps.ts";
import { bytesPerNumber } from "../storage.ts";
import type { Writing } from "../writing.ts";

/** Writes the function of what takes elements of its first operand, which has some, by the indices of its second one. */
export function writeGather(writing: Writing, { slot, operands }: NodeStep, w: LaneWriter): number {
  const node = writing.schedule.nodes[slot]!;
  const { axis, batch, missing } = formOf(node.op, "opaque").indexing!(node.attrs);
  const length = node.args[0]!.shape[axis]!;
  const [x, i] = operands.map((place) => writing.walked(place));
  const still = (count: number) => range(count).map(() => 0);
  const alongIndices = i!.strides.slice(batch);
  const after = x!.strides.slice(axis + 1);
  const nest = new Nest(w, node.shape, [
    { byte: x!.byte, strides: [...x!.strides.slice(0, axis), ...still(alongIndices.length), ...after] },
    {
      byte: i!.byte,
      strides: [...i!.strides.slice(0, batch), ...still(axis - batch), ...alongIndices, ...still(after.length)],
    },
    writing.walked(writing.schedule.places[slot]!),
  ]);
  const bytes = [w.fresh("i32"), w.fresh("i32")] as const;
  nest.write(true, (isSingle) => {
    w.scope(() => {
      const { isInside, place } = writePlace(w, nest.load(1, isSingle), length);
      const count = isSingle || nest.isSteady(1) ? 1 : 2;
      for (const lane of range(count)) writeBytes(w, place, lane, x!.strides[axis]!, bytes[lane]!);
      const found = nest.loadMoved(0, count === 1 ? [bytes[0]] : bytes, isSingle);
      nest.store(2, w.select(isInside, found, w.constant(missing)), isSingle);
      return [];
    });
  });
  return nest.rounds;
}

/** The places that indices name along an axis, as 32-bit integers, and which are inside; 0 for those that are not. */
export function writePlace(w: LaneWriter, given: Lanes, length: number): { isInside: Lanes; place: Lanes } {
  const end = w.constant(length);
  const none = w.constant(0);
  const at = w.add(given, w.and(w.lt(given, none), end));
  const isInside = w.and(w.ge(at, none), w.lt(at, end));
  // All bits unset are 0: what is outside is at the first element.
  return { isInside, place: w.unary("i32x4.trunc_sat_f64x2_s_zero", w.and(at, isInside)) };
}

/** Puts into a local variable how many bytes a lane's place is away from the first one. */
export function writeBytes(w: LaneWriter, place: Lanes, lane: number, stride: number, local: number): void {
  w.code.get(place).lane("i32x4.extract_lane", lane);
  w.code
    .i32(stride * bytesPerNumber)
    .op("i32.mul")
    .set(local);
}
