import type { Budget } from "./budget.ts";
import type { NdArray } from "./ndarray.ts";

/**
 * Sets of seeds, each known by a number: 0 is the empty one, equal sets have equal numbers. What an element of a
 * derivative program depends on is such a set.
 */
export interface SeedSets {
  readonly budget: Budget;
  /** The union of two sets. */
  union(a: number, b: number): number;
  /** Begins a union of many sets, which {@link add} fills and {@link finish} gives. */
  begin(): void;
  add(set: number): void;
  finish(): number;
}

/** What is known of an operand while patterns are propagated. */
export interface PatternOperand {
  /** The set of each element; absent where the operand depends on no seed. */
  readonly sets: NdArray | undefined;
  /** The operand's value, where it is the same for every input of the graph. */
  readonly value: NdArray | undefined;
  /** Whether nobody else reads `sets`, so that a rule may overwrite them. */
  readonly isOwned: boolean;
}
