import type { DType, TypedArray } from "../../graph/dtype.ts";
import { type NdArray, rowMajorData, zeros } from "../../graph/ndarray.ts";
import { elementCount, type Shape } from "../../graph/shape.ts";
import type { Strip } from "../strip.ts";
import type { Sink } from "./execute.ts";
import type { Spans } from "./spans.ts";

/** A tensor of an answer before it is filled. */
export interface Result {
  readonly array: NdArray;
  readonly size: number;
}

/** An empty tensor for every point, of one output's shape. */
export function result(shape: Shape, dtype: DType, points: number | undefined): Result {
  const whole = points === undefined ? shape : [points, ...shape];
  return { array: zeros(dtype, whole), size: elementCount(shape) };
}

/** Takes outputs that depend on no seed: `results[i]` gets output `first + i`. */
export function collectOutputs(results: readonly Result[], first = 0): Sink {
  return ({ outputs, firstPoint, points, firstSeed }) => {
    if (firstSeed > 0) return;
    results.forEach(({ array, size }, i) => {
      copyRun(rowMajorData(outputs[first + i]!), 0, array.data, firstPoint * size, points * size);
    });
  };
}

/** Takes products with seeds: `results[seed][i]` gets output `first + i`. */
export function collectProducts(results: readonly (readonly Result[])[], first: number): Sink {
  return ({ outputs, firstPoint, points, firstSeed, seeds, seedsHeld }) => {
    results[0]?.forEach(({ size }, i) => {
      const data = rowMajorData(outputs[first + i]!);
      for (let p = 0; p < points; p++) {
        for (let s = 0; s < seeds; s++) {
          const from = (p * seedsHeld + s) * size;
          copyRun(data, from, results[firstSeed + s]![i]!.array.data, (firstPoint + p) * size, size);
        }
      }
    });
  };
}

/** Copies a run of elements; a short one one by one, for a view costs more than what it shows. */
function copyRun(from: TypedArray, start: number, to: TypedArray, at: number, count: number): void {
  if (count > shortRun) to.set(from.subarray(start, start + count), at);
  else for (let k = 0; k < count; k++) to[at + k] = from[start + k]!;
}

const shortRun = 32;

/** A block of a matrix for every point: where its first element is, and how far its rows and its points are apart. */
interface Block {
  readonly data: TypedArray;
  readonly start: number;
  readonly rowStride: number;
  readonly pointStride: number;
}

/** How the rows and columns of a matrix, each the scalars of several tensors, are laid end to end. */
export interface Grid {
  readonly rows: Spans;
  readonly columns: Spans;
}

/** A Jacobian or Hessian while it is filled, as one matrix or as a block for each pair of tensors. */
export class Matrix {
  readonly arrays: readonly (readonly NdArray[])[];
  readonly isWhole: boolean;
  private readonly grid: Grid;
  private readonly points: number;

  constructor(grid: Grid, points: number | undefined, layout: "blocks" | "matrix") {
    this.grid = grid;
    this.isWhole = layout === "matrix";
    this.points = points ?? 1;
    const lead = points === undefined ? [] : [points];
    const empty = (shape: Shape) => zeros("float64", [...lead, ...shape]);
    this.arrays = this.isWhole
      ? [[empty([grid.rows.total, grid.columns.total])]]
      : grid.rows.shapes.map((row) => grid.columns.shapes.map((column) => empty([...row, ...column])));
  }

  private block(row: number, column: number): Block {
    const { rows, columns } = this.grid;
    const [rowSize, columnSize] = [rows.sizes[row]!, columns.sizes[column]!];
    if (!this.isWhole) {
      const data = this.arrays[row]![column]!.data;
      return { data, start: 0, rowStride: columnSize, pointStride: rowSize * columnSize };
    }
    const { data, shape } = this.arrays[0]![0]!;
    const [m, n] = shape.slice(-2) as [number, number];
    const start = rows.starts[row]! * n + columns.starts[column]!;
    return { data, start, rowStride: n, pointStride: m * n };
  }

  /** The arrays of the matrix, and the row and the column of the whole that each of their entries of one point is in. */
  held() {
    const { rows, columns } = this.grid;
    const placed = (array: NdArray, firstRow: number, firstColumn: number, height: number, width: number) => ({
      array,
      size: height * width,
      row: (entry: number) => firstRow + Math.floor(entry / width),
      column: (entry: number) => firstColumn + (entry % width),
    });
    if (this.isWhole) return [placed(this.arrays[0]![0]!, 0, 0, rows.total, columns.total)];
    return this.arrays.flatMap((list, i) =>
      list.map((array, j) => placed(array, rows.starts[i]!, columns.starts[j]!, rows.sizes[i]!, columns.sizes[j]!)),
    );
  }

