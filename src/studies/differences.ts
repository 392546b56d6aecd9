import { stripOf } from "../engine/choose-strip.ts";
import type { Derivation } from "../engine/derivation.ts";
import { execute } from "../engine/runs/execute.ts";
import { Spans } from "../engine/runs/spans.ts";
import { plannedBytes } from "../engine/strip.ts";
import type { Budget } from "../graph/budget.ts";
import { allocate } from "../graph/dtype.ts";
import { ndarray, rowMajorData } from "../graph/ndarray.ts";
import { elementCount } from "../graph/shape.ts";
import type { DecodedTensor } from "../syntax/tensor.ts";
import type { Selection } from "../transforms/derive.ts";

/** A graph as a plain function of the scalars of `wrt`, laid end to end, to those of `of`. */
export interface Sampler {
  readonly n: number;
  readonly m: number;
  readonly points: number;
  /** The most bytes that a run holds. */
  bytes(samples: number): number;
  /** The scalars of `wrt` at a point. */
  at(point: number): Float64Array;
  /**
   * Evaluates `samples` times at every point, in strips. `place` moves sample k of a point away from it, in the array
   * that it is given; `take` reads what came out. Both are called in order, point by point.
   */
  run(samples: number, place: Place, take: Place, budget: Budget): Promise<void>;
}

type Place = (values: Float64Array, point: number, sample: number) => void;

/** Makes a graph a plain function around points that inputs give. */
export function samplerOf(
  derivation: Derivation,
  selection: Selection,
  inputs: readonly DecodedTensor[],
  points: number | undefined,
): Sampler {
  const derived = derivation.derive("evaluate", selection);
  const { graph } = derivation.loaded;
  const { wrt, of } = selection;
  const sizes = inputs.map((_, i) => elementCount(graph.inputs[i]!.shape));
  const wrtSpans = new Spans(wrt.map((i) => graph.inputs[i]!.shape));
  const ofSpans = new Spans(of.map((i) => graph.outputs[i]!.node.shape));
  const moved = new Set(wrt);
  const isBatched = inputs.map((input, i) => moved.has(i) || input.isBatched);
  const [n, m] = [wrtSpans.total, ofSpans.total];
  const part = (i: number, point: number) => {
    const { array, isBatched: hasPoints } = inputs[i]!;
    const first = hasPoints ? point * sizes[i]! : 0;
    return rowMajorData(array).subarray(first, first + sizes[i]!);
  };
  const at = (point: number) => {
    const x = new Float64Array(n);
    wrt.forEach((i, k) => {
      x.set(part(i, point), wrtSpans.starts[k]!);
    });
    return x;
  };
  const stripFor = (samples: number) =>
    stripOf(derivation, derived, { points: samples * (points ?? 1), seeds: undefined, isBatched });

  return {
    n,
    m,
    points: points ?? 1,
    at,
    bytes(samples) {
      if (samples === 0) return 0;
      const strip = stripFor(samples);
      return 2 * plannedBytes(derivation.compile(derived, strip), derived, strip) + 8 * (2 * n + m);
    },
    async run(samples, place, take, budget) {
      const total = samples * (points ?? 1);
      if (total === 0) return;
      const strip = stripFor(samples);
      const program = derivation.compile(derived, strip);
      const held = strip.points ?? 1;
      const [x, y] = [new Float64Array(n), new Float64Array(m)];
      for (let first = 0; first < total; first += held) {
        const count = Math.min(held, total - first);
        const strips = inputs.map(({ array }, i): DecodedTensor => {
          if (!isBatched[i]) return { array, isBatched: false };
          const shape = [count, ...graph.inputs[i]!.shape];
          return { array: ndarray(array.dtype, shape, allocate(array.dtype, count * sizes[i]!)), isBatched: true };
        });
        for (let k = 0; k < count; k++) {
          const [point, sample] = [Math.floor((first + k) / samples), (first + k) % samples];
          x.set(at(point));
          place(x, point, sample);
          strips.forEach(({ array, isBatched: hasPoints }, i) => {
            if (hasPoints && !moved.has(i)) array.data.set(part(i, point), k * sizes[i]!);
          });
          wrt.forEach((i, j) => {
            strips[i]!.array.data.set(wrtSpans.part(x, j), k * sizes[i]!);
          });
          budget.spend(n + m);
        }
        const run = { derived, inputs: strips, points: count, seeds: undefined };
        await execute({ run, strip, program, bytes: 0 }, budget, ({ outputs }) => {
          const flat = of.map((i) => rowMajorData(outputs[i]!));
          for (let k = 0; k < count; k++) {
            flat.forEach((data, j) => {
              const size = ofSpans.sizes[j]!;
              y.set(data.subarray(k * size, (k + 1) * size), ofSpans.starts[j]!);
            });
            take(y, Math.floor((first + k) / samples), (first + k) % samples);
          }
        });
      }
    },
  };
}

/** Which way points are displaced. */
export const schemes = ["central", "forward", "backward"] as const;
export type Scheme = (typeof schemes)[number];

/** Along what to differentiate. */
export interface Directions {
  readonly count: number;
  /** Moves `x` by `amount` times direction k, and gives the amount by which it did move, as numbers are rounded. */
  move(x: Float64Array, point: number, k: number, amount: number): number;
  /** The largest scalar of the direction, and the largest scalar of the point that it moves. */
  size(x: Float64Array, point: number, k: number): { readonly reach: number; readonly extent: number };
}

