import type { ElementwiseOperator, Node } from "../../graph/operator.ts";
import { uniformValue } from "../../graph/uniform-value.ts";
import { elementwise, known } from "../elementwise.ts";
import type { Op } from "../kinds.ts";
import { add, quotient, scale, subtract } from "../linear.ts";
import { exp2 as exp2Scalar, pow as powScalar } from "../scalar/index.ts";
import { smooth } from "../smooth.ts";
import { multiply } from "./arithmetic.ts";
import { equal, greater_equal, logical_and, where } from "./choice.ts";

export const exp: Op<ElementwiseOperator> = smooth({
  name: "exp",
  summary: "e^x",
  formula: "exp(x) * dx",
  scalar: Math.exp,
  lower: "exp",
  partial: (_, out) => out,
});

export const expm1: Op<ElementwiseOperator> = smooth({
  name: "expm1",
  summary: "e^x - 1, exact near 0",
  formula: "exp(x) * dx",
  scalar: Math.expm1,
  lower: "expm1",
  partial: (x) => exp(x),
});

export const exp2: Op<ElementwiseOperator> = smooth({
  name: "exp2",
  summary: "2^x",
  formula: "log(2) * 2^x * dx",
  scalar: exp2Scalar,
  lower: "exp2",
  partial: (_, out) => multiply(Math.LN2, out),
});

export const log: Op<ElementwiseOperator> = elementwise({
  name: "log",
  aliases: ["ln"],
  summary: "the natural logarithm of x",
  formula: "dx / x",
  domain: "x > 0",
  operations: 20,
  scalar: Math.log,
  lower: "log",
  jvp: [(dx, [x]) => quotient(dx, x)],
});

export const log1p: Op<ElementwiseOperator> = elementwise({
  name: "log1p",
  summary: "log(1 + x), exact near 0",
  formula: "dx / (1 + x)",
  domain: "x > -1",
  operations: 20,
  scalar: Math.log1p,
  lower: "log1p",
  jvp: [(dx, [x]) => quotient(dx, add(1, x))],
});

export const log2: Op<ElementwiseOperator> = elementwise({
  name: "log2",
  summary: "the logarithm of x to base 2",
  formula: "dx / (x * log(2))",
  domain: "x > 0",
  operations: 20,
  scalar: Math.log2,
  lower: "log2",
  jvp: [(dx, [x]) => quotient(scale(dx, Math.LOG2E), x)],
});

export const log10: Op<ElementwiseOperator> = elementwise({
  name: "log10",
  summary: "the logarithm of x to base 10",
  formula: "dx / (x * log(10))",
  domain: "x > 0",
  operations: 20,
  scalar: Math.log10,
  lower: "log10",
  jvp: [(dx, [x]) => quotient(scale(dx, Math.LOG10E), x)],
});

export const pow: Op<ElementwiseOperator> = elementwise({
  name: "pow",
  operands: ["x", "y"],
  summary: "x raised to y, as IEEE 754 has it: pow(1, NaN) = 1, pow(x, 0) = 1",
  formula: "y * x^(y - 1) * dx + x^y * log(x) * dy",
  kink: {
    told: "at y = 0 the derivative in x is 0; at x = 0, y >= 0 the derivative in y is 0",
    // By a constant exponent there is a derivative, or it is infinite.
    at: ([x, y]) => (uniformValue(y!) === undefined ? logical_and(equal(x!, 0), greater_equal(y!, 0)) : undefined),
  },
  domain: "x >= 0, or y an integer",
  operations: 40,
  scalar: powScalar,
  lower: "pow",
  hidesNaN: [0, 1],
  base: ([x, y]) => (uniformValue(y) === 2 ? x : undefined),
  jvp: [
    (dx, [x, y]) => {
      const exponent = uniformValue(y);
      if (exponent === undefined) return scale(dx, slopeInBase(x, y));
      if (exponent === 0) return undefined;
      return scale(dx, multiply(exponent, pow(x, exponent - 1)));
    },
    (dy, [x, y], out) => {
      const atZero = logical_and(equal(x, 0), greater_equal(y, 0));
      return scale(dy, powInExponent(x, y, where(atZero, 0, multiply(out, log(x)))));
    },
  ],
});

/** The derivative of pow in its base; the mixed one is written as in {@link powInExponent}, to be the same number. */
export const powInBase: Op<ElementwiseOperator> = known({
  name: "pow_in_base",
  operands: ["x", "y", "slope"],
  summary: "y x^(y-1)",
  formula: "y (y-1) x^(y-2) dx + x^(y-1) (1 + y log(x)) dy",
  jvp: [
    (dx, [x, y]) => scale(dx, scale(y, slopeInBase(x, subtract(y, 1)))),
    (dy, [x, y]) => scale(dy, mixedSlope(x, y)),
  ],
});

/** The derivative of pow in its exponent; x^y/x would be 0 where x^y underflows. */
export const powInExponent: Op<ElementwiseOperator> = known({
  name: "pow_in_exponent",
  operands: ["x", "y", "slope"],
  summary: "x^y log(x); 0 at x = 0, y >= 0",
  formula: "x^(y-1) (1 + y log(x)) dx + x^y log(x)^2 dy",
  jvp: [(dx, [x, y]) => scale(dx, mixedSlope(x, y)), (dy, [x], out) => scale(dy, scale(out, log(x)))],
});

function slopeInBase(x: Node, y: Node): Node {
  return powInBase(x, y, scale(y, pow(x, subtract(y, 1))));
}

function mixedSlope(x: Node, y: Node): Node {
  return scale(pow(x, subtract(y, 1)), add(1, scale(y, log(x))));
}
