import { describe, expect, test } from "vitest";
import type { NdArray } from "../../src/graph/ndarray.ts";
import { applied, forwardJacobian, jacobian, primalOf, reverseJacobian, run } from "../support/graphs.ts";
import { Random } from "../support/random.ts";
import { flat, tensorOf } from "../support/tensors.ts";

// What decompositions must be whatever the numbers are, at sizes around those at which kernels work on blocks.

const sizes = [1, 2, 7, 8, 9, 32, 33, 65];

interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly at: (i: number, j: number) => number;
}

describe("eigh", () => {
  test.each(sizes)("of %d rows has orthonormal vectors, values in order, and gives the matrix back", (n) => {
    for (const a of [uniform(n, n), graded(n), ones(n), repeated(n)]) {
      const symmetric = matrix(n, n, (i, j) => (a.at(i, j) + a.at(j, i)) / 2);
      const [values, v] = resultsOf("eigh", a, [[n], [n, n]]) as [Matrix, Matrix];
      const w = list(values);
      expect(w).toEqual(w.toSorted((x, y) => x - y));
      expect(distance(product(transposed(v), v), identity(n))).toBeLessThan(1e-14 * (4 + n));
      const back = product(
        matrix(n, n, (i, j) => v.at(i, j) * w[j]!),
        transposed(v),
      );
      expect(distance(back, symmetric)).toBeLessThan(1e-14 * (4 + n) * sizeOf(symmetric));
      expectLargestPositive(v);
    }
  });
});

describe("svd", () => {
  test.each(sizes.flatMap((n) => [[n, n] as const, [n, 2 * n + 31] as const]))(
    "of %d × %d has orthonormal vectors, values in order, and gives the matrix back",
    (m, n) => {
      const k = Math.min(m, n);
      for (const a of [uniform(m, n), ones(m, n), m === n ? graded(n) : uniform(m, n)]) {
        const [u, values, vt] = resultsOf("svd", a, [[m, k], [k], [k, n]]) as [Matrix, Matrix, Matrix];
        const s = list(values);
        expect(s).toEqual(s.toSorted((x, y) => y - x));
        expect(s.every((x) => x >= 0)).toBe(true);
        expect(distance(product(transposed(u), u), identity(k))).toBeLessThan(1e-14 * (4 + k));
        expect(distance(product(vt, transposed(vt)), identity(k))).toBeLessThan(1e-14 * (4 + k));
        const back = product(
          matrix(m, k, (i, j) => u.at(i, j) * s[j]!),
          vt,
        );
        expect(distance(back, a)).toBeLessThan(1e-14 * (4 + n) * Math.sqrt(m * n) * sizeOf(a));
        expectLargestPositive(u);
      }
    },
  );

  test.each([
    [5, 3],
    [3, 5],
    [40, 7],
    [4, 4],
    [3, 0],
  ])("of %d × %d with full matrices has square orthogonal ones, the first vectors being those without", (m, n) => {
    const a = uniform(m, n);
    const k = Math.min(m, n);
    const [u, s, vt] = resultsOf("svd", a, [[m, m], [k], [n, n]], { full_matrices: true }) as [Matrix, Matrix, Matrix];
    const [thinU, thinS, thinVt] = resultsOf("svd", a, [[m, k], [k], [k, n]]) as [Matrix, Matrix, Matrix];
    expect(list(s)).toEqual(list(thinS));
    expect(distance(matrix(m, k, u.at), thinU)).toBe(0);
    expect(distance(matrix(k, n, vt.at), thinVt)).toBe(0);
    expect(distance(product(transposed(u), u), identity(m))).toBeLessThan(1e-14 * (4 + m));
    expect(distance(product(vt, transposed(vt)), identity(n))).toBeLessThan(1e-14 * (4 + n));
    expectLargestPositive(u);
  });

  test("with full matrices has the derivatives that differences give, of a batch too", () => {
    const batch = tensorOf([...list(uniform(4, 2, 3)), ...list(uniform(4, 2, 8))], [2, 4, 2]);
    expectDifferences("svd", batch, { full_matrices: true });
    expectDifferences("svd", tensorOf(list(uniform(2, 4, 3)), [2, 4]), { full_matrices: true });
  });
});

describe("qr", () => {
  test.each(sizes.flatMap((n) => [[n, n] as const, [n + 3, n] as const]))(
    "of %d × %d has orthonormal columns and a triangle, reduced and complete",
    (m, n) => {
      for (const a of [uniform(m, n), ones(m, n)]) {
        for (const [mode, k] of [
          ["reduced", n],
          ["complete", m],
        ] as const) {
          const [q, r] = resultsOf(
            "qr",
            a,
            [
              [m, k],
              [k, n],
            ],
            { mode },
          ) as [Matrix, Matrix];
          expect(distance(product(transposed(q), q), identity(k))).toBeLessThan(1e-14 * (4 + n));
          expect(distance(product(q, r), a)).toBeLessThan(1e-14 * (4 + n) * sizeOf(a));
          for (let i = 0; i < k; i++) for (let j = 0; j < Math.min(i, n); j++) expect(r.at(i, j)).toBe(0);
        }
      }
    },
  );

  test("complete of the first columns of the identity is the identity, as LAPACK has it", () => {
    const [q, r] = resultsOf(
      "qr",
      matrix(4, 2, (i, j) => Number(i === j)),
      [
        [4, 4],
        [4, 2],
      ],
      { mode: "complete" },
    ) as [Matrix, Matrix];
    expect(distance(q, identity(4))).toBe(0);
    expect(list(r)).toEqual([1, 0, 0, 1, 0, 0, 0, 0]);
  });

  test("complete has the derivatives that differences give", () => {
    expectDifferences("qr", tensorOf(list(uniform(5, 2)), [5, 2]), { mode: "complete" });
  });
});

