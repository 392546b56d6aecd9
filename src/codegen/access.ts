import type { Lanes, LaneWriter } from "./lanes.ts";

/**
 * Puts the address of the number so many numbers from the current place on the stack, but for the offset in bytes that it
 * gives.
 */
export type Address = (ahead: number) => number;

const log2OfNumberBytes = 3;

/** Loads the numbers at the current place and `stride` numbers on, or only the first, into both lanes. */
export function loadLanes(w: LaneWriter, address: Address, stride: number, isSingle: boolean): Lanes {
  const { code } = w;
  if (isSingle || stride === 0) {
    code.memory("v128.load64_splat", address(0));
    return w.keep();
  }
  if (stride === 1) {
    code.memory("v128.load", address(0), log2OfNumberBytes);
    return w.keep();
  }
  code.memory("v128.load64_zero", address(0));
  const lanes = w.keep();
  const second = address(stride);
  code.get(lanes).memoryLane("v128.load64_lane", 1, second).set(lanes);
  return lanes;
}

/** Stores both lanes, or only the first, where {@link loadLanes} loads them. */
export function storeLanes(w: LaneWriter, address: Address, stride: number, value: Lanes, isSingle: boolean): void {
  const { code } = w;
  if (!isSingle && stride === 1) {
    const offset = address(0);
    code.get(value).memory("v128.store", offset, log2OfNumberBytes);
    return;
  }
  for (const lane of isSingle ? [0] : [0, 1]) {
    const offset = address(lane * stride);
    code.get(value).memoryLane("v128.store64_lane", lane, offset);
  }
}