/** The unit directions, one for each scalar. */
export function unitDirections(n: number): Directions {
  return {
    count: n,
    move(x, _point, k, amount) {
      const before = x[k]!;
      x[k]! += amount;
      return x[k]! - before;
    },
    size: (x, _point, k) => ({ reach: 1, extent: Math.abs(x[k]!) }),
  };
}

/** What to difference, and how. */
export interface DifferenceRequest {
  readonly directions: Directions;
  readonly scheme: Scheme;
  /** The step along each direction; by default it follows from the scheme and the point. */
  readonly step?: number | undefined;
  /** Whether to estimate the errors, which takes as many evaluations again. */
  readonly hasErrors: boolean;
}

/** The derivatives along one direction. */
export interface Difference {
  readonly point: number;
  readonly direction: number;
  readonly step: number;
  /** One number for each scalar of `of`; valid only during the call. */
  readonly values: Float64Array;
  /** Truncation and rounding, estimated; Infinity where there is nothing to estimate from. Zeros unless asked for. */
  readonly errors: Float64Array;
  /** Where the slopes of the two sides differ by more than curvature tells: central differences with errors only. */
  readonly isKink: Uint8Array;
}

const eps = Number.EPSILON;
/** Rounding errors of a function, in units of eps. */
const ulps = 1;
/** The shorter step of error estimates. Not a half, for which the roundings of both steps can be the same ones. */
const shrink = 0.6;
const kinkRatioMin = 0.7;

/** Evaluations that differences take at one point. */
export function evaluationsOf({ directions, scheme, hasErrors }: DifferenceRequest): number {
  const perDirection = (scheme === "central" ? 2 : 1) * (hasErrors ? 2 : 1);
  return Number(hasBase(scheme, hasErrors)) + directions.count * perDirection;
}

/** Differentiates by differences and hands over one direction after the other, point by point. */
export async function differences(
  sampler: Sampler,
  request: DifferenceRequest,
  budget: Budget,
  take: (difference: Difference) => void,
): Promise<void> {
  const { directions, scheme, step: given, hasErrors } = request;
  const signs = scheme === "central" ? [1, -1] : scheme === "forward" ? [1] : [-1];
  const offsets = hasErrors ? [...signs, ...signs.map((sign) => sign * shrink)] : signs;
  const first = Number(hasBase(scheme, hasErrors));
  const { m } = sampler;
  const base = new Float64Array(m);
  const rows = offsets.map(() => new Float64Array(m));
  const values = new Float64Array(m);
  const errors = new Float64Array(m);
  const isKink = new Uint8Array(m);
  const stepAt = (x: Float64Array, point: number, k: number) => {
    const { reach, extent } = directions.size(x, point, k);
    return given ?? (scheme === "central" ? Math.cbrt(eps) : Math.sqrt(eps)) * (Math.max(extent, 1) / (reach || 1));
  };

  const place = (x: Float64Array, point: number, sample: number) => {
    if (sample < first) return;
    const [k, o] = [Math.floor((sample - first) / offsets.length), (sample - first) % offsets.length];
    directions.move(x, point, k, offsets[o]! * stepAt(x, point, k));
  };
  await sampler.run(
    evaluationsOf(request),
    place,
    (y, point, sample) => {
      if (sample < first) {
        base.set(y);
        return;
      }
      const [k, o] = [Math.floor((sample - first) / offsets.length), (sample - first) % offsets.length];
      rows[o]!.set(y);
      if (o === offsets.length - 1) finish(point, k);
    },
    budget,
  );

  function finish(point: number, direction: number): void {
    const x = sampler.at(point);
    const step = stepAt(x, point, direction);
    const { reach, extent } = directions.size(x, point, direction);
    const moves = offsets.map((offset) => directions.move(sampler.at(point), point, direction, offset * step));
    const quotient = (i: number, o: number) =>
      scheme === "central"
        ? (rows[o]![i]! - rows[o + 1]![i]!) / (moves[o]! - moves[o + 1]!)
        : (rows[o]![i]! - base[i]!) / moves[o]!;
    for (let i = 0; i < m; i++) {
      const value = quotient(i, 0);
      values[i] = value;
      if (!hasErrors) continue;
      // The shorter step cuts off less: by the square of the ratio for central differences, by the ratio for others.
      const cut = scheme === "central" ? 1 - shrink ** 2 : 1 - shrink;
      const truncation = Math.abs(value - quotient(i, signs.length)) / cut;
      const size = Math.max(Math.abs(base[i]!), Math.abs(rows[0]![i]!)) + (extent / (reach || 1)) * Math.abs(value);
      const rounding = (ulps * eps * size) / step;
      // What is smooth bends alike at both steps, to fourth order; what cancels inside of the function does not.
      const bend = (o: number) => rows[o]![i]! - 2 * base[i]! + rows[o + 1]![i]!;
      const noise = scheme === "central" ? Math.abs(bend(0) - bend(2) / shrink ** 2) / (4 * step) : 0;
      const error = truncation + rounding + noise;
      errors[i] = Number.isNaN(error) ? Number.POSITIVE_INFINITY : error;
      if (scheme !== "central") continue;
      // The jump of the slope shrinks with the step where it is curvature, and stays where it is a kink.
      const jump = (o: number) =>
        Math.abs((rows[o]![i]! - base[i]!) / moves[o]! - (rows[o + 1]![i]! - base[i]!) / moves[o + 1]!);
      isKink[i] = Number(jump(0) > 100 * rounding && jump(2) > kinkRatioMin * jump(0));
    }
    take({ point, direction, step, values, errors, isKink });
  }
}

function hasBase(scheme: Scheme, hasErrors: boolean): boolean {
  return scheme !== "central" || hasErrors;
}
