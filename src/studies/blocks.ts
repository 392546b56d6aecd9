import type { Side } from "../calls/headings.ts";
import { named } from "../calls/leaves.ts";
import { ndarray } from "../graph/ndarray.ts";
import type { Shape } from "../graph/shape.ts";
import { TensorLeaf } from "../wire/answer.ts";
import type { Encoding } from "../wire/json/tensor-value.ts";

/** Which pairs of tensors a matrix of all scalars is of, and how it is written. */
export interface MatrixForm {
  readonly rows: Side;
  readonly columns: Side;
  readonly points: number | undefined;
  readonly encoding: Encoding;
}

/** Blocks as an answer has them, from matrices of all scalars, row by row and point by point. */
export function blocksOf(data: Float64Array, form: MatrixForm): Record<string, Record<string, TensorLeaf>> {
  return named(form.rows.names, (i) => named(form.columns.names, (j) => blockOf(data, form, i, j)));
}

/** One matrix as an answer has it. */
export function wholeOf(data: Float64Array, { rows, columns, points, encoding }: MatrixForm): TensorLeaf {
  return new TensorLeaf(
    ndarray("float64", withPoints(points, [rows.spans.total, columns.spans.total]), data),
    encoding,
  );
}

function blockOf(
  data: Float64Array,
  { rows, columns, points, encoding }: MatrixForm,
  i: number,
  j: number,
): TensorLeaf {
  const [m, n] = [rows.spans.total, columns.spans.total];
  const [height, width] = [rows.spans.sizes[i]!, columns.spans.sizes[j]!];
  const [top, left] = [rows.spans.starts[i]!, columns.spans.starts[j]!];
  const part = new Float64Array((points ?? 1) * height * width);
  let to = 0;
  for (let p = 0; p < (points ?? 1); p++) {
    for (let r = 0; r < height; r++, to += width) {
      const from = (p * m + top + r) * n + left;
      part.set(data.subarray(from, from + width), to);
    }
  }
  const shape = [...rows.spans.shapes[i]!, ...columns.spans.shapes[j]!];
  return new TensorLeaf(ndarray("float64", withPoints(points, shape), part), encoding);
}

function withPoints(points: number | undefined, shape: Shape): Shape {
  return points === undefined ? shape : [points, ...shape];
}
