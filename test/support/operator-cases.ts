import { type DType, dtypes } from "../../src/graph/dtype.ts";
import { OperandFault } from "../../src/graph/fault.ts";
import type { Node, Operator } from "../../src/graph/operator.ts";
import { elementCount, type Shape } from "../../src/graph/shape.ts";
import { newBuilder } from "./graphs.ts";

/** An operator with operand shapes and attributes that fit it. */
export interface OperatorCase {
  readonly op: Operator;
  readonly shapes: readonly Shape[];
  readonly attrs: Readonly<Record<string, unknown>>;
  /** Whether an operand or the result has no elements, so that there is little to say of it. */
  readonly isEmpty: boolean;
}

/**
 * Values worth trying for each attribute, undefined being its absence; those that do not fit the operands are left out.
 * Looked up as `operator.attribute`, then as `attribute`. An operator without attributes needs no entry.
 */
export const attributeCandidates: Readonly<Record<string, (shapes: readonly Shape[]) => readonly unknown[]>> = {
  axis: () => [undefined, 0, -1, 1],
  "sum.axis": severalAxes,
  "prod.axis": severalAxes,
  "mean.axis": severalAxes,
  "max.axis": severalAxes,
  "min.axis": severalAxes,
  "var.axis": severalAxes,
  "std.axis": severalAxes,
  "norm.axis": severalAxes,
  "logsumexp.axis": severalAxes,
  "flip.axis": severalAxes,
  "expand_dims.axis": severalAxes,
  "squeeze.axis": severalAxes,
  "roll.axis": severalAxes,
  ord: () => [undefined, 1, "Infinity", "-Infinity", 3, 1.5, -1, 0],
  keepdims: () => [undefined, true],
  correction: () => [undefined, 1],
  min: () => [undefined, -0.5, 0.25],
  max: () => [undefined, 0.5],
  n: () => [0, 1, 2, 3],
  k: () => [undefined, 1, -1],
  offset: () => [undefined, 1, -1, -2],
  shift: () => [1, -1, 5, [1, -2], [0]],
  axes: () => [
    undefined,
    0,
    1,
    [[], []],
    [[0], [0]],
    [[-1], [0]],
    [
      [1, 0],
      [0, 1],
    ],
    [[0], [1]],
  ],
  "permute_dims.axes": ([x]) => permutations(x!.length),
  equation: () => equations,
  shape: ([x]) => [[], [3], [2, 3], [2, 0], [2, 2, 3], [-1], [1, -1], [...x!, 1], [2, ...(x ?? [])]],
  "full.shape": () => [[], [3], [2, 0], [2, 3]],
  value: () => [undefined, 1, 0],
  "full.value": () => [0.5, 3, true, "NaN"],
  repetitions: () => [[], [2], [2, 3], [1, 2], [0], [2, 1, 1]],
  pad_width: ([x]) => [x!.map(() => [1, 0]), x!.map((_, i) => [i, 2]), x!.map(() => [0, 0])],
  start: ([x]) => [x!.map(() => null), x!.map(() => 1), x!.map(() => -2), x!.map((_, i) => (i === 0 ? 9 : 0))],
  stop: ([x]) => [x!.map(() => null), x!.map(() => -1), x!.map(() => 2), x!.map(() => -9)],
  step: ([x]) => [undefined, x!.map(() => -1), x!.map((_, i) => (i === 0 ? 2 : 1)), x!.map(() => -2)],
  descending: () => [undefined, true],
  "top_k.k": () => [1, 2],
  q: () => [0.5, 0.3, [0, 0.25, 1]],
  "quantile.axis": severalAxes,
  "median.axis": severalAxes,
  side: () => [undefined, "right"],
  bc: () => [undefined, "natural"],
  "one_hot.n": () => [3],
  length: () => [3],
  bins: () => [undefined, 2],
  range: () => [undefined, [-1, 2]],
  size: () => [1, 2],
  "unfold.step": () => [undefined, 2],
  window: () => [[2], [1, 2], [3]],
  "max_pool.strides": () => [undefined, [1], [2, 1]],
  "avg_pool.strides": () => [undefined, [1], [2, 1]],
  "max_pool.padding": () => [undefined, [[1, 0]]],
  "avg_pool.padding": () => [undefined, [[1, 0]]],
  strides: ([x]) => [undefined, x!.slice(2).map(() => 2)],
  padding: ([x]) => [undefined, x!.slice(2).map(() => [1, 2])],
  dilations: ([x]) => [undefined, x!.slice(2).map(() => 2)],
  input_dilations: ([x]) => [undefined, x!.slice(2).map(() => 2)],
  groups: () => [undefined, 2],
  epsilon: () => [undefined, 0.1],
  "cast.dtype": () => dtypes,
  "diag.offset": () => [undefined, 1, -2],
  "matrix_power.n": () => [-2, -1, 0, 1, 2, 3],
  "vector_norm.ord": () => [undefined, 1, "Infinity", "-Infinity", 3, 0],
  "vector_norm.axis": severalAxes,
  "matrix_norm.ord": () => [undefined, "nuc", 1, -1, 2, -2, "Infinity", "-Infinity"],
  lower: () => [undefined, true],
  upper: () => [undefined, true],
  transpose: () => [undefined, true],
  unit_diagonal: () => [undefined, true],
  rtol: () => [undefined, 1e-9],
  mode: () => [undefined, "reduced", "complete"],
  full_matrices: () => [undefined, false, true],
  "arange.start": () => [0, 2.5, -1],
  "arange.stop": () => [0, 4, 3.5],
  "arange.step": () => [undefined, -1, 0.5],
};

