import type { Budget } from "../../../graph/budget.ts";
import type { Block } from "./block-product.ts";
import { Blocks } from "./blocks.ts";
import { allFinite, type Numbers, transposedOf } from "./matrices.ts";

/** The lower Cholesky factor of (A + Aᵀ)/2 for A of n × n; NaN everywhere where that is not positive definite. */
export function choleskyFactor(a: Numbers, n: number, out: Numbers, budget: Budget): void {
  const blocks = new Blocks(n * n, n, budget);
  const { data } = blocks;
  for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) data[i * n + j] = a[i * n + j]! / 2 + a[j * n + i]! / 2;
  const isPositive = blocks.cholesky({ at: 0, row: n }, n);
  if (!isPositive) out.fill(Number.NaN);
  else for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) out[i * n + j] = data[i * n + j]!;
}

/**
 * P A = L U for A of n × n with partial pivoting: rows 0 to n − 1 of `out` hold L without its unit diagonal, and U; row n
 * the rows of A that they come from. NaN everywhere where A is not finite.
 */
export function luFactors(a: Numbers, n: number, out: Numbers, budget: Budget): void {
  if (!allFinite(a)) {
    out.fill(Number.NaN);
    return;
  }
  const blocks = new Blocks(n * n, n, budget);
  const order = out.subarray(n * n);
  for (let i = 0; i < n; i++) order[i] = i;
  blocks.data.set(a);
  blocks.lu({ at: 0, row: n }, n, order);
  out.set(blocks.data.subarray(0, n * n));
}

/** What a triangular system is solved with. */
export interface Triangular {
  readonly lower: boolean;
  readonly transpose: boolean;
  readonly isUnit: boolean;
  /** Whether a right side of zero has the solution zero, whatever the matrix is. */
  readonly absorb: boolean;
}

/** Solves T X = B, or Tᵀ X = B, for T one triangle of an n × n matrix and B of n × m, which X overwrites. */
export function solveTriangle(
  a: Numbers,
  n: number,
  b: Numbers,
  m: number,
  { lower, transpose, isUnit, absorb }: Triangular,
  budget: Budget,
): void {
  const before = absorb ? b.slice() : undefined;
  const isForward = lower !== transpose;
  if (m < columnsByCode || n < 2 * columnsByCode) substitute(a, n, b, m, { isForward, transpose, isUnit }, budget);
  else {
    const blocks = new Blocks(n * n + n * m, n, budget);
    blocks.data.set(transpose ? transposedOf(a, n, n) : a);
    blocks.data.set(b, n * n);
    const [t, x]: [Block, Block] = [
      { at: 0, row: n },
      { at: n * n, row: m },
    ];
    if (isForward) blocks.solveLower(t, n, x, m, isUnit);
    else blocks.solveUpper(t, n, x, m, isUnit);
    b.set(blocks.data.subarray(n * n, n * n + n * m));
  }
  if (!before || allFinite(b)) return;
  b.set(before);
  substitute(a, n, b, m, { isForward, transpose, isUnit, absorb }, budget);
}

/** Solves A X = B, or Aᵀ X = B, by the factors that {@link luFactors} gave, for B of n × m; `out` is X. */
export function solveByFactors(
  factors: Numbers,
  n: number,
  b: Numbers,
  m: number,
  { transpose, absorb }: Pick<Triangular, "transpose" | "absorb">,
  out: Numbers,
  budget: Budget,
): void {
  if (n === 0 || m === 0) return;
  const order = factors.subarray(n * n);
  const matrix = factors.subarray(0, n * n);
  const lower = { lower: true, transpose, isUnit: true, absorb };
  const upper = { lower: false, transpose, isUnit: false, absorb };
  if (!isOrder(order)) {
    out.fill(Number.NaN);
    if (absorb) clearZeroColumns(b, n, m, out);
    return;
  }
  if (!transpose) {
    for (let i = 0; i < n; i++) out.set(b.subarray(order[i]! * m, (order[i]! + 1) * m), i * m);
    solveTriangle(matrix, n, out, m, lower, budget);
    solveTriangle(matrix, n, out, m, upper, budget);
    return;
  }
  const x = b.slice();
  solveTriangle(matrix, n, x, m, upper, budget);
  solveTriangle(matrix, n, x, m, lower, budget);
  for (let i = 0; i < n; i++) out.set(x.subarray(i * m, (i + 1) * m), order[i]! * m);
}

/** Whether the last row of LU factors holds the places of rows, which it does not where they are NaN. */
export function isOrder(order: Numbers): boolean {
  return order.every((place) => Number.isInteger(place) && place >= 0 && place < order.length);
}

/** So few right sides are solved for one row after the other. */
const columnsByCode = 4;

interface Substitution {
  readonly isForward: boolean;
  readonly transpose: boolean;
  readonly isUnit: boolean;
  readonly absorb?: boolean;
}

/** One row after the other; where zero absorbs, a factor of zero takes nothing away. */
function substitute(
  a: Numbers,
  n: number,
  b: Numbers,
  m: number,
  { isForward, transpose, isUnit, absorb }: Substitution,
  budget: Budget,
): void {
  const [down, along] = transpose ? [1, n] : [n, 1];
  for (let step = 0; step < n; step++) {
    const i = isForward ? step : n - 1 - step;
    budget.spend(2 * (step + 1) * m);
    const row = i * m;
    for (let done = 0; done < step; done++) {
      const j = isForward ? done : n - 1 - done;
      const factor = a[i * down + j * along]!;
      if (absorb && factor === 0) continue;
      for (let k = 0; k < m; k++) {
        const x = b[j * m + k]!;
        if (!absorb || x !== 0) b[row + k]! -= factor * x;
      }
    }
    if (isUnit) continue;
    const pivot = a[i * down + i * along]!;
    for (let k = 0; k < m; k++) if (!absorb || b[row + k] !== 0) b[row + k]! /= pivot;
  }
}

function clearZeroColumns(b: Numbers, n: number, m: number, out: Numbers): void {
  for (let k = 0; k < m; k++) {
    let isZero = true;
    for (let i = 0; i < n; i++) if (b[i * m + k] !== 0) isZero = false;
    if (isZero) for (let i = 0; i < n; i++) out[i * m + k] = 0;
  }
}

/** P, L and U with A = P L U, for A of m × n with m ≥ n; NaN where A is not finite. */
export function luParts(a: Numbers, m: number, n: number, p: Numbers, l: Numbers, u: Numbers, budget: Budget): void {
  const square = new Float64Array(m * m);
  for (let i = 0; i < m; i++) square.set(a.subarray(i * n, (i + 1) * n), i * m);
  const factors = new Float64Array((m + 1) * m);
  luFactors(square, m, factors, budget);
  if (m > 0 && Number.isNaN(factors[m * m])) {
    for (const part of [p, l, u]) part.fill(Number.NaN);
    return;
  }
  for (let i = 0; i < m; i++) {
    p[factors[m * m + i]! * m + i] = 1;
    for (let j = 0; j < n; j++) {
      if (j < i) l[i * n + j] = factors[i * m + j]!;
      else if (i === j) l[i * n + j] = 1;
      if (i < n && j >= i) u[i * n + j] = factors[i * m + j]!;
    }
  }
}
