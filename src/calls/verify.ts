import type { DerivativeKind } from "../engine/derived.ts";
import type { Entries } from "../engine/runs/entries.ts";
import { type Prepared, prepare, strips } from "../engine/runs/execute.ts";
import { vectorSeeds } from "../engine/runs/seeds.ts";
import type { Spans } from "../engine/runs/spans.ts";
import type { Budget } from "../graph/budget.ts";
import { rowMajorData } from "../graph/ndarray.ts";
import type { DecodedTensor } from "../syntax/tensor.ts";
import type { Selection } from "../transforms/derive.ts";
import { headingsOf } from "./headings.ts";
import type { Question } from "./question.ts";

// Both products round differently, by what their rows add up.
const rowTolerance = 1e-6;
const wholeTolerance = 1e-9;

/** A product with a random vector, to be run beside a compressed matrix. */
export interface Check {
  readonly run: Prepared;
  readonly vector: Float64Array;
  /** The same product with another vector. */
  with(vector: Float64Array): Prepared;
}

/** Draws a vector and makes the program of its product with the matrix, a jvp or an hvp, which no pattern enters. */
export function prepareCheck(
  question: Question,
  { name }: DerivativeKind,
  selection: Selection,
  inputs: readonly DecodedTensor[],
): Check {
  const { derivation, points } = question;
  const { spans } = headingsOf(question, selection).wrt;
  const vector = Float64Array.from({ length: spans.total }, () => {
    const size = 0.5 + Math.random();
    return Math.random() < 0.5 ? -size : size;
  });
  const derived = derivation.derive(name, selection);
  const withVector = (seed: Float64Array) =>
    prepare(derivation, { derived, inputs, points, seeds: vectorSeeds([seed], spans) });
  return { run: withVector(vector), vector, with: withVector };
}

/**
 * Throws where the matrix times the vector is not the product because its pattern lacks an entry. What differs by more
 * than rounding is looked at once more: with the row's own columns left out its product must be exactly 0. Rows that are
 * not finite are passed over.
 */
export function* check(
  checked: Check,
  { pattern, values }: Entries,
  { sizes, starts }: Spans,
  first: number,
  budget: Budget,
): Generator<void, void> {
  const { run, vector } = checked;
  const forEachRow = (prepared: Prepared, visit: (point: number, row: number, product: number) => void) =>
    strips(prepared, budget, ({ outputs, firstPoint, points }) => {
      sizes.forEach((size, k) => {
        const data = rowMajorData(outputs[first + k]!);
        for (let p = 0; p < points; p++) {
          for (let i = 0; i < size; i++) visit(firstPoint + p, starts[k]! + i, data[p * size + i]!);
        }
      });
    });
  let largest = 0;
  let worst = { excess: 0, point: -1, row: -1 };
  yield* forEachRow(run, (point, row, product) => {
    let sum = 0;
    let scale = 0;
    for (let e = pattern.starts[row]!; e < pattern.starts[row + 1]!; e++) {
      const term = values[point * pattern.nonzeros + e]! * vector[pattern.indices[e]!]!;
      sum += term;
      scale += Math.abs(term);
    }
    if (!Number.isFinite(sum) || !Number.isFinite(product)) return;
    largest = Math.max(largest, Math.abs(product));
    const excess = Math.abs(sum - product) - rowTolerance * scale;
    if (excess > worst.excess) worst = { excess, point, row };
  });
  if (worst.excess <= wholeTolerance * largest) return;
  const others = vector.slice();
  for (let e = pattern.starts[worst.row]!; e < pattern.starts[worst.row + 1]!; e++) others[pattern.indices[e]!] = 0;
  yield* forEachRow(checked.with(others), (point, row, product) => {
    if (point === worst.point && row === worst.row && product !== 0) {
      throw new Error(`the pattern lacks an entry of row ${row}`);
    }
  });
}
