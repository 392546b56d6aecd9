import { both, bytesOf, collectOutputs, collectProducts, Matrix, type Result, result } from "../engine/collect.ts";
import type { Kind } from "../engine/engine.ts";
import { execute, type Sink } from "../engine/execute.ts";
import { givenSeeds, unitSeeds } from "../engine/seeds.ts";
import { limitExceeded } from "../errors.ts";
import type { DType } from "../graph/dtype.ts";
import type { NdArray } from "../graph/ndarray.ts";
import { elementCount, type Shape } from "../graph/shape.ts";
import { convertArray, type Encoding, encodeTensor } from "../syntax/tensor.ts";
import type { Selection } from "../transforms/derive.ts";
import { type Planned, planProducts } from "./planning.ts";
import type { Task } from "./task.ts";

/** The parameters of a call that runs a graph. */
export interface RunParams {
  readonly inputs?: Readonly<Record<string, unknown>> | undefined;
  readonly batch?: number | undefined;
  readonly encoding: Encoding;
}

type Seed = Readonly<Record<string, unknown>>;

/** Tensors by name, as an answer has them. */
export type Tensors = Record<string, unknown>;

/** What products answer. */
export interface ProductsAnswer {
  readonly outputs: Tensors;
  readonly gradient: Tensors;
  readonly products: Tensors | Tensors[];
}

/** Where each kind takes its seeds and gives its products, whether it gives a gradient, and what it is without seeds. */
const roles = {
  evaluate: { seeded: undefined, given: undefined, hasGradient: false, seedless: "evaluate" },
  jvp: { seeded: "wrt", given: "of", hasGradient: false, seedless: "evaluate" },
  vjp: { seeded: "of", given: "wrt", hasGradient: false, seedless: "evaluate" },
  gradient: { seeded: undefined, given: undefined, hasGradient: true, seedless: "gradient" },
  hvp: { seeded: "wrt", given: "wrt", hasGradient: true, seedless: "gradient" },
} as const satisfies Record<Kind, object>;

/** Limits that a call can meet before anything is known of its derivatives. */
export function checkCounts(task: Task, batch: number | undefined, seeds?: Seed | readonly Seed[]): void {
  task.checkPoints(batch);
  const { seeds: allowed } = task.context.config.limits;
  if (Array.isArray(seeds) && seeds.length > allowed) throw limitExceeded("seeds", allowed, seeds.length);
}

/** Runs a kind of derivative on given seeds, or on none. */
export async function runProducts(
  task: Task,
  kind: Kind,
  selection: Selection,
  { inputs, batch, encoding }: RunParams,
  seeds: Seed | readonly Seed[] = [],
): Promise<ProductsAnswer> {
  const list: readonly Seed[] = Array.isArray(seeds) ? seeds : [seeds as Seed];
  const { seeded, given, hasGradient, seedless } = roles[kind];
  const planned = planProducts(task, list.length > 0 ? kind : seedless, selection, Math.max(1, list.length));
  task.checkOperations(planned.operations, batch);
  const shapesOf = (side: "wrt" | "of") =>
    side === "wrt" ? task.inputShapes(selection.wrt) : task.outputShapes(selection.of);
  const namesOf = (side: "wrt" | "of") =>
    side === "wrt" ? task.inputNames(selection.wrt) : task.outputNames(selection.of);
  const productShapes = given ? shapesOf(given) : [];
  const gradientShapes = hasGradient ? task.inputShapes(selection.wrt) : [];
  const perSeed = list.flatMap(() => productShapes);
  task.checkAnswer([...outputTypes(task), ...floats([...gradientShapes, ...perSeed])], batch, encoding);

  const tensors = task.decodeInputs(inputs, batch);
  const decoded = seeded ? list.map((seed) => task.decodeSeed(seed, namesOf(seeded), shapesOf(seeded), batch)) : [];
  const outputs = outputResults(task, batch);
  const gradient = gradientShapes.map((shape) => result(shape, "float64", batch));
  const products = list.map(() => productShapes.map((shape) => result(shape, "float64", batch)));
  const first = outputs.length;
  await execute(
    task.context.engine,
    task.derivation,
    {
      derived: planned.derived,
      inputs: tensors,
      points: batch,
      seeds: decoded.length > 0 ? givenSeeds(decoded, shapesOf(seeded!)) : undefined,
      resultBytes: bytesOf([...outputs.map((o) => o.array.shape), ...gradientShapes, ...perSeed], 1),
    },
    task.budget,
    both(collectOutputs(outputs), collectOutputs(gradient, first), collectProducts(products, first + gradient.length)),
  );
  const encoded = products.map((list) => encodeMap(namesOf(given!), list.map(arrayOf), encoding));
  return {
    outputs: encodeOutputs(task, outputs, encoding),
    gradient: encodeMap(task.inputNames(hasGradient ? selection.wrt : []), gradient.map(arrayOf), encoding),
    products: Array.isArray(seeds) ? encoded : encoded[0]!,
  };
}

/** A Jacobian or Hessian to be run: its rows are outputs or inputs, its columns inputs. */
export interface MatrixRequest {
  readonly planned: Planned;
  readonly selection: Selection;
  readonly layout: "blocks" | "matrix";
  /** Whether the matrix is the gradient's Jacobian. */
  readonly isHessian: boolean;
}

