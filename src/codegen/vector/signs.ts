import type { Lanes, LaneWriter } from "../lanes.ts";

/** The sign bit of x alone. */
export function signOf(w: LaneWriter, x: Lanes): Lanes {
  return w.and(x, w.constant(-0));
}

/** A magnitude, or what has the sign of x already, with the sign of x. */
export function withSignOf(w: LaneWriter, x: Lanes, magnitude: Lanes): Lanes {
  return w.or(magnitude, signOf(w, x));
}
