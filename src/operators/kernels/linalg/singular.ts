import type { Budget } from "../../../graph/budget.ts";
import { signOfLargest } from "./eigen.ts";
import { factorByReflections } from "./householder.ts";
import { allFinite, type Numbers, transposedOf } from "./matrices.ts";

/**
 * A = U diag(s) Vᵀ for A of m × n with k = min(m, n): `u` of m × k, `s` descending, `vt` of k × n; the component of
 * largest size of each column of U is positive. NaN where A is not finite.
 */
export function singularValues(
  a: Numbers,
  m: number,
  n: number,
  u: Numbers,
  s: Numbers,
  vt: Numbers,
  budget: Budget,
): void {
  if (!allFinite(a)) {
    for (const part of [u, s, vt]) part.fill(Number.NaN);
    return;
  }
  if (m < n) {
    const k = m;
    const [left, right] = [new Float64Array(n * k), new Float64Array(k * m)];
    tall(transposedOf(a, m, n), n, m, left, s, right, budget);
    // Aᵀ = left diag(s) right: U is the transpose of right.
    u.set(transposedOf(right, k, m));
    vt.set(transposedOf(left, n, k));
  } else tall(a, m, n, u, s, vt, budget);
  fixSigns(u, m, Math.min(m, n), vt, n);
}

/** By reflections to a triangle, and rotations between its columns until they are orthogonal (Hestenes). */
function tall(a: Numbers, m: number, n: number, u: Numbers, s: Numbers, vt: Numbers, budget: Budget): void {
  if (n === 0) return;
  let scale = 0;
  for (let i = 0; i < a.length; i++) scale = Math.max(scale, Math.abs(a[i]!));
  scale = scale === 0 ? 1 : 2 ** Math.round(Math.log2(scale));
  const scaled = a.map((x) => x / scale);
  const [q, r] = [new Float64Array(m * n), new Float64Array(n * n)];
  factorByReflections(scaled, m, n, q, r, budget);
  // The rows of Rᵀ's columns: w holds the columns of Rᵀ in its rows, which is R itself, and converges faster.
  const w = r;
  const basis = new Float64Array(n * n);
  for (let i = 0; i < n; i++) basis[i * n + i] = 1;
  orthogonalize(w, basis, n, budget);
  // Rᵀ = W B with W's columns in the rows of w: R = Bᵀ Wᵀ, so that columns of B are left vectors and W's are right ones.
  const sizes = Float64Array.from({ length: n }, (_, i) => lengthOf(w.subarray(i * n, (i + 1) * n)));
  const order = Array.from(sizes, (_, i) => i).sort((i, j) => sizes[j]! - sizes[i]!);
  const left = new Float64Array(n * n);
  order.forEach((from, k) => {
    const size = sizes[from]!;
    s[k] = size * scale;
    const vector = w.subarray(from * n, (from + 1) * n);
    for (let i = 0; i < n; i++) {
      vt[k * n + i] = size > tiny ? vector[i]! / size : 0;
      left[i * n + k] = basis[from * n + i]!;
    }
    if (size <= tiny) completeRow(vt, n, k);
  });
  budget.spend(2 * m * n * n);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      const factor = q[i * n + j]!;
      if (factor === 0) continue;
      for (let k = 0; k < n; k++) u[i * n + k]! += factor * left[j * n + k]!;
    }
  }
}

const tiny = 1e-290;
const sweepsMax = 60;

/** Rotates pairs of rows of w, and of the basis with them, until all rows are orthogonal. */
function orthogonalize(w: Numbers, basis: Numbers, n: number, budget: Budget): void {
  for (let sweep = 0; sweep < sweepsMax; sweep++) {
    let isDone = true;
    for (let i = 0; i < n - 1; i++) {
      budget.spend(6 * n * (n - i));
      for (let j = i + 1; j < n; j++) {
        const [a, b] = [i * n, j * n];
        let [aa, bb, ab] = [0, 0, 0];
        for (let k = 0; k < n; k++) {
          const [x, y] = [w[a + k]!, w[b + k]!];
          aa += x * x;
          bb += y * y;
          ab += x * y;
        }
        if (Math.abs(ab) <= Number.EPSILON * Math.sqrt(aa * bb) || ab === 0) continue;
        isDone = false;
        const zeta = (bb - aa) / (2 * ab);
        const t = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
        const c = 1 / Math.sqrt(1 + t * t);
        rotateRows(w, a, b, n, c, c * t);
        rotateRows(basis, a, b, n, c, c * t);
      }
    }
    if (isDone) return;
  }
}

function rotateRows(w: Numbers, a: number, b: number, n: number, c: number, s: number): void {
  for (let k = 0; k < n; k++) {
    const x = w[a + k]!;
    const y = w[b + k]!;
    w[a + k] = c * x - s * y;
    w[b + k] = s * x + c * y;
  }
}

/** Fills row k by a unit vector that is orthogonal to the rows before it. */
function completeRow(rows: Numbers, n: number, k: number): void {
  const row = rows.subarray(k * n, (k + 1) * n);
  for (let e = 0; e < n; e++) {
    row.fill(0);
    row[e] = 1;
    for (let pass = 0; pass < 2; pass++) {
      for (let i = 0; i < k; i++) {
        const other = rows.subarray(i * n, (i + 1) * n);
        let dot = 0;
        for (let j = 0; j < n; j++) dot += row[j]! * other[j]!;
        for (let j = 0; j < n; j++) row[j]! -= dot * other[j]!;
      }
    }
    const length = lengthOf(row);
    if (length * length * 2 * n < 1) continue;
    for (let j = 0; j < n; j++) row[j]! /= length;
    return;
  }
}

function fixSigns(u: Numbers, m: number, k: number, vt: Numbers, n: number): void {
  const column = new Float64Array(m);
  for (let j = 0; j < k; j++) {
    for (let i = 0; i < m; i++) column[i] = u[i * k + j]!;
    if (signOfLargest(column) > 0) continue;
    for (let i = 0; i < m; i++) u[i * k + j] = -u[i * k + j]!;
    for (let i = 0; i < n; i++) vt[j * n + i] = -vt[j * n + i]!;
  }
}

function lengthOf(x: Numbers): number {
  let [largest, sum] = [0, 0];
  for (const a of x) largest = Math.max(largest, Math.abs(a));
  if (largest === 0) return 0;
  for (const a of x) sum += (a / largest) ** 2;
  return largest * Math.sqrt(sum);
}

/** V diag(1/s) Uᵀ, where values up to a share of the largest count as 0. */
export function pseudoInverse(
  { u, s, vt }: { readonly u: Numbers; readonly s: Numbers; readonly vt: Numbers },
  m: number,
  n: number,
  rtol: number,
  out: Numbers,
): void {
  const k = Math.min(m, n);
  for (let l = 0; l < k; l++) {
    const value = s[l]!;
    if (value <= rtol * s[0]!) continue;
    for (let i = 0; i < n; i++) {
      const factor = vt[l * n + i]! / value;
      for (let j = 0; j < m; j++) out[i * m + j]! += factor * u[j * k + l]!;
    }
  }
}
