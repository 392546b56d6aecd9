import type { Budget } from "../graph/budget.ts";
import { type Coloring, colorColumns } from "./coloring.ts";
import type { Pattern } from "./pattern.ts";

/** Groups of columns and groups of rows that give all entries together. */
export interface TwoWay {
  readonly columns: Coloring;
  readonly rows: Coloring;
}

/**
 * Columns forward and rows in reverse: the few rows with very many entries are swept by row and the rest by column, or
 * the other way about; the best split by `cost`, or undefined when none is below `costMax`.
 */
export function colorTwoWay(
  pattern: Pattern,
  cost: (columns: number, rows: number) => number,
  costMax: number,
  budget: Budget,
): TwoWay | undefined {
  let best: TwoWay | undefined;
  let bestCost = costMax;
  const consider = (split: TwoWay | undefined) => {
    const found = split ? cost(split.columns.count, split.rows.count) : Number.POSITIVE_INFINITY;
    if (found >= bestCost) return;
    best = split;
    bestCost = found;
  };
  splits(pattern, (light, heavy) => cost(light, heavy) < bestCost, consider, budget);
  const turned = (split: TwoWay | undefined) => split && { columns: split.rows, rows: split.columns };
  splits(
    pattern.transposed(),
    (light, heavy) => cost(heavy, light) < bestCost,
    (split) => consider(turned(split)),
    budget,
  );
  return best;
}

/** Splits rows into light and heavy ones at thresholds, each half the one before. */
function splits(
  pattern: Pattern,
  isWorth: (columns: number, rows: number) => boolean,
  consider: (split: TwoWay | undefined) => void,
  budget: Budget,
): void {
  const size = (i: number) => pattern.starts[i + 1]! - pattern.starts[i]!;
  let least = pattern.rowNonzerosMax;
  while (least > 1) {
    // The largest threshold that leaves fewer heavy entries in the light rows than before.
    const threshold = Math.floor(least / 2);
    const light = pattern.keeping((i) => size(i) <= threshold);
    const heavy = pattern.keeping((i) => size(i) > threshold);
    const rowsLeast = heavy.transposed().rowNonzerosMax;
    least = light.rowNonzerosMax;
    if (!isWorth(least, rowsLeast)) continue;
    const columns = colorColumns(light, budget);
    if (isWorth(columns.count, rowsLeast)) consider({ columns, rows: colorColumns(heavy.transposed(), budget) });
  }
}
