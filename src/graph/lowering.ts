import type { Attrs } from "./attribute.ts";

/** A value while code is written that computes it: a number that only the writer understands. */
export type Lowered = number;

/** The machine's own operations on float64 numbers, and on masks whose bits are all set or none, as a record lowers to them. */
export interface Machine {
  /** Whether zero is to absorb; else a NaN that it would have prevented makes the whole run be done again. */
  readonly absorbs: boolean;
  constant(x: number): Lowered;
  add(a: Lowered, b: Lowered): Lowered;
  sub(a: Lowered, b: Lowered): Lowered;
  mul(a: Lowered, b: Lowered): Lowered;
  div(a: Lowered, b: Lowered): Lowered;
  neg(a: Lowered): Lowered;
  abs(a: Lowered): Lowered;
  sqrt(a: Lowered): Lowered;
  nearest(a: Lowered): Lowered;
  floor(a: Lowered): Lowered;
  ceil(a: Lowered): Lowered;
  trunc(a: Lowered): Lowered;
  min(a: Lowered, b: Lowered): Lowered;
  max(a: Lowered, b: Lowered): Lowered;
  eq(a: Lowered, b: Lowered): Lowered;
  ne(a: Lowered, b: Lowered): Lowered;
  lt(a: Lowered, b: Lowered): Lowered;
  le(a: Lowered, b: Lowered): Lowered;
  gt(a: Lowered, b: Lowered): Lowered;
  ge(a: Lowered, b: Lowered): Lowered;
  and(a: Lowered, b: Lowered): Lowered;
  or(a: Lowered, b: Lowered): Lowered;
  andNot(a: Lowered, b: Lowered): Lowered;
  select(mask: Lowered, yes: Lowered, no: Lowered): Lowered;
  /** A vector function by its name. */
  call(name: string, operands: readonly Lowered[]): readonly Lowered[];
}

/**
 * An operator on matrices of few elements as code: those of the result from those of the operands, in row-major order. Of
 * each operand and of the result so many last axes are the matrix; 0 of an operand that is not read. What it gives has
 * to be right wherever it is finite; else the operator itself is called back.
 */
export interface FewElements {
  readonly ranks: readonly number[];
  readonly rank: number;
  readonly write: (m: Machine, operands: readonly (readonly Lowered[])[]) => readonly Lowered[];
}

/**
 * How elements are taken by indices: of axes [points…, before…, axis, after…] and indices [points…, …], where `batch` axes
 * are the points. Indices are integers; negative ones count from the end, and one that is outside gives `missing`.
 */
export interface Indexing {
  readonly axis: number;
  readonly batch: number;
  readonly missing: number;
}

/** How the third operand's elements are added to the first one's at indices: as those are taken, but those outside dropped. */
export type Adding = Pick<Indexing, "axis" | "batch">;

/**
 * How an elementwise operator becomes code: in the machine's own operations, or as the name of a vector function. An
 * operator without either is called back, one number at a time.
 */
export type Lower<A = Attrs, Operands extends readonly Lowered[] = readonly Lowered[]> =
  | string
  | ((m: Machine, operands: Operands, attrs: A) => Lowered);

/** How a reduction folds elements: from what, and by which of the machine's operations. */
export interface Fold {
  readonly initial: number;
  readonly by: "add" | "mul" | "min" | "max";
}

/** A tensor put together from others: filled with a number or begun as one operand, then each part set or added. */
export interface Assembly {
  readonly fill?: number;
  /** The operand whose elements are there before. */
  readonly base?: number;
  readonly parts: readonly AssemblyPart[];
}

/** An operand's elements at every `steps[i]`-th place from `firsts[i]` on, on each axis i. */
export interface AssemblyPart {
  readonly operand: number;
  readonly firsts: readonly number[];
  readonly steps: readonly number[];
  readonly isAdded?: boolean;
}

/** A product of two tensors summed over shared axes, whose axes are named by letters. */
export interface Letters {
  readonly x: string;
  readonly y: string;
  readonly out: string;
}
