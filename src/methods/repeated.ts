import type { Matrix } from "../engine/collect.ts";
import type { Engine, LoadedGraph } from "../engine/engine.ts";
import { onlySeeds, type Prepared, type Sink } from "../engine/execute.ts";
import type { Graph } from "../graph/graph.ts";
import { type NdArray, zeros } from "../graph/ndarray.ts";
import type { Call } from "../rpc/method.ts";
import { settingsOf } from "../rpc/params.ts";
import type { RawJson } from "../rpc/raw.ts";
import type { Encoding } from "../syntax/tensor.ts";
import type { Context } from "./context.ts";
import { decodeInputs } from "./inputs.ts";
import {
  type Frame,
  idText,
  type MatrixAnswer,
  type MatrixFrame,
  type MatrixRequest,
  matrixFrameOf,
  matrixText,
  namedRanges,
  outputsText,
  planText,
  type RunParams,
  tensorsText,
} from "./results.ts";
import type { Task } from "./task.ts";

/** What a first call found, for those that follow. */
interface Found {
  readonly run: Prepared;
  readonly frame: Frame;
  readonly matrix: Matrix;
  readonly answerBytes: number;
}

// All that a call finds out beforehand is looked at anew now and then, so that the cache knows what is in use.
const usesMax = 100;
const bytesMax = 2 ** 14;

/** Matrices by the settings of their calls and by their graphs: they are let go with either. */
const kept = new WeakMap<object, WeakMap<LoadedGraph, RepeatedMatrix>>();

/** Answers a call that differs from an earlier one in its numbers only; undefined where nothing is kept of such a one. */
export function repeatMatrix(
  { engine }: Context,
  call: Call,
  params: RunParams & { readonly graph: unknown },
): RepeatedAnswer | undefined {
  const settings = settingsOf(params);
  const loaded = settings && engine.again(params.graph);
  const repeated = loaded && kept.get(settings)?.get(loaded);
  if (!repeated?.isFresh(engine)) return undefined;
  call.note(repeated.noted);
  return repeated.answer(engine, params.inputs);
}

/** Keeps what a small call of a matrix found out, if its program can run at once. */
export function keepMatrix(task: Task, request: MatrixRequest, params: RunParams, found: Found): void {
  const settings = settingsOf(params);
  const { run, strip, program } = found.run;
  const isOneStrip = run.points === undefined && (run.seeds?.count ?? 1) === (strip.seeds ?? 1);
  if (!settings || !isOneStrip || !program.atOnce || found.answerBytes > bytesMax) return;
  const graphs = kept.get(settings) ?? new WeakMap<LoadedGraph, RepeatedMatrix>();
  kept.set(settings, graphs);
  graphs.set(task.loaded, new RepeatedMatrix(task, request, params.encoding, found));
}

/** What the answer is made of. */
export interface RepeatedAnswer extends MatrixAnswer {
  readonly graph: RawJson;
  readonly plan: RawJson;
}

/** A small Jacobian or Hessian at one point, over and over: all but its numbers is made. */
class RepeatedMatrix {
  readonly noted: { readonly graph: string; readonly cached: true };
  readonly loaded: LoadedGraph;
  private readonly bytes: number;
  private readonly graph: RawJson;
  private readonly program: Prepared["program"];
  private readonly encoding: Encoding;
  private readonly frame: Frame;
  private readonly matrixFrame: MatrixFrame;
  private readonly matrix: Matrix;
  private readonly take: Sink | undefined;
  private readonly ranges: MatrixAnswer["ranges"];
  private readonly plan: RawJson;
  /** The program's inputs: scalars are written into them, other tensors take their places, seeds stay. */
  private readonly values: NdArray[];
  private readonly seeds: number;
  private readonly evictions: number;
  private uses = 0;

  constructor(task: Task, request: MatrixRequest, encoding: Encoding, { run, frame, matrix, answerBytes }: Found) {
    const { loaded } = task;
    const { seeds, derived } = run.run;
    this.noted = { graph: loaded.id, cached: true };
    this.bytes = run.bytes + answerBytes;
    this.loaded = loaded;
    this.graph = idText(task);
    this.program = run.program;
    this.encoding = encoding;
    this.frame = frame;
    this.matrixFrame = matrixFrameOf(frame, request.isHessian);
    this.matrix = matrix;
    this.seeds = seeds?.count ?? 1;
    const first = loaded.graph.outputs.length + this.matrixFrame.gradientShapes.length;
    this.take = seeds && matrix.taker(first, derived.kind === "vjp", run.strip);
    const { rows, columns, grid } = this.matrixFrame;
    this.ranges = request.layout === "matrix" ? namedRanges(grid, rows.names, columns.names) : undefined;
    this.plan = planText(request.planned.plan());
    const held = seeds && !run.strip.units ? onlySeeds(derived, seeds, run.strip) : [];
    this.values = [...loaded.graph.inputs.map(() => zeros("float64", [])), ...held];
    this.evictions = task.context.engine.evictions;
  }

  /** Whether what was found still holds. */
  isFresh({ evictions }: Engine): boolean {
    return this.uses++ < usesMax && this.evictions === evictions;
  }

  /** Throws `input_mismatch`, `overloaded`. Undefined where the program cannot run at once on these numbers. */
  answer(engine: Engine, given: Readonly<Record<string, unknown>> | undefined): RepeatedAnswer | undefined {
    const { loaded, encoding, frame, matrix, matrixFrame, seeds } = this;
    const { graph } = loaded;
    readInputs(graph, given, this.values);
    engine.checkRoom(this.bytes);
    const outputs = this.program.atOnce!(this.values);
    if (!outputs) return undefined;
    this.take?.({ outputs, firstPoint: 0, points: 1, firstSeed: 0, seeds, seedsHeld: seeds });
    const count = graph.outputs.length;
    const { rows, columns, gradientShapes } = matrixFrame;
    return {
      graph: this.graph,
      outputs: outputsText(this, frame.outputs, outputs.slice(0, count), encoding),
      gradient: tensorsText(columns.keys, outputs.slice(count, count + gradientShapes.length), encoding),
      matrix: matrixText(matrix, rows, columns, encoding),
      ranges: this.ranges,
      plan: this.plan,
    };
  }
}

/** Puts the inputs of a graph in place: numbers that need no more than that, or whatever tensors are given. */
function readInputs(graph: Graph, given: Readonly<Record<string, unknown>> = {}, values: NdArray[]): void {
  const { inputs } = graph;
  let plain = Object.keys(given).length === inputs.length ? 0 : Number.NaN;
  for (; plain < inputs.length; plain++) {
    const { name, shape, dtype } = inputs[plain]!;
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    if (shape.length > 0 || dtype !== "float64" || typeof value !== "number" || !Number.isFinite(value)) break;
    values[plain]!.data[0] = value;
  }
  if (plain === inputs.length) return;
  decodeInputs(graph, given, undefined).forEach(({ array }, i) => {
    values[i] = array;
  });
}
