import type { NdArray } from "../graph/ndarray.ts";
import { numberText, tensorForPeople } from "./notation.ts";

/** One node of a trace, as it is rendered. */
export interface TraceRow {
  readonly name: string;
  readonly op: string;
  /** What the node is made of, as text and in LaTeX; inputs and constants have none. */
  readonly formula: string | undefined;
  readonly latex: string | undefined;
  readonly args: readonly string[];
  readonly value: NdArray;
  readonly tangent: NdArray | undefined;
  readonly adjoint: NdArray | undefined;
  readonly parts: readonly TracePart[];
  /** What the functions that it holds have computed, run by run, where that is opened. */
  readonly runs?: readonly TraceRun[] | undefined;
}

/** One run of a function within a trace. */
export interface TraceRun {
  readonly function: string;
  /** The row or step of a loop that it is. */
  readonly step: number | undefined;
  readonly rows: readonly TraceRow[];
}

/** What one use of a node adds to its adjoint, or what a cotangent that was sent does. */
export interface TracePart {
  /** The node that uses it; undefined for a cotangent that was sent. */
  readonly from: string | undefined;
  /** The derivative of the user by the node, where both are scalars. */
  readonly partial: number | undefined;
  readonly value: NdArray;
}

/** Significant digits of rendered numbers. */
export const traceDigits = 6;

/** The name of a node's tangent: ẋ1. */
export function tangentName(name: string): string {
  return accented(name, "\u0307");
}

/** The name of a node's adjoint: x̄1. */
export function adjointName(name: string): string {
  return accented(name, "\u0304");
}

/** How a part of the adjoint of `name` is made: v̄4 · ∂v4/∂v1. */
export function partFormula({ from }: TracePart, name: string): string {
  return from === undefined ? "seed" : `${adjointName(from)} · ∂${from}/∂${name}`;
}

/** What a run of a function is called: step 3: f. */
export function runName({ function: held, step }: TraceRun): string {
  return step === undefined ? held : `step ${step}: ${held}`;
}

/** A trace as an aligned table, with what is opened before the node that holds it: the forward sweep in order, then the reverse sweep from the last node on. */
export function traceText(rows: readonly TraceRow[]): string {
  const hasTangents = rows.some((row) => row.tangent);
  const line = ({ name, formula, value, tangent }: TraceRow, indent: string) => [
    `${indent}${name}`,
    formula === undefined ? "" : `= ${formula}`,
    `= ${show(value)}`,
    ...(hasTangents ? ["|", tangent ? `${tangentName(name)}` : "", tangent ? `= ${show(tangent)}` : ""] : []),
  ];
  // Functions nest no deeper than documents may nest them.
  const lines = (list: readonly TraceRow[], indent: string): string[][] =>
    list.flatMap((row) => {
      const inside = (row.runs ?? []).flatMap((run) => [
        [`${indent}  ${runName(run)}`, "", ""],
        ...lines(run.rows, `${indent}    `),
      ]);
      return [...inside, line(row, indent)];
    });
  const forward = lines(rows, "");
  const seen = new Map(rows.map((row) => [row.name, row]));
  const reverse = [...rows].reverse().flatMap(({ name, adjoint, parts }) => {
    if (!adjoint) return [];
    const formula = parts.map((part) => partFormula(part, name)).join(" + ") || "0";
    const numbers = parts.map((part) => numbersOf(part, seen)).join(" + ");
    const middle = isSum(parts) ? `= ${numbers}` : "";
    return [[adjointName(name), `= ${formula}`, middle, `= ${show(adjoint)}`]];
  });
  const title = hasTangents ? "forward primal and tangent trace" : "forward primal trace";
  const tables = [`${title}\n${aligned(forward)}`];
  if (reverse.length > 0) tables.push(`reverse adjoint trace\n${aligned(reverse)}`);
  return `${tables.join("\n\n")}\n`;
}

/** Whether an adjoint is more than the value of one part. */
export function isSum(parts: readonly TracePart[]): boolean {
  return parts.length > 1 || parts[0]?.partial !== undefined;
}

/** A value for people. */
export function show(array: NdArray): string {
  return tensorForPeople(array, traceDigits);
}

function numbersOf({ from, partial, value }: TracePart, rows: ReadonlyMap<string, TraceRow>): string {
  if (from === undefined || partial === undefined) return show(value);
  return `${show(rows.get(from)!.adjoint!)} · ${factor(numberText(partial, traceDigits))}`;
}

function factor(number: string): string {
  return number.startsWith("-") ? `(${number})` : number;
}

function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => width(row[i]!))));
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell + " ".repeat(widths[i]! - width(cell)))
        .filter((_, i) => widths[i]! > 0)
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** The columns that a text takes: accents of their own take none. */
function width(text: string): number {
  return text.replace(/\p{Mn}/gu, "").length;
}

function accented(name: string, accent: string): string {
  return (name[0] + accent).normalize("NFC") + name.slice(1);
}
