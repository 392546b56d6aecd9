import { setImmediate } from "node:timers/promises";
import type { Budget } from "../../graph/budget.ts";
import { allocate, type TypedArray } from "../../graph/dtype.ts";
import { type NdArray, ndarray, rowMajorData } from "../../graph/ndarray.ts";
import type { Program } from "../../graph/running/program.ts";
import { elementCount } from "../../graph/shape.ts";
import type { DecodedTensor } from "../../syntax/tensor.ts";
import { stripOf } from "../choose-strip.ts";
import type { Derivation } from "../derivation.ts";
import type { Derived } from "../derived.ts";
import { plannedBytes, type Strip } from "../strip.ts";
import type { Seeds } from "./seeds.ts";

/** What to run, on what. */
export interface Run {
  readonly derived: Derived;
  /** One tensor for each input of the sent graph. */
  readonly inputs: readonly DecodedTensor[];
  readonly points: number | undefined;
  readonly seeds: Seeds | undefined;
}

/** Takes the results of one strip: for outputs that depend on seeds, [points, seeds, …elements] in row-major order. */
export type Sink = (strip: {
  readonly outputs: readonly NdArray[];
  readonly firstPoint: number;
  readonly points: number;
  readonly firstSeed: number;
  readonly seeds: number;
  /** The seeds that the arrays have room for; the last strip may use fewer. */
  readonly seedsHeld: number;
}) => void;

const msBetweenYields = 8;
const followedBytes = 2 ** 24;

/** A run whose program is made: what it will take is known, and nothing has been taken. */
export interface Prepared {
  readonly run: Run;
  readonly strip: Strip;
  readonly program: Program;
  /** The most bytes that the run holds, the answer aside. */
  readonly bytes: number;
}

/** Chooses the strips of a run and makes the program for them. */
export function prepare(derivation: Derivation, run: Run): Prepared {
  const { derived, inputs, points, seeds } = run;
  const isBatched = [...inputs.map((input) => input.isBatched), ...(seeds?.isBatched ?? [])];
  const strip = stripOf(derivation, derived, { points, seeds, isBatched });
  const program = derivation.compile(derived, strip);
  const sentBytes = inputs.reduce((bytes, { array }) => bytes + array.data.byteLength, 0);
  return { run, strip, program, bytes: plannedBytes(program, derived, strip) + sentBytes };
}

/** As {@link prepare}, for what the paths of partial derivatives meet in place of values. */
export function prepareFollowing(derivation: Derivation, run: Run): Prepared {
  const { derived, inputs, points = 1, seeds } = run;
  const room = Math.max(1, Math.floor(followedBytes / Math.max(1, derived.unitBytes)));
  const seedsHeld = Math.min(seeds?.count ?? 1, room);
  const pointsHeld = Math.min(
    2 ** Math.floor(Math.log2(Math.max(1, room / seedsHeld))),
    2 ** Math.ceil(Math.log2(points)),
  );
  const strip: Strip = {
    points: pointsHeld > 1 ? pointsHeld : undefined,
    seeds: seedsHeld > 1 ? seedsHeld : undefined,
    isBatched: [...inputs.map((input) => input.isBatched), ...(seeds?.isBatched ?? [])],
    form: "paths",
    unitLayout: undefined,
  };
  const program = derivation.compile(derived, strip);
  return { run, strip, program, bytes: plannedBytes(program, derived, strip) };
}

/** Runs a derivative strip by strip and hands each strip's results to `sink`. Throws what the budget throws. */
export async function execute(prepared: Prepared, budget: Budget, sink: Sink): Promise<void> {
  await drive(strips(prepared, budget, sink));
}

