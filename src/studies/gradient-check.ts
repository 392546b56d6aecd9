import { headingsOf, rangesOf } from "../calls/headings.ts";
import type { Question } from "../calls/question.ts";
import { vectorSeeds } from "../engine/runs/seeds.ts";
import type { DecodedTensor } from "../syntax/tensor.ts";
import type { Selection } from "../transforms/derive.ts";
import { errorsAllowed } from "./best-step.ts";
import { differences, isVague, unitDirections } from "./differences.ts";
import type { Exact } from "./exact.ts";
import type { Modes } from "./modes.ts";
import type { Sampler } from "./sampler.ts";
import { balance } from "./steps.ts";
import { sweep } from "./timed-products.ts";

/** What a part of a check says; undecided where something is not finite or nothing can be measured. */
export type PartVerdict = "passed" | "failed" | "undecided";

/** What is checked, and where. */
export interface Checked {
  readonly question: Question;
  readonly selection: Selection;
  readonly inputs: readonly DecodedTensor[];
  readonly sampler: Sampler;
  readonly random: () => number;
  readonly tolerance: number;
  /** The step of differences, where it is not chosen. */
  readonly step: number | undefined;
  readonly exact: Exact;
  readonly modes: Modes;
}

/** A row and a column of the Jacobian. */
export interface Entry {
  readonly row: number;
  readonly column: number;
}

/** ⟨u, J v⟩ by forward mode against ⟨Jᵀ u, v⟩ by reverse mode, for random u and v; undecided without both modes. */
export async function checkAdjoint(checked: Checked) {
  const { question, selection, inputs, sampler, random, tolerance, exact, modes } = checked;
  if (!modes.forward || !modes.reverse) return { verdict: "undecided" as const, discrepancy: 0, trials: [] };
  const { n, m } = sampler;
  const headings = headingsOf(question, selection);
  const draws = Array.from({ length: trialCount }, () => ({ u: randomVector(m, random), v: randomVector(n, random) }));
  const tangents = await sweep(
    question,
    "jvp",
    selection,
    inputs,
    vectorSeeds(
      draws.map(({ v }) => v),
      headings.wrt.spans,
    ),
  );
  const cotangents = await sweep(
    question,
    "vjp",
    selection,
    inputs,
    vectorSeeds(
      draws.map(({ u }) => u),
      headings.of.spans,
    ),
  );
  const trials = draws.map(({ u, v }, k) => {
    const forward = dot(u, tangents.rows[k]!);
    const reverse = dot(cotangents.rows[k]!, v);
    const size =
      dot(u.map(Math.abs), tangents.rows[k]!.map(Math.abs)) + dot(cotangents.rows[k]!.map(Math.abs), v.map(Math.abs));
    const discrepancy = size === 0 ? 0 : Math.abs(forward - reverse) / size;
    return { forward, reverse, discrepancy };
  });
  // What is not finite absorbs or not by what it meets, which is decided for each entry alone.
  const isSingular = !exact.values.every(Number.isFinite);
  const isOdd =
    !isSingular && trials.some(({ forward, reverse }) => Number.isFinite(forward) !== Number.isFinite(reverse));
  const isFailed = isOdd || trials.some(({ discrepancy }) => discrepancy > tolerance);
  const isDecided = trials.every(({ discrepancy }) => Number.isFinite(discrepancy));
  const discrepancy = Math.max(...trials.map((trial) => trial.discrepancy));
  return { verdict: verdictOf(isFailed, isDecided), discrepancy, trials };
}

// Steps 2^-k for the fit, and equal steps whose differences of high order are nothing but rounding: of two lengths, as
// the longer may leave where the function is smooth.
const fitExponents = Array.from({ length: 15 }, (_, i) => 2 * (i + 1));
const noiseSteps = [2 ** -20, 2 ** -28];
const noiseCount = 9;
const offsets = [
  0,
  ...fitExponents.map((k) => 2 ** -k),
  ...noiseSteps.flatMap((step) => Array.from({ length: noiseCount }, (_, i) => (i + 1) * step)),
];

