import type { Budget } from "../graph/budget.ts";
import { Best, copyOf, type Difference, errorAccepted, isFine, type Tried } from "./best-step.ts";
import type { Sampler } from "./sampler.ts";
import { defaultStep, ladder, ladderLength, type Scheme, type Size } from "./steps.ts";

/** Along what to differentiate. */
export interface Directions {
  readonly count: number;
  /** Moves `x` by `amount` times direction k, and gives the amount by which it did move, as numbers are rounded. */
  move(x: Float64Array, point: number, k: number, amount: number): number;
  /** The largest scalar of the direction, and the largest scalar of the point that it moves. */
  size(x: Float64Array, point: number, k: number): Size;
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
  /** The step along each direction, or one for each point and direction; else it is chosen. */
  readonly step?: number | ((point: number, direction: number) => number) | undefined;
  /** Whether to estimate the errors, which takes as many evaluations again, and more where steps have to be tried. */
  readonly hasErrors: boolean;
}

const eps = Number.EPSILON;
/** Rounding errors of a function, in units of eps. */
const ulps = 1;
/** The shorter step of error estimates. Not a half, for which the roundings of both steps can be the same ones. */
const shrink = 0.6;
const kinkRatioMin = 0.7;
const roughness = 1e-5;
/** Evaluations, and how many times those that there are anyway, that are spent on trying steps. */
const [triedMin, triedTimes] = [20_000, 4];

/** Evaluations that differences take at one point, unless steps have to be tried. */
export function evaluationsOf({ directions, scheme, hasErrors }: DifferenceRequest): number {
  const perDirection = (scheme === "central" ? 2 : 1) * (hasErrors ? 2 : 1);
  return Number(hasBase(scheme, hasErrors)) + directions.count * perDirection;
}

/**
 * Differentiates by differences and hands over one direction after the other. Where the usual step gives an estimate
 * that is poor, steps of all magnitudes are tried, and each output has the one whose estimate is best. Gives the
 * number of evaluations at each point.
 */
export async function differences(
  sampler: Sampler,
  request: DifferenceRequest,
  budget: Budget,
  take: (difference: Difference) => void,
): Promise<number> {
  const { directions, scheme, step, hasErrors } = request;
  const all = Array.from({ length: directions.count }, (_, k) => k);
  const usual = (point: number, k: number, size: Size) =>
    typeof step === "function" ? step(point, k) : (step ?? defaultStep(scheme, size));
  const evaluations = evaluationsOf(request);
  const poor = new Map<string, Difference>();
  const retried = new Set<number>();
  const perDirection = ladderLength * (scheme === "central" ? 4 : 2);
  const retriedMax = Math.max(triedMin, triedTimes * evaluations) / perDirection;
  await quotients(
    sampler,
    request,
    all,
    1,
    (point, k, size) => [usual(point, k, size)],
    budget,
    (difference) => {
      const { point, direction } = difference;
      if (step !== undefined || !hasErrors || !isPoor(difference, scheme)) return take(difference);
      if (!retried.has(direction) && retried.size >= retriedMax) return take(difference);
      retried.add(direction);
      poor.set(`${point} ${direction}`, copyOf(difference));
    },
  );
  if (retried.size === 0) return evaluations;
  let best: Best | undefined;
  const stepsAt = (_point: number, _k: number, size: Size) => ladder(scheme, size);
  await quotients(sampler, request, [...retried], ladderLength, stepsAt, budget, (difference, level) => {
    const first = poor.get(`${difference.point} ${difference.direction}`);
    if (!first) return;
    if (level === 0) best = new Best(sampler.m, first);
    best!.add(difference);
    if (level === ladderLength - 1) take(best!.improve());
  });
  return evaluations + retried.size * perDirection;
}

