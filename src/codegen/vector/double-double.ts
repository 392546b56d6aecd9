import type { Lanes, LaneWriter } from "../lanes.ts";

/** A number as the sum of a rounded one and a small rest. */
export type Double = readonly [high: Lanes, low: Lanes];

/** a·b and its error, by halves of the factors (Dekker 1971); for numbers whose product is far from the range's ends. */
export function product(w: LaneWriter, a: Lanes, b: Lanes): Double {
  const mask = w.bits(-1n << 27n);
  const [a1, b1] = [w.and(a, mask), w.and(b, mask)];
  const [a2, b2] = [w.sub(a, a1), w.sub(b, b1)];
  const high = w.mul(a, b);
  // Every product and sum here is exact but the last, so that it matters not how a madd is rounded.
  const low = w.madd(a2, b1, w.madd(a1, b2, w.sub(w.mul(a1, b1), high)));
  return [high, w.madd(a2, b2, low)];
}

/** a + b and its error, where a is zero or |a| ≥ |b|. */
export function sum(w: LaneWriter, a: Lanes, b: Lanes): Double {
  const high = w.add(a, b);
  return [high, w.sub(b, w.sub(high, a))];
}
