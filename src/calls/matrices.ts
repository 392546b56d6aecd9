import { type DerivativeKind, kinds } from "../engine/derived.ts";
import { type Grid, Matrix } from "../engine/runs/collect.ts";
import { compressedSeeds, Entries } from "../engine/runs/entries.ts";
import { unitSeeds } from "../engine/runs/seeds.ts";
import { ndarray } from "../graph/ndarray.ts";
import type { Shape } from "../graph/shape.ts";
import type { Selection } from "../transforms/derive.ts";
import type { Answer } from "../wire/answer.ts";
import { TensorLeaf } from "../wire/answer.ts";
import type { Encoding } from "../wire/json/tensor-value.ts";
import { matrixPart, outputParts, type Part } from "./answer-size.ts";
import { kinksOf } from "./doubt/kinks.ts";
import { headingsOf, matrixSides, rangesOf, type Side } from "./headings.ts";
import { named, tensors } from "./leaves.ts";
import type { Collector, Plan, Sweep } from "./plan.ts";
import type { Question } from "./question.ts";
import { type Route, routeHessian, routeJacobian } from "./routes.ts";
import { select, selectScalar } from "./selection.ts";
import { sparseAnswer } from "./sparse-answer.ts";

/** Plans the Jacobian of a call. */
export function planJacobian(question: Question): Plan {
  const selection = select(question);
  return planMatrix(question, kinds.jvp, selection, routeJacobian(question, selection));
}

/** Plans the Hessian of a call. */
export function planHessian(question: Question): Plan {
  const selection = selectScalar(question, "hessian");
  return planMatrix(question, kinds.hvp, selection, routeHessian(question, selection));
}

/** Plans the matrix that a kind of derivative gives column by column: one sweep of all unit seeds, or compressed ones. */
function planMatrix(question: Question, byColumn: DerivativeKind, selection: Selection, route: Route): Plan {
  const { layout, derivation } = question;
  const headings = headingsOf(question, selection);
  const { rows, columns, grid } = matrixSides(byColumn, headings);
  const gradient = byColumn.hasGradient ? headings.wrt : undefined;
  const { sweeps, sides } = route.compressed
    ? compressedSweeps(route.compressed, grid)
    : unitSweeps(route, grid, question);
  const firstSeeded = question.loaded.graph.outputs.length + (gradient?.names.length ?? 0);
  // So that nothing is derived any more once the plan is kept and this call's time is over.
  const told = route.told();
  return {
    selection,
    operations: route.operations,
    parts: [...outputParts(question), { rows: gradient?.spans.shapes ?? [] }, ...matrixParts(question, route, grid)],
    sweeps:
      sweeps.length > 0 ? sweeps : [{ derived: derivation.derive(byColumn.seedless, selection), seeds: undefined }],
    gradient,
    collect: (points) => (route.compressed ? compressedCollector(points, route.compressed) : denseCollector(points)),
    kinks: kinksOf(question, selection, byColumn.hasGradient),
    ranges: layout === "matrix" ? { rowRanges: rangesOf(rows), columnRanges: rangesOf(columns) } : undefined,
    verify: question.verify && route.compressed ? { kind: byColumn, rows: rows.spans } : undefined,
    told: () => told,
  };

  function denseCollector(points: number | undefined): Collector {
    const matrix = new Matrix(grid, points, layout);
    return {
      sink: (i, strip) =>
        sweeps.length > 0
          ? matrix.taker(firstSeeded, sweeps[i]!.derived.kind.isReverse, strip, byColumn.isSymmetric)
          : undefined,
      arrays: () => matrix.arrays,
      held: () => matrix.held(),
      answer: (encoding) => matrixAnswer(matrix, rows, columns, encoding),
    };
  }

  function compressedCollector(points: number | undefined, { pattern }: NonNullable<Route["compressed"]>): Collector {
    const { format } = question;
    const entries = new Entries(pattern, points);
    const array = ndarray("float64", [entries.values.length], entries.values);
    return {
      entries,
      arrays: () => [[array]],
      held() {
        const { indices, nonzeros } = pattern;
        const rows = pattern.rowIndices();
        return [{ array, size: nonzeros, row: (e) => rows[e]!, column: (e) => indices[e]! }];
      },
      sink: (i) => sides[i] && entries.sink(sides[i].given, sides[i].sweeps, firstSeeded),
      answer(encoding) {
        if (format !== "dense") return sparseAnswer(entries, { rows, columns, layout, format, points, encoding });
        const matrix = new Matrix(grid, points, layout);
        matrix.fill(entries);
        return matrixAnswer(matrix, rows, columns, encoding);
      },
    };
  }
}

/** All unit seeds at once. */
function unitSweeps({ derived }: Route, { rows, columns }: Grid, { layout }: Question) {
  const seeded = derived.kind.isReverse ? rows : columns;
  const sweeps: Sweep[] = seeded.total > 0 ? [{ derived, seeds: unitSeeds(seeded, layout) }] : [];
  return { sweeps, sides: [] };
}

/** Sums of unit seeds, one for each colour; in both directions where there are colours of both. */
function compressedSweeps(
  { compression, forward, reverse }: NonNullable<Route["compressed"]>,
  { rows, columns }: Grid,
) {
  const both = [
    ...(forward ? [{ derived: forward, seeded: columns, given: rows, sweeps: compression.forward }] : []),
    ...(reverse ? [{ derived: reverse, seeded: rows, given: columns, sweeps: compression.reverse }] : []),
  ];
  const sides = both.filter(({ sweeps }) => sweeps.count > 0);
  const sweeps: Sweep[] = sides.map(({ derived, seeded, sweeps }) => ({
    derived,
    seeds: compressedSeeds(seeded, sweeps),
  }));
  return { sweeps, sides };
}

/** What a matrix takes in an answer, and while it is made. */
function matrixParts({ layout, format }: Question, { compressed }: Route, { rows, columns }: Grid): Part[] {
  if (!compressed) return [matrixPart(rows, columns, layout)];
  const { nonzeros } = compressed.pattern;
  if (format === "dense") return [matrixPart(rows, columns, layout), { rows: [[nonzeros]], isScratch: true }];
  const isBlocks = layout === "blocks";
  const indices: Part = { dtype: "int32", isShared: true, rows: [[nonzeros]] };
  const pointers = format === "coo" ? nonzeros : 1 + rows.total;
  const empty = { rows: rows.shapes.map(() => [0]), columns: columns.shapes.map((): Shape => []) };
  return [
    { rows: [[nonzeros]] },
    indices,
    { ...indices, rows: [[pointers]], copies: format === "csr" && isBlocks ? columns.shapes.length : 1 },
    ...(isBlocks ? [{ ...empty, copies: 3, isShared: true }] : []),
  ];
}

/** A dense matrix in its layout. */
function matrixAnswer({ arrays, isWhole }: Matrix, rows: Side, columns: Side, encoding: Encoding): Answer {
  if (isWhole) return new TensorLeaf(arrays[0]![0]!, encoding);
  return named(rows.names, (i) => tensors(columns.names, arrays[i]!, encoding));
}
