import { collectOutputs, result } from "../../engine/runs/collect.ts";
import { type Prepared, prepareFollowing, strips } from "../../engine/runs/execute.ts";
import { type Seeds, vectorSeeds } from "../../engine/runs/seeds.ts";
import { allocate } from "../../graph/dtype.ts";
import type { NdArray } from "../../graph/ndarray.ts";
import { ndarray, rowMajorData } from "../../graph/ndarray.ts";
import { isReached, met, startOf, sumOfPaths } from "../../graph/paths.ts";
import { elementCount } from "../../graph/shape.ts";
import type { DecodedTensor } from "../../syntax/tensor.ts";
import { type Headings, headingsOf } from "../headings.ts";
import { seedsOf } from "../inputs.ts";
import type { Collector, Held, Plan, Results } from "../plan.ts";
import type { Question } from "../question.ts";
import type { Warnings } from "./warnings.ts";

// An entry of a derivative is the sum over all paths from an input to an output of the products of partial derivatives
// along them, in each of which zero absorbs. A sweep adds before it multiplies: a zero that is a sum which cancels is no
// factor 0 of any path. So where anything infinite or NaN shows, what the paths meet decides, the same in both modes.

/** Whether an answer that was filled holds what is not finite, so that its paths have to be looked at. */
export function showsSingular({ selection, sweeps }: Plan, results: Results): boolean {
  if (sweeps[0]!.derived.kind.name === "evaluate") return false;
  for (const i of selection.of) if (!allFinite(results.outputs[i]!)) return true;
  for (const array of results.gradient) if (!allFinite(array)) return true;
  for (const list of results.derivative.arrays()) for (const array of list) if (!allFinite(array)) return true;
  return false;
}

/** What {@link settle} works on. */
export interface Singular {
  readonly question: Question;
  readonly plan: Plan;
  readonly inputs: readonly DecodedTensor[];
  readonly results: Results;
  /** Points at which a zero may have absorbed. */
  readonly absorbed: ReadonlySet<number>;
  readonly warnings: Warnings;
}

/**
 * Looks at what the paths meet at the points where something infinite or NaN shows: puts the sum over the paths where a
 * sweep gave another, NaN where the value is NaN, and warns. Takes memory of its own.
 */
export function* settle(singular: Singular): Generator<void, void> {
  const { question, plan, results } = singular;
  const points = suspects(singular);
  if (points.length === 0) return;
  warnOfValues(question, plan.selection.of, results.outputs, singular.warnings, points);
  const batch = question.points === undefined ? undefined : points.length;
  const inputs = batch === undefined ? singular.inputs : singular.inputs.map((input) => atPoints(input, points));
  const followed = prepareAll(singular, inputs, points, batch);
  const bytes = Math.max(...followed.runs.map((run) => run.bytes)) + followed.bytes;
  const release = question.engine.admit(bytes);
  try {
    const { gradient, derivative } = followed.take();
    for (const [i, run] of followed.runs.entries()) yield* strips(run, question.budget, followed.sink(i, run));
    const headings = headingsOf(question, plan.selection);
    const found: Found = new Map();
    gradient.forEach((array, i) => {
      const column = (entry: number) => headings.wrt.spans.starts[i]! + entry;
      const size = headings.wrt.spans.sizes[i]!;
      put(singular, { array: results.gradient[i]!, size, column }, array, points, headings, found);
    });
    const all = results.derivative.held();
    for (const [i, { array }] of derivative.held().entries()) put(singular, all[i]!, array, points, headings, found);
    warnOfPaths(singular, headings, found);
  } finally {
    release();
  }
}

/** By the number of a pair of an output and an input, the points at which a path between them is indeterminate. */
type Found = Map<string, { readonly of: number; readonly wrt: number; readonly points: number[] }>;

const pointsToldMax = 20;

/** Whether all numbers of an array are finite. */
export function allFinite({ data }: NdArray): boolean {
  let [a, b, c, d] = [0, 0, 0, 0];
  // Infinities and NaN less themselves are NaN, all else is 0. Four sums, so that none waits for another.
  const whole = data.length - (data.length % 4);
  for (let i = 0; i < whole; i += 4) {
    a += data[i]! - data[i]!;
    b += data[i + 1]! - data[i + 1]!;
    c += data[i + 2]! - data[i + 2]!;
    d += data[i + 3]! - data[i + 3]!;
  }
  for (let i = whole; i < data.length; i++) a += data[i]! - data[i]!;
  return a + b + c + d === 0;
}

