import { required } from "../../graph/attribute.ts";
import type { ElementwiseOperator } from "../../graph/operator.ts";
import { elementwise, known } from "../elementwise.ts";
import { composite, type Op } from "../kinds.ts";
import { negative, scale } from "../linear.ts";
import * as scalar from "../scalar/index.ts";
import { smooth } from "../smooth.ts";
import { abs, multiply, square } from "./arithmetic.ts";
import { equal, greater, logical_and, where } from "./choice.ts";
import { exp } from "./exponential.ts";
import { tanh } from "./trigonometric.ts";

export const erf: Op<ElementwiseOperator> = smooth({
  name: "erf",
  summary: "the error function, 2/sqrt(pi) times the integral of exp(-t^2) from 0 to x",
  formula: "2 / sqrt(pi) * exp(-x^2) * dx",
  operations: 40,
  scalar: scalar.erf,
  lower: "erf",
  partial: (x) => multiply(2 / Math.sqrt(Math.PI), exp(negative(square(x)))),
});

export const erfc: Op<ElementwiseOperator> = smooth({
  name: "erfc",
  summary: "1 - erf(x), accurate in the tail",
  formula: "-2 / sqrt(pi) * exp(-x^2) * dx",
  operations: 40,
  scalar: scalar.erfc,
  lower: "erfc",
  partial: (x) => multiply(-2 / Math.sqrt(Math.PI), exp(negative(square(x)))),
});

export const lgamma: Op<ElementwiseOperator> = smooth({
  name: "lgamma",
  summary: "the logarithm of |gamma(x)|",
  formula: "digamma(x) * dx",
  domain: "x not in {0, -1, -2, ...}",
  operations: 40,
  scalar: scalar.lgamma,
  lower: "lgamma",
  partial: (x) => digamma(x),
});

export const digamma: Op<ElementwiseOperator> = smooth({
  name: "digamma",
  summary: "the derivative of lgamma",
  formula: "polygamma(x; n=1) * dx",
  domain: "x not in {0, -1, -2, ...}",
  operations: 40,
  scalar: scalar.digamma,
  lower: "digamma",
  partial: (x) => polygamma(x, { n: 1 }),
});

export const polygamma: Op<ElementwiseOperator> = elementwise({
  name: "polygamma",
  summary: "the n-th derivative of digamma",
  formula: "polygamma(x; n=n+1) * dx",
  domain: "x not in {0, -1, -2, ...}",
  attributes: { n: required("natural", "the order") },
  operations: 40,
  scalarOf:
    ({ n }) =>
    (x) =>
      scalar.polygamma(n, x),
  jvp: [(dx, [x], out) => scale(dx, polygamma(x, { n: out.attrs.n + 1 }))],
});

export const sigmoid: Op<ElementwiseOperator> = smooth({
  name: "sigmoid",
  summary: "1 / (1 + e^-x)",
  formula: "sigmoid(x) * sigmoid(-x) * dx",
  scalar: scalar.sigmoid,
  lower: "sigmoid",
  partial: (x, out) => sigmoidSlope(x, multiply(out, sigmoidComplement(x))),
});

/** The derivative of sigmoid, whose own, by its factors, would cancel near 0. */
export const sigmoidSlope: Op<ElementwiseOperator> = known({
  name: "sigmoid_slope",
  operands: ["x", "slope"],
  summary: "sigmoid(x) sigmoid(-x)",
  formula: "-sigmoid(x) sigmoid(-x) tanh(x/2) dx",
  jvp: [(dx, [x], out) => negative(scale(dx, multiply(out, tanh(multiply(0.5, x)))))],
});

/** 1 − sigmoid(x), exact where that is small. */
export const sigmoidComplement: Op<ElementwiseOperator> = elementwise({
  name: "sigmoid_complement",
  summary: "1 / (1 + e^x)",
  formula: "-sigmoid(x) sigmoid(-x) dx",
  operations: 20,
  scalar: (x) => scalar.sigmoid(-x),
  lower: "sigmoid_complement",
  jvp: [(dx, [x], out) => negative(scale(dx, multiply(out, sigmoid(x))))],
});

export const softplus: Op<ElementwiseOperator> = smooth({
  name: "softplus",
  summary: "log(1 + e^x) without overflow",
  formula: "sigmoid(x) * dx",
  scalar: scalar.softplus,
  lower: "softplus",
  partial: (x) => sigmoid(x),
});

export const logaddexp: Op<ElementwiseOperator> = elementwise({
  name: "logaddexp",
  operands: ["x", "y"],
  summary: "log(e^x + e^y) without overflow",
  formula: "sigmoid(x - y) * dx + sigmoid(y - x) * dy",
  kink: {
    told: "1/2 to each where both are the same infinity",
    at: ([x, y]) => logical_and(equal(x!, y!), equal(abs(x!), Number.POSITIVE_INFINITY)),
  },
  operations: 20,
  scalar: scalar.logaddexp,
  lower: "logaddexp",
  commutative: true,
  jvp: [(dx, [x, y]) => scale(dx, sigmoid(difference(x, y))), (dy, [x, y]) => scale(dy, sigmoid(difference(y, x)))],
});

/** x − y, and 0 where both are the same infinity. */
export const difference: Op<ElementwiseOperator> = elementwise({
  name: "difference",
  operands: ["x", "y"],
  summary: "x - y; 0 where x = y, infinities too",
  formula: "dx - dy",
  scalar: (x, y) => (x === y ? 0 : x - y),
  lower: (m, [x, y]) => m.andNot(m.sub(x, y), m.eq(x, y)),
  jvp: [(dx) => dx, (dy) => negative(dy)],
});

export const relu: Op<ElementwiseOperator> = elementwise({
  name: "relu",
  summary: "x where x > 0, else 0; NaN for NaN",
  formula: "where(x > 0, dx, 0)",
  kink: { told: "0 at 0", at: ([x]) => equal(x!, 0) },
  scalar: (x) => (x > 0 || Number.isNaN(x) ? x : 0),
  lower: (m, [x]) => m.andNot(x, m.le(x, m.constant(0))),
  jvp: [(dx, [x]) => where(greater(x, 0), dx, 0)],
});

export const gelu: Op = composite({
  name: "gelu",
  summary: "x times the normal distribution function of x, in its exact form with erf",
  formula: "(erfc(-x / sqrt(2)) / 2 + x * exp(-x^2 / 2) / sqrt(2 * pi)) * dx",
  costText: "43 per element",
  compose: ([x]) => multiply(x, multiply(0.5, erfc(multiply(-Math.SQRT1_2, x)))),
});

export const silu: Op = composite({
  name: "silu",
  summary: "x sigmoid(x)",
  formula: "(sigmoid(x) + x * sigmoid(x) * sigmoid(-x)) * dx",
  costText: "21 per element",
  compose: ([x]) => multiply(x, sigmoid(x)),
});
