import type { Budget } from "../budget.ts";
import type { NdArray } from "../ndarray.ts";

/** A graph made ready to run. The interpreter makes some and the compiler others. */
export interface Program {
  /** The most bytes that a run holds at once beside its inputs, known before it runs. */
  readonly liveBytes: number;
  /** Bytes that the program itself holds while it is cached. */
  readonly bytes: number;
  /**
   * Runs on the graph's inputs, in order. Yields now and then, so that whoever drives it can do something else.
   * `onAbsorbed` hears where a zero may have absorbed an infinity or a NaN in a derivative.
   */
  run(inputs: readonly NdArray[], budget: Budget, onAbsorbed?: () => void): Generator<void, NdArray[]>;
  /** Says that a call has no more runs: memory that is only kept from strip to strip can go. */
  rest?(): void;
  /**
   * Runs a small program without any of what longer ones need, over and over. The results are views that any other run
   * overwrites. Undefined where this program, or what it is given, takes more than that, or a zero might have to absorb.
   */
  atOnce?(inputs: readonly NdArray[]): readonly NdArray[] | undefined;
}
