import { optional } from "../../graph/attribute.ts";
import type { DType } from "../../graph/dtype.ts";
import { OperandFault } from "../../graph/fault.ts";
import type { ElementwiseOperator, Multiple, Node } from "../../graph/operator.ts";
import { uniformValue } from "../../graph/uniform-value.ts";
import { castNode, wrapped } from "../cast.ts";
import { elementwise, known, piecewiseConstant } from "../elementwise.ts";
import { composite, type Op } from "../kinds.ts";
import { add, negative, passGreater, quotient, scale, subtract } from "../linear.ts";
import {
  floorDivide as floorDivideScalar,
  fmod as fmodScalar,
  hypot as hypotScalar,
  remainder as remainderScalar,
  sign as signScalar,
} from "../scalar/index.ts";
import { smooth } from "../smooth.ts";
import { equal, logical_and, logical_or, not_equal, where } from "./choice.ts";
import { floor, round } from "./rounding.ts";

export const multiply: Op<ElementwiseOperator> = elementwise({
  name: "multiply",
  aliases: ["mul"],
  operands: ["x", "y"],
  summary: "x y, element by element",
  formula: "y * dx + x * dy",
  scalar: (x, y) => x * y,
  lower: (m, [x, y]) => m.mul(x, y),
  // Of int64 the product of numbers is exact as long as it is in range.
  integers: {
    compose: ([x, y], { dtype }) => (dtype === "int32" ? integer_product(x!, y!) : multiplied(x!, y!, dtype)),
  },
  commutative: true,
  base: ([x, y]) => (x === y ? x : undefined),
  multiple: ([x, y]) => multipleOf(x, y, scale) ?? multipleOf(y, x, scale),
  jvp: [(dx, [, y]) => scale(dx, y), (dy, [x]) => scale(dy, x)],
});

export const divide: Op<ElementwiseOperator> = elementwise({
  name: "divide",
  aliases: ["div"],
  operands: ["x", "y"],
  summary: "x / y",
  formula: "dx / y - x / y / y * dy",
  domain: "y != 0",
  operations: 4,
  scalar: (x, y) => x / y,
  lower: (m, [x, y]) => m.div(x, y),
  multiple: ([x, y]) => multipleOf(x, y, quotient),
  jvp: [(dx, [, y]) => quotient(dx, y), (dy, [, y], out) => negative(scale(quotient(dy, y), out))],
});

export const reciprocal: Op<ElementwiseOperator> = elementwise({
  name: "reciprocal",
  summary: "1 / x",
  formula: "-(1 / x / x * dx)",
  domain: "x != 0",
  operations: 4,
  scalar: (x) => 1 / x,
  lower: (m, [x]) => m.div(m.constant(1), x),
  jvp: [(dx, _, out) => negative(scale(scale(dx, out), out))],
});

export const square: Op<ElementwiseOperator> = smooth({
  name: "square",
  summary: "x^2",
  formula: "2 * x * dx",
  operations: 1,
  scalar: (x) => x * x,
  lower: (m, [x]) => m.mul(x, x),
  base: ([x]) => x,
  partial: (x) => multiply(2, x),
});

export const sqrt: Op<ElementwiseOperator> = elementwise({
  name: "sqrt",
  summary: "the square root of x",
  formula: "dx / (2 * sqrt(x))",
  kink: { told: "Infinity at 0 and -0", at: ([x]) => equal(x!, 0), isSmoothSquared: () => true },
  domain: "x >= 0",
  operations: 4,
  scalar: Math.sqrt,
  lower: (m, [x]) => m.sqrt(x),
  // + 0, because sqrt(-0) is -0 and the derivative there is +Infinity.
  jvp: [(dx, _, out) => quotient(scale(dx, 0.5), add(out, 0))],
  squared: [(dx) => dx],
});

export const abs: Op<ElementwiseOperator> = elementwise({
  name: "abs",
  summary: "|x|",
  formula: "sign(x) * dx",
  kink: { told: "0 at 0", at: ([x]) => equal(x!, 0), isSmoothSquared: () => true },
  scalar: Math.abs,
  lower: (m, [x]) => m.abs(x),
  integers: {},
  jvp: [(dx, [x]) => scale(dx, sign(x))],
  squared: [(dx, [x]) => scale(dx, multiply(2, x))],
});

