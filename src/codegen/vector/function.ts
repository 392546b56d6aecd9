import type { Lanes, LaneWriter } from "../lanes.ts";

/**
 * A mathematical function on vectors of two numbers: writes its code for given operands and gives its results. Most
 * have one; some give two that share work.
 */
export interface VectorFunction {
  readonly name: string;
  readonly operands: number;
  readonly results: number;
  /** The functions that the results are of the same operands, where they share work. */
  readonly parts?: readonly string[];
  /**
   * The worst error found against references, in units in the last place; `load/accuracy.md` has the table. Absent where
   * the function is only called by others.
   */
  readonly ulpMax?: number;
  write(w: LaneWriter, ...operands: Lanes[]): readonly Lanes[];
}
