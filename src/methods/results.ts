import { type Matrix, type Result, result } from "../engine/collect.ts";
import type { NdArray } from "../graph/ndarray.ts";
import { elementCount, type Shape } from "../graph/shape.ts";
import { convertArray, type Encoding, encodeTensor } from "../syntax/tensor.ts";
import type { Selection } from "../transforms/derive.ts";
import type { Part } from "./answer.ts";
import type { Format } from "./compression.ts";
import type { Planned } from "./planning.ts";
import type { Task } from "./task.ts";

/** The parameters of a call that runs a graph. */
export interface RunParams {
  readonly inputs?: Readonly<Record<string, unknown>> | undefined;
  readonly batch?: number | undefined;
  readonly encoding: Encoding;
}

/** Tensors by name, as an answer has them. */
export type Tensors = Record<string, unknown>;

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
}

/** What a matrix answers. */
export interface MatrixAnswer {
  readonly outputs: Tensors;
  readonly gradient: Tensors;
  readonly matrix: unknown;
  /** Present in the matrix layout. */
  readonly ranges: { rowRanges: readonly object[]; columnRanges: readonly object[] } | undefined;
}

/** The rows and columns of a matrix, and the gradient that a Hessian gives beside it. */
export function frameOf(task: Task, { selection, isHessian }: MatrixRequest) {
  const columnShapes = task.inputShapes(selection.wrt);
  const columnNames = task.inputNames(selection.wrt);
  return {
    columnShapes,
    columnNames,
    rowShapes: isHessian ? columnShapes : task.outputShapes(selection.of),
    rowNames: isHessian ? columnNames : task.outputNames(selection.of),
    gradientShapes: isHessian ? columnShapes : [],
  };
}

/** A Jacobian or Hessian as a part of an answer. */
export function matrixPart(rows: readonly Shape[], columns: readonly Shape[], layout: "blocks" | "matrix"): Part {
  if (layout === "blocks") return { rows, columns };
  const [m, n] = [rows, columns].map((shapes) => shapes.reduce((sum, shape) => sum + elementCount(shape), 0));
  return { rows: [[m!]], columns: [[n!]] };
}

/** Where each block of a matrix is, by name. */
export function namedRanges(matrix: Matrix, rowNames: readonly string[], columnNames: readonly string[]) {
  const { rows, columns } = matrix.ranges;
  return {
    rowRanges: rows.map((range, i) => ({ name: rowNames[i]!, ...range })),
    columnRanges: columns.map((range, i) => ({ name: columnNames[i]!, ...range })),
  };
}

/** Empty tensors for the outputs of the graph. */
export function outputResults(task: Task, points: number | undefined): Result[] {
  return task.loaded.graph.outputs.map(({ node }) => result(node.shape, node.dtype, points));
}

/** The outputs as the answer has them. */
export function encodeOutputs(task: Task, outputs: readonly Result[], encoding: Encoding): Tensors {
  const declared = task.loaded.graph.outputs;
  return encodeMap(
    declared.map(({ name }) => name),
    outputs.map(({ array }, i) => convertArray(array, declared[i]!.dtype)),
    encoding,
  );
}

/** Tensors by name. */
export function encodeMap(names: readonly string[], arrays: readonly NdArray[], encoding: Encoding): Tensors {
  // fromEntries makes own members of any name.
  return Object.fromEntries(arrays.map((array, i) => [names[i]!, encodeTensor(array, encoding)]));
}

/** The array of a result. */
export function arrayOf({ array }: Result): NdArray {
  return array;
}
