import { OperandFault } from "../../../graph/fault.ts";
import { broadcastView, type NdArray, reshapeView } from "../../../graph/ndarray.ts";
import type { Doubt, Node } from "../../../graph/operator.ts";
import type { PatternOperand, SeedSets } from "../../../graph/pattern.ts";
import { broadcastShapes, range, type Shape, showShape } from "../../../graph/shape.ts";
import { add, scale, subtract } from "../../linear.ts";
import { summedElements } from "../../patterns.ts";
import { resultsOf } from "../../results.ts";
import { broadcastNode, reshape, sum } from "../../views.ts";
import { abs, multiply } from "../arithmetic.ts";
import { diagonal, matrix_transpose } from "../arrangement.ts";
import { equal, greater, greater_equal, less_equal, logical_and, logical_not, logical_or, where } from "../choice.ts";
import { iota } from "../creation.ts";
import { max } from "../reductions.ts";
import { sliceAxis } from "../structure.ts";

// What operators on the last two axes share.

/** Throws a fault unless an operand has two axes or more. */
export function expectMatrix({ shape }: Node, operand = 0): void {
  if (shape.length < 2) {
    throw new OperandFault(
      `must be a matrix, or several along leading axes; received shape ${showShape(shape)}`,
      operand,
    );
  }
}

/** Throws a fault unless an operand's last two axes are square; gives their length. */
export function expectSquare(x: Node, operand = 0): number {
  expectMatrix(x, operand);
  const [rows, columns] = x.shape.slice(-2) as [number, number];
  if (rows !== columns) {
    throw new OperandFault(`must be square in its last two axes; received shape ${showShape(x.shape)}`, operand);
  }
  return rows;
}

/** The axes before the last two. */
export function leadOf({ shape }: Pick<Node, "shape">): Shape {
  return shape.slice(0, -2);
}

/** The leading axes that those of two matrix operands broadcast to. */
export function jointLead(a: Node, b: Node, operand = 1): Shape {
  const lead = broadcastShapes(leadOf(a), leadOf(b));
  if (!lead) {
    throw new OperandFault(
      `leading axes ${showShape(leadOf(b))} do not broadcast with ${showShape(leadOf(a))}`,
      operand,
    );
  }
  return lead;
}

/** A right side: whether it is one vector, and its shape as a matrix. */
export interface RightSide {
  readonly isVector: boolean;
  readonly columns: number;
  readonly shape: Shape;
}

/** Checks right sides for a matrix of so many rows, and gives the shape of solutions of so many. */
export function rightSideOf(a: Node, b: Node, rows: number, unknowns: number): RightSide {
  const isVector = b.shape.length === 1;
  if (b.shape.length === 0) throw new OperandFault("must be a vector or a matrix of right sides, is a scalar", 1);
  const own = b.shape.at(isVector ? -1 : -2);
  if (own !== rows) {
    throw new OperandFault(`has ${own} rows, the matrix ${rows}; received shape ${showShape(b.shape)}`, 1);
  }
  if (isVector) return { isVector, columns: 1, shape: [...leadOf(a), unknowns] };
  const columns = b.shape.at(-1)!;
  return { isVector, columns, shape: [...jointLead(a, b), unknowns, columns] };
}

/** What singular matrices make of a result: something that is not finite, of operands that are. */
export function singular(told: string): Doubt {
  const isAnyNot = (x: Node) => {
    const count = sum(where(equal(subtract(x, x), 0), 0, 1));
    return greater(count, 0);
  };
  return {
    type: "singular",
    told,
    at: (args, out) => {
      const given = args.map(isAnyNot).reduce((a, b) => logical_or(a, b));
      return logical_and(isAnyNot(out), logical_not(given));
    },
  };
}

/** Factors whose triangle, one of several results, cannot be solved with, so that they have no derivative. */
export function zeroOnDiagonal(result: number): Doubt {
  return {
    type: "singular",
    told: "the first columns of x are not independent, so that the factors have no derivative",
    at: (_, out) => equal(diagonal(resultsOf(out)[result]!), 0),
  };
}

/** Right sides as a matrix. */
export function asColumns(b: Node): Node {
  return b.shape.length === 1 ? reshape(b, { shape: [b.shape[0]!, 1] }) : b;
}

/** Operands with leading axes of length 1 added, so that all have as many axes. */
export function aligned(...xs: readonly Node[]): Node[] {
  const rank = Math.max(...xs.map((x) => x.shape.length));
  return xs.map((x) => withRank(x, rank));
}

/** The operands of a batch: what lacks the axis of points has one of length 1, which broadcasts. */
export function leadingOnes(args: readonly Node[], batched: readonly boolean[]): Node[] {
  return args.map((x, i) => (batched[i] ? x : reshape(x, { shape: [1, ...x.shape] })));
}

