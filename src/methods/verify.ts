import type { Entries } from "../engine/runs/entries.ts";
import { type Prepared, prepare, strips } from "../engine/runs/execute.ts";
import { givenSeeds, startsOf } from "../engine/runs/seeds.ts";
import type { Budget } from "../graph/budget.ts";
import { ndarray, rowMajorData } from "../graph/ndarray.ts";
import { elementCount, type Shape } from "../graph/shape.ts";
import type { DecodedTensor } from "../syntax/tensor.ts";
import type { Selection } from "../transforms/derive.ts";
import type { Task } from "./task.ts";

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

/** Draws a vector and makes the program of its product with the matrix: a jvp or an hvp, which no pattern enters. */
export function prepareCheck(
  task: Task,
  selection: Selection,
  isHessian: boolean,
  inputs: readonly DecodedTensor[],
  points: number | undefined,
): Check {
  const shapes = task.inputShapes(selection.wrt);
  const sizes = shapes.map(elementCount);
  const starts = startsOf(sizes);
  const vector = Float64Array.from({ length: sizes.reduce((a, b) => a + b, 0) }, () => {
    const size = 0.5 + Math.random();
    return Math.random() < 0.5 ? -size : size;
  });
  const derived = task.derivation.derive(isHessian ? "hvp" : "jvp", selection);
  const withVector = (seeds: Float64Array) => {
    const seed = shapes.map((shape, i) => {
      const array = ndarray("float64", shape, seeds.slice(starts[i], starts[i]! + sizes[i]!));
      return { array, isBatched: false };
    });
    return prepare(task.derivation, { derived, inputs, points, seeds: givenSeeds([seed], shapes) });
  };
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
  rows: readonly Shape[],
  first: number,
  budget: Budget,
): Generator<void, void> {
  const { run, vector } = checked;
  const sizes = rows.map(elementCount);
  const starts = startsOf(sizes);
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
