import type { Budget } from "../../../graph/budget.ts";
import { isOrder, luFactors, solveByFactors, type Triangular } from "./factors.ts";
import type { Numbers } from "./matrices.ts";

/** The determinant of an n × n matrix by its LU factors. */
export function determinantOf(factors: Numbers, n: number): number {
  let product = signOf(factors, n);
  for (let i = 0; i < n; i++) product *= factors[i * (n + 1)]!;
  return product;
}

/** The logarithm of the size of the determinant. */
export function logDeterminantOf(factors: Numbers, n: number): number {
  let total = 0;
  for (let i = 0; i < n; i++) total += Math.log(Math.abs(factors[i * (n + 1)]!));
  return total;
}

/** The determinant's sign, 0 where it is 0. */
export function determinantSign(factors: Numbers, n: number): number {
  let sign = signOf(factors, n);
  for (let i = 0; i < n; i++) sign *= Math.sign(factors[i * (n + 1)]!);
  // + 0, for no sign is -0.
  return sign + 0;
}

/**
 * Two vectors u and v, as rows of `out`, such that A + u vᵀ is well conditioned where at most one singular value of A is
 * near 0; both 0 where none is. From A's LU factors.
 */
export function regularShift(factors: Numbers, n: number, out: Numbers, budget: Budget): void {
  budget.spend(2 * n * n);
  if (n === 0 || !isOrder(factors.subarray(n * n))) return;
  let [k, least, most] = [0, Number.POSITIVE_INFINITY, 0];
  for (let i = 0; i < n; i++) {
    const size = Math.abs(factors[i * (n + 1)]!);
    if (size <= least) [k, least] = [i, size];
    most = Math.max(most, size);
  }
  if (least > nearZero * most) return;
  const [u, v] = [out.subarray(0, n), out.subarray(n)];
  // U v = u_kk e_k, Uᵀ y = u_kk e_k, and PᵀL⁻ᵀ y is the left vector.
  v[k] = 1;
  for (let i = k - 1; i >= 0; i--) {
    let x = 0;
    for (let j = i + 1; j <= k; j++) x -= factors[i * n + j]! * v[j]!;
    v[i] = x / factors[i * (n + 1)]!;
  }
  const y = new Float64Array(n);
  y[k] = 1;
  for (let i = k + 1; i < n; i++) {
    let x = 0;
    for (let j = k; j < i; j++) x -= factors[j * n + i]! * y[j]!;
    y[i] = x / factors[i * (n + 1)]!;
  }
  for (let i = n - 1; i >= 0; i--) for (let j = i + 1; j < n; j++) y[i]! -= factors[j * n + i]! * y[j]!;
  const order = factors.subarray(n * n);
  for (let i = 0; i < n; i++) u[order[i]!] = y[i]!;
  const scale = (most || 1) / (lengthOf(u) || 1);
  for (let i = 0; i < n; i++) u[i]! *= scale;
  const length = lengthOf(v) || 1;
  for (let i = 0; i < n; i++) v[i]! /= length;
}

/** The cofactors of an n × n matrix, whose LU factors are known: det(A) A⁻ᵀ by a matrix that is far from singular. */
export function cofactorsOf(a: Numbers, factors: Numbers, n: number, out: Numbers, budget: Budget): void {
  if (n === 0) return;
  const shift = new Float64Array(2 * n);
  regularShift(factors, n, shift, budget);
  const [u, v] = [shift.subarray(0, n), shift.subarray(n)];
  const regular = a.map((x, i) => x + u[Math.floor(i / n)]! * v[i % n]!);
  const ofRegular = new Float64Array((n + 1) * n);
  luFactors(regular, n, ofRegular, budget);
  const determinant = determinantOf(ofRegular, n);
  const [right, left, one, inverse] = [n, n, n * n, n * n].map((size) => new Float64Array(size)) as Four;
  const [plain, turned] = [false, true].map((transpose) => ({ transpose, absorb: false })) as Two;
  solveByFactors(ofRegular, n, u, 1, plain, right, budget);
  solveByFactors(ofRegular, n, v, 1, turned, left, budget);
  for (let i = 0; i < n; i++) one[i * (n + 1)] = 1;
  solveByFactors(ofRegular, n, one, n, turned, inverse, budget);
  let rest = 1;
  for (let i = 0; i < n; i++) rest -= v[i]! * right[i]!;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) out[i * n + j] = determinant * (rest * inverse[i * n + j]! + left[i]! * right[j]!);
  }
}

type Four = [Numbers, Numbers, Numbers, Numbers];
type Two = [Pick<Triangular, "transpose" | "absorb">, Pick<Triangular, "transpose" | "absorb">];

/** From here on a pivot counts as near 0 beside the largest. */
const nearZero = 1e-8;

function lengthOf(x: Numbers): number {
  return Math.sqrt(x.reduce((sum, a) => sum + a * a, 0));
}

function signOf(factors: Numbers, n: number): number {
  const order = factors.subarray(n * n);
  if (!isOrder(order)) return Number.NaN;
  const seen = new Uint8Array(n);
  let sign = 1;
  for (let i = 0; i < n; i++) {
    let length = 0;
    for (let j = i; !seen[j]; j = order[j]!) {
      seen[j] = 1;
      length++;
    }
    if (length > 0 && length % 2 === 0) sign = -sign;
  }
  return sign;
}
