import { textTable } from "../notation/text-table.ts";
import { errorsAllowed } from "./best-step.ts";
import { isVague } from "./differences.ts";
import type { Scheme } from "./steps.ts";

/** A Jacobian by one method, row by row, and what it took. */
export interface Candidate {
  readonly method: "manual" | "numerical" | "symbolic" | "forward" | "reverse";
  readonly scheme?: Scheme;
  readonly values: Float64Array;
  /** Error estimates of differences, and where they straddle a kink. */
  readonly errors?: Float64Array;
  readonly isKink?: Uint8Array;
  readonly isRough?: Uint8Array;
  /** Which entries there are, where not all. */
  readonly isGiven?: Uint8Array;
  readonly evaluations?: number;
  readonly passes?: number;
  readonly operations: number;
  readonly timeMs: number;
}

/** What is thought of a candidate. */
export interface Judged {
  readonly candidate: Candidate;
  readonly error: number;
  readonly verdict: "agrees" | "disagrees" | "undecided";
  /** The entry that is worst, relative to what was to be expected of it. */
  readonly worst: { readonly row: number; readonly column: number } | undefined;
}

const relativeTolerance = 1e-9;
const rowTolerance = 1e-12;
const entriesShownMax = 4;
// So that tables of several calls are alike.
const timeWidth = 9;

/** Compares a candidate, entry by entry, with the reference, `n` entries a row. */
export function judge(candidate: Candidate, reference: Float64Array, n: number): Judged {
  const { method, values, errors, isKink, isRough, isGiven } = candidate;
  let error = 0;
  let worst: Judged["worst"];
  let worstExcess = 0;
  let isUndecided = false;
  let rowSize = 0;
  for (let at = 0; at < values.length; at++) {
    if (at % n === 0) rowSize = largest(reference.subarray(at, at + n));
    if (isGiven && !isGiven[at]) continue;
    const [value, exact] = [values[at]!, reference[at]!];
    if (Object.is(value, exact) || value === exact) continue;
    const distance = Math.abs(value - exact);
    const relative = exact === 0 ? distance : distance / Math.abs(exact);
    error = Number.isFinite(relative) ? Math.max(error, relative) : Number.POSITIVE_INFINITY;
    const estimate = errors ? errorsAllowed * errors[at]! : 0;
    // A formula has no zero that absorbs, and differences may leave the domain.
    const isBlind = (errors || method === "symbolic") && !Number.isFinite(estimate + distance);
    const saysNothing = errors && isVague(value, errors[at]!, isRough?.[at] === 1, exact);
    if (isKink?.[at] || isBlind || saysNothing) {
      isUndecided = true;
      continue;
    }
    const excess = distance / (estimate + relativeTolerance * Math.abs(exact) + rowTolerance * rowSize);
    if (excess <= worstExcess) continue;
    worstExcess = excess;
    worst = { row: Math.floor(at / n), column: at % n };
    if (!Number.isFinite(distance)) worstExcess = Number.POSITIVE_INFINITY;
  }
  const verdict = worstExcess > 1 ? "disagrees" : isUndecided ? "undecided" : "agrees";
  return { candidate, error, verdict, worst };
}

interface Ranges {
  readonly rows: readonly { readonly name: string; readonly size: number }[];
  readonly columns: readonly { readonly name: string; readonly size: number }[];
}

/** The comparison as a text table; small Jacobians have their entries in it. */
export function comparisonText(rows: readonly Judged[], reference: Candidate, ranges: Ranges): string {
  const names = entryNames(ranges);
  const shown = names.length <= entriesShownMax ? names : [];
  const header = ["method", ...shown, "error", "took", "operations", "time", "verdict"];
  const lines = rows.map(({ candidate, error, verdict }) => {
    const { method, scheme, values, isGiven, evaluations, passes, operations, timeMs } = candidate;
    return [
      scheme ? `${method}, ${scheme}` : method,
      ...shown.map((_, at) => (isGiven && !isGiven[at] ? "—" : number(values[at]!))),
      error === 0 ? "0" : error.toExponential(1),
      passes === undefined ? counted(evaluations!, "evaluation") : counted(passes, "pass"),
      String(operations),
      `${timeMs.toFixed(3)} ms`.padStart(timeWidth),
      candidate === reference ? "reference" : verdict,
    ];
  });
  return textTable(header, lines);
}

function entryNames({ rows, columns }: Ranges): string[] {
  const scalars = (ranges: Ranges["rows"]) =>
    ranges.flatMap(({ name, size }) =>
      size === 1 ? [name] : Array.from({ length: Math.min(size, entriesShownMax + 1) }, (_, i) => `${name}[${i}]`),
    );
  return scalars(rows).flatMap((row) => scalars(columns).map((column) => `d${row}/d${column}`));
}

function number(x: number): string {
  return Number.isFinite(x) ? String(Number(x.toPrecision(12))) : String(x);
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : word.endsWith("s") ? "es" : "s"}`;
}

function largest(list: Float64Array): number {
  let size = 0;
  for (const x of list) if (Number.isFinite(x)) size = Math.max(size, Math.abs(x));
  return size;
}