/** Evaluations of the function in {@link checkTaylor}. */
export const taylorEvaluations = offsets.length;

/** Seeds in {@link checkTaylor}. */
export const taylorSeeds = fitExponents.length;

/** Random seeds in {@link checkAdjoint}. */
export const trialCount = 3;

const fittedSteps = 3;
const orderMin = 1.8;

/**
 * The Taylor test: for g(t) = uᵀ f(x + t v) the remainder |g(t) - g(0) - t uᵀJ v| falls as t² if J is right, and as t
 * if it is not. Fitted to the smallest steps whose remainder stands out of the rounding errors; v is measured in the
 * `lengths` over which the function changes by each input.
 */
export async function checkTaylor(
  { question, selection, inputs, sampler, random, exact, modes }: Checked,
  lengths: ArrayLike<number>,
) {
  const { n, m } = sampler;
  const u = randomVector(m, random);
  const v = randomVector(n, random).map((value, i) => value * lengths[i]!);
  // The steps that were made, which beside a large x are not those that were meant.
  const x = sampler.at(0);
  const made = fitExponents.map((k) => v.map((value, i) => x[i]! + 2 ** -k * value - x[i]!));
  const spans = headingsOf(question, selection).wrt.spans;
  const { values: jacobian } = exact;
  const { rows } = modes.forward
    ? await sweep(question, "jvp", selection, inputs, vectorSeeds(made, spans))
    : {
        rows: made.map((d) =>
          Float64Array.from({ length: m }, (_, i) => dot(jacobian.subarray(i * n, (i + 1) * n), d)),
        ),
      };
  const rises = rows.map((row) => dot(u, row));
  const values: number[] = [];
  let size = 0;
  await sampler.run(
    offsets.length,
    (at, _point, sample) => {
      for (let i = 0; i < at.length; i++) at[i]! += offsets[sample]! * v[i]!;
    },
    (y, _point, sample) => {
      values[sample] = dot(u, y);
      if (sample === 0) size = dot(u.map(Math.abs), y.map(Math.abs));
    },
    question.budget,
  );
  const remainders = fitExponents.map((k, i) => {
    const step = 2 ** -k;
    return { step, remainder: Math.abs(values[i + 1]! - values[0]! - rises[i]!) };
  });
  const noises = noiseSteps.map((_, i) => {
    const first = 1 + fitExponents.length + i * noiseCount;
    return noiseOf([values[0]!, ...values.slice(first, first + noiseCount)]);
  });
  const measured = Math.min(...noises.filter(Number.isFinite));
  // Arguments are rounded too, which counts where the function changes over lengths that are small beside them.
  const stretch = x.reduce((most, value, i) => Math.max(most, Math.abs(value) / lengths[i]!), 0);
  const slope = Math.abs(rises[0]!) * 2 ** fitExponents[0]!;
  const noise = Math.max(2 * Number.EPSILON * Math.max(size, slope * stretch), measured);
  const clear = remainders.filter(({ remainder }) => Number.isFinite(remainder) && remainder > 16 * noise);
  const isDecided = rises.every(Number.isFinite) && Number.isFinite(noise);
  // Remainders that are nothing but rounding are those of the right slope: of a linear function, or where a kink or a
  // jump is near, of which the larger steps tell without the smaller ones approaching it by and by.
  const smallest = clear.at(-1);
  const isGradual = smallest === remainders.at(-1) || (smallest?.remainder ?? 0) < 1000 * noise;
  const fitted = isGradual ? clear.slice(-fittedSteps) : [];
  const order = fitted.length >= 2 ? slopeOf(fitted) : undefined;
  const isFailed = order !== undefined && order < orderMin;
  return { verdict: verdictOf(isDecided && isFailed, isDecided), order, noise, remainders };
}