/** The points, in order, that are to be looked at. */
function suspects({ question, plan, results, absorbed }: Singular): number[] {
  const count = question.points ?? 1;
  if (question.zeros === "ieee") return Array.from({ length: count }, (_, i) => i);
  const found = new Set(absorbed);
  const look = (array: NdArray) => {
    if (allFinite(array)) return;
    const size = array.data.length / count;
    array.data.forEach((x, i) => {
      if (!Number.isFinite(x)) found.add(Math.floor(i / size));
    });
  };
  for (const i of plan.selection.of) look(results.outputs[i]!);
  for (const array of results.gradient) look(array);
  for (const list of results.derivative.arrays()) for (const array of list) look(array);
  return [...found].sort((a, b) => a - b);
}

/** Warns of outputs whose values are not finite, at some points of a batch or at the one there is. */
export function warnOfValues(
  question: Question,
  of: readonly number[],
  outputs: readonly NdArray[],
  warnings: Warnings,
  points: readonly number[],
): void {
  for (const i of of) {
    const { name, node } = question.loaded.graph.outputs[i]!;
    const size = elementCount(node.shape);
    const { data } = outputs[i]!;
    for (const point of points) {
      let [hasNaN, hasInfinity] = [false, false];
      for (let k = point * size; k < (point + 1) * size; k++) {
        if (Number.isNaN(data[k])) hasNaN = true;
        else if (!Number.isFinite(data[k])) hasInfinity = true;
      }
      const at = question.points === undefined ? undefined : point;
      if (hasNaN) {
        const message = "the value is NaN, and so are its derivatives by what it depends on";
        warnings.add({ type: "nonfinite", message, of: name }, at);
      } else if (hasInfinity) {
        warnings.add(
          { type: "nonfinite", message: "the value is infinite: its derivatives may mean nothing", of: name },
          at,
        );
      }
    }
  }
}

/** A tensor at some points of a batch. */
function atPoints({ array, isBatched }: DecodedTensor, points: readonly number[]): DecodedTensor {
  if (!isBatched) return { array, isBatched };
  const shape = array.shape.slice(1);
  const size = elementCount(shape);
  const all = rowMajorData(array);
  const data = allocate(array.dtype, size * points.length);
  points.forEach((point, k) => {
    data.set(all.subarray(point * size, (point + 1) * size), k * size);
  });
  return { array: ndarray(array.dtype, [points.length, ...shape], data), isBatched };
}

/** The sweeps of a plan over what paths meet, ready to be run, and what they fill. */
function prepareAll(
  { question, plan, results }: Singular,
  inputs: readonly DecodedTensor[],
  points: readonly number[],
  batch: number | undefined,
) {
  const { derivation } = question;
  const { selection, sweeps } = plan;
  const { of } = headingsOf(question, selection);
  // What compressed sweeps add up has the pattern of the graph that they are of.
  const isCompressed = results.derivative.entries !== undefined;
  const prepareOne = (kind: "jvp" | "vjp" | "hvp", seeds: Seeds, derived = derivation.derivePaths(kind, selection)) =>
    prepareFollowing(derivation, { derived, inputs, points: batch, seeds });
  const seeded = sweeps.flatMap(({ derived, seeds }) => {
    const { name } = derived.kind;
    if (!seeds || (name !== "jvp" && name !== "vjp" && name !== "hvp")) return [];
    // Cotangents of several outputs are added up: what leads from a value that is NaN has to be told from the rest.
    const isUndefined =
      name === "vjp" && "side" in seeds
        ? (point: number, output: number, element: number) => {
            const { data } = results.outputs[selection.of[output]!]!;
            return Number.isNaN(data[point * of.spans.sizes[output]! + element]);
          }
        : undefined;
    const started = startsOf(seedsOf(question, seeds), points, batch, isUndefined);
    return [prepareOne(name, started, isCompressed ? derived : undefined)];
  });
  const one = vectorSeeds([Float64Array.of(1)], of.spans);
  const pulled = plan.gradient ? [prepareOne("vjp", startsOf(one, points, batch, undefined))] : [];
  const taken: { gradient: readonly NdArray[]; derivative: Collector | undefined } = {
    gradient: [],
    derivative: undefined,
  };
  const arrays = [...results.gradient, ...results.derivative.arrays().flat()];
  const share = points.length / (question.points ?? 1);
  return {
    runs: [...seeded, ...pulled],
    bytes: share * arrays.reduce((sum, { data }) => sum + data.byteLength, 0),
    take() {
      taken.gradient = (plan.gradient?.spans.shapes ?? []).map((shape) => result(shape, "float64", batch).array);
      taken.derivative = plan.collect(batch);
      return { gradient: taken.gradient, derivative: taken.derivative };
    },
    sink(i: number, { strip }: Prepared) {
      if (i < seeded.length) return taken.derivative!.sink(i, strip)!;
      const { sizes } = plan.gradient!.spans;
      return collectOutputs(
        taken.gradient.map((array, k) => ({ array, size: sizes[k]! })),
        question.loaded.graph.outputs.length,
      );
    },
  };
}