export const sign: Op<ElementwiseOperator> = piecewiseConstant({
  name: "sign",
  integral: true,
  summary: "-1, 0 or 1 with the sign of x; NaN for NaN",
  formula: "0",
  kink: { told: "0 at 0", at: ([x]) => equal(x!, 0) },
  scalar: signScalar,
  integers: {},
  lower: (m, [x]) => {
    const [zero, one] = [m.constant(0), m.constant(1)];
    const ofNegative = m.select(m.lt(x, zero), m.constant(-1), m.select(m.eq(x, zero), zero, x));
    return m.select(m.gt(x, zero), one, ofNegative);
  },
});

export const maximum: Op<ElementwiseOperator> = elementwise({
  name: "maximum",
  operands: ["x", "y"],
  summary: "the larger of x and y; NaN when either is NaN",
  formula: "where(x > y, dx, dy)",
  kink: { told: "1/2 to each at a tie; NaN when an operand is NaN", at: ([x, y]) => equal(x!, y!) },
  scalar: Math.max,
  lower: (m, [x, y]) => m.max(x, y),
  integers: {},
  commutative: true,
  jvp: [(dx, [x, y]) => passGreater(dx, x, y), (dy, [x, y]) => passGreater(dy, y, x)],
});

export const minimum: Op<ElementwiseOperator> = elementwise({
  name: "minimum",
  operands: ["x", "y"],
  summary: "the smaller of x and y; NaN when either is NaN",
  formula: "where(x < y, dx, dy)",
  kink: { told: "1/2 to each at a tie; NaN when an operand is NaN", at: ([x, y]) => equal(x!, y!) },
  scalar: Math.min,
  lower: (m, [x, y]) => m.min(x, y),
  integers: {},
  commutative: true,
  jvp: [(dx, [x, y]) => passGreater(dx, y, x), (dy, [x, y]) => passGreater(dy, x, y)],
});

export const remainder: Op<ElementwiseOperator> = elementwise({
  name: "remainder",
  operands: ["x", "y"],
  summary: "x - floor(x/y) y: what is left of x, with the sign of the divisor y",
  formula: "dx - floor(x / y) * dy",
  kink: { told: "the same formula at the jumps", at: (_, out) => equal(out, 0) },
  domain: "y != 0",
  operations: 4,
  scalar: remainderScalar,
  lower: "remainder",
  integers: { compose: ([x, y], { dtype }) => ofDivisor(remainder, x!, y!, dtype) },
  jvp: [(dx) => dx, (dy, [x, y]) => negative(scale(dy, floor(divide(x, y))))],
});

export const fmod: Op<ElementwiseOperator> = elementwise({
  name: "fmod",
  operands: ["x", "y"],
  summary: "x - trunc(x/y) y: what is left of x, with the sign of x, as in C",
  formula: "dx - trunc(x / y) * dy",
  kink: {
    told: "the same formula at the jumps",
    at: ([x], out) => logical_and(equal(out, 0), not_equal(x!, 0)),
  },
  domain: "y != 0",
  operations: 4,
  scalar: fmodScalar,
  // From the result, since x/y may be rounded to the next integer.
  jvp: [(dx) => dx, (dy, [x, y], out) => negative(scale(dy, round(divide(subtract(x, out), y))))],
});

export const floor_divide: Op<ElementwiseOperator> = piecewiseConstant({
  name: "floor_divide",
  integral: true,
  operands: ["x", "y"],
  summary: "floor(x / y) without the rounding of x / y, as in Python; of integers 0 where y is 0",
  formula: "0",
  kink: { told: "0 at the jumps", at: ([x, y]) => equal(remainder(x!, y!), 0) },
  domain: "y != 0",
  operations: 8,
  scalar: floorDivideScalar,
  integers: { compose: ([x, y], { dtype }) => ofDivisor(floor_divide, x!, y!, dtype) },
});

