import { Grid, type Matrix, type Result, result } from "../engine/runs/collect.ts";
import { type Seeds, unitSeeds } from "../engine/runs/seeds.ts";
import { convertArray, type NdArray } from "../graph/ndarray.ts";
import { elementCount, type Shape } from "../graph/shape.ts";
import { RawJson } from "../rpc/raw.ts";
import { type Text, TextWriter } from "../rpc/text.ts";
import type { Encoding } from "../syntax/tensor.ts";
import type { Selection } from "../transforms/derive.ts";
import type { Part } from "./answer.ts";
import type { Format } from "./compression.ts";
import type { Plan, Planned } from "./planning.ts";
import type { Task } from "./task.ts";
import { tensorText } from "./tensor-text.ts";

/** The parameters of a call that runs a graph. */
export interface RunParams {
  readonly inputs?: Readonly<Record<string, unknown>> | undefined;
  readonly batch?: number | undefined;
  readonly encoding: Encoding;
}

/** All that the answer of a matrix is made of. */
export interface WholeAnswer extends MatrixAnswer {
  readonly graph: RawJson;
  readonly plan: RawJson;
}

/** A Jacobian or Hessian to be run: its rows are outputs or inputs, its columns inputs. */
export interface MatrixRequest {
  readonly planned: Planned;
  readonly selection: Selection;
  readonly layout: "blocks" | "matrix";
  readonly format?: Format;
  /** Whether what was compressed is checked. */
  readonly verify?: boolean;
  /** Whether the matrix is the gradient's Jacobian. */
  readonly isHessian: boolean;
  /** Makes the answer of all that it is made of. */
  readonly compose: (answer: WholeAnswer) => RawJson;
}

/** What a matrix answers: members of the result. */
export interface MatrixAnswer {
  readonly outputs: RawJson;
  readonly gradient: RawJson;
  readonly matrix: RawJson;
  /** Present in the matrix layout. */
  readonly ranges: { rowRanges: readonly object[]; columnRanges: readonly object[] } | undefined;
}

/** Tensors of one kind, and their names as an answer writes them. */
export interface Side {
  readonly shapes: readonly Shape[];
  readonly names: readonly string[];
  /** `"name":` */
  readonly keys: readonly string[];
}

/** What calls that differentiate the same have in common, whatever their numbers. */
export interface Frame {
  readonly outputs: Side;
  readonly wrt: Side;
  readonly of: Side;
  readonly bytes: number;
  /** Made when first asked for, by {@link matrixFrameOf}. */
  readonly matrices: { jacobian?: MatrixFrame; hessian?: MatrixFrame };
}

/** What calls for the same matrix have in common. */
export interface MatrixFrame {
  readonly rows: Side;
  readonly columns: Side;
  /** Shapes of the gradient that a Hessian gives beside it. */
  readonly gradientShapes: readonly Shape[];
  readonly grid: Grid;
  readonly rowUnits: Seeds;
  readonly columnUnits: Seeds;
}

/** The frame of a selection, kept with the graph. */
export function frameOf(task: Task, selection: Selection): Frame {
  return task.derivation.noted("frame", selection, () => {
    const { inputs, outputs } = task.loaded.graph;
    const declared = outputs.map(({ name, node }) => ({ name, shape: node.shape }));
    const wrt = sideOf(selection.wrt.map((i) => inputs[i]!));
    const of = sideOf(selection.of.map((i) => declared[i]!));
    const { n, m } = task.count(selection);
    const bytes = bytesPerName * (outputs.length + wrt.names.length + of.names.length) + bytesPerScalar * (n + m);
    return { outputs: sideOf(declared), wrt, of, matrices: {}, bytes };
  });
}

