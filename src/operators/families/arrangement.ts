import { optional, required } from "../../graph/attribute.ts";
import { OperandFault } from "../../graph/fault.ts";
import type { Inferred, Node } from "../../graph/operator.ts";
import { elementCount, range, type Shape, sameShape, showShape } from "../../graph/shape.ts";
import { castNode } from "../cast.ts";
import { axesOrAll, commonDType, composite, normalizeAxes, normalizeAxis, type Op } from "../kinds.ts";
import { add } from "../linear.ts";
import { broadcast_to, permute_dims, reshape, sum } from "../views.ts";
import { greater_equal, where } from "./choice.ts";
import { iota } from "./creation.ts";
import { concat, slice, sliceAxis } from "./structure.ts";

// Structure as formulas in the views and copies of structure.ts.

export const matrix_transpose: Op = composite({
  name: "matrix_transpose",
  summary: "x with its last two axes exchanged",
  formula: "matrix_transpose(dx)",
  costText: "0",
  infer: (args, attrs) => {
    const { shape, dtype } = args[0];
    expectMatrix(shape);
    return { shape: [...shape.slice(0, -2), shape.at(-1)!, shape.at(-2)!], dtype, attrs };
  },
  compose: ([x]) => {
    const rank = x.shape.length;
    return permute_dims(x, { axes: [...range(rank - 2), rank - 1, rank - 2] });
  },
});

export const expand_dims: Op = composite({
  name: "expand_dims",
  summary: "x with new axes of length 1",
  formula: "expand_dims(dx)",
  attributes: { axis: optional("integerOrIntegers", "where the new axes are in the result", 0) },
  costText: "0",
  infer: (args, attrs) => {
    const { shape, dtype } = args[0];
    const given = [attrs.axis].flat();
    const axis = normalizeAxes(given, shape.length + given.length).sort((a, b) => a - b);
    const result = [...shape];
    for (const i of axis) result.splice(i, 0, 1);
    return { shape: result, dtype, attrs: { axis } };
  },
  compose: ([x], { shape }) => reshape(x, { shape }),
});

export const squeeze: Op = composite({
  name: "squeeze",
  summary: "x without the axes of length 1 that are named",
  formula: "squeeze(dx)",
  attributes: { axis: required("integerOrIntegers", "the axes to remove, each of length 1") },
  costText: "0",
  infer: (args, attrs) => {
    const { shape, dtype } = args[0];
    const axis = normalizeAxes([attrs.axis].flat(), shape.length).sort((a, b) => a - b);
    for (const i of axis) {
      if (shape[i] !== 1) throw new OperandFault(`axis ${i} has length ${shape[i]}, not 1`, 0);
    }
    return { shape: shape.filter((_, i) => !axis.includes(i)), dtype, attrs: { axis } };
  },
  compose: ([x], { shape }) => reshape(x, { shape }),
});

export const stack: Op = composite({
  name: "stack",
  operands: ["...xs"],
  summary: "tensors of one shape along a new axis",
  formula: "stack of the tangents",
  attributes: { axis: optional("integer", "where the new axis is in the result", 0) },
  costText: "1 per element",
  infer: (args, attrs) => {
    if (args.length === 0) throw new OperandFault("takes at least 1 operand, received 0");
    const first = args[0]!.shape;
    const axis = normalizeAxis(attrs.axis, first.length + 1);
    args.forEach(({ shape }, i) => {
      if (!sameShape(shape, first)) {
        throw new OperandFault(`shape ${showShape(shape)} differs from ${showShape(first)}`, i);
      }
    });
    return { shape: first.toSpliced(axis, 0, args.length), dtype: commonDType(args), attrs: { axis } };
  },
  compose: (args, { attrs }, builder) =>
    builder.build(
      concat.operator,
      args.map((x) => expand_dims(x, attrs)),
      attrs,
    ),
});

export const flip: Op = composite({
  name: "flip",
  summary: "x in reverse order along axes",
  formula: "flip(dx)",
  attributes: { axis: optional("integerOrIntegers", "the axes; absent: all") },
  costText: "0",
  infer: (args, attrs) => {
    const { shape, dtype } = args[0];
    return { shape, dtype, attrs: { axis: axesOrAll(attrs.axis, shape.length) } };
  },
  compose: ([x], { attrs }) => {
    const axes = attrs.axis;
    const open = x.shape.map(() => null);
    return slice(x, { start: open, stop: open, step: x.shape.map((_, i) => (axes.includes(i) ? -1 : 1)) });
  },
});

export const roll: Op = composite({
  name: "roll",
  summary: "x moved along axes, what leaves at one end entering at the other",
  formula: "roll(dx)",
  attributes: {
    shift: required("integerOrIntegers", "how far, for each axis"),
    axis: optional("integerOrIntegers", "the axes; absent: x is flattened for it"),
  },
  costText: "1 per element and axis",
  infer: (args, attrs): Inferred<{ readonly shift: readonly number[]; readonly axis?: readonly number[] }> => {
    const { shape, dtype } = args[0];
    const shift = [attrs.shift].flat();
    if (attrs.axis === undefined) {
      if (shift.length !== 1) throw new OperandFault("several shifts need as many axes");
      return { shape, dtype, attrs: { shift } };
    }
    const axis = [attrs.axis].flat().map((a) => normalizeAxis(a, shape.length));
    if (axis.length !== shift.length) throw new OperandFault(`${shift.length} shifts for ${axis.length} axes`);
    return { shape, dtype, attrs: { axis, shift } };
  },
  compose: ([x], { attrs }) => {
    const shifts = attrs.shift;
    const axes = attrs.axis;
    if (!axes) return reshape(rollAxis(reshape(x, { shape: [-1] }), 0, shifts[0]!), { shape: x.shape });
    return axes.reduce((y, axis, i) => rollAxis(y, axis, shifts[i]!), x);
  },
});