/** The quotients along some directions at several steps each, the shortest first. */
async function quotients(
  sampler: Sampler,
  { directions, scheme, hasErrors }: DifferenceRequest,
  list: readonly number[],
  levels: number,
  stepsAt: (point: number, k: number, size: Size) => readonly number[],
  budget: Budget,
  take: (difference: Tried, level: number) => void,
): Promise<void> {
  const signs = scheme === "central" ? [1, -1] : scheme === "forward" ? [1] : [-1];
  const offsets = hasErrors ? [...signs, ...signs.map((sign) => sign * shrink)] : signs;
  const first = Number(hasBase(scheme, hasErrors));
  const { m } = sampler;
  const base = new Float64Array(m);
  const rows = offsets.map(() => new Float64Array(m));
  const [values, errors] = [new Float64Array(m), new Float64Array(m)];
  const [isKink, isRough, isBent] = [new Uint8Array(m), new Uint8Array(m), new Uint8Array(m)];
  const memo = { point: -1, k: -1, steps: [0] as readonly number[] };
  const stepOf = (x: Float64Array, point: number, k: number, level: number) => {
    if (memo.point !== point || memo.k !== k) {
      Object.assign(memo, { point, k, steps: stepsAt(point, k, directions.size(x, point, k)) });
    }
    return memo.steps[level]!;
  };
  const placeOf = (sample: number) => {
    const at = sample - first;
    const o = at % offsets.length;
    const level = Math.floor(at / offsets.length) % levels;
    return { k: list[Math.floor(at / offsets.length / levels)]!, level, o };
  };
  await sampler.run(
    first + list.length * levels * offsets.length,
    (x, point, sample) => {
      if (sample < first) return;
      const { k, level, o } = placeOf(sample);
      directions.move(x, point, k, offsets[o]! * stepOf(x, point, k, level));
    },
    (y, point, sample) => {
      if (sample < first) {
        base.set(y);
        return;
      }
      const { k, level, o } = placeOf(sample);
      rows[o]!.set(y);
      if (o === offsets.length - 1) finish(point, k, level);
    },
    budget,
  );

  function finish(point: number, direction: number, level: number): void {
    const x = sampler.at(point);
    const { reach, extent } = directions.size(x, point, direction);
    const step = stepsAt(point, direction, { reach, extent })[level]!;
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
      const height = Math.max(Math.abs(base[i]!), Math.abs(rows[0]![i]!));
      const size = height + (extent / (reach || 1)) * Math.abs(value);
      const rounding = (ulps * eps * size) / step;
      // What is smooth bends alike at both steps, to fourth order; what cancels inside of the function does not.
      const bend = (o: number) => rows[o]![i]! - 2 * base[i]! + rows[o + 1]![i]!;
      const noise = scheme === "central" ? Math.abs(bend(0) - bend(2) / shrink ** 2) / (4 * step) : 0;
      const error = truncation + rounding + noise;
      errors[i] = Number.isNaN(error) ? Number.POSITIVE_INFINITY : error;
      isRough[i] = Number(!(error <= (roughness * height) / (Math.max(extent, step) / (reach || 1))));
      if (scheme !== "central") continue;
      // The jump of the slope shrinks with the step where it is curvature, and stays where it is a kink.
      const jump = (o: number) =>
        Math.abs((rows[o]![i]! - base[i]!) / moves[o]! - (rows[o + 1]![i]! - base[i]!) / moves[o + 1]!);
      isBent[i] = Number(jump(0) > 100 * rounding);
      isKink[i] = Number(isBent[i] === 1 && jump(2) > kinkRatioMin * jump(0));
    }
    take({ point, direction, step, values, errors, isKink, isRough, isBent }, level);
  }
}

/** Whether other steps should be tried: the estimate is large, or the point looks like a kink. */
function isPoor(difference: Difference, scheme: Scheme): boolean {
  return difference.values.some((_, i) => difference.isKink[i] === 1 || !isFine(difference, i, errorAccepted[scheme]));
}

/** Whether a difference says nothing of a derivative: its error exceeds its value. */
export function isVague(value: number, error: number, isRough: boolean, derivative: number): boolean {
  return error > Math.abs(value) && (isRough || derivative !== 0);
}

function hasBase(scheme: Scheme, hasErrors: boolean): boolean {
  return scheme !== "central" || hasErrors;
}
