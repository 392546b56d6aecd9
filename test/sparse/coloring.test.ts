import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Budget } from "../../src/graph/budget.ts";
import { colorTwoWay } from "../../src/sparse/bidirectional.ts";
import { colorColumns, conflicts, greedy, orders } from "../../src/sparse/coloring.ts";
import { compress, noColors } from "../../src/sparse/compress.ts";
import { Pattern } from "../../src/sparse/pattern.ts";
import { colorStar } from "../../src/sparse/star.ts";

const budget = Budget.unlimited();
const range = (n: number) => Array.from({ length: n }, (_, i) => i);
const square = (n: number, has: (i: number, j: number) => boolean) =>
  Pattern.of(
    n,
    range(n).map((i) => range(n).filter((j) => has(i, j))),
  );
const band = (n: number, width: number) => square(n, (i, j) => Math.abs(i - j) <= width);
const arrow = (n: number) => square(n, (i, j) => i === j || i === 0 || j === 0);
const sum = (columns: number, rows: number) => (columns > 0 && rows > 0 ? columns + rows : Number.POSITIVE_INFINITY);

/** A five-point stencil on a grid of side × side. */
function grid(side: number): Pattern {
  return square(side * side, (i, j) => {
    const [a, b] = [i, j].map((k) => [Math.floor(k / side), k % side] as const);
    return Math.abs(a![0] - b![0]) + Math.abs(a![1] - b![1]) <= 1;
  });
}

describe("known colourings", () => {
  test.each([
    ["a tridiagonal matrix takes 3 colours", band(50, 1), 3],
    ["a pentadiagonal matrix takes 5", band(50, 2), 5],
    ["a diagonal matrix takes 1", band(50, 0), 1],
    ["a dense matrix takes all", band(20, 20), 20],
    ["an empty matrix takes none", square(20, () => false), 0],
    ["a block diagonal matrix takes as many as a block has", square(30, (i, j) => i - (i % 5) === j - (j % 5)), 5],
    ["an arrow matrix takes all one way", arrow(50), 50],
  ])("%s", (_, pattern, count) => {
    expect(colorColumns(pattern, budget).count).toBe(count);
    expect(colorColumns(pattern.transposed(), budget).count).toBe(count);
  });

  test("a five-point grid takes little more than 5", () => {
    const { count } = colorColumns(grid(12), budget);
    expect(count).toBeGreaterThanOrEqual(5);
    expect(count).toBeLessThanOrEqual(7);
  });

  test("an arrow matrix takes 3 both ways", () => {
    const split = colorTwoWay(arrow(50), sum, 50, budget)!;
    expect(split.columns.count + split.rows.count).toBeLessThanOrEqual(3);
  });

  test("a matrix with a full column takes 2 both ways", () => {
    const pattern = square(50, (i, j) => i === 0 || i === j);
    const split = colorTwoWay(pattern, sum, 51, budget)!;
    expect([split.columns.count, split.rows.count]).toEqual([1, 1]);
  });

  test.each([
    ["a tridiagonal one takes 3 colours", band(50, 1), 3],
    ["an arrow takes 2", arrow(50), 2],
    ["a large arrow takes 2", arrow(400), 2],
    ["a diagonal takes 1", band(50, 0), 1],
    ["an empty one takes none", square(5, () => false), 0],
    ["a dense one takes all", band(9, 9), 9],
  ])("of Hessians: %s", (_, pattern, count) => {
    expect(colorStar(pattern, budget).count).toBe(count);
  });
});

const patterns = fc
  .tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 12 }), fc.array(fc.nat(), { maxLength: 50 }))
  .map(([rows, columns, picks]) =>
    Pattern.of(
      columns,
      range(rows).map((i) => range(columns).filter((j) => picks.includes(i * columns + j))),
    ),
  );
const sized = fc
  .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }), fc.double({ min: 0, max: 1, noNaN: true }))
  .chain(([rows, columns, density]) =>
    fc
      .array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: rows * columns, maxLength: rows * columns })
      .map((picks) =>
        Pattern.of(
          columns,
          range(rows).map((i) => range(columns).filter((j) => picks[i * columns + j]! < density)),
        ),
      ),
  );

describe("laws", () => {
  test("every order colours so that each entry stands alone in its row", () => {
    fc.assert(
      fc.property(fc.oneof(patterns, sized), (pattern) => {
        const graph = conflicts(pattern, budget)!;
        const isActive = new Uint8Array(pattern.columns).fill(1);
        for (const order of Object.values(orders)) {
          const taken = order(graph, budget);
          expect([...taken].sort((a, b) => a - b)).toEqual(range(pattern.columns));
          expect(() => compress(pattern, greedy(graph, taken, isActive, budget), noColors)).not.toThrow();
        }
        const best = colorColumns(pattern, budget);
        expect(best.count).toBeGreaterThanOrEqual(pattern.rowNonzerosMax);
        compress(pattern, best, noColors);
      }),
      { numRuns: 300 },
    );
  });

  test("a star colouring gives every entry or its mirror image alone", () => {
    fc.assert(
      fc.property(sized, (given) => {
        const size = Math.min(given.rows, given.columns);
        const rows = range(size).map((i) =>
          [...given.indices.subarray(given.starts[i], given.starts[i + 1])].filter((j) => j < size),
        );
        const pattern = Pattern.of(size, rows).symmetric();
        const star = colorStar(pattern, budget);
        compress(pattern, star, star, true);
        expect(star.count).toBeLessThanOrEqual(colorColumns(pattern, budget).count);
      }),
      { numRuns: 500 },
    );
  });

  test("groups of both directions give every entry", () => {
    fc.assert(
      fc.property(sized, (pattern) => {
        const split = colorTwoWay(pattern, sum, Number.POSITIVE_INFINITY, budget);
        if (split) compress(pattern, split.columns, split.rows);
      }),
      { numRuns: 300 },
    );
  });

  test("transposing twice is nothing", () => {
    fc.assert(
      fc.property(sized, (pattern) => {
        expect(pattern.transposed().transposed()).toEqual(pattern);
      }),
    );
  });
});