/** Seeds as the sets of the paths that begin with them, at some points. */
function startsOf(
  seeds: Seeds,
  points: readonly number[],
  batch: number | undefined,
  isUndefined: ((point: number, input: number, element: number) => boolean) | undefined,
): Seeds {
  return {
    count: seeds.count,
    isBatched: seeds.isBatched.map((is) => batch !== undefined && (is || isUndefined !== undefined)),
    write(target, input, point, seed) {
      seeds.write(target, input, points[point]!, seed);
      for (let i = 0; i < target.length; i++) {
        const start = startOf(target[i]!);
        target[i] = start && isUndefined?.(points[point]!, input, i) ? met.undefined : start;
      }
    },
  };
}

/** Puts what the paths say into the entries of a derivative, and notes where they are indeterminate. */
function put(
  { question, plan, results }: Singular,
  { array, size, row, column }: Held,
  sets: NdArray,
  points: readonly number[],
  headings: Headings,
  found: Found,
): void {
  const { hasGradient } = plan.sweeps[0]!.derived.kind;
  const { of, wrt } = headings;
  const isIeee = question.zeros === "ieee";
  const outputOf = (i: number) => results.outputs[plan.selection.of[i]!]!.data;
  const rowOutput = (entry: number) => (hasGradient ? 0 : row ? of.spans.owners[row(entry)]! : undefined);
  points.forEach((point, k) => {
    for (let entry = 0; entry < size; entry++) {
      const set = sets.data[k * size + entry]!;
      if (set === 0) continue;
      const output = rowOutput(entry);
      const element = hasGradient ? 0 : row && output !== undefined ? row(entry) - of.spans.starts[output]! : 0;
      const value = output === undefined ? 0 : outputOf(output)[point * of.spans.sizes[output]! + element]!;
      const sum = Number.isNaN(value) && isReached(set) ? Number.NaN : sumOfPaths(set, isIeee);
      if (sum !== undefined) array.data[point * size + entry] = sum;
      if ((set & met.both) === 0) continue;
      const pair = { of: output ?? -1, wrt: column ? wrt.spans.owners[column(entry)]! : -1 };
      const key = `${pair.of} ${pair.wrt}`;
      const known = found.get(key) ?? { ...pair, points: [] };
      found.set(key, known);
      if (known.points.length < pointsToldMax && known.points.at(-1) !== point) known.points.push(point);
    }
  });
}

function warnOfPaths({ question, warnings }: Singular, { of, wrt }: Headings, found: Found): void {
  const taken = question.zeros === "ieee" ? "their product is NaN" : "0 was taken for their product";
  const message = `on a path of partial derivatives one factor is 0 and another is infinite or NaN: ${taken}`;
  for (const pair of found.values()) {
    const output = pair.of >= 0 ? of.names[pair.of] : of.names.length === 1 ? of.names[0] : undefined;
    const input = pair.wrt >= 0 ? wrt.names[pair.wrt] : wrt.names.length === 1 ? wrt.names[0] : undefined;
    const where = { ...(output === undefined ? {} : { of: output }), ...(input === undefined ? {} : { wrt: input }) };
    const isBatch = question.points !== undefined;
    for (const point of isBatch ? pair.points : [undefined]) {
      warnings.add({ type: "indeterminate", message, ...where }, point);
    }
  }
}