/** What a matrix answers. */
export interface MatrixAnswer {
  readonly outputs: Tensors;
  readonly gradient: Tensors;
  readonly matrix: unknown;
  /** Present in the matrix layout. */
  readonly ranges: { rowRanges: readonly object[]; columnRanges: readonly object[] } | undefined;
}

/** Runs a Jacobian or Hessian with unit seeds. */
export async function runMatrix(
  task: Task,
  { planned, selection, layout, isHessian }: MatrixRequest,
  { inputs, batch, encoding }: RunParams,
): Promise<MatrixAnswer> {
  task.checkOperations(planned.operations, batch);
  const columnShapes = task.inputShapes(selection.wrt);
  const columnNames = task.inputNames(selection.wrt);
  const rowShapes = isHessian ? columnShapes : task.outputShapes(selection.of);
  const rowNames = isHessian ? columnNames : task.outputNames(selection.of);
  const gradientShapes = isHessian ? columnShapes : [];
  const shapes = matrixShapes(rowShapes, columnShapes, layout);
  task.checkAnswer([...outputTypes(task), ...floats([...gradientShapes, ...shapes])], batch, encoding);

  const tensors = task.decodeInputs(inputs, batch);
  const isReverse = planned.derived.kind === "vjp";
  const seeds = unitSeeds(isReverse ? rowShapes : columnShapes);
  const seedless = isHessian ? "gradient" : "evaluate";
  const derived = seeds.count > 0 ? planned.derived : task.derivation.derive(seedless, selection);
  const outputs = outputResults(task, batch);
  const gradient = gradientShapes.map((shape) => result(shape, "float64", batch));
  const resultBytes = bytesOf([...outputs.map((o) => o.array.shape), ...gradient.map((g) => g.array.shape)], 1);
  const release = task.context.engine.admit(resultBytes + bytesOf(shapes, batch));
  try {
    const matrix = new Matrix(rowShapes, columnShapes, batch, layout);
    const first = outputs.length + gradient.length;
    const sinks: Sink[] = [collectOutputs(outputs), collectOutputs(gradient, outputs.length)];
    if (seeds.count > 0) sinks.push(isReverse ? matrix.rows(first) : matrix.columns(first));
    await execute(
      task.context.engine,
      task.derivation,
      {
        derived,
        inputs: tensors,
        points: batch,
        seeds: seeds.count > 0 ? seeds : undefined,
        resultBytes: 0,
      },
      task.budget,
      both(...sinks),
    );
    const ranges = namedRanges(matrix, rowNames, columnNames);
    return {
      outputs: encodeOutputs(task, outputs, encoding),
      gradient: encodeMap(isHessian ? columnNames : [], gradient.map(arrayOf), encoding),
      matrix:
        layout === "matrix"
          ? encodeTensor(matrix.arrays[0]![0]!, encoding)
          : Object.fromEntries(rowNames.map((name, i) => [name, encodeMap(columnNames, matrix.arrays[i]!, encoding)])),
      ranges: layout === "matrix" ? ranges : undefined,
    };
  } finally {
    release();
  }
}

/** The tensors of a Jacobian or Hessian in a layout. */
export function matrixShapes(rows: readonly Shape[], columns: readonly Shape[], layout: "blocks" | "matrix"): Shape[] {
  if (layout === "blocks") return rows.flatMap((row) => columns.map((column) => [...row, ...column]));
  return [[rows, columns].map((shapes) => shapes.map(elementCount).reduce((a, b) => a + b, 0))];
}

function namedRanges(matrix: Matrix, rowNames: readonly string[], columnNames: readonly string[]) {
  const { rows, columns } = matrix.ranges;
  return {
    rowRanges: rows.map((range, i) => ({ name: rowNames[i]!, ...range })),
    columnRanges: columns.map((range, i) => ({ name: columnNames[i]!, ...range })),
  };
}

function outputTypes(task: Task): { shape: Shape; dtype: DType }[] {
  return task.loaded.graph.outputs.map(({ node, dtype }) => ({ shape: node.shape, dtype }));
}

function floats(shapes: readonly Shape[]): { shape: Shape; dtype: DType }[] {
  return shapes.map((shape) => ({ shape, dtype: "float64" }));
}

function outputResults(task: Task, points: number | undefined): Result[] {
  return task.loaded.graph.outputs.map(({ node }) => result(node.shape, node.dtype, points));
}

function encodeOutputs(task: Task, outputs: readonly Result[], encoding: Encoding): Tensors {
  const declared = task.loaded.graph.outputs;
  return encodeMap(
    declared.map(({ name }) => name),
    outputs.map(({ array }, i) => convertArray(array, declared[i]!.dtype)),
    encoding,
  );
}

function encodeMap(names: readonly string[], arrays: readonly NdArray[], encoding: Encoding): Tensors {
  // fromEntries makes own members of any name.
  return Object.fromEntries(names.map((name, i) => [name, encodeTensor(arrays[i]!, encoding)]));
}

function arrayOf({ array }: Result): NdArray {
  return array;
}
