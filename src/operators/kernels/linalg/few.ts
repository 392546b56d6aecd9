import type { FewElements, Lowered, Machine } from "../../../graph/lowering.ts";
import { range } from "../../../graph/shape.ts";

// Small matrices as code, each element a number in a register, in the order of the kernels of this folder: the same bits,
// as long as all are finite. What is not, the kernels do.

/** Elements of so many multiplications are code; more would be too long. */
const operationsMax = 160;

/** L and U of P A = L U for A of n × n, and the rows' origins; undefined where that is too much. */
export function fewFactors(n: number): FewElements | undefined {
  if (n === 0 || n * n * n > operationsMax) return undefined;
  return {
    ranks: [2],
    rank: 2,
    write: (m, [a]) => {
      const rows = range(n).map((i) => [...a!.slice(i * n, (i + 1) * n), m.constant(i)]);
      for (let j = 0; j < n - 1; j++) exchange(m, rows, j);
      return [...rows.flatMap((row) => row.slice(0, n)), ...rows.map((row) => row[n]!)];
    },
  };
}

/** Brings the row with the largest element of a column up, and takes it away from those below. */
function exchange(m: Machine, rows: Lowered[][], j: number): void {
  const below = range(rows.length).slice(j + 1);
  let largest = m.abs(rows[j]![j]!);
  const isLarger: Lowered[] = [];
  for (const i of below) {
    const size = m.abs(rows[i]![j]!);
    const is = m.gt(size, largest);
    largest = m.select(is, size, largest);
    isLarger.push(is);
  }
  const top = rows[j]!;
  let taken = top;
  // The last one that was larger than all before it is the pivot.
  let later: Lowered | undefined;
  for (const i of below.toReversed()) {
    const is = isLarger[i - j - 1]!;
    const isPivot = later === undefined ? is : m.andNot(is, later);
    later = later === undefined ? is : m.or(later, is);
    const row = rows[i]!;
    taken = taken.map((x, k) => m.select(isPivot, row[k]!, x));
    rows[i] = row.map((x, k) => m.select(isPivot, top[k]!, x));
  }
  rows[j] = taken;
  for (const i of below) {
    const row = rows[i]!;
    const factor = m.div(row[j]!, taken[j]!);
    rows[i] = row.map((x, k) => {
      if (k === j) return factor;
      return k < j || k === rows.length ? x : m.sub(x, m.mul(factor, taken[k]!));
    });
  }
}

/** X with A X = B, or Aᵀ X = B, by the factors of A, for B of n × columns; undefined where that is too much. */
export function fewSolutions(n: number, columns: number, transpose: boolean): FewElements | undefined {
  if (n * columns === 0 || n * n * columns > operationsMax) return undefined;
  return {
    // The matrix itself is not read.
    ranks: [0, 2, 2],
    rank: 2,
    write: (m, [, factors, b]) => {
      const order = factors!.slice(n * n);
      const rowsOf = (list: readonly Lowered[]) => range(n).map((i) => list.slice(i * columns, (i + 1) * columns));
      const places = range(n).map((k) => m.constant(k));
      const isFrom = order.map((origin) => places.map((place) => m.eq(origin, place)));
      const at = transpose
        ? (i: number, k: number) => factors![k * n + i]!
        : (i: number, k: number) => factors![i * n + k]!;
      if (!transpose) {
        const given = rowsOf(b!);
        const x = range(n).map((i) => chosen(m, given, (k) => isFrom[i]![k]!));
        substitute(m, x, at, { isForward: true, isUnit: true });
        substitute(m, x, at, { isForward: false, isUnit: false });
        return x.flat();
      }
      const x = rowsOf(b!);
      substitute(m, x, at, { isForward: true, isUnit: false });
      substitute(m, x, at, { isForward: false, isUnit: true });
      return range(n).flatMap((k) => chosen(m, x, (i) => isFrom[i]![k]!));
    },
  };
}

/** X with T X = B, or Tᵀ X = B, for T one triangle of A and B of n × columns; undefined where that is too much. */
export function fewTriangles(
  n: number,
  columns: number,
  how: { readonly lower: boolean; readonly transpose: boolean; readonly unit_diagonal: boolean },
): FewElements | undefined {
  if (n * columns === 0 || n * n * columns > operationsMax) return undefined;
  return {
    ranks: [2, 2],
    rank: 2,
    write: (m, [a, b]) => {
      const x = range(n).map((i) => b!.slice(i * columns, (i + 1) * columns));
      const at = (i: number, k: number) => (how.transpose ? a![k * n + i]! : a![i * n + k]!);
      substitute(m, x, at, { isForward: how.lower !== how.transpose, isUnit: how.unit_diagonal });
      return x.flat();
    },
  };
}

/** The row of a list that a mask is set for; the first where none is. */
function chosen(m: Machine, rows: readonly (readonly Lowered[])[], isIt: (i: number) => Lowered): Lowered[] {
  return rows
    .slice(1)
    .reduce<Lowered[]>((all, row, i) => all.map((x, c) => m.select(isIt(i + 1), row[c]!, x)), [...rows[0]!]);
}

/** One row after the other, of a triangle whose elements `at` gives. */
function substitute(
  m: Machine,
  x: Lowered[][],
  at: (i: number, k: number) => Lowered,
  { isForward, isUnit }: { readonly isForward: boolean; readonly isUnit: boolean },
): void {
  const order = isForward ? range(x.length) : range(x.length).toReversed();
  order.forEach((i, step) => {
    for (const k of order.slice(0, step)) {
      x[i] = x[i]!.map((value, c) => m.sub(value, m.mul(at(i, k), x[k]![c]!)));
    }
    if (!isUnit) x[i] = x[i]!.map((value) => m.div(value, at(i, i)));
  });
}

/** The logarithm of the size of the determinant, by the factors. */
export function fewLogarithms(n: number): FewElements | undefined {
  if (n === 0 || n * n * n > operationsMax) return undefined;
  return {
    ranks: [0, 2],
    rank: 0,
    write: (m, [, factors]) => {
      const logarithms = range(n).map((i) => m.call("log", [m.abs(factors![i * (n + 1)]!)])[0]!);
      return [logarithms.reduce((sum, x) => m.add(sum, x))];
    },
  };
}

/** The lower Cholesky factor of (A + Aᵀ)/2 for A of n × n: not finite where that is not positive definite. */
export function fewCholesky(n: number): FewElements | undefined {
  if (n === 0 || n * n * n > operationsMax) return undefined;
  return {
    ranks: [2],
    rank: 2,
    write: (m, [a]) => {
      const two = m.constant(2);
      const zero = m.constant(0);
      const l = range(n).map((i) =>
        range(n).map((j) => (j > i ? zero : m.add(m.div(a![i * n + j]!, two), m.div(a![j * n + i]!, two)))),
      );
      for (let j = 0; j < n; j++) {
        let square = l[j]![j]!;
        for (let k = 0; k < j; k++) square = m.sub(square, m.mul(l[j]![k]!, l[j]![k]!));
        // A square that is 0 gives infinities only below it.
        const root = m.select(m.gt(square, zero), m.sqrt(square), m.constant(Number.NaN));
        l[j]![j] = root;
        for (let i = j + 1; i < n; i++) {
          let x = l[i]![j]!;
          for (let k = 0; k < j; k++) x = m.sub(x, m.mul(l[i]![k]!, l[j]![k]!));
          l[i]![j] = m.div(x, root);
        }
      }
      return l.flat();
    },
  };
}
