import type { TypedArray } from "../../graph/dtype.ts";
import { broadcastView, copied, ndarray } from "../../graph/ndarray.ts";
import { elementCount, type Shape } from "../../graph/shape.ts";
import type { Declared, SentArray } from "./arrays.ts";
import type { Faults, Place } from "./faults.ts";

/** An array of a request, with what it stands for. */
export interface Placed {
  readonly array: SentArray;
  readonly declared: Declared;
  readonly place: Place;
}

/** The leading axes of all arrays together, by NumPy's rule; notes the first that does not fit those before it. */
export function jointLead(arrays: readonly Pick<Placed, "place">[], leads: readonly Shape[], faults: Faults): Shape {
  let joint: Shape = [];
  leads.forEach((lead, i) => {
    const rank = Math.max(joint.length, lead.length);
    const lengths: number[] = [];
    for (let axis = 0; axis < rank; axis++) {
      const a = joint[axis - rank + joint.length] ?? 1;
      const b = lead[axis - rank + lead.length] ?? 1;
      if (a !== b && a !== 1 && b !== 1) {
        const msg = `its leading axes [${lead}] do not broadcast with the others' [${joint}]`;
        faults.add("array_shape_mismatch", arrays[i]!.place, msg);
        return;
      }
      lengths.push(a === 1 ? b : a);
    }
    joint = lengths;
  });
  return joint;
}

/** Whether an array has one value for all points. */
export function isShared({ lead }: SentArray): boolean {
  return lead.every((length) => length === 1);
}

/** Bytes that spreading an array over the points takes. */
export function spreadBytes({ array, declared }: Placed, points: number): number {
  if (isShared(array) || elementCount(array.lead) === points) return 0;
  return elementCount(declared.shape) * points * array.data.BYTES_PER_ELEMENT;
}

/** The elements of an array at each point, those of one point after those of another. */
export function spread({ array: { lead, data }, declared }: Placed, joint: Shape): TypedArray {
  if (elementCount(lead) === elementCount(joint)) return data;
  const { shape, dtype } = declared;
  const aligned = [...joint.slice(lead.length).map(() => 1), ...lead, ...shape];
  return copied(broadcastView(ndarray(dtype, aligned, data), [...joint, ...shape])).data;
}
