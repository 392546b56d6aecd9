import { type NdArray, ndarray } from "../graph/ndarray.ts";
import { elementCount, type Shape } from "../graph/shape.ts";
import { type Encoding, encodeTensor } from "../syntax/tensor.ts";

/** Which pairs of an output and an input a matrix is of, and how it is written. */
export interface DenseForm {
  readonly rowShapes: readonly Shape[];
  readonly columnShapes: readonly Shape[];
  readonly rowNames: readonly string[];
  readonly columnNames: readonly string[];
  readonly points: number | undefined;
  readonly encoding: Encoding;
}

/** Blocks as an answer has them, from matrices of all scalars, row by row and point by point. */
export function encodeBlocks(data: Float64Array, form: DenseForm): Record<string, Record<string, unknown>> {
  const { rowShapes, columnShapes, rowNames, columnNames, encoding } = form;
  const [rows, columns] = [rangesOf(rowNames, rowShapes), rangesOf(columnNames, columnShapes)];
  return Object.fromEntries(
    rows.map((row, i) => [
      row.name,
      Object.fromEntries(
        columns.map((column, j) => {
          const array = block(data, form, row, column, [...rowShapes[i]!, ...columnShapes[j]!]);
          return [column.name, encodeTensor(array, encoding)];
        }),
      ),
    ]),
  );
}

/** One matrix as an answer has it. */
export function encodeMatrix(data: Float64Array, { rowShapes, columnShapes, points, encoding }: DenseForm): unknown {
  const lead = points === undefined ? [] : [points];
  return encodeTensor(ndarray("float64", [...lead, total(rowShapes), total(columnShapes)], data), encoding);
}

/** Where each tensor starts when all are flattened and laid end to end, and its size. */
export function rangesOf(names: readonly string[], shapes: readonly Shape[]) {
  let next = 0;
  return shapes.map((shape, i) => {
    const start = next;
    const size = elementCount(shape);
    next += size;
    return { name: names[i]!, start, size };
  });
}

/** The scalars of several tensors. */
export function total(shapes: readonly Shape[]): number {
  return shapes.reduce((sum, shape) => sum + elementCount(shape), 0);
}

interface Range {
  readonly start: number;
  readonly size: number;
}

function block(data: Float64Array, form: DenseForm, row: Range, column: Range, shape: Shape): NdArray {
  const { rowShapes, columnShapes, points } = form;
  const [m, n] = [total(rowShapes), total(columnShapes)];
  const part = new Float64Array((points ?? 1) * row.size * column.size);
  let to = 0;
  for (let p = 0; p < (points ?? 1); p++) {
    for (let r = 0; r < row.size; r++, to += column.size) {
      const from = (p * m + row.start + r) * n + column.start;
      part.set(data.subarray(from, from + column.size), to);
    }
  }
  return ndarray("float64", points === undefined ? shape : [points, ...shape], part);
}
