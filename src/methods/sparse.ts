import type { Derived } from "../engine/derived.ts";
import { both, collectOutputs, Matrix, result } from "../engine/runs/collect.ts";
import { compressedSeeds, Entries } from "../engine/runs/entries.ts";
import { prepare, type Sink, strips } from "../engine/runs/execute.ts";
import { type NdArray, ndarray } from "../graph/ndarray.ts";
import { elementCount, type Shape } from "../graph/shape.ts";
import { RawJson, rawObject } from "../rpc/raw.ts";
import type { Sweeps } from "../sparse/compress.ts";
import { Pattern } from "../sparse/pattern.ts";
import type { Encoding } from "../syntax/tensor.ts";
import type { Part } from "./answer.ts";
import type { Format } from "./compression.ts";
import type { Planned } from "./planning.ts";
import {
  arrayOf,
  frameOf,
  type MatrixAnswer,
  type MatrixRequest,
  matrixFrameOf,
  matrixPart,
  matrixText,
  membersText,
  namedRanges,
  outputResults,
  outputsText,
  type RunParams,
  tensorsText,
} from "./results.ts";
import type { Task } from "./task.ts";
import { tensorText } from "./tensor-text.ts";
import { check, prepareCheck } from "./verify.ts";

type Planning = NonNullable<Planned["compressed"]>;

/** The sweeps of a compressed matrix that there are any of, with their programs. */
export function sweepsOf({ compression, forward, reverse }: Planning) {
  const all = [
    { derived: forward, sweeps: compression.forward, count: compression.forward.count, isReverse: false },
    ...(reverse
      ? [{ derived: reverse, sweeps: compression.reverse, count: compression.reverse.count, isReverse: true }]
      : []),
  ];
  return all.filter(({ count }) => count > 0);
}

/** What a matrix takes in an answer, and while it is made. */
export function answerParts(
  { compressed }: Planned,
  rows: readonly Shape[],
  columns: readonly Shape[],
  layout: "blocks" | "matrix",
  format: Format,
): Part[] {
  if (!compressed) return [matrixPart(rows, columns, layout)];
  const { nonzeros } = compressed.pattern;
  if (format === "dense") return [matrixPart(rows, columns, layout), { rows: [[nonzeros]], isScratch: true }];
  const isBlocks = layout === "blocks";
  const indices: Part = { dtype: "int32", isShared: true, rows: [[nonzeros]] };
  const pointers = format === "coo" ? nonzeros : 1 + rows.reduce((sum, shape) => sum + elementCount(shape), 0);
  const empty = { rows: rows.map(() => [0]), columns: columns.map((): Shape => []) };
  return [
    { rows: [[nonzeros]] },
    indices,
    { ...indices, rows: [[pointers]], copies: format === "csr" && isBlocks ? columns.length : 1 },
    ...(isBlocks ? [{ ...empty, copies: 3, isShared: true }] : []),
  ];
}

