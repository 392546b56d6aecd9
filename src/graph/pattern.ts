import type { Budget } from "./budget.ts";
import type { NdArray } from "./ndarray.ts";

/**
 * Sets that pass through a derivative program beside its values, each known by a number: 0 is the empty one, equal sets
 * have equal numbers. What an element depends on is such a set, and so is what the paths to it have met.
 */
export interface SeedSets {
  readonly budget: Budget;
  /** Whether the sign of a factor matters, and its size where it is not 0. */
  readonly followsFactors: boolean;
  /** The union of two sets. */
  union(a: number, b: number): number;
  /** What becomes of a set in a product with a factor that is known, in which zero absorbs. */
  times(set: number, factor: number): number;
  /** What becomes of a set in a branch that is not taken. */
  untaken(set: number): number;
  /** Begins a union of many sets, which {@link add} fills and {@link finish} gives. */
  begin(): void;
  add(set: number): void;
  finish(): number;
}

/** What is known of an operand while sets are propagated. */
export interface PatternOperand {
  /** The set of each element; absent where the operand depends on no seed. */
  readonly sets: NdArray | undefined;
  /** The operand's value, where it is known. */
  readonly value: NdArray | undefined;
  /** Whether nobody else reads `sets`, so that a rule may overwrite them. */
  readonly isOwned: boolean;
}