/** The frame of a Jacobian or Hessian. */
export function matrixFrameOf({ wrt, of, matrices }: Frame, isHessian: boolean): MatrixFrame {
  const name = isHessian ? "hessian" : "jacobian";
  const known = matrices[name];
  if (known) return known;
  const rows = isHessian ? wrt : of;
  const made = {
    rows,
    columns: wrt,
    gradientShapes: isHessian ? wrt.shapes : [],
    grid: new Grid(rows.shapes, wrt.shapes),
    rowUnits: unitSeeds(rows.shapes),
    columnUnits: unitSeeds(wrt.shapes),
  };
  matrices[name] = made;
  return made;
}

const bytesPerName = 500;
// Of the owners of rows and columns, for both kinds of matrices.
const bytesPerScalar = 16;

function sideOf(list: readonly { readonly name: string; readonly shape: Shape }[]): Side {
  return {
    shapes: list.map(({ shape }) => shape),
    names: list.map(({ name }) => name),
    keys: keysOf(list.map(({ name }) => name)),
  };
}

/** A Jacobian or Hessian as a part of an answer. */
export function matrixPart(rows: readonly Shape[], columns: readonly Shape[], layout: "blocks" | "matrix"): Part {
  if (layout === "blocks") return { rows, columns };
  const [m, n] = [rows, columns].map((shapes) => shapes.reduce((sum, shape) => sum + elementCount(shape), 0));
  return { rows: [[m!]], columns: [[n!]] };
}

/** Where each block of a matrix is, by name. */
export function namedRanges({ ranges }: Grid, rowNames: readonly string[], columnNames: readonly string[]) {
  return {
    rowRanges: ranges.rows.map((range, i) => ({ name: rowNames[i]!, ...range })),
    columnRanges: ranges.columns.map((range, i) => ({ name: columnNames[i]!, ...range })),
  };
}

/** Empty tensors for the outputs of the graph. */
export function outputResults(task: Task, points: number | undefined): Result[] {
  return task.loaded.graph.outputs.map(({ node }) => result(node.shape, node.dtype, points));
}

/** The outputs as the answer has them. */
export function outputsText(
  { loaded }: Pick<Task, "loaded">,
  { keys }: Side,
  outputs: readonly NdArray[],
  encoding: Encoding,
): RawJson {
  const declared = loaded.graph.outputs;
  return tensorsText(
    keys,
    outputs.map((array, i) => convertArray(array, declared[i]!.dtype)),
    encoding,
  );
}

/** Tensors by name, whose memory is the answer's from now on. */
export function tensorsText(keys: readonly string[], arrays: readonly NdArray[], encoding: Encoding): RawJson {
  return membersText(keys, (i) => tensorText(arrays[i]!, encoding), arrays.length);
}

/** A dense matrix in its layout, whose memory is the answer's from now on. */
export function matrixText(matrix: Matrix, rows: Side, columns: Side, encoding: Encoding): RawJson {
  const { arrays, isWhole } = matrix;
  if (isWhole) return new RawJson(tensorText(arrays[0]![0]!, encoding));
  return membersText(rows.keys, (i) => tensorsText(columns.keys, arrays[i]!, encoding).text);
}

/** An object, member by member. */
export function membersText(keys: readonly string[], text: (i: number) => Text, count = keys.length): RawJson {
  const all = new TextWriter("{");
  for (let i = 0; i < count; i++) all.add(i === 0 ? keys[i]! : `,${keys[i]!}`).add(text(i));
  return new RawJson(all.add("}").text());
}

/** Names as {@link membersText} takes them. */
export function keysOf(names: readonly string[]): string[] {
  return names.map((name) => `${JSON.stringify(name)}:`);
}

/** The graph's id, which needs no quoting. */
export function idText({ loaded }: Pick<Task, "loaded">): RawJson {
  return new RawJson(`"${loaded.id}"`);
}

/** The text of a plan, made once for each that is kept. */
export function planText(plan: Plan): RawJson {
  let text = planTexts.get(plan);
  if (!text) {
    text = new RawJson(JSON.stringify(plan));
    planTexts.set(plan, text);
  }
  return text;
}

const planTexts = new WeakMap<Plan, RawJson>();

/** The array of a result. */
export function arrayOf({ array }: Result): NdArray {
  return array;
}
