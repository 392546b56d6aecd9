import type { Budget } from "../../../graph/budget.ts";
import { allFinite, type Numbers } from "./matrices.ts";

// Source: the procedures tred2 and tql2 of Bowdler, Martin, Reinsch and Wilkinson, Numerische Mathematik 11 (1968),
// with the vectors in rows, where rotations find them in order.

/**
 * Eigenvalues, ascending, and orthonormal vectors of (A + Aᵀ)/2 for A of n × n; vector k is column k of `vectors`, its
 * component of largest size positive. NaN where A is not finite.
 */
export function symmetricEigen(a: Numbers, n: number, values: Numbers, vectors: Numbers, budget: Budget): void {
  if (!allFinite(a)) {
    values.fill(Number.NaN);
    vectors.fill(Number.NaN);
    return;
  }
  let scale = 0;
  for (let i = 0; i < a.length; i++) scale = Math.max(scale, Math.abs(a[i]!));
  // A power of two, so that scaling is exact.
  scale = scale === 0 ? 1 : 2 ** Math.round(Math.log2(scale));
  const rows = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++)
      rows[i * n + j] = rows[j * n + i] = a[i * n + j]! / scale / 2 + a[j * n + i]! / scale / 2;
  }
  const d = new Float64Array(n);
  const e = new Float64Array(n);
  tridiagonalize(rows, n, d, e, budget);
  diagonalize(rows, n, d, e, budget);
  const order = Array.from(d, (_, i) => i).sort((i, j) => d[i]! - d[j]!);
  order.forEach((from, k) => {
    values[k] = d[from]! * scale;
    const vector = rows.subarray(from * n, (from + 1) * n);
    const sign = signOfLargest(vector);
    for (let i = 0; i < n; i++) vectors[i * n + k] = sign * vector[i]!;
  });
}

/** The sign of the component of largest size, the first of equals. */
export function signOfLargest(vector: Numbers): number {
  let [largest, sign] = [0, 1];
  for (const x of vector) {
    // A little more than a rounding error: components of one size shall not take turns.
    if (Math.abs(x) > largest * (1 + 1e-10)) [largest, sign] = [Math.abs(x), x < 0 ? -1 : 1];
  }
  return sign;
}

/** To tridiagonal form: the diagonal in `d`, what is beside it in `e`, and the basis in the rows of `v`. */
function tridiagonalize(v: Numbers, n: number, d: Numbers, e: Numbers, budget: Budget): void {
  for (let j = 0; j < n; j++) d[j] = v[j * n + n - 1]!;
  for (let i = n - 1; i > 0; i--) {
    budget.spend(4 * i * i);
    let scale = 0;
    let h = 0;
    for (let k = 0; k < i; k++) scale += Math.abs(d[k]!);
    if (scale === 0) {
      e[i] = d[i - 1]!;
      for (let j = 0; j < i; j++) {
        d[j] = v[j * n + i - 1]!;
        v[j * n + i] = 0;
        v[i * n + j] = 0;
      }
    } else {
      for (let k = 0; k < i; k++) {
        d[k]! /= scale;
        h += d[k]! * d[k]!;
      }
      const f = d[i - 1]!;
      const g = f > 0 ? -Math.sqrt(h) : Math.sqrt(h);
      e[i] = scale * g;
      h -= f * g;
      d[i - 1] = f - g;
      for (let j = 0; j < i; j++) e[j] = 0;
      for (let j = 0; j < i; j++) {
        const x = d[j]!;
        v[i * n + j] = x;
        let sum = e[j]! + v[j * n + j]! * x;
        const row = j * n;
        for (let k = j + 1; k < i; k++) {
          const y = v[row + k]!;
          sum += y * d[k]!;
          e[k]! += y * x;
        }
        e[j] = sum;
      }
      let dot = 0;
      for (let j = 0; j < i; j++) {
        e[j]! /= h;
        dot += e[j]! * d[j]!;
      }
      const half = dot / (h + h);
      for (let j = 0; j < i; j++) e[j]! -= half * d[j]!;
      for (let j = 0; j < i; j++) {
        const [x, y] = [d[j]!, e[j]!];
        const row = j * n;
        for (let k = j; k < i; k++) v[row + k]! -= x * e[k]! + y * d[k]!;
        d[j] = v[row + i - 1]!;
        v[row + i] = 0;
      }
    }
    d[i] = h;
  }
  accumulate(v, n, d, e, budget);
}