const equations = [
  "i->i",
  "i->",
  "ij->ji",
  "ii",
  "ii->i",
  "iij->j",
  "ij",
  "ba",
  "->",
  "i,i",
  "i,j",
  "i,j->ji",
  "ij,jk",
  "ij,jk->ki",
  "ij,ij->",
  "ij,j->i",
  ",i->i",
  ",->",
  "ii,i->i",
  "bij,bjk->bik",
  "ij,kl->ik",
  "i,i,i->i",
  "ij,jk,k->i",
  "i,j,k->ijk",
  "i,,i",
  "ij,ij,ij",
  "i->ii",
  "i->iii",
  "ij->iji",
  "i,j->iji",
  "...",
  "...i->i...",
  "...i,...i",
  "i...,i...->i...",
  "...ij,...jk->...ik",
  "...,i->i...",
  "...i->...ii",
];

const unaryShapes: readonly Shape[] = [
  [],
  [3],
  [1],
  [2, 3],
  [3, 3],
  [0],
  [2, 1],
  [1, 3],
  [3, 2],
  [0, 3],
  [2, 0],
  [2, 2, 3],
  [2, 3, 2],
  [1, 2, 3],
];
const ternaryShapes: readonly Shape[] = [[], [3], [2, 3], [3, 3], [0], [2, 1]];

/** Operators of which a random matrix is made far from singular, and its eigenvalues and singular values far apart. */
const ofMatrices = [
  ...["det", "eigh", "eigvalsh", "inv", "lstsq", "lu", "matrix_norm", "matrix_power", "matrix_rank", "pinv", "qr"],
  ...["slogdet", "solve", "svd", "svdvals", "triangular_solve"],
];

/** Numbers for an operator's operand, such that it has a value and a derivative there. */
export function fitting(op: Operator, operand: number, numbers: readonly number[], shape: Shape): readonly number[] {
  if (ascending[op.name] === operand) return numbers.toSorted((a, b) => a - b).map((x, i) => x + i / 4);
  if (operand > 0) return numbers;
  const [rows = 1, columns = 1] = shape.slice(-2);
  if (op.name === "cholesky") return positiveDefinite(numbers, rows);
  if (!ofMatrices.includes(op.name)) return numbers;
  return numbers.map((x, i) => {
    const [row, column] = [Math.floor(i / columns) % rows, i % columns];
    return row === column ? x + 4 * (row + 1) : x;
  });
}

/** The operands that have to ascend. */
const ascending: Readonly<Record<string, number>> = { searchsorted: 0, interp: 1, cubic_spline: 1 };

/** A Aᵀ + n for each matrix A of n × n. */
function positiveDefinite(numbers: readonly number[], n: number): number[] {
  return numbers.map((_, i) => {
    const [first, row, column] = [Math.floor(i / (n * n)) * n * n, Math.floor(i / n) % n, i % n];
    let sum = row === column ? n : 0;
    for (let k = 0; k < n; k++) sum += numbers[first + row * n + k]! * numbers[first + column * n + k]!;
    return sum;
  });
}

