import type { Block } from "./block-product.ts";
import type { Blocks } from "./blocks.ts";

// Reflections I − τ v vᵀ, the first number of v being 1. Many at a time are I − V T Vᵀ, which products apply.
// Source: Schreiber and Van Loan, A storage-efficient WY representation for products of Householder transformations (1989).

/** So many reflections are applied at once. */
export const reflectionsAtOnce = 32;

/** The numbers of scratch that {@link Reflections} needs, for vectors of m numbers and matrices of n columns. */
export function reflectionScratch(m: number, n: number): number {
  return reflectionsAtOnce * (m + 3 * reflectionsAtOnce + 2 * n);
}

/** Where reflections are: vectors in rows, zeros before their leading 1, and their factors. */
export interface Reflections {
  readonly vectors: Block;
  readonly taus: Float64Array;
}

/**
 * Makes of a vector, from `at` on, that of its reflection, whose first number is 1. Gives the factor τ and β, what the
 * reflection makes of its first number, of the sign that LAPACK gives; the others become 0.
 */
export function reflectionOf(
  data: Float64Array,
  at: number,
  length: number,
): { readonly tau: number; readonly beta: number } {
  const head = data[at]!;
  data[at] = 1;
  let largest = 0;
  for (let i = 1; i < length; i++) largest = Math.max(largest, Math.abs(data[at + i]!));
  if (largest === 0) return { tau: 0, beta: head };
  const scale = Math.max(largest, Math.abs(head));
  // Of numbers over their scale: those near underflow have few digits.
  let squares = (head / scale) ** 2;
  for (let i = 1; i < length; i++) squares += (data[at + i]! / scale) ** 2;
  const beta = (head > 0 || Object.is(head, 0) ? -1 : 1) * Math.sqrt(squares);
  const below = head / scale - beta;
  for (let i = 1; i < length; i++) data[at + i] = data[at + i]! / scale / below;
  return { tau: -below / beta, beta: scale * beta };
}

/**
 * Applies reflections `first` to `end`, so many at once at most, to a block of n columns from its row `first` on: the
 * first of them last, or first where transposed. `m` numbers are in a vector.
 */
export function applyReflections(
  blocks: Blocks,
  { vectors, taus }: Reflections,
  first: number,
  end: number,
  m: number,
  target: Block,
  n: number,
  scratch: number,
  isTransposed: boolean,
): void {
  const count = end - first;
  const rows = m - first;
  const across: Block = { at: vectors.at + first * (vectors.row + 1), row: vectors.row };
  const k = reflectionsAtOnce;
  const down: Block = { at: scratch, row: k };
  const inner: Block = { at: scratch + k * m, row: k };
  const factor: Block = { at: inner.at + k * k, row: k };
  const [part, mixed]: [Block, Block] = [
    { at: factor.at + 2 * k * k, row: n },
    { at: factor.at + 2 * k * k + k * n, row: n },
  ];
  const { data } = blocks;
  blocks.transpose(across, down, count, rows);
  data.fill(0, inner.at, inner.at + k * k);
  blocks.product(inner, across, down, count, count, rows, false);
  triangleOf(data, inner, taus.subarray(first, end), factor, isTransposed);
  data.fill(0, part.at, part.at + 2 * k * n);
  blocks.product(part, across, target, count, n, rows, false);
  blocks.product(mixed, factor, part, count, n, count, false);
  blocks.product(target, down, mixed, rows, n, count, true);
}

/** The columns of a product of reflections: an m × n block becomes the first n columns of H₀ H₁ ⋯. */
export function formBasis(
  blocks: Blocks,
  reflections: Reflections,
  count: number,
  m: number,
  target: Block,
  n: number,
  scratch: number,
): void {
  const { data } = blocks;
  for (let i = 0; i < m; i++) {
    data.fill(0, target.at + i * target.row, target.at + i * target.row + n);
    if (i < n) data[target.at + i * target.row + i] = 1;
  }
  const last = reflectionsAtOnce * Math.floor((count - 1) / reflectionsAtOnce);
  for (let first = last; first >= 0; first -= reflectionsAtOnce) {
    const end = Math.min(count, first + reflectionsAtOnce);
    const part: Block = { at: target.at + first * (target.row + 1), row: target.row };
    applyReflections(blocks, reflections, first, end, m, part, n - first, scratch, false);
  }
}

/** T of I − V T Vᵀ, or Tᵀ, from the products of the vectors with each other. */
function triangleOf(data: Float64Array, inner: Block, taus: Float64Array, factor: Block, isTransposed: boolean): void {
  const count = taus.length;
  const [along, down] = isTransposed ? [factor.row, 1] : [1, factor.row];
  data.fill(0, factor.at, factor.at + count * factor.row);
  for (let j = 0; j < count; j++) {
    const tau = taus[j]!;
    for (let i = 0; i < j; i++) {
      let sum = 0;
      for (let k = i; k < j; k++) sum += data[factor.at + i * down + k * along]! * data[inner.at + k * inner.row + j]!;
      data[factor.at + i * down + j * along] = -tau * sum;
    }
    data[factor.at + j * down + j * along] = tau;
  }
}
