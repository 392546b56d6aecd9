import { bytesPerElement } from "../graph/dtype.ts";
import type { Program } from "../graph/running/program.ts";
import { elementCount } from "../graph/shape.ts";
import type { Derived } from "./derived.ts";

/**
 * How a program is made: interpreted, compiled, or compiled from a graph that was taken apart into scalars; or not for
 * numbers, but for what the paths of partial derivatives meet.
 */
export type Form = "interpreted" | "compiled" | "unrolled" | "paths";

/** A matrix as a block for each pair of tensors, or as one whose rows and columns are laid end to end. */
export type Layout = "blocks" | "matrix";

/** How many points and seeds a program runs on at once; undefined means that there is no such axis. */
export interface Strip {
  readonly points: number | undefined;
  readonly seeds: number | undefined;
  /** Which inputs of the derived graph have the axis of points. */
  readonly isBatched: readonly boolean[];
  readonly form: Form;
  /** The layout of the matrix that the program gives, where all the unit seeds are written into it. */
  readonly unitLayout: Layout | undefined;
}

/** Distinguishes the programs of a derivative. */
export function stripKey({ points, seeds, isBatched, form, unitLayout }: Strip): string {
  const batched = points === undefined ? "" : isBatched.map(Number).join("");
  return `${points ?? ""}|${seeds ?? ""}|${batched}|${form}|${unitLayout ?? ""}`;
}

/** Bytes that a program and the inputs of one strip take. */
export function plannedBytes(program: Program, derived: Derived, strip: Strip): number {
  let bytes = program.liveBytes;
  derived.graph.inputs.forEach(({ shape, dtype }, i) => {
    const points = strip.isBatched[i] ? (strip.points ?? 1) : 1;
    const seeds = i >= derived.firstSeed ? (strip.seeds ?? 1) : 1;
    bytes += elementCount(shape) * bytesPerElement[dtype] * points * seeds;
  });
  return bytes;
}