/** The shapes of operands of operators that few others fit. */
const ownShapes: Readonly<Record<string, readonly (readonly Shape[])[]>> = {
  interp: [
    [[], [3], [3]],
    [[2, 2], [4], [4]],
    [[3], [1], [1]],
  ],
  cubic_spline: [
    [[], [2], [2]],
    [[2], [3], [3]],
    [[2, 2], [5], [5]],
  ],
  conv: [
    [
      [1, 2, 4],
      [2, 2, 2],
    ],
    [
      [2, 2, 3],
      [2, 1, 1],
    ],
    [
      [1, 1, 3, 3],
      [1, 1, 2, 2],
    ],
  ],
  layer_norm: [
    [[2, 3], [3], [3]],
    [[4], [4], [4]],
  ],
  gru_cell: [
    [[2], [1], [3, 2], [3, 1], [3], [3]],
    [[2, 1], [2, 2], [6, 1], [6, 2], [6], [6]],
  ],
  lstm_cell: [[[1], [2], [2], [8, 1], [8, 2], [8], [8]]],
};

/**
 * All cases of an operator that can be made of a pool of shapes and of the candidates for its attributes: those that its
 * own check accepts. Grouped by the number of operands, small ones first.
 */
export function casesOf(op: Operator): OperatorCase[][] {
  const known = cases.get(op);
  if (known) return known;
  const own = ownShapes[op.name];
  const tuples = own ? [own] : arities(op).map(shapeTuples);
  const made = tuples
    .map((ofOne) => ofOne.flatMap((shapes) => accepted(op, shapes)))
    .filter((group) => group.length > 0);
  cases.set(op, made);
  return made;
}

/** The candidates for an attribute, or undefined where nobody has thought of them. */
export function candidatesFor(op: Operator, attribute: string) {
  return attributeCandidates[`${op.name}.${attribute}`] ?? attributeCandidates[attribute];
}

/** Whether an operand holds indices: the operators call it `i`. */
export function isIndex(op: Operator, operand: number): boolean {
  return op.operands[operand] === "i";
}

const cases = new Map<Operator, OperatorCase[][]>();

function accepted(op: Operator, shapes: readonly Shape[]): OperatorCase[] {
  const builder = newBuilder();
  const args = shapes.map((shape, i) => builder.input("x", shape, operandDType(op, i)));
  return attributeTuples(op, shapes).flatMap((attrs) => {
    const result = resultShape(op, args, attrs);
    if (!result || elementCount(result) > 40) return [];
    return [{ op, shapes, attrs, isEmpty: [...shapes, result].some((shape) => elementCount(shape) === 0) }];
  });
}

function operandDType(op: Operator, operand: number): DType {
  return isIndex(op, operand) ? "int32" : "float64";
}

/** The shape of the result, or undefined where the operator does not take the operands. */
function resultShape(op: Operator, args: readonly Node[], attrs: OperatorCase["attrs"]): Shape | undefined {
  try {
    return (args[0]?.builder ?? newBuilder()).apply(op, args, attrs).shape;
  } catch (fault) {
    if (fault instanceof OperandFault) return undefined;
    throw fault;
  }
}

function arities({ operands }: Operator): number[] {
  return operands.at(-1)?.startsWith("...") ? [1, 2, 3] : [operands.length];
}

function shapeTuples(arity: number): Shape[][] {
  const pool = arity > 2 ? ternaryShapes : unaryShapes;
  return Array.from({ length: arity }).reduce<Shape[][]>(
    (tuples) => tuples.flatMap((tuple) => pool.map((shape) => [...tuple, shape])),
    [[]],
  );
}

function attributeTuples(op: Operator, shapes: readonly Shape[]): Record<string, unknown>[] {
  return Object.keys(op.attributes).reduce<Record<string, unknown>[]>(
    (tuples, name) =>
      tuples.flatMap((tuple) =>
        candidatesFor(op, name)!(shapes).map((value) => (value === undefined ? tuple : { ...tuple, [name]: value })),
      ),
    [{}],
  );
}

function severalAxes(): readonly unknown[] {
  return [undefined, 0, -1, [1], [0, -1], []];
}

function permutations(n: number): number[][] {
  if (n === 0) return [[]];
  return permutations(n - 1).flatMap((rest) => Array.from({ length: n }, (_, i) => rest.toSpliced(i, 0, n - 1)));
}
