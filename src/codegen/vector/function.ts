import type { Lanes, LaneWriter } from "../lanes.ts";

/**
 * A mathematical function on vectors of two numbers: writes its code for given operands and gives its results. Most
 * have one; some give two that share work.
 */
export interface VectorFunction {
  readonly name: string;
  readonly operands: number;
  readonly results: number;
  /** The worst error found against references, in units in the last place; `load/accuracy.md` has the table. */
  readonly ulpMax: number;
  write(w: LaneWriter, ...operands: Lanes[]): readonly Lanes[];
}
