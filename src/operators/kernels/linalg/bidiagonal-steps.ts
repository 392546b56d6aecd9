import type { Budget } from "../../../graph/budget.ts";
import { type Rotations, type Turn, turnOf } from "./rotations.ts";

// Source: Golub and Reinsch, Singular value decomposition and least squares solutions, Numerische Mathematik 14 (1970), in
// the order of LINPACK's dsvdc.

const stepsMax = 200;
const tiny = 2 ** -966;

/**
 * Makes a bidiagonal matrix, `d` on its diagonal and `e` above, diagonal by rotations of the rows of two matrices; `d`
 * becomes the singular values, signs and order being open. False where it does not converge.
 */
export function diagonalizeBidiagonal(
  d: Float64Array,
  e: Float64Array,
  n: number,
  left: Rotations,
  right: Rotations,
  budget: Budget,
): boolean {
  let end = n;
  let steps = 0;
  e[n - 1] = 0;
  while (end > 1) {
    budget.spend(2 * n);
    const first = lastSplit(d, e, end) + 1;
    if (first === end - 1) {
      end--;
      steps = 0;
      continue;
    }
    const zero = lastZero(d, e, first, end);
    if (zero === end - 1) deflateLast(d, e, first, end, right);
    else if (zero >= first) splitAtZero(d, e, zero + 1, end, left);
    else {
      if (steps++ === stepsMax) return false;
      budget.spend(40 * (end - first));
      step(d, e, first, end, left, right);
    }
  }
  return true;
}

/** The last place before `end` above which a number counts as 0, which it becomes; −1 where there is none. */
function lastSplit(d: Float64Array, e: Float64Array, end: number): number {
  for (let k = end - 2; k >= 0; k--) {
    if (Math.abs(e[k]!) > tiny + Number.EPSILON * (Math.abs(d[k]!) + Math.abs(d[k + 1]!))) continue;
    e[k] = 0;
    return k;
  }
  return -1;
}

/** The last place from `first` on where the diagonal counts as 0, which it becomes; less than `first` where none does. */
function lastZero(d: Float64Array, e: Float64Array, first: number, end: number): number {
  for (let k = end - 1; k >= first; k--) {
    const beside = (k === end - 1 ? 0 : Math.abs(e[k]!)) + (k === first ? 0 : Math.abs(e[k - 1]!));
    if (Math.abs(d[k]!) > tiny + Number.EPSILON * beside) continue;
    d[k] = 0;
    return k;
  }
  return first - 1;
}

/** Removes what is above a last 0. */
function deflateLast(d: Float64Array, e: Float64Array, first: number, end: number, right: Rotations): void {
  const last = end - 1;
  let f = e[last - 1]!;
  e[last - 1] = 0;
  for (let j = last - 1; j >= first && f !== 0; j--) {
    d[j] = turnOf(d[j]!, f, turn);
    const { c, s } = turn;
    if (j > first) {
      f = -s * e[j - 1]!;
      e[j - 1]! *= c;
    }
    right.rotate(j, last, c, s);
  }
}

/** Removes what is beside a 0 on the diagonal, before `first`. */
function splitAtZero(d: Float64Array, e: Float64Array, first: number, end: number, left: Rotations): void {
  let f = e[first - 1]!;
  e[first - 1] = 0;
  for (let j = first; j < end && f !== 0; j++) {
    d[j] = turnOf(d[j]!, f, turn);
    const { c, s } = turn;
    f = -s * e[j]!;
    e[j]! *= c;
    left.rotate(j, first - 1, c, s);
  }
}

const turn: Turn = { c: 1, s: 0 };

/** One step of the implicit QR method. */
function step(d: Float64Array, e: Float64Array, first: number, end: number, left: Rotations, right: Rotations): void {
  const last = end - 1;
  let [f, g] = beginning(d, e, first, last);
  left.begin(first, 1, last - first);
  right.begin(first, 1, last - first);
  for (let j = first; j < last; j++) {
    let r = turnOf(f, g, turn);
    let { c, s } = turn;
    if (j > first) e[j - 1] = r;
    f = c * d[j]! + s * e[j]!;
    e[j] = c * e[j]! - s * d[j]!;
    g = s * d[j + 1]!;
    d[j + 1]! *= c;
    right.turn(c, s);
    r = turnOf(f, g, turn);
    ({ c, s } = turn);
    d[j] = r;
    f = c * e[j]! + s * d[j + 1]!;
    d[j + 1] = c * d[j + 1]! - s * e[j]!;
    g = s * e[j + 1]!;
    e[j + 1]! *= c;
    left.turn(c, s);
  }
  e[last - 1] = f;
}

/** The first column of the square of a part, less the eigenvalue of its last corner, but for a factor. */
function beginning(d: Float64Array, e: Float64Array, first: number, last: number): [number, number] {
  const scale = Math.max(
    Math.abs(d[last]!),
    Math.abs(d[last - 1]!),
    Math.abs(e[last - 1]!),
    Math.abs(d[first]!),
    Math.abs(e[first]!),
  );
  const [p, q, r] = [d[last]! / scale, d[last - 1]! / scale, e[last - 1]! / scale];
  const [head, beside] = [d[first]! / scale, e[first]! / scale];
  const b = ((q + p) * (q - p) + r * r) / 2;
  const c = (p * r) ** 2;
  let shift = 0;
  if (b !== 0 || c !== 0) {
    const root = Math.sqrt(b * b + c);
    shift = c / (b + (b < 0 ? -root : root));
  }
  return [(head + p) * (head - p) + shift, head * beside];
}