/** A cotangent summed over the axes along which an operand was broadcast. */
export function summedTo(ct: Node, shape: Shape): Node {
  const lead = ct.shape.length - shape.length;
  const axis = range(ct.shape.length).filter((i) => i < lead || shape[i - lead] !== ct.shape[i]);
  return axis.length === 0 ? ct : reshape(sum(ct, { axis }), { shape });
}

/** (x + xᵀ)/2, for tangents. */
export function symmetricPart(x: Node): Node {
  return scale(add(x, matrix_transpose(x)), 0.5);
}

/** A vector for each matrix as a row. */
export function asRow(x: Node): Node {
  return reshape(x, { shape: [...x.shape.slice(0, -1), 1, x.shape.at(-1)!] });
}

/** A vector for each matrix as a column. */
export function asColumn(x: Node): Node {
  return reshape(x, { shape: [...x.shape, 1] });
}

/**
 * The numbers of a vector across less those of it down, for each matrix; NaN where they cannot be told apart, because
 * they differ by no more than their rounding errors. On the diagonal 1: a NaN there, which nobody asks for, would have
 * the program run once more.
 */
export function gapsBetween(values: Node): Node {
  const gaps = subtract(asRow(values), asColumn(values));
  return withDiagonal(where(less_equal(abs(gaps), asRow(roundingOf(values))), Number.NaN, gaps), 1);
}

/** What eigenvalues or singular values may be wrong by, of each matrix: a vector of one. */
export function roundingOf(values: Node): Node {
  const n = values.shape.at(-1)!;
  if (n === 0) return broadcastNode(values.builder.constant(0), values.shape.with(-1, 1));
  return multiply(max(abs(values), { axis: [-1], keepdims: true }), (8 + 2 * n) * Number.EPSILON);
}

/** Where neighbours among such values cannot be told apart. */
export function isRepeated(values: Node): Node | undefined {
  const axis = values.shape.length - 1;
  const n = values.shape[axis]!;
  if (n < 2) return undefined;
  const steps = subtract(sliceAxis(values, axis, 1, n), sliceAxis(values, axis, 0, n - 1));
  return less_equal(abs(steps), roundingOf(values));
}

/** x with another number on the diagonal of its last two axes, which are square. */
export function withDiagonal(x: Node, value: number): Node {
  const index = x.builder.build(iota.operator, [], { length: x.shape.at(-1)! });
  return where(equal(reshape(index, { shape: [-1, 1] }), index), value, x);
}

/**
 * A triangle for derivatives, in which those of the first rows whose pivot is 0 are NaN: what is divided by a pivot and then
 * multiplied by its row would else be a 0 that is wrong.
 */
export function withoutZeroPivots(triangle: Node, rows: number): Node {
  const n = triangle.shape.at(-1)!;
  const isKept = diagonal(triangle);
  const index = () => triangle.builder.build(iota.operator, [], { length: n });
  const kept = asColumn(rows === n ? isKept : logical_or(isKept, greater_equal(index(), rows)));
  return where(kept, triangle, Number.NaN);
}

/** A pattern of operators that are linear in right sides: each column of a result depends on that column. */
export function everyColumn(sets: SeedSets, b: PatternOperand, { shape }: Pick<Node, "shape">): NdArray {
  return everyOf(sets, b, 1, shape);
}

/** A pattern of operators that are linear in matrices: each element of a result depends on all of its matrix. */
export function everyMatrix(sets: SeedSets, x: PatternOperand, { shape }: Pick<Node, "shape">): NdArray {
  return everyOf(sets, x, 2, shape);
}

/** A pattern of operators that mix the last axis: each element of a result depends on all along it. */
export function everyAlongLast(sets: SeedSets, { sets: own }: PatternOperand, node: Pick<Node, "shape">): NdArray {
  const x = own!;
  const axis = lastAxis(x);
  const union = summedElements(sets, x, [axis], x.shape.slice(0, axis));
  return broadcastView(reshapeView(union, x.shape.with(axis, 1)), node.shape);
}

/** The number of the last axis. */
export function lastAxis({ shape }: Pick<Node, "shape">): number {
  return shape.length - 1;
}

function everyOf(sets: SeedSets, { sets: own }: PatternOperand, count: number, shape: Shape): NdArray {
  const x = own!;
  const first = x.shape.length - 2;
  const axes = range(count).map((i) => first + i);
  const union = summedElements(
    sets,
    x,
    axes,
    x.shape.filter((_, i) => !axes.includes(i)),
  );
  return broadcastView(
    reshapeView(
      union,
      x.shape.map((n, i) => (axes.includes(i) ? 1 : n)),
    ),
    shape,
  );
}

function withRank(x: Node, rank: number): Node {
  const missing = rank - x.shape.length;
  return missing === 0 ? x : reshape(x, { shape: [...range(missing).map(() => 1), ...x.shape] });
}
