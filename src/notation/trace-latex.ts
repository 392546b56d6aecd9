import { latexName, latexNumber } from "./latex.ts";
import { numberText } from "./notation.ts";
import { isSum, show, type TracePart, type TraceRow, traceDigits } from "./trace-table.ts";

/** A trace as LaTeX arrays for math mode: the forward sweep in order, then the reverse sweep from the last node on. */
export function traceLatex(rows: readonly TraceRow[]): string {
  const hasTangents = rows.some((row) => row.tangent);
  const forward = rows.map(({ name, latex, value, tangent }) => [
    latexName(name),
    latex === undefined ? "" : `= ${latex}`,
    `= ${latexNumber(show(value))}`,
    ...(hasTangents ? [tangent ? latexName(name, "\\dot") : "", tangent ? `= ${latexNumber(show(tangent))}` : ""] : []),
  ]);
  const seen = new Map(rows.map((row) => [row.name, row]));
  const reverse = [...rows].reverse().flatMap(({ name, adjoint, parts }) => {
    if (!adjoint) return [];
    const formula = parts.map((part) => partLatex(part, name)).join(" + ") || "0";
    const numbers = parts.map((part) => numbersOf(part, seen)).join(" + ");
    const middle = isSum(parts) ? `= ${numbers}` : "";
    return [[latexName(name, "\\bar"), `= ${formula}`, middle, `= ${latexNumber(show(adjoint))}`]];
  });
  const tables = [array(hasTangents ? "lll|ll" : "lll", forward)];
  if (reverse.length > 0) tables.push(array("llll", reverse));
  return tables.join("\n");
}

function partLatex({ from }: TracePart, name: string): string {
  if (from === undefined) return "\\text{seed}";
  const partial = `\\frac{\\partial ${latexName(from)}}{\\partial ${latexName(name)}}`;
  return `${latexName(from, "\\bar")} \\cdot ${partial}`;
}

function numbersOf({ from, partial, value }: TracePart, rows: ReadonlyMap<string, TraceRow>): string {
  if (from === undefined || partial === undefined) return latexNumber(show(value));
  const slope = latexNumber(numberText(partial, traceDigits));
  const shown = slope.startsWith("-") ? `(${slope})` : slope;
  return `${latexNumber(show(rows.get(from)!.adjoint!))} \\cdot ${shown}`;
}

function array(columns: string, rows: readonly (readonly string[])[]): string {
  const lines = rows.map((row) => `  ${row.join(" & ")} \\\\`);
  return [`\\begin{array}{${columns}}`, ...lines, "\\end{array}"].join("\n");
}
