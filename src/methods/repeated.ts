import type { Engine, LoadedGraph } from "../engine/engine.ts";
import type { Matrix } from "../engine/runs/collect.ts";
import { onlySeeds, type Prepared, type Sink } from "../engine/runs/execute.ts";
import type { DType } from "../graph/dtype.ts";
import type { Graph } from "../graph/graph.ts";
import { convertArray, type NdArray, zeros } from "../graph/ndarray.ts";
import type { Call } from "../rpc/method.ts";
import { settingsOf } from "../rpc/params.ts";
import { RawJson } from "../rpc/raw.ts";
import type { Encoding } from "../syntax/tensor.ts";
import { tensorJson } from "../syntax/tensor-text.ts";
import type { Context } from "./context.ts";
import { decodeInputs } from "./inputs.ts";
import {
  type Frame,
  idText,
  type MatrixRequest,
  matrixFrameOf,
  membersText,
  namedRanges,
  planText,
  type RunParams,
} from "./results.ts";
import type { Task } from "./task.ts";

/** What a first call found, for those that follow. */
interface Found {
  readonly run: Prepared;
  readonly frame: Frame;
  readonly matrix: Matrix;
  readonly answerBytes: number;
}

/** A tensor that an answer has between its texts: an output of the program, or an array that is filled with some. */
interface Hole {
  readonly source: number | NdArray;
  readonly dtype: DType;
}

// All that a call finds out beforehand is looked at anew now and then, so that the cache knows what is in use.
const usesMax = 100;
const bytesMax = 2 ** 14;

/** Matrices by the settings of their calls and by their graphs: they are let go with either. */
const kept = new WeakMap<object, WeakMap<LoadedGraph, RepeatedMatrix>>();

/**
 * Answers a call that differs from an earlier one in its numbers only; undefined where nothing is kept of such a one.
 * Throws `input_mismatch`, `overloaded`.
 */
export function repeatMatrix(
  { engine }: Context,
  call: Call,
  params: RunParams & { readonly graph: unknown },
): RawJson | undefined {
  const settings = settingsOf(params);
  const loaded = settings && engine.recall(params.graph);
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

/** A small Jacobian or Hessian at one point, over and over: all but its numbers is made, the text of its answer too. */
class RepeatedMatrix {
  readonly noted: { readonly graph: string; readonly cached: true };
  private readonly bytes: number;
  private readonly graph: Graph;
  private readonly program: Prepared["program"];
  private readonly encoding: Encoding;
  /** Fills the matrix, where the program's outputs are not the answer's tensors. */
  private readonly take: Sink | undefined;
  /** The program's inputs: scalars are written into them, other tensors take their places, seeds stay. */
  private readonly values: NdArray[];
  private readonly seeds: number;
  private readonly texts: readonly string[] = [];
  private readonly holes: readonly Hole[] = [];
  private readonly evictions: number;
  private uses = 0;

  constructor(task: Task, request: MatrixRequest, encoding: Encoding, { run, frame, matrix, answerBytes }: Found) {
    const { graph, id } = task.loaded;
    const { seeds, derived } = run.run;
    const { unitLayout } = run.strip;
    this.noted = { graph: id, cached: true };
    this.bytes = run.bytes + answerBytes;
    this.graph = graph;
    this.program = run.program;
    this.encoding = encoding;
    this.seeds = seeds?.count ?? 1;
    this.evictions = task.context.engine.evictions;
    const held = seeds && !unitLayout ? onlySeeds(derived, seeds, run.strip) : [];
    this.values = [...graph.inputs.map(() => zeros("float64", [])), ...held];

    const { rows, columns, grid, gradientShapes } = matrixFrameOf(frame, request.isHessian);
    const isReverse = derived.kind.isReverse;
    const first = graph.outputs.length + gradientShapes.length;
    const seeded = isReverse ? rows.shapes : columns.shapes;
    const isOneScalar = seeds !== undefined && seeded.length === 1 && seeded[0]!.length === 0;
    // What its one seed gives is the blocks themselves.
    const isPlain = isOneScalar && !unitLayout && !matrix.isWhole;
    this.take = isPlain ? undefined : seeds && matrix.taker(first, isReverse, run.strip);
    const holes: Hole[] = [];
    const hole = (source: Hole["source"], dtype: DType = "float64") => {
      holes.push({ source, dtype });
      // No JSON text has this character.
      return `\0${holes.length - 1}\0`;
    };
    const block = (i: number, j: number) => hole(isPlain ? first + (isReverse ? j : i) : matrix.arrays[i]![j]!);
    const { text } = request.compose({
      graph: idText(task),
      outputs: membersText(frame.outputs.keys, (i) => hole(i, graph.outputs[i]!.dtype)),
      gradient: membersText(columns.keys, (i) => hole(graph.outputs.length + i), gradientShapes.length),
      matrix: matrix.isWhole
        ? new RawJson(block(0, 0))
        : membersText(rows.keys, (i) => membersText(columns.keys, (j) => block(i, j)).text),
      ranges: request.layout === "matrix" ? namedRanges(grid, rows.names, columns.names) : undefined,
      plan: planText(request.planned.plan()),
    });
    const pieces = String(text).split("\0");
    this.texts = pieces.filter((_, i) => i % 2 === 0);
    this.holes = pieces.filter((_, i) => i % 2 === 1).map((index) => holes[Number(index)]!);
  }

  /** Whether what was found still holds. */
  isFresh({ evictions }: Engine): boolean {
    return this.uses++ < usesMax && this.evictions === evictions;
  }

  /** Undefined where the program cannot run at once on these numbers. */
  answer(engine: Engine, given: Readonly<Record<string, unknown>> | undefined): RawJson | undefined {
    const { texts, holes, encoding, seeds } = this;
    readInputs(this.graph, given, this.values);
    engine.checkRoom(this.bytes);
    const outputs = this.program.atOnce!(this.values);
    if (!outputs) return undefined;
    if (this.take) this.take({ outputs, firstPoint: 0, points: 1, firstSeed: 0, seeds, seedsHeld: seeds });
    let text = texts[0]!;
    for (let i = 0; i < holes.length; i++) {
      const { source, dtype } = holes[i]!;
      const array = typeof source === "number" ? outputs[source]! : source;
      text += tensorJson(dtype === "float64" ? array : converted(array, dtype), encoding) + texts[i + 1]!;
    }
    return new RawJson(text);
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

/** Numbers of the program's memory, where all are float64, in their own dtype. */
function converted(array: NdArray, dtype: DType): NdArray {
  return convertArray({ ...array, dtype: "float64" }, dtype);
}