/** The low 32 bits of the product of integers. */
export const integer_product: Op<ElementwiseOperator> = piecewiseConstant({
  name: "integer_product",
  operands: ["x", "y"],
  summary: "x y modulo 2^32, as int32",
  formula: "0",
  dtype: "int32",
  commutative: true,
  scalar: Math.imul,
  // x is split into halves of 16 bits, so that each product is exact.
  lower: (m, [x, y]) => {
    const half = m.constant(2 ** 16);
    const high = m.floor(m.div(x, half));
    const low = m.sub(x, m.mul(high, half));
    const above = m.mul(high, y);
    const kept = m.sub(above, m.mul(half, m.floor(m.div(above, half))));
    return wrapped(m, m.add(m.mul(kept, half), m.mul(low, y)));
  },
});

/** A product of integers whose numbers are exact. */
function multiplied(x: Node, y: Node, dtype: DType): Node {
  return castNode(multiply(castNode(x, "float64"), castNode(y, "float64")), dtype);
}

/** A quotient or remainder of integers, 0 where the divisor is. */
function ofDivisor(op: Op, x: Node, y: Node, dtype: DType): Node {
  const [a, b] = [castNode(x, "float64"), castNode(y, "float64")];
  return castNode(where(equal(b, 0), 0, op(a, b)), dtype);
}

export const hypot: Op<ElementwiseOperator> = elementwise({
  name: "hypot",
  operands: ["x", "y"],
  summary: "sqrt(x^2 + y^2) without overflow",
  formula: "(x * dx + y * dy) / hypot(x, y)",
  kink: { told: "0 at (0, 0)", at: (_, out) => equal(out, 0), isSmoothSquared: () => true },
  operations: 20,
  scalar: hypotScalar,
  lower: "hypot",
  hidesNaN: [0, 1],
  jvp: [
    (dx, [x, y], out) => scale(dx, direction(x, y, out, quotient(x, out))),
    (dy, [x, y], out) => scale(dy, direction(y, x, out, quotient(y, out))),
  ],
  squared: [(dx, [x]) => scale(dx, multiply(2, x)), (dy, [, y]) => scale(dy, multiply(2, y))],
});

/** The cosine of the angle of (x, y) at distance r; its derivative is y²/r³, which 1/r - x²/r³ would lose. */
export const direction: Op<ElementwiseOperator> = known({
  name: "direction",
  operands: ["x", "y", "r", "cosine"],
  summary: "x / hypot(x, y)",
  formula: "y^2/r^3 dx - x y/r^3 dy",
  zero: [2],
  jvp: [
    (dx, [x, y, r]) => quotient(scale(dx, square(direction(y, x, r, quotient(y, r)))), r),
    (dy, [x, y, r], out) => negative(quotient(scale(dy, multiply(out, direction(y, x, r, quotient(y, r)))), r)),
  ],
});

export const clip: Op = composite({
  name: "clip",
  summary: "x held between `min` and `max`, of which at least one is given",
  formula: "where(logical_and(min < x, x < max), dx, 0)",
  kink: {
    told: "1/2 at a bound",
    at: ([x], _, attrs) => {
      const { min, max } = attrs as { min?: number; max?: number };
      const [low, high] = [min, max].map((bound) => (bound === undefined ? undefined : equal(x!, bound)));
      return low && high ? logical_or(low, high) : (low ?? high);
    },
  },
  costText: "1 per element and bound",
  attributes: {
    min: optional("number", "the lower bound; absent: none"),
    max: optional("number", "the upper bound; absent: none"),
  },
  integers: { accepts: ({ min = 0, max = 0 }) => [min, max].every((bound) => isWhole(bound as number)) },
  infer: (args, attrs) => {
    if (attrs.min === undefined && attrs.max === undefined) throw new OperandFault('needs "min" or "max"');
    return { shape: args[0].shape, dtype: "float64", attrs };
  },
  compose: ([x], { attrs }) => {
    const { min, max } = attrs;
    const raised = min === undefined ? x : maximum(x, min);
    return max === undefined ? raised : minimum(raised, max);
  },
});

/** Whether integers held by a bound stay integers. */
function isWhole(bound: number): boolean {
  return Number.isInteger(bound) || Math.abs(bound) === Number.POSITIVE_INFINITY;
}

/** The multiple of a node that an operator makes of it and a number, if the other operand is one. */
function multipleOf(of: Node, factor: Node, by: (tangent: Node, factor: number) => Node): Multiple | undefined {
  const value = uniformValue(factor);
  return value === undefined ? undefined : { of, scaled: (tangent) => by(tangent, value) };
}
