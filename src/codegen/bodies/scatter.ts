import { formOf } from "../../graph/form.ts";
import { range, rowMajorStrides } from "../../graph/shape.ts";
import { swappedLanes } from "../fold.ts";
import type { Lanes, LaneWriter } from "../lanes.ts";
import { Nest, type Walked } from "../nest.ts";
import type { NodeStep } from "../steps.ts";
import type { Writing } from "../writing.ts";
import { writeBytes, writePlace } from "./gather.ts";

/** Writes the function of what adds elements, of which there are some, at indices to what is where its value is to be. */
export function writeScatter(writing: Writing, { slot, operands }: NodeStep, w: LaneWriter): number {
  const { args, op, attrs, dtype } = writing.schedule.nodes[slot]!;
  const { axis, batch } = formOf(op, "opaque").adding!(attrs);
  const { shape } = args[2]!;
  const length = args[0]!.shape[axis]!;
  const [target, i, v] = operands.map((place) => writing.walked(place)) as [Walked, Walked, Walked];
  const still = (count: number) => range(count).map(() => 0);
  const alongIndices = i.strides.slice(batch);
  const after = target.strides.slice(axis + 1);
  const nest = new Nest(w, shape, [
    { byte: target.byte, strides: [...target.strides.slice(0, axis), ...still(alongIndices.length), ...after] },
    {
      byte: i.byte,
      strides: [...i.strides.slice(0, batch), ...still(axis - batch), ...alongIndices, ...still(after.length)],
    },
    v,
    // Never read: sums are added up in this order.
    { byte: v.byte, strides: rowMajorStrides(shape) },
  ]);
  const bytes = w.fresh("i32");
  nest.write(true, (isSingle) => {
    w.scope(() => {
      const { isInside, place } = writePlace(w, nest.load(1, isSingle), length);
      const added = nest.load(2, isSingle);
      const summed = (known: Lanes, term: Lanes, inside: Lanes) => {
        const sum = w.add(known, term);
        return w.select(inside, dtype === "bool" ? w.min(sum, w.constant(1)) : sum, known);
      };
      if (!isSingle && nest.isSteady(1) && !nest.isSteady(0)) {
        writeBytes(w, place, 0, target.strides[axis]!, bytes);
        nest.storeMoved(0, bytes, summed(nest.loadMoved(0, [bytes], false), added, isInside));
        return [];
      }
      // One after the other, for both may be at the same place.
      for (const lane of isSingle ? [0] : [0, 1]) {
        const own = (lanes: Lanes) => (lane === 0 ? lanes : swapped(w, lanes));
        writeBytes(w, place, lane, target.strides[axis]!, bytes);
        nest.storeOne(0, bytes, lane, summed(nest.loadOne(0, bytes, lane), own(added), own(isInside)));
      }
      return [];
    });
  });
  return nest.rounds;
}

function swapped(w: LaneWriter, lanes: Lanes): Lanes {
  w.code.get(lanes).get(lanes).shuffle(swappedLanes);
  return w.keep();
}
