import { type Kind, kinds } from "../engine/derived.ts";
import { both, collectOutputs, collectProducts, Matrix, result } from "../engine/runs/collect.ts";
import { drive, prepare, type Sink, strips } from "../engine/runs/execute.ts";
import { givenSeeds } from "../engine/runs/seeds.ts";
import type { Eventually } from "../rpc/eventually.ts";
import { type RawJson, rawArray } from "../rpc/raw.ts";
import type { Selection } from "../transforms/derive.ts";
import { planProducts } from "./planning.ts";
import { keepMatrix } from "./repeated.ts";
import {
  arrayOf,
  frameOf,
  type MatrixAnswer,
  type MatrixRequest,
  matrixFrameOf,
  matrixPart,
  matrixText,
  namedRanges,
  outputResults,
  outputsText,
  type RunParams,
  tensorsText,
} from "./results.ts";
import { compressedMatrix } from "./sparse.ts";
import type { Task } from "./task.ts";

type Seed = Readonly<Record<string, unknown>>;

/** What products answer: members of the result. */
export interface ProductsAnswer {
  readonly outputs: RawJson;
  readonly gradient: RawJson;
  readonly products: RawJson;
}

/** Runs a kind of derivative on given seeds, or on none. */
export function runProducts(
  task: Task,
  kind: Kind,
  selection: Selection,
  params: RunParams,
  seeds?: Seed | readonly Seed[],
): Eventually<ProductsAnswer> {
  return drive(products(task, kind, selection, params, seeds));
}

function* products(
  task: Task,
  kind: Kind,
  selection: Selection,
  { inputs, batch, encoding }: RunParams,
  seeds: Seed | readonly Seed[] = [],
): Generator<void, ProductsAnswer> {
  const list: readonly Seed[] = Array.isArray(seeds) ? seeds : [seeds as Seed];
  const { seeded, gives, hasGradient, seedless } = kinds[kind];
  const planned = planProducts(task, list.length > 0 ? kind : seedless, selection, Math.max(1, list.length));
  task.checkOperations(planned.operations, batch);
  const frame = frameOf(task, selection);
  const none = { shapes: [], names: [], keys: [] };
  const of = gives ? frame[gives] : none;
  const productShapes = of.shapes;
  const gradientShapes = hasGradient ? frame.wrt.shapes : [];
  const parts = [...task.outputParts(), { rows: gradientShapes }, { rows: productShapes, copies: list.length }];
  const answerBytes = task.checkAnswer(parts, batch, encoding);

  const tensors = task.decodeInputs(inputs, batch);
  const by = seeded ? frame[seeded] : none;
  const decoded = seeded ? task.decodeSeeds(list, by.names, by.shapes, batch) : [];
  const sent = decoded.length > 0 ? givenSeeds(decoded, by.shapes) : undefined;
  const run = prepare(task.derivation, { derived: planned.derived, inputs: tensors, points: batch, seeds: sent });
  const release = task.context.engine.admit(run.bytes + answerBytes);
  try {
    const outputs = outputResults(task, batch);
    const gradient = gradientShapes.map((shape) => result(shape, "float64", batch));
    const products = list.map(() => productShapes.map((shape) => result(shape, "float64", batch)));
    const first = outputs.length + gradient.length;
    const sink = both(collectOutputs([...outputs, ...gradient]), collectProducts(products, first));
    yield* strips(run, task.budget, sink);
    const texts = products.map((list) => tensorsText(of.keys, list.map(arrayOf), encoding));
    return {
      outputs: outputsText(task, frame.outputs, outputs.map(arrayOf), encoding),
      gradient: tensorsText(frame.wrt.keys, gradient.map(arrayOf), encoding),
      products: Array.isArray(seeds) ? rawArray(texts) : texts[0]!,
    };
  } finally {
    release();
  }
}

/** Runs a Jacobian or Hessian with unit seeds, or with sums of them where that was planned. */
export function runMatrix(task: Task, request: MatrixRequest, params: RunParams): Eventually<MatrixAnswer> {
  const { compressed } = request.planned;
  return drive(compressed ? compressedMatrix(task, request, compressed, params) : matrix(task, request, params));
}

function* matrix(task: Task, request: MatrixRequest, params: RunParams): Generator<void, MatrixAnswer> {
  const { planned, selection, layout, isHessian } = request;
  const { inputs, batch, encoding } = params;
  task.checkOperations(planned.operations, batch);
  const frame = frameOf(task, selection);
  const { rows, columns, gradientShapes, grid, rowUnits, columnUnits } = matrixFrameOf(frame, isHessian);
  const parts = [...task.outputParts(), { rows: gradientShapes }, matrixPart(rows.shapes, columns.shapes, layout)];
  const answerBytes = task.checkAnswer(parts, batch, encoding);

  const tensors = task.decodeInputs(inputs, batch);
  const isReverse = planned.derived.kind.isReverse;
  const units = { ...(isReverse ? rowUnits : columnUnits), unitLayout: layout };
  const seeds = units.count > 0 ? units : undefined;
  const derived = seeds ? planned.derived : task.derivation.derive(isHessian ? "gradient" : "evaluate", selection);
  const run = prepare(task.derivation, { derived, inputs: tensors, points: batch, seeds });
  const release = task.context.engine.admit(run.bytes + answerBytes);
  try {
    const outputs = outputResults(task, batch);
    const gradient = gradientShapes.map((shape) => result(shape, "float64", batch));
    const matrix = new Matrix(grid, batch, layout);
    const first = outputs.length + gradient.length;
    const sinks: Sink[] = [collectOutputs([...outputs, ...gradient])];
    if (seeds) sinks.push(matrix.taker(first, isReverse, run.strip));
    yield* strips(run, task.budget, both(...sinks));
    keepMatrix(task, request, params, { run, frame, matrix, answerBytes });
    return {
      outputs: outputsText(task, frame.outputs, outputs.map(arrayOf), encoding),
      gradient: tensorsText(columns.keys, gradient.map(arrayOf), encoding),
      matrix: matrixText(matrix, rows, columns, encoding),
      ranges: layout === "matrix" ? namedRanges(grid, rows.names, columns.names) : undefined,
    };
  } finally {
    release();
  }
}
