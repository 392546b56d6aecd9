import type { DerivativeKind, Derived } from "../engine/derived.ts";
import type { Place } from "../engine/in-place.ts";
import type { Entries } from "../engine/runs/entries.ts";
import type { Prepared, Sink } from "../engine/runs/execute.ts";
import type { Seeds } from "../engine/runs/seeds.ts";
import type { Spans } from "../engine/runs/spans.ts";
import type { Strip } from "../engine/strip.ts";
import type { NdArray } from "../graph/ndarray.ts";
import type { Selection } from "../transforms/derive.ts";
import type { Answer } from "../wire/answer.ts";
import type { Encoding } from "../wire/json/tensor-value.ts";
import type { Part } from "./answer-size.ts";
import type { Side } from "./headings.ts";
import type { ToldPlan } from "./routes.ts";

/** What a call is going to do, found out before its numbers are looked at. */
export interface Plan {
  readonly selection: Selection;
  /** Operations of all sweeps for one point. */
  readonly operations: number;
  /** What the answer takes. */
  readonly parts: readonly Part[];
  /** What runs, one after the other; the first gives the outputs and the gradient too. At least one. */
  readonly sweeps: readonly Sweep[];
  /** The inputs whose gradient is answered, if there is one. */
  readonly gradient: Side | undefined;
  /** How a sweep's products become the derivative. */
  readonly collect: (points: number | undefined) => Collector;
  /** Where each tensor is in a matrix that is laid end to end. */
  readonly ranges: { readonly rowRanges: readonly Range[]; readonly columnRanges: readonly Range[] } | undefined;
  /** The products to check what compressed sweeps gave against, and the rows that they are of, where that is asked for. */
  readonly verify: { readonly kind: DerivativeKind; readonly rows: Spans } | undefined;
  /** What tells the kinks that are looked for, if there are any. */
  readonly kinks: Kinks | undefined;
  /** The plan for people; it may have to derive what the call itself does not need. */
  readonly told: () => ToldPlan;
}

/** A plan as the wire tells it: also where its operations are counted as if a loop took one step. */
export function tellPlan({ told, sweeps }: Plan): ToldPlan {
  return sweeps.every(({ derived }) => derived.isBounded) ? told() : { ...told(), bounded: false };
}

/** A program that counts, for each of some nodes, the elements whose values are at a kink. */
export interface Kinks {
  readonly derived: Derived;
  readonly places: readonly Place[];
  /** Nodes that hold functions which nobody looks into. */
  readonly unseen: readonly Place[];
}

/** One program of a plan, and the seeds that it sweeps. */
export interface Sweep {
  readonly derived: Derived;
  readonly seeds: Seeds | CallerSeeds | undefined;
}

/** Seeds that the caller gives: for which tensors, and how many. */
export interface CallerSeeds {
  readonly side: Side;
  readonly count: number;
}

/** A derivative while it is filled. */
export interface Collector {
  /** Takes what a sweep gives on strips like that, in the derived graph's outputs from `firstSeeded` on. */
  sink(sweep: number, strip: Strip): Sink | undefined;
  /** The entries that compressed sweeps fill. */
  readonly entries?: Entries;
  /** The arrays that are filled. */
  arrays(): readonly (readonly NdArray[])[];
  /** The same with what their entries are, in an order that depends on the plan alone. */
  held(): readonly Held[];
  /** The derivative as an answer has it; its arrays are those that are filled. */
  answer(encoding: Encoding): Answer;
}

/** Tensors of an answer while they are filled, and what fills them. */
export interface Results {
  readonly outputs: readonly NdArray[];
  readonly gradient: readonly NdArray[];
  readonly derivative: Collector;
  /** Takes what sweep `i` gives. */
  sink(i: number, prepared: Prepared): Sink;
}

/** An array of derivatives, those of one point after those of another. */
export interface Held {
  readonly array: NdArray;
  /** Entries of one point. */
  readonly size: number;
  /** The scalar of the matrix's rows, or of its columns, that an entry belongs to; absent where that is summed over. */
  readonly row?: (entry: number) => number;
  readonly column?: (entry: number) => number;
}

/** The rows or columns of one tensor in a matrix. */
export type Range = {
  readonly name: string;
  readonly start: number;
  readonly size: number;
};
