import fc from "fast-check";
import { expect, test } from "vitest";
import { Matrix } from "../../src/engine/runs/collect.ts";
import { givenSeeds, unitSeeds } from "../../src/engine/runs/seeds.ts";
import { Spans } from "../../src/engine/runs/spans.ts";
import { ndarray } from "../../src/graph/ndarray.ts";
import { elementCount, type Shape } from "../../src/graph/shape.ts";

const shapes = fc.array(fc.array(fc.nat({ max: 3 }), { maxLength: 2 }), { minLength: 1, maxLength: 3 });
const sum = (list: readonly Shape[]) => list.reduce((total, shape) => total + elementCount(shape), 0);

/** An element that tells its place. */
const value = (point: number, row: number, column: number) => 1e6 * point + 1e3 * row + column;

/** Hands a matrix to a sink in strips, as products with unit seeds. */
function feed(matrix: Matrix, rows: Shape[], columns: Shape[], points: number, strip: number, isForward: boolean) {
  const [given, seeded] = isForward ? [rows, columns] : [columns, rows];
  const sink = isForward ? matrix.columns(1) : matrix.rows(1);
  const { starts } = new Spans(given);
  const count = sum(seeded);
  for (let firstPoint = 0; firstPoint < points; firstPoint += strip) {
    for (let firstSeed = 0; firstSeed < count; firstSeed += strip) {
      const outputs = given.map((shape, i) => {
        const size = elementCount(shape);
        const data = new Float64Array(strip * strip * size);
        data.forEach((_, at) => {
          const [p, s, k] = [Math.floor(at / size / strip), Math.floor(at / size) % strip, at % size];
          const [across, along] = [starts[i]! + k, firstSeed + s];
          data[at] = isForward ? value(firstPoint + p, across, along) : value(firstPoint + p, along, across);
        });
        return ndarray("float64", [strip, strip, ...shape], data);
      });
      const left = { points: Math.min(strip, points - firstPoint), seeds: Math.min(strip, count - firstSeed) };
      sink({ outputs: [outputs[0]!, ...outputs], firstPoint, firstSeed, ...left, seedsHeld: strip });
    }
  }
}

test("a matrix is whole from strips of any size, in both modes and layouts", () => {
  fc.assert(
    fc.property(
      shapes,
      shapes,
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 1, max: 4 }),
      fc.boolean(),
      (rows, columns, points, strip, isForward) => {
        const [m, n] = [sum(rows), sum(columns)];
        const grid = { rows: new Spans(rows), columns: new Spans(columns) };
        const whole = new Matrix(grid, points, "matrix");
        feed(whole, rows, columns, points, strip, isForward);
        const expected = Array.from({ length: points * m * n }, (_, at) =>
          value(Math.floor(at / (m * n)), Math.floor(at / n) % m, at % n),
        );
        expect([...whole.arrays[0]![0]!.data]).toEqual(expected);

        const blocks = new Matrix(grid, points, "blocks");
        feed(blocks, rows, columns, points, strip, isForward);
        rows.forEach((_, i) => {
          const [row, height] = [grid.rows.starts[i]!, grid.rows.sizes[i]!];
          columns.forEach((_, k) => {
            const [column, width] = [grid.columns.starts[k]!, grid.columns.sizes[k]!];
            const { data, shape } = blocks.arrays[i]![k]!;
            expect(shape).toEqual([points, ...rows[i]!, ...columns[k]!]);
            const expected = Array.from({ length: points * height * width }, (_, at) =>
              value(Math.floor(at / (height * width)), row + (Math.floor(at / width) % height), column + (at % width)),
            );
            expect([...data]).toEqual(expected);
          });
        });
      },
    ),
    { numRuns: 200 },
  );
});

test("unit seeds are the rows of the identity", () => {
  fc.assert(
    fc.property(shapes, (shapes) => {
      const seeds = unitSeeds(new Spans(shapes), "matrix");
      expect(seeds.count).toBe(sum(shapes));
      for (let k = 0; k < seeds.count; k++) {
        const row = shapes.flatMap((shape, input) => {
          const target = new Float64Array(elementCount(shape));
          seeds.write(target, input, 0, k);
          return [...target];
        });
        expect(row).toEqual(Array.from({ length: seeds.count }, (_, i) => Number(i === k)));
      }
    }),
    { numRuns: 50 },
  );
});

test("given seeds are zero where absent, and those of a point where they have points", () => {
  const tensor = (isBatched: boolean, shape: Shape, ...data: number[]) => ({
    array: ndarray("float64", shape, Float64Array.from(data)),
    isBatched,
  });
  const seeds = givenSeeds(
    [
      [tensor(false, [2], 1, 2), undefined],
      [tensor(true, [2, 2], 3, 4, 5, 6), undefined],
    ],
    new Spans([[2], []]),
  );
  expect([seeds.count, seeds.isBatched]).toEqual([2, [true, false]]);
  const written = (input: number, point: number, seed: number) => {
    const target = new Float64Array(2 - input);
    seeds.write(target, input, point, seed);
    return [...target];
  };
  expect([written(0, 0, 0), written(0, 1, 0), written(0, 0, 1), written(0, 1, 1), written(1, 1, 1)]).toEqual([
    [1, 2],
    [1, 2],
    [3, 4],
    [5, 6],
    [0],
  ]);
});
