import type { Budget } from "../../../graph/budget.ts";
import { bidiagonalize, bidiagonalScratch } from "./bidiagonal.ts";
import { diagonalizeBidiagonal } from "./bidiagonal-steps.ts";
import { Blocks } from "./blocks.ts";
import { signOfLargest } from "./eigen.ts";
import { factorByReflections } from "./householder.ts";
import { allFinite, type Numbers, transposedOf } from "./matrices.ts";
import { Rotations, turnsOf } from "./rotations.ts";

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

/** By reflections to a square, to two diagonals, and by rotations to one (Golub and Reinsch). */
function tall(a: Numbers, m: number, n: number, u: Numbers, s: Numbers, vt: Numbers, budget: Budget): void {
  if (n === 0) return;
  let scale = 0;
  for (let i = 0; i < a.length; i++) scale = Math.max(scale, Math.abs(a[i]!));
  scale = scale === 0 ? 1 : 2 ** Math.round(Math.log2(scale));
  const scaled = a.map((x) => x / scale);
  if (m === n) {
    square(scaled, n, u, s, vt, budget);
  } else {
    const [q, r, inner] = [new Float64Array(m * n), new Float64Array(n * n), new Float64Array(n * n)];
    factorByReflections(scaled, m, n, q, r, budget);
    square(r, n, inner, s, vt, budget);
    const blocks = new Blocks(2 * m * n + n * n, 0, budget);
    const { data } = blocks;
    data.set(q);
    data.set(inner, m * n);
    data.fill(0, m * n + n * n, 2 * m * n + n * n);
    const at = (k: number) => ({ at: k, row: n });
    blocks.product(at(m * n + n * n), at(0), at(m * n), m, n, n, false);
    u.set(data.subarray(m * n + n * n, 2 * m * n + n * n));
  }
  for (let i = 0; i < n; i++) s[i]! *= scale;
}

/** As {@link tall}, of n × n numbers of which the largest is about 1. */
function square(a: Numbers, n: number, u: Numbers, s: Numbers, vt: Numbers, budget: Budget): void {
  const size = n * n;
  const room = bidiagonalScratch(n);
  const blocks = new Blocks(4 * size + room + 2 * turnsOf(n), 0, budget);
  const { data } = blocks;
  data.set(a);
  const at = (k: number) => ({ at: k * size, row: n });
  const [d, e] = [new Float64Array(n), new Float64Array(n)];
  bidiagonalize(blocks, at(0), n, d, e, { right: at(1), lefts: at(2), rights: at(3) }, 4 * size);
  blocks.transpose(at(0), at(2), n, n);
  blocks.transpose(at(1), at(3), n, n);
  const left = new Rotations(blocks, at(2), n, 4 * size + room);
  const right = new Rotations(blocks, at(3), n, 4 * size + room + turnsOf(n));
  const isDone = diagonalizeBidiagonal(d, e, n, left, right, budget);
  left.flush();
  right.flush();
  if (!isDone) {
    for (const part of [u, s, vt]) part.fill(Number.NaN);
    return;
  }
  const order = Array.from(d, (_, i) => i).sort((i, j) => Math.abs(d[j]!) - Math.abs(d[i]!));
  order.forEach((from, k) => {
    const sign = d[from]! < 0 ? -1 : 1;
    s[k] = Math.abs(d[from]!);
    for (let i = 0; i < n; i++) {
      u[i * n + k] = data[2 * size + from * n + i]!;
      vt[k * n + i] = sign * data[3 * size + from * n + i]!;
    }
  });
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