export const tile: Op = composite({
  name: "tile",
  summary: "x repeated as a whole along each axis",
  formula: "tile(dx)",
  attributes: { repetitions: required("lengths", "how often, for each axis, aligned at the last") },
  costText: "0",
  infer: (args, attrs) => {
    const { shape, dtype } = args[0];
    const given = attrs.repetitions;
    const rank = Math.max(shape.length, given.length);
    const repetitions = [...range(rank - given.length).map(() => 1), ...given];
    const aligned = [...range(rank - shape.length).map(() => 1), ...shape];
    return { shape: aligned.map((n, i) => n * repetitions[i]!), dtype, attrs: { repetitions } };
  },
  compose: ([x], { shape, attrs }) => {
    const repetitions = attrs.repetitions;
    const lengths = [...range(shape.length - x.shape.length).map(() => 1), ...x.shape];
    let y = x;
    for (let i = lengths.length - 1; i >= 0; i--) {
      if (repetitions[i] === 1) continue;
      const rows = elementCount(lengths.slice(0, i));
      const row = elementCount(lengths.slice(i));
      const rowsOfOne = reshape(y, { shape: [rows, 1, row] });
      lengths[i]! *= repetitions[i]!;
      y = reshape(broadcast_to(rowsOfOne, { shape: [rows, repetitions[i]!, row] }), { shape: [...lengths] });
    }
    return reshape(y, { shape });
  },
});

export const diagonal: Op = composite({
  name: "diagonal",
  summary: "the diagonal of the last two axes, as a new last axis",
  formula: "diagonal(dx)",
  attributes: { offset: optional("integer", "how far above the main diagonal; negative: below", 0) },
  costText: "0",
  infer: (args, attrs) => {
    const { shape, dtype } = args[0];
    expectMatrix(shape);
    return { shape: [...shape.slice(0, -2), diagonalLength(shape, attrs.offset)], dtype, attrs };
  },
  compose: ([x], { shape, attrs }) => {
    // In row-major order a diagonal is a slice with a step of one row and one element.
    const columns = x.shape.at(-1)!;
    const offset = attrs.offset;
    const length = shape.at(-1)!;
    const lead = x.shape.slice(0, -2);
    const first = offset >= 0 ? offset : -offset * columns;
    const flat = reshape(x, { shape: [...lead, elementCount(x.shape.slice(-2))] });
    return slice(flat, {
      start: [...lead.map(() => 0), length === 0 ? 0 : first],
      stop: [...lead, length === 0 ? 0 : first + (length - 1) * (columns + 1) + 1],
      step: [...lead.map(() => 1), columns + 1],
    });
  },
});

function triangle(name: string, summary: string, keeps: (row: Node, column: Node, k: number) => Node) {
  return composite({
    name,
    summary,
    formula: `${name}(dx)`,
    attributes: { k: optional("integer", "the diagonal at which it ends; negative: below the main one", 0) },
    costText: "2 per element",
    infer: (args, attrs) => {
      expectMatrix(args[0].shape);
      return { shape: args[0].shape, dtype: args[0].dtype, attrs };
    },
    compose: ([x], { attrs }, builder) => {
      const [rows, columns] = x.shape.slice(-2) as [number, number];
      const row = reshape(builder.build(iota.operator, [], { length: rows }), { shape: [rows, 1] });
      const column = builder.build(iota.operator, [], { length: columns });
      return where(keeps(row, column, attrs.k), x, castNode(builder.constant(0), x.dtype));
    },
  });
}

export const tril: Op = triangle("tril", "x with 0 above a diagonal of its last two axes", (row, column, k) =>
  greater_equal(add(row, k), column),
);

export const triu: Op = triangle("triu", "x with 0 below a diagonal of its last two axes", (row, column, k) =>
  greater_equal(column, add(row, k)),
);

export const trace: Op = composite({
  name: "trace",
  summary: "the sum of a diagonal of the last two axes",
  formula: "trace(dx)",
  attributes: diagonal.operator.attributes,
  costText: "1 per element summed",
  infer: (args, attrs) => {
    const { shape, dtype } = args[0];
    expectMatrix(shape);
    return { shape: shape.slice(0, -2), dtype, attrs };
  },
  compose: ([x], { attrs, dtype }) => castNode(sum(diagonal(x, attrs), { axis: [-1] }), dtype),
});

function rollAxis(x: Node, axis: number, shift: number): Node {
  const length = x.shape[axis]!;
  const by = length === 0 ? 0 : ((shift % length) + length) % length;
  if (by === 0) return x;
  return concat(sliceAxis(x, axis, length - by, null), sliceAxis(x, axis, 0, length - by), { axis });
}

function diagonalLength(shape: Shape, offset: number): number {
  const [rows, columns] = shape.slice(-2) as [number, number];
  return Math.max(0, offset >= 0 ? Math.min(rows, columns - offset) : Math.min(rows + offset, columns));
}

function expectMatrix(shape: Shape): void {
  if (shape.length < 2) throw new OperandFault(`needs at least 2 axes, received shape ${showShape(shape)}`, 0);
}
