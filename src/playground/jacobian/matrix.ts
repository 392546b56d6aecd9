import { Budget } from "../../graph/budget.ts";
import { colorTwoWay } from "../../sparse/bidirectional.ts";
import { type Coloring, colorColumns } from "../../sparse/coloring.ts";
import { compress, noColors } from "../../sparse/compress.ts";
import { Pattern } from "../../sparse/pattern.ts";
import type { Wire } from "../api/wire.ts";
import { elementsOf } from "../state/tensor.ts";

/** A Jacobian as it is shown: its nonzeros, and what its rows and columns are called. */
export interface Matrix {
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  readonly entries: readonly Entry[];
  readonly plan: Wire["Plan"];
  /** Which columns, and which rows, were swept together; of a direction that was not swept, none. */
  readonly columnGroups: Groups;
  readonly rowGroups: Groups;
}

/** A nonzero of a Jacobian. */
export interface Entry {
  readonly row: number;
  readonly column: number;
  readonly value: number;
  /** The sweep that found it, where that is known. */
  readonly sweep?: Sweep;
}

/** One pass through the graph; `number` counts from 0 in its direction. */
export interface Sweep {
  readonly direction: "forward" | "reverse";
  readonly number: number;
}

/** The group of each row or column; -1 of one that no sweep of that direction is for. */
export interface Groups {
  readonly of: readonly number[];
  readonly count: number;
}

/** Reads a sparse Jacobian in layout `matrix` and format `coo`; colours are worked out again, by the service's own rules. */
export function matrixOf(answer: Wire["JacobianResult"]): Matrix {
  const { jacobian, plan, rowRanges = [], columnRanges = [] } = answer;
  const { shape, rowIndices, columnIndices, values } = jacobian as Wire["SparseCoo"];
  const [height = 0, width = 0] = shape;
  const [rows, columns] = [elementsOf(rowIndices), elementsOf(columnIndices)];
  const pattern = patternOf(height, width, rows, columns);
  const colors = colorsOf(pattern, plan);
  const sweeps = colors ? sweepsOf(pattern, colors) : [];
  return {
    rows: labelsOf(rowRanges),
    columns: labelsOf(columnRanges),
    entries: elementsOf(values).map((value, e) => ({
      row: rows[e]!,
      column: columns[e]!,
      value,
      ...(sweeps[e] && { sweep: sweeps[e] }),
    })),
    plan,
    columnGroups: groupsOf(colors?.columns),
    rowGroups: groupsOf(colors?.rows),
  };
}

/** The bars of what each way would cost, and a sentence for why it was this one. */
export function costsOf({ plan, columns, rows }: Pick<Matrix, "plan" | "columns" | "rows">) {
  const { operations, colors, mode } = plan;
  const { primal, forward = primal, reverse = primal, compressed } = operations;
  const swept = { forward: columns.length, reverse: rows.length };
  const grouped = { forward: colors?.columns ?? swept.forward, reverse: colors?.rows ?? swept.reverse };
  const perForward = swept.forward === 0 ? 0 : (forward - primal) / swept.forward;
  const perReverse = swept.reverse === 0 ? 0 : (reverse - primal) / swept.reverse;
  const ways = [
    { name: "forward", passes: swept.forward, operations: forward },
    { name: "reverse", passes: swept.reverse, operations: reverse },
    ...(grouped.forward < swept.forward
      ? [{ name: "forward, by colour", passes: grouped.forward, operations: primal + grouped.forward * perForward }]
      : []),
    ...(grouped.reverse < swept.reverse
      ? [{ name: "reverse, by colour", passes: grouped.reverse, operations: primal + grouped.reverse * perReverse }]
      : []),
    ...(mode === "bidirectional" && compressed !== undefined
      ? [{ name: "both, by colour", passes: plan.passes, operations: compressed }]
      : []),
  ];
  const taken = ways.filter(({ name }) => name.startsWith(mode === "bidirectional" ? "both" : mode)).at(-1);
  return { ways: ways.map((way) => ({ ...way, isTaken: way === taken })), primal };
}

interface TwoColorings {
  readonly columns: Coloring;
  readonly rows: Coloring;
}

/** Entries come row by row. */
function patternOf(height: number, width: number, rows: readonly number[], columns: readonly number[]): Pattern {
  const lists = Array.from({ length: height }, (): number[] => []);
  for (const [e, row] of rows.entries()) lists[row]!.push(columns[e]!);
  return Pattern.of(width, lists);
}

/** The colours that were swept; none where there are not as many as the service says: others would be told wrongly. */
function colorsOf(pattern: Pattern, plan: Wire["Plan"]): TwoColorings | undefined {
  const found = coloringsOf(pattern, plan);
  return found && found.columns.count + found.rows.count === plan.passes ? found : undefined;
}

function coloringsOf(pattern: Pattern, { mode, operations, inputs, outputs }: Wire["Plan"]): TwoColorings | undefined {
  const budget = Budget.unlimited();
  if (mode === "forward") return { columns: colorColumns(pattern, budget), rows: noColors };
  if (mode === "reverse") return { columns: noColors, rows: colorColumns(pattern.transposed(), budget) };
  if (mode !== "bidirectional") return undefined;
  const { primal, forward = 0, reverse = 0 } = operations;
  const [perColumn, perRow] = [(forward - primal) / inputs, (reverse - primal) / outputs];
  const cost = (columns: number, rows: number) =>
    columns > 0 && rows > 0 ? 2 * primal + columns * perColumn + rows * perRow : Number.POSITIVE_INFINITY;
  return colorTwoWay(pattern, cost, Number.POSITIVE_INFINITY, budget);
}

/** The sweep of each entry. */
function sweepsOf(pattern: Pattern, { columns, rows }: TwoColorings): (Sweep | undefined)[] {
  const sweeps: (Sweep | undefined)[] = Array.from({ length: pattern.nonzeros });
  const compression = compress(pattern, columns, rows);
  for (const direction of ["forward", "reverse"] as const) {
    const { count, entryStarts, entries } = compression[direction];
    for (let number = 0; number < count; number++) {
      for (let k = entryStarts[number]!; k < entryStarts[number + 1]!; k++) sweeps[entries[k]!] = { direction, number };
    }
  }
  return sweeps;
}

function groupsOf(coloring: Coloring = noColors): Groups {
  return { of: [...coloring.colors], count: coloring.count };
}

function labelsOf(ranges: readonly Wire["Range"][]): string[] {
  return ranges.flatMap(({ name, size }) =>
    size === 1 ? [name] : Array.from({ length: size }, (_, i) => `${name}[${i}]`),
  );
}