test("values that differ by rounding only count as equal: their vectors have no derivative", () => {
  // 1, 1 and 4, of which the first two come out a rounding error apart.
  const a = [
    [2, 1, 1],
    [1, 2, 1],
    [1, 1, 2],
  ];
  const rows = jacobian("eigh", [a]);
  expect(rows.slice(0, 3).flat().every(Number.isFinite)).toBe(true);
  expect(rows.slice(3).flat().some(Number.isNaN)).toBe(true);
  // The last vector is told apart from both.
  expect([5, 8, 11].every((k) => rows[k]!.every(Number.isFinite))).toBe(true);
});

/** The columns of a Jacobian beside central differences of all results. */
function expectDifferences(op: string, x: NdArray, attrs: object): void {
  const primal = primalOf(applied(op, [x], attrs));
  const modes = [forwardJacobian(primal, [x]), reverseJacobian(primal, [x])];
  const h = 1e-6;
  const moved = (k: number, by: number) => {
    const data = Float64Array.from(x.data);
    data[k]! += by;
    return run(primal, [{ ...x, data }]).flatMap(flat);
  };
  for (let k = 0; k < x.data.length; k++) {
    const [up, down] = [moved(k, h), moved(k, -h)];
    for (const rows of modes) {
      rows.forEach((row, i) => {
        expect(Math.abs(row[k]! - (up[i]! - down[i]!) / (2 * h))).toBeLessThan(1e-7);
      });
    }
  }
}

function resultsOf(op: string, a: Matrix, shapes: readonly (readonly number[])[], attrs = {}): Matrix[] {
  const x = tensorOf(list(a), [a.rows, a.columns]);
  return run(primalOf(applied(op, [x], attrs)), [x]).map((result, i) => {
    expect(result.shape).toEqual(shapes[i]);
    const [rows, columns] = result.shape.length === 1 ? [1, result.shape[0]!] : (result.shape as [number, number]);
    const numbers = flat(result);
    return matrix(rows, columns, (r, c) => numbers[r * columns + c]!);
  });
}

function matrix(rows: number, columns: number, at: Matrix["at"]): Matrix {
  const numbers = Array.from({ length: rows * columns }, (_, k) => at(Math.floor(k / columns), k % columns));
  return { rows, columns, at: (i, j) => numbers[i * columns + j]! };
}

function uniform(rows: number, columns: number, seed = 5): Matrix {
  const random = new Random(seed);
  return matrix(rows, columns, () => random.between(-1, 1));
}

/** Of entries from 1 to 1e-300. */
function graded(n: number): Matrix {
  const a = uniform(n, n, 7);
  return matrix(n, n, (i, j) => a.at(i, j) * 10 ** (-(150 * (i + j)) / n));
}

/** Of rank one. */
function ones(rows: number, columns = rows): Matrix {
  return matrix(rows, columns, () => 1);
}

function repeated(n: number): Matrix {
  return matrix(n, n, (i, j) => Number(i === j) * (1 + (i % 2)));
}

function identity(n: number): Matrix {
  return matrix(n, n, (i, j) => Number(i === j));
}

function transposed({ rows, columns, at }: Matrix): Matrix {
  return matrix(columns, rows, (i, j) => at(j, i));
}

function product(a: Matrix, b: Matrix): Matrix {
  return matrix(a.rows, b.columns, (i, j) => {
    let sum = 0;
    for (let k = 0; k < a.columns; k++) sum += a.at(i, k) * b.at(k, j);
    return sum;
  });
}

function list({ rows, columns, at }: Matrix): number[] {
  return Array.from({ length: rows * columns }, (_, k) => at(Math.floor(k / columns), k % columns));
}

function distance(a: Matrix, b: Matrix): number {
  expect([a.rows, a.columns]).toEqual([b.rows, b.columns]);
  const [x, y] = [list(a), list(b)];
  return x.reduce((largest, value, k) => Math.max(largest, Math.abs(value - y[k]!)), 0);
}

function sizeOf(a: Matrix): number {
  return list(a).reduce((largest, x) => Math.max(largest, Math.abs(x)), 0);
}

function expectLargestPositive(a: Matrix): void {
  for (let j = 0; j < a.columns; j++) {
    const column = Array.from({ length: a.rows }, (_, i) => a.at(i, j));
    const largest = column.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    expect(column.some((x) => x >= largest * (1 - 1e-9))).toBe(true);
  }
}