/** Turns the reflections of {@link tridiagonalize} into a basis. */
function accumulate(v: Numbers, n: number, d: Numbers, e: Numbers, budget: Budget): void {
  for (let i = 0; i < n - 1; i++) {
    budget.spend(4 * i * i);
    v[i * n + n - 1] = v[i * n + i]!;
    v[i * n + i] = 1;
    const h = d[i + 1]!;
    const next = (i + 1) * n;
    if (h !== 0) {
      for (let k = 0; k <= i; k++) d[k] = v[next + k]! / h;
      for (let j = 0; j <= i; j++) {
        let g = 0;
        const row = j * n;
        for (let k = 0; k <= i; k++) g += v[next + k]! * v[row + k]!;
        for (let k = 0; k <= i; k++) v[row + k]! -= g * d[k]!;
      }
    }
    for (let k = 0; k <= i; k++) v[next + k] = 0;
  }
  for (let j = 0; j < n; j++) {
    d[j] = v[j * n + n - 1]!;
    v[j * n + n - 1] = 0;
  }
  if (n > 0) v[n * n - 1] = 1;
  e[0] = 0;
}

const stepsMax = 200;

/** From tridiagonal form by the implicit QL method. */
function diagonalize(v: Numbers, n: number, d: Numbers, e: Numbers, budget: Budget): void {
  for (let i = 1; i < n; i++) e[i - 1] = e[i]!;
  if (n > 0) e[n - 1] = 0;
  let shift = 0;
  let largest = 0;
  for (let l = 0; l < n; l++) {
    largest = Math.max(largest, Math.abs(d[l]!) + Math.abs(e[l]!));
    let m = l;
    while (m < n - 1 && Math.abs(e[m]!) > Number.EPSILON * largest) m++;
    for (let step = 0; m > l && Math.abs(e[l]!) > Number.EPSILON * largest; step++) {
      // Not met with in practice; whoever does gets no wrong value.
      if (step === stepsMax) {
        d.fill(Number.NaN);
        return;
      }
      budget.spend(6 * n * (m - l) + n);
      const g = d[l]!;
      const p = (d[l + 1]! - g) / (2 * e[l]!);
      const r = p < 0 ? -Math.hypot(p, 1) : Math.hypot(p, 1);
      d[l] = e[l]! / (p + r);
      d[l + 1] = e[l]! * (p + r);
      const second = d[l + 1]!;
      const h = g - d[l]!;
      for (let i = l + 2; i < n; i++) d[i]! -= h;
      shift += h;
      rotate(v, n, d, e, l, m, second);
    }
    d[l]! += shift;
    e[l] = 0;
  }
}

/** One sweep of rotations from m to l. */
function rotate(v: Numbers, n: number, d: Numbers, e: Numbers, l: number, m: number, second: number): void {
  let p = d[m]!;
  let [c, before, beforeThat] = [1, 1, 1];
  const next = e[l + 1]!;
  let [s, sBefore] = [0, 0];
  for (let i = m - 1; i >= l; i--) {
    beforeThat = before;
    before = c;
    sBefore = s;
    const g = c * e[i]!;
    const h = c * p;
    const r = Math.hypot(p, e[i]!);
    e[i + 1] = s * r;
    s = e[i]! / r;
    c = p / r;
    p = c * d[i]! - s * g;
    d[i + 1] = h + s * (c * g + s * d[i]!);
    const [a, b] = [i * n, (i + 1) * n];
    for (let k = 0; k < n; k++) {
      const y = v[b + k]!;
      const x = v[a + k]!;
      v[b + k] = s * x + c * y;
      v[a + k] = c * x - s * y;
    }
  }
  p = (-s * sBefore * beforeThat * next * e[l]!) / second;
  e[l] = s * p;
  d[l] = c * p;
}