/** Runs a Jacobian or Hessian with one seed for each colour. */
export function* compressedMatrix(
  task: Task,
  request: MatrixRequest,
  compressed: Planning,
  { inputs, batch, encoding }: RunParams,
): Generator<void, MatrixAnswer> {
  const { planned, selection, layout, isHessian, format = "dense", verify = false } = request;
  task.checkOperations(planned.operations, batch);
  const frame = frameOf(task, selection);
  const { rows, columns, gradientShapes, grid } = matrixFrameOf(frame, isHessian);
  const [rowShapes, columnShapes] = [rows.shapes, columns.shapes];
  const parts = [...task.outputParts(), { rows: gradientShapes }];
  parts.push(...answerParts(planned, rowShapes, columnShapes, layout, format));
  const { pattern } = compressed;
  const answerBytes = task.checkAnswer(parts, batch, encoding);

  const tensors = task.decodeInputs(inputs, batch);
  const run = (derived: Derived, shapes?: readonly Shape[], sweeps?: Sweeps) =>
    prepare(task.derivation, {
      derived,
      inputs: tensors,
      points: batch,
      seeds: shapes && sweeps && compressedSeeds(shapes, sweeps),
    });
  const sweeps = sweepsOf(compressed).map(({ derived, sweeps, isReverse }) => ({
    run: run(derived, isReverse ? rowShapes : columnShapes, sweeps),
    sinkOf: (entries: Entries, first: number) => entries.sink(isReverse ? columnShapes : rowShapes, sweeps, first),
  }));
  const seedless = () => run(task.derivation.derive(isHessian ? "gradient" : "evaluate", selection));
  const runs = sweeps.length > 0 ? sweeps : [{ run: seedless(), sinkOf: (): Sink => () => {} }];
  const checked = verify ? prepareCheck(task, selection, isHessian, tensors, batch) : undefined;
  const bytes = Math.max(...[...runs.map(({ run }) => run), ...(checked ? [checked.run] : [])].map((run) => run.bytes));
  const release = task.context.engine.admit(bytes + answerBytes);
  try {
    // Only now is memory taken for the answer.
    const outputs = outputResults(task, batch);
    const gradient = gradientShapes.map((shape) => result(shape, "float64", batch));
    const entries = new Entries(pattern, batch);
    const first = outputs.length + gradient.length;
    for (const [i, { run, sinkOf }] of runs.entries()) {
      const sink = sinkOf(entries, first);
      yield* strips(run, task.budget, i === 0 ? both(collectOutputs([...outputs, ...gradient]), sink) : sink);
    }
    if (checked) yield* check(checked, entries, rowShapes, first, task.budget);
    return {
      outputs: outputsText(task, frame.outputs, outputs.map(arrayOf), encoding),
      gradient: tensorsText(columns.keys, gradient.map(arrayOf), encoding),
      matrix: format === "dense" ? denseText(entries) : sparseText(entries, format),
      ranges: layout === "matrix" ? namedRanges(grid, rows.names, columns.names) : undefined,
    };
  } finally {
    release();
  }

  function denseText(entries: Entries): RawJson {
    const matrix = new Matrix(grid, batch, layout);
    matrix.fill(entries);
    return matrixText(matrix, rows, columns, encoding);
  }

  function sparseText(entries: Entries, format: "coo" | "csr"): RawJson {
    if (layout === "matrix") return encodeSparse(pattern, entries.values, batch, format, encoding);
    const blocks = blocksOf(entries, grid.ranges.rows, grid.ranges.columns, batch);
    return membersText(
      rows.keys,
      (i) =>
        membersText(columns.keys, (j) => {
          const { pattern, values } = blocks[i]![j]!;
          return encodeSparse(pattern, values, batch, format, encoding).text;
        }).text,
    );
  }
}

interface Range {
  readonly start: number;
  readonly size: number;
}

/** Cuts a matrix into blocks: for each pair of ranges its own pattern and values. */
function blocksOf(
  { pattern, values }: Entries,
  rows: readonly Range[],
  columns: readonly Range[],
  points: number | undefined,
) {
  const { starts, indices, nonzeros } = pattern;
  const owners = new Int32Array(pattern.columns);
  columns.forEach(({ start, size }, j) => {
    owners.fill(j, start, start + size);
  });
  return rows.map((row) => {
    const [first, last] = [starts[row.start]!, starts[row.start + row.size]!];
    const counts = new Int32Array(columns.length);
    for (let e = first; e < last; e++) counts[owners[indices[e]!]!]!++;
    const blocks = columns.map(({ size }, j) => ({
      pattern: new Pattern(row.size, size, new Int32Array(row.size + 1), new Int32Array(counts[j]!)),
      values: new Float64Array(counts[j]! * (points ?? 1)),
    }));
    const next = new Int32Array(columns.length);
    for (let i = 0; i < row.size; i++) {
      for (let e = starts[row.start + i]!; e < starts[row.start + i + 1]!; e++) {
        const j = owners[indices[e]!]!;
        const at = next[j]!++;
        const block = blocks[j]!;
        block.pattern.indices[at] = indices[e]! - columns[j]!.start;
        for (let p = 0; p < (points ?? 1); p++) block.values[p * counts[j]! + at] = values[p * nonzeros + e]!;
      }
      blocks.forEach(({ pattern }, j) => {
        pattern.starts[i + 1] = next[j]!;
      });
    }
    return blocks;
  });
}

function encodeSparse(
  pattern: Pattern,
  values: Float64Array<ArrayBuffer>,
  points: number | undefined,
  format: "coo" | "csr",
  encoding: Encoding,
): RawJson {
  const integers = (data: Int32Array): NdArray => ndarray("int32", [data.length], data as Int32Array<ArrayBuffer>);
  const { rows, columns, indices, starts, nonzeros } = pattern;
  const shape = points === undefined ? [nonzeros] : [points, nonzeros];
  // The pattern's arrays are kept for other calls.
  const text = (array: NdArray, isOwn = false) => new RawJson(tensorText(array, encoding, isOwn));
  return rawObject({
    shape: [rows, columns],
    ...(format === "coo"
      ? { rowIndices: text(integers(pattern.rowIndices())) }
      : { rowPointers: text(integers(starts)) }),
    columnIndices: text(integers(indices)),
    values: text(ndarray("float64", shape, values), true),
  });
}