/** As {@link execute}, step by step: for {@link drive}. `onAbsorbed` hears of points at which a zero may have absorbed. */
export function* strips(
  { run, strip, program }: Prepared,
  budget: Budget,
  sink: Sink,
  onAbsorbed?: (firstPoint: number, points: number) => void,
): Generator<void, void> {
  const { derived, inputs, points, seeds } = run;
  const [pointsAll, pointsHeld] = [points ?? 1, strip.points ?? 1];
  const [seedsAll, seedsHeld] = [seeds?.count ?? 1, strip.seeds ?? 1];
  const seedArrays = seeds && !strip.unitLayout ? stripSeedArrays(derived, seeds, strip) : [];
  try {
    for (let p = 0; p < pointsAll; p += pointsHeld) {
      const pointsHere = Math.min(pointsHeld, pointsAll - p);
      const values = inputs.map((input) => stripInput(input, p, pointsHere, strip.points));
      for (let s = 0; s < seedsAll; s += seedsHeld) {
        if (p + s > 0) {
          yield;
          budget.check();
        }
        const seedsHere = Math.min(seedsHeld, seedsAll - s);
        for (const array of seedArrays) writeSeeds(array, seeds!, p, s, pointsHere, seedsHere, seedsHeld);
        const given = [...values, ...seedArrays.map(({ tensor }) => tensor)];
        const outputs = yield* program.run(given, budget, onAbsorbed && (() => onAbsorbed(p, pointsHere)));
        sink({ outputs, firstPoint: p, points: pointsHere, firstSeed: s, seeds: seedsHere, seedsHeld });
      }
    }
  } finally {
    program.rest?.();
  }
}

/**
 * Takes steps to their end: at once where that is soon, else, from the first step that ends late, in turns with the event
 * loop.
 */
export function drive<T>(steps: Generator<void, T>): T | Promise<T> {
  const yieldAtMs = performance.now() + msBetweenYields;
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    if (performance.now() >= yieldAtMs) return driveInTurns(steps);
  }
}

async function driveInTurns<T>(steps: Generator<void, T>): Promise<T> {
  let yieldAtMs = 0;
  for (;;) {
    if (performance.now() >= yieldAtMs) {
      await setImmediate();
      yieldAtMs = performance.now() + msBetweenYields;
    }
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** The points of a strip, which holds `held`, or one without an axis; the last one fills up where fewer are left. */
function stripInput(
  { array, isBatched }: DecodedTensor,
  first: number,
  count: number,
  held: number | undefined,
): NdArray {
  if (!isBatched) return array;
  const shape = array.shape.slice(1);
  const lead = held === undefined ? [] : [held];
  const size = elementCount(shape);
  const data = rowMajorData(array).subarray(first * size, (first + count) * size);
  if (count === (held ?? 1)) return ndarray(array.dtype, [...lead, ...shape], data);
  const padded = allocate(array.dtype, held! * size);
  padded.set(data);
  repeatLast(padded, size, count);
  return ndarray(array.dtype, [...lead, ...shape], padded);
}

/** Fills up an array of points with the last of those that it holds, by copies that double. */
function repeatLast(data: TypedArray, size: number, count: number): void {
  const start = (count - 1) * size;
  for (let end = count * size; end < data.length; end += end - start) {
    data.copyWithin(end, start, Math.min(end, start + data.length - end));
  }
}

/** The tensor that the seeds of one input are written into, strip after strip. */
interface SeedArray {
  readonly tensor: NdArray & { readonly data: Float64Array };
  readonly input: number;
  /** Elements of one seed. */
  readonly size: number;
  readonly hasPoints: boolean;
}

/** The seeds of a run that is one strip at one point. */
export function onlySeeds(derived: Derived, seeds: Seeds, strip: Strip): NdArray[] {
  return stripSeedArrays(derived, seeds, strip).map((array) => {
    writeSeeds(array, seeds, 0, 0, 1, seeds.count, strip.seeds ?? 1);
    return array.tensor;
  });
}

function stripSeedArrays({ graph, firstSeed }: Derived, seeds: Seeds, strip: Strip): SeedArray[] {
  return graph.inputs.slice(firstSeed).map(({ shape }, input) => {
    const size = elementCount(shape);
    const hasPoints = strip.points !== undefined && seeds.isBatched[input]!;
    const lead = [...(hasPoints ? [strip.points!] : []), ...(strip.seeds === undefined ? [] : [strip.seeds])];
    const data = new Float64Array(elementCount(lead) * size);
    return { tensor: { ...ndarray("float64", [...lead, ...shape], data), data }, input, size, hasPoints };
  });
}

function writeSeeds(
  { tensor: { data }, input, size, hasPoints }: SeedArray,
  seeds: Seeds,
  firstPoint: number,
  first: number,
  pointsHere: number,
  seedsHere: number,
  held: number,
): void {
  data.fill(0);
  for (let p = 0; p < (hasPoints ? pointsHere : 1); p++) {
    for (let s = 0; s < seedsHere; s++) {
      const at = (p * held + s) * size;
      seeds.write(size === data.length ? data : data.subarray(at, at + size), input, firstPoint + p, first + s);
    }
  }
}
