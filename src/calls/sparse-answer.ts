import type { Entries } from "../engine/runs/entries.ts";
import type { Spans } from "../engine/runs/spans.ts";
import type { Layout } from "../engine/strip.ts";
import { type NdArray, ndarray } from "../graph/ndarray.ts";
import { Pattern } from "../sparse/pattern.ts";
import { type Answer, TensorLeaf } from "../wire/answer.ts";
import type { Encoding } from "../wire/json/tensor-value.ts";
import type { Side } from "./headings.ts";
import { named } from "./leaves.ts";

/** How a sparse matrix is answered. */
export interface SparseForm {
  readonly rows: Side;
  readonly columns: Side;
  readonly layout: Layout;
  readonly format: "coo" | "csr";
  readonly points: number | undefined;
  readonly encoding: Encoding;
}

/** A sparse matrix as a whole or block by block. */
export function sparseAnswer({ pattern, values }: Entries, form: SparseForm): Answer {
  const { rows, columns, layout, points } = form;
  if (layout === "matrix") return sparseMatrix(pattern, values, form);
  const blocks = blocksOf({ pattern, values }, rows.spans, columns.spans, points);
  return named(rows.names, (i) =>
    named(columns.names, (j) => sparseMatrix(blocks[i]![j]!.pattern, blocks[i]![j]!.values, form)),
  );
}

/** Cuts a matrix into blocks: for each pair of spans its own pattern and values. */
function blocksOf(
  { pattern, values }: Pick<Entries, "pattern" | "values">,
  rows: Spans,
  columns: Spans,
  points: number | undefined,
) {
  const { starts, indices, nonzeros } = pattern;
  const { owners } = columns;
  return rows.starts.map((rowStart, r) => {
    const rowSize = rows.sizes[r]!;
    const [first, last] = [starts[rowStart]!, starts[rowStart + rowSize]!];
    const counts = new Int32Array(columns.sizes.length);
    for (let e = first; e < last; e++) counts[owners[indices[e]!]!]!++;
    const blocks = columns.sizes.map((size, j) => ({
      pattern: new Pattern(rowSize, size, new Int32Array(rowSize + 1), new Int32Array(counts[j]!)),
      values: new Float64Array(counts[j]! * (points ?? 1)),
    }));
    const next = new Int32Array(columns.sizes.length);
    for (let i = 0; i < rowSize; i++) {
      for (let e = starts[rowStart + i]!; e < starts[rowStart + i + 1]!; e++) {
        const j = owners[indices[e]!]!;
        const at = next[j]!++;
        const block = blocks[j]!;
        block.pattern.indices[at] = indices[e]! - columns.starts[j]!;
        for (let p = 0; p < (points ?? 1); p++) block.values[p * counts[j]! + at] = values[p * nonzeros + e]!;
      }
      blocks.forEach(({ pattern }, j) => {
        pattern.starts[i + 1] = next[j]!;
      });
    }
    return blocks;
  });
}

function sparseMatrix(pattern: Pattern, values: Float64Array<ArrayBuffer>, form: SparseForm): Answer {
  const { format, points, encoding } = form;
  const { rows, columns, indices, starts, nonzeros } = pattern;
  const integers = (data: Int32Array): NdArray => ndarray("int32", [data.length], data as Int32Array<ArrayBuffer>);
  // The pattern's arrays are kept for other calls.
  const shared = (data: Int32Array) => new TensorLeaf(integers(data), encoding, false);
  const shape = points === undefined ? [nonzeros] : [points, nonzeros];
  return {
    shape: [rows, columns],
    ...(format === "coo" ? { rowIndices: shared(pattern.rowIndices()) } : { rowPointers: shared(starts) }),
    columnIndices: shared(indices),
    values: new TensorLeaf(ndarray("float64", shape, values), encoding),
  };
}
