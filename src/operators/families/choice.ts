import type { ElementwiseOperator, Node, Operator } from "../../graph/operator.ts";
import { castNode } from "../cast.ts";
import { elementwise, piecewiseConstant } from "../elementwise.ts";
import { chosenElement } from "../factors.ts";
import type { Op } from "../kinds.ts";
import { zeroLike } from "../views.ts";

function comparison(
  name: string,
  symbol: string,
  test: (x: number, y: number) => boolean,
  instruction: "eq" | "ne" | "lt" | "le" | "gt" | "ge",
  commutative = false,
) {
  return piecewiseConstant({
    name,
    operands: ["x", "y"],
    summary: `whether x ${symbol} y`,
    formula: "0",
    dtype: "bool",
    commutative,
    scalar: (x, y) => (test(x, y) ? 1 : 0),
    lower: (m, [x, y]) => m.and(m[instruction](x, y), m.constant(1)),
    hidesNaN: [0, 1],
  });
}

export const equal = comparison("equal", "=", (x, y) => x === y, "eq", true);
export const not_equal = comparison("not_equal", "differs from", (x, y) => x !== y, "ne", true);
export const less = comparison("less", "<", (x, y) => x < y, "lt");
export const less_equal = comparison("less_equal", "<=", (x, y) => x <= y, "le");
export const greater = comparison("greater", ">", (x, y) => x > y, "gt");
export const greater_equal = comparison("greater_equal", ">=", (x, y) => x >= y, "ge");

export const logical_and: Op<ElementwiseOperator> = piecewiseConstant({
  name: "logical_and",
  operands: ["x", "y"],
  summary: "whether neither x nor y is 0",
  formula: "0",
  dtype: "bool",
  commutative: true,
  scalar: (x, y) => (x !== 0 && y !== 0 ? 1 : 0),
  lower: (m, [x, y]) => m.and(m.and(m.ne(x, m.constant(0)), m.ne(y, m.constant(0))), m.constant(1)),
  hidesNaN: [0, 1],
});

export const logical_or: Op<ElementwiseOperator> = piecewiseConstant({
  name: "logical_or",
  operands: ["x", "y"],
  summary: "whether x or y is not 0",
  formula: "0",
  dtype: "bool",
  commutative: true,
  scalar: (x, y) => (x !== 0 || y !== 0 ? 1 : 0),
  lower: (m, [x, y]) => m.and(m.or(m.ne(x, m.constant(0)), m.ne(y, m.constant(0))), m.constant(1)),
  hidesNaN: [0, 1],
});

export const logical_not: Op<ElementwiseOperator> = piecewiseConstant({
  name: "logical_not",
  summary: "whether x is 0",
  formula: "0",
  dtype: "bool",
  scalar: (x) => (x === 0 ? 1 : 0),
  lower: (m, [x]) => m.and(m.eq(x, m.constant(0)), m.constant(1)),
  hidesNaN: [0],
});

export const where: Op<ElementwiseOperator> = elementwise({
  name: "where",
  operands: ["condition", "x", "y"],
  summary: "x where the condition is not 0 (NaN is not), else y",
  formula: "where(condition, dx, dy)",
  kink: {
    told: "on the boundary of the condition that of the branch taken; the other one contributes exactly 0",
    at: ([condition]) => boundaryOf(condition!),
    by: [0],
    isHidden: ([condition]) => condition!.op === equal.operator || condition!.op === not_equal.operator,
  },
  dtype: "keep",
  keepFrom: 1,
  integers: {
    from: 1,
    compose: ([condition, x, y], { dtype }) => where(condition!, castNode(x!, dtype), castNode(y!, dtype)),
  },
  scalar: (condition, x, y) => (condition !== 0 ? x : y),
  lower: (m, [condition, x, y]) => m.select(m.ne(condition, m.constant(0)), x, y),
  hidesNaN: [0],
  zero: [0],
  linear: [1, 2],
  transpose: (ct, { args: [condition] }, operand) =>
    operand === 1 ? where(condition, ct, zeroLike(ct)) : where(condition, zeroLike(ct), ct),
  pattern: chosenElement,
});

const comparisonsMax = 8;

/** Where any comparison that a condition is made of has operands that are the same. */
function boundaryOf(condition: Node): Node | undefined {
  const open = [condition];
  const found: Node[] = [];
  for (let x = open.pop(); x && found.length < comparisonsMax; x = open.pop()) {
    const [a, b] = x.args;
    if (comparisons.has(x.op)) found.push(equal(a!, b!));
    else if (logical.has(x.op)) open.push(...x.args);
  }
  return found.length === 0 ? undefined : found.reduce((a, b) => logical_or(a, b));
}

const comparisons: ReadonlySet<Operator> = new Set(
  [equal, not_equal, less, less_equal, greater, greater_equal].map(({ operator }) => operator),
);
const logical: ReadonlySet<Operator> = new Set([logical_and, logical_or, logical_not].map(({ operator }) => operator));
