import type { Lanes, LaneWriter } from "../lanes.ts";

/** A number as a double and what that lacks: their sum, unrounded. */
export interface Pair {
  readonly high: Lanes;
  readonly low: Lanes;
}

/** a + b exactly (Knuth 1969). */
export function exactSum(w: LaneWriter, a: Lanes, b: Lanes): Pair {
  const high = w.add(a, b);
  const ofB = w.sub(high, a);
  const ofA = w.sub(high, ofB);
  return { high, low: w.add(w.sub(a, ofA), w.sub(b, ofB)) };
}

/** a + b exactly where |a| ≥ |b|, or a is a multiple of b's last place (Dekker 1971). */
export function exactSumOfOrdered(w: LaneWriter, a: Lanes, b: Lanes): Pair {
  const high = w.add(a, b);
  return { high, low: w.sub(b, w.sub(high, a)) };
}

/** a·b exactly, by factors split in halves (Dekker 1971), barring overflow and underflow. */
export function exactProduct(w: LaneWriter, a: Lanes, b: Lanes): Pair {
  const high = w.mul(a, b);
  const left = halves(w, a);
  const right = a === b ? left : halves(w, b);
  const most = w.sub(w.mul(left.high, right.high), high);
  const cross = w.add(w.add(most, w.mul(left.high, right.low)), w.mul(left.low, right.high));
  return { high, low: w.add(cross, w.mul(left.low, right.low)) };
}

/** The leading 26 bits of a, and the rest. */
export function halves(w: LaneWriter, a: Lanes): Pair {
  const high = w.and(a, w.bits(-1n << 27n));
  return { high, low: w.sub(a, high) };
}
