import type { ElementwiseOperator, Node } from "../../graph/operator.ts";
import { elementwise, known } from "../elementwise.ts";
import type { Op } from "../kinds.ts";
import { add, negative, quotient, scale, subtract } from "../linear.ts";
import { smooth } from "../smooth.ts";
import { abs, hypot, multiply, sqrt, square } from "./arithmetic.ts";
import { equal, logical_and } from "./choice.ts";

export const sin: Op<ElementwiseOperator> = smooth({
  name: "sin",
  summary: "the sine of x, in radians",
  formula: "cos(x) * dx",
  scalar: Math.sin,
  lower: "sin",
  partial: (x) => cos(x),
});

export const cos: Op<ElementwiseOperator> = smooth({
  name: "cos",
  summary: "the cosine of x, in radians",
  formula: "-sin(x) * dx",
  scalar: Math.cos,
  lower: "cos",
  partial: (x) => negative(sin(x)),
});

export const tan: Op<ElementwiseOperator> = smooth({
  name: "tan",
  summary: "the tangent of x, in radians",
  formula: "(1 + tan(x)^2) * dx",
  scalar: Math.tan,
  lower: "tan",
  partial: (_, out) => add(1, square(out)),
});

export const asin: Op<ElementwiseOperator> = elementwise({
  name: "asin",
  summary: "the angle in [-pi/2, pi/2] whose sine is x",
  formula: "dx / sqrt((1 - x) * (1 + x))",
  kink: { told: "Infinity at -1 and 1", at: ([x]) => equal(abs(x!), 1) },
  domain: "-1 <= x <= 1",
  operations: 20,
  scalar: Math.asin,
  lower: "asin",
  jvp: [(dx, [x]) => quotient(dx, sqrt(oneMinusSquare(x)))],
});

export const acos: Op<ElementwiseOperator> = elementwise({
  name: "acos",
  summary: "the angle in [0, pi] whose cosine is x",
  formula: "-dx / sqrt((1 - x) * (1 + x))",
  kink: { told: "-Infinity at -1 and 1", at: ([x]) => equal(abs(x!), 1) },
  domain: "-1 <= x <= 1",
  operations: 20,
  scalar: Math.acos,
  lower: "acos",
  jvp: [(dx, [x]) => negative(quotient(dx, sqrt(oneMinusSquare(x))))],
});

export const atan: Op<ElementwiseOperator> = elementwise({
  name: "atan",
  summary: "the angle in [-pi/2, pi/2] whose tangent is x",
  formula: "dx / (1 + x^2)",
  operations: 20,
  scalar: Math.atan,
  lower: "atan",
  jvp: [(dx, [x]) => quotient(dx, add(1, square(x)))],
});

export const atan2: Op<ElementwiseOperator> = elementwise({
  name: "atan2",
  operands: ["y", "x"],
  summary: "the angle of the point (x, y), in [-pi, pi]",
  formula: "(x * dy - y * dx) / (x^2 + y^2)",
  kink: { told: "0 at (0, 0)", at: ([y, x]) => logical_and(equal(y!, 0), equal(x!, 0)) },
  operations: 20,
  scalar: Math.atan2,
  lower: "atan2",
  // Twice divided by the distance, because its square may overflow.
  jvp: [
    (dy, [y, x]) => scale(dy, overSquare(x, y, hypot(x, y))),
    (dx, [y, x]) => negative(scale(dx, overSquare(y, x, hypot(x, y)))),
  ],
});

/** x/r² at distance r, whose derivative (y - x)(y + x)/r⁴ has to be right where 1/r² overflows. */
export const inversion: Op<ElementwiseOperator> = known({
  name: "inversion",
  operands: ["x", "y", "r", "inverse"],
  summary: "x / (x^2 + y^2)",
  formula: "((y - x)(y + x) dx - 2 x y dy) / (x^2 + y^2)^2",
  zero: [2],
  jvp: [
    (dx, [x, y, r]) => {
      const difference = multiply(quotient(subtract(y, x), r), quotient(add(y, x), r));
      return quotient(quotient(scale(dx, difference), r), r);
    },
    (dy, [x, y, r]) => {
      const product = multiply(-2, multiply(quotient(x, r), quotient(y, r)));
      return quotient(quotient(scale(dy, product), r), r);
    },
  ],
});

export const sinh: Op<ElementwiseOperator> = smooth({
  name: "sinh",
  summary: "the hyperbolic sine of x",
  formula: "cosh(x) * dx",
  scalar: Math.sinh,
  lower: "sinh",
  partial: (x) => cosh(x),
});

export const cosh: Op<ElementwiseOperator> = smooth({
  name: "cosh",
  summary: "the hyperbolic cosine of x",
  formula: "sinh(x) * dx",
  scalar: Math.cosh,
  lower: "cosh",
  partial: (x) => sinh(x),
});

export const tanh: Op<ElementwiseOperator> = smooth({
  name: "tanh",
  summary: "the hyperbolic tangent of x",
  formula: "dx / cosh(x)^2",
  scalar: Math.tanh,
  lower: "tanh",
  partial: (x) => sechSquare(x),
});

/** The derivative of tanh, with all its digits where tanh is nearly 1. */
export const sechSquare: Op<ElementwiseOperator> = elementwise({
  name: "sech_square",
  summary: "1 / cosh(x)^2",
  formula: "-2 tanh(x) / cosh(x)^2 dx",
  operations: 20,
  scalar: (x) => (1 / Math.cosh(x)) ** 2,
  lower: "sech_square",
  jvp: [(dx, [x], out) => scale(dx, multiply(multiply(-2, tanh(x)), out))],
});

export const asinh: Op<ElementwiseOperator> = elementwise({
  name: "asinh",
  summary: "the inverse of sinh",
  formula: "dx / sqrt(1 + x^2)",
  operations: 20,
  scalar: Math.asinh,
  lower: "asinh",
  jvp: [(dx, [x]) => quotient(dx, hypot(1, x))],
});

export const acosh: Op<ElementwiseOperator> = elementwise({
  name: "acosh",
  summary: "the inverse of cosh",
  formula: "dx / sqrt((x - 1) * (x + 1))",
  kink: { told: "Infinity at 1", at: ([x]) => equal(x!, 1) },
  domain: "x >= 1",
  operations: 20,
  scalar: Math.acosh,
  lower: "acosh",
  jvp: [(dx, [x]) => quotient(dx, multiply(sqrt(subtract(x, 1)), sqrt(add(x, 1))))],
});

export const atanh: Op<ElementwiseOperator> = elementwise({
  name: "atanh",
  summary: "the inverse of tanh",
  formula: "dx / ((1 - x) * (1 + x))",
  domain: "-1 < x < 1",
  operations: 20,
  scalar: Math.atanh,
  lower: "atanh",
  jvp: [(dx, [x]) => quotient(dx, oneMinusSquare(x))],
});

/** 1 − x², exact near ±1; an operator, because the derivative of (1 − x)(1 + x) loses digits near 0. */
export const oneMinusSquare: Op<ElementwiseOperator> = elementwise({
  name: "one_minus_square",
  summary: "(1 - x)(1 + x)",
  formula: "-2 x dx",
  operations: 3,
  scalar: (x) => (1 - x) * (1 + x),
  lower: (m, [x]) => m.mul(m.sub(m.constant(1), x), m.add(m.constant(1), x)),
  jvp: [(dx, [x]) => scale(dx, multiply(-2, x))],
});

function overSquare(x: Node, y: Node, r: Node): Node {
  return inversion(x, y, r, quotient(quotient(x, r), r));
}