  /** Takes the entries of a sparse matrix. */
  fill({ pattern, values }: Filling): void {
    const { rows, columns } = this.grid;
    const { starts, indices, nonzeros } = pattern;
    for (let i = 0; i < rows.total; i++) {
      const row = rows.owners[i]!;
      const blocks = columns.sizes.map((_, column) => this.block(row, column));
      for (let e = starts[i]!; e < starts[i + 1]!; e++) {
        const column = columns.owners[indices[e]!]!;
        const { data, start, rowStride, pointStride } = blocks[column]!;
        const at = start + (i - rows.starts[row]!) * rowStride + indices[e]! - columns.starts[column]!;
        for (let p = 0; p * nonzeros < values.length; p++) data[at + p * pointStride] = values[p * nonzeros + e]!;
      }
    }
  }

  /**
   * Takes what unit seeds gave, in reverse or forward mode, by a program for such a strip. What is known to be symmetric
   * becomes so to the last bit, which roundings on two ways to one number are not.
   */
  taker(first: number, isReverse: boolean, { unitLayout }: Strip, isSymmetric: boolean): Sink {
    const sink = unitLayout ? this.whole(first) : isReverse ? this.rows(first) : this.columns(first);
    if (!isSymmetric) return sink;
    const { total } = this.grid.columns;
    return tee(sink, ({ firstPoint, points, firstSeed, seeds }) => {
      if (unitLayout || firstSeed + seeds >= total) this.symmetrize(firstPoint, points);
    });
  }

  /** Puts the mean of two entries that are the same derivative in the place of both. */
  private symmetrize(firstPoint: number, points: number): void {
    const { sizes } = this.grid.rows;
    for (let i = 0; i < sizes.length; i++) {
      for (let j = 0; j <= i; j++) {
        const [lower, upper] = [this.block(i, j), this.block(j, i)];
        for (let p = firstPoint; p < firstPoint + points; p++) {
          for (let row = 0; row < sizes[i]!; row++) {
            let below = lower.start + p * lower.pointStride + row * lower.rowStride;
            let above = upper.start + p * upper.pointStride + row;
            const end = i === j ? row : sizes[j]!;
            for (let column = 0; column < end; column++, below++, above += upper.rowStride) {
              const [a, b] = [lower.data[below]!, upper.data[above]!];
              if (a !== b) lower.data[below] = upper.data[above] = a / 2 + b / 2;
            }
          }
        }
      }
    }
  }

  /** Takes the matrix as it is, in its layout. */
  private whole(first: number): Sink {
    const arrays = this.arrays.flat();
    return ({ outputs, firstPoint, points }) => {
      arrays.forEach(({ data }, k) => {
        const size = data.length / this.points;
        data.set(rowMajorData(outputs[first + k]!).subarray(0, points * size), firstPoint * size);
      });
    };
  }

  /** Takes what unit tangents gave: seed k is column k, output `first + i` is row block i. */
  columns(first: number): Sink {
    const { rows, columns } = this.grid;
    return ({ outputs, firstPoint, points, firstSeed, seeds, seedsHeld }) => {
      rows.sizes.forEach((size, i) => {
        const from = rowMajorData(outputs[first + i]!);
        for (let s = 0; s < seeds; s++) {
          const column = columns.owners[firstSeed + s]!;
          const { data, start, rowStride, pointStride } = this.block(i, column);
          const within = firstSeed + s - columns.starts[column]!;
          if (pointStride === size && seedsHeld === 1) {
            copyRun(from, 0, data, start + firstPoint * pointStride, points * size);
            continue;
          }
          for (let p = 0; p < points; p++) {
            let to = start + (firstPoint + p) * pointStride + within;
            const offset = (p * seedsHeld + s) * size;
            for (let r = 0; r < size; r++, to += rowStride) data[to] = from[offset + r]!;
          }
        }
      });
    };
  }

  /** Takes what unit cotangents gave: seed k is row k, output `first + i` is column block i. */
  rows(first: number): Sink {
    const { rows, columns } = this.grid;
    return ({ outputs, firstPoint, points, firstSeed, seeds, seedsHeld }) => {
      columns.sizes.forEach((size, i) => {
        const from = rowMajorData(outputs[first + i]!);
        for (let s = 0; s < seeds; s++) {
          const row = rows.owners[firstSeed + s]!;
          const { data, start, rowStride, pointStride } = this.block(row, i);
          const within = firstSeed + s - rows.starts[row]!;
          if (pointStride === size && seedsHeld === 1) {
            // One row of one block: the points follow each other here and there.
            copyRun(from, 0, data, start + firstPoint * pointStride, points * size);
            continue;
          }
          for (let p = 0; p < points; p++) {
            const offset = (p * seedsHeld + s) * size;
            const to = start + (firstPoint + p) * pointStride + within * rowStride;
            for (let c = 0; c < size; c++) data[to + c] = from[offset + c]!;
          }
        }
      });
    };
  }
}

/** Entries of a sparse matrix, those of one point after those of another. */
interface Filling {
  readonly pattern: {
    readonly starts: Int32Array;
    readonly indices: Int32Array;
    readonly nonzeros: number;
  };
  readonly values: Float64Array;
}

/** Hands a strip to several sinks. */
export function tee(...sinks: readonly Sink[]): Sink {
  return (strip) => {
    for (const sink of sinks) sink(strip);
  };
}