/** Every entry of the Jacobian against central differences, in units of their estimated error. */
export async function checkEntries({ question, sampler, tolerance, step: given, exact }: Checked) {
  const { n, m } = sampler;
  const exactAt = (r: number, c: number) => exact.values[r * n + c]!;
  let worst: { row: number; column: number; derivative: number; difference: number; error: number } | undefined;
  let worstRatio = -1;
  let compared = 0;
  let undecided = 0;
  const kinks: Entry[] = [];
  const infinite: Entry[] = [];
  const blind: Entry[] = [];
  const vague: Entry[] = [];
  const lengths = sampler.at(0).map((x) => Math.max(1, Math.abs(x)));
  const evaluated = await differences(
    sampler,
    { directions: unitDirections(n), scheme: "central", step: given, hasErrors: true },
    question.budget,
    ({ direction: column, step, values, errors, isKink, isRough }) => {
      lengths[column] = Math.min(lengths[column]!, step / balance("central"));
      for (let row = 0; row < m; row++) {
        const [derivative, difference, error] = [exactAt(row, column), values[row]!, errors[row]!];
        const problem = isKink[row]
          ? kinks
          : !Number.isFinite(derivative)
            ? infinite
            : !Number.isFinite(error)
              ? blind
              : derivative !== difference && isVague(difference, error, isRough[row] === 1, derivative)
                ? vague
                : undefined;
        if (problem) {
          problem.push({ row, column });
          undecided++;
          continue;
        }
        compared++;
        const allowed = error + (tolerance * Math.abs(derivative)) / errorsAllowed;
        const distance = Math.abs(derivative - difference);
        const ratio = distance === 0 ? 0 : distance / allowed;
        if (ratio <= worstRatio) continue;
        worstRatio = ratio;
        worst = { row, column, derivative, difference, error };
      }
    },
  );
  const verdict = verdictOf(worstRatio > errorsAllowed, undecided === 0);
  return {
    verdict,
    compared,
    undecided,
    worst,
    ratio: Math.max(worstRatio, 0),
    kinks,
    infinite,
    blind,
    vague,
    lengths,
    evaluated,
  };
}

/** Names the entry of the Jacobian at a row and a column of all scalars. */
export function entryNamer(question: Question, selection: Selection) {
  const { wrt, of } = headingsOf(question, selection);
  const [rows, columns] = [rangesOf(of), rangesOf(wrt)];
  const owner = (ranges: typeof rows, at: number) => ranges.findLast(({ start, size }) => size > 0 && start <= at)!;
  const scalar = ({ name, start, size }: (typeof rows)[number], at: number) =>
    size === 1 ? name : `${name}[${at - start}]`;
  return ({ row, column }: Entry) => {
    const [output, input] = [owner(rows, row), owner(columns, column)];
    return {
      text: `d${scalar(output, row)}/d${scalar(input, column)}`,
      place: { of: output.name, wrt: input.name, row: row - output.start, column: column - input.start },
    };
  };
}

function verdictOf(isFailed: boolean, isDecided: boolean): PartVerdict {
  return isFailed ? "failed" : isDecided ? "passed" : "undecided";
}

/** The rounding errors of a function from values at equal steps: fourth differences of what is smooth vanish. */
function noiseOf(values: readonly number[]): number {
  let list = values;
  for (let order = 0; order < 4; order++) list = list.slice(1).map((x, i) => x - list[i]!);
  return Math.max(...list.map(Math.abs)) / 4;
}

/** The least-squares slope of log remainder over log step. */
function slopeOf(points: readonly { readonly step: number; readonly remainder: number }[]): number {
  const xs = points.map(({ step }) => Math.log2(step));
  const ys = points.map(({ remainder }) => Math.log2(remainder));
  const [meanX, meanY] = [mean(xs), mean(ys)];
  const covariance = xs.reduce((sum, x, i) => sum + (x - meanX) * (ys[i]! - meanY), 0);
  return covariance / xs.reduce((sum, x) => sum + (x - meanX) ** 2, 0);
}

function mean(list: readonly number[]): number {
  return list.reduce((a, b) => a + b, 0) / list.length;
}

function randomVector(size: number, random: () => number): Float64Array {
  return Float64Array.from({ length: size }, random);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
