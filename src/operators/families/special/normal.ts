import { required } from "../../../graph/attribute.ts";
import type { ElementwiseOperator } from "../../../graph/operator.ts";
import { elementwise } from "../../elementwise.ts";
import type { Op } from "../../kinds.ts";
import { scale } from "../../linear.ts";
import * as scalar from "../../scalar/index.ts";
import { smooth } from "../../smooth.ts";
import { multiply, square } from "../arithmetic.ts";
import { exp } from "../exponential.ts";

const rootTwoPi = Math.sqrt(2 * Math.PI);
const halfRootPi = Math.sqrt(Math.PI) / 2;

export const ndtr: Op<ElementwiseOperator> = smooth({
  name: "ndtr",
  summary: "the distribution function of the normal distribution, accurate in both tails",
  formula: "exp(-x^2 / 2) / sqrt(2 * pi) * dx",
  operations: 400,
  scalar: scalar.ndtr,
  partial: (x) => multiply(1 / rootTwoPi, exp(multiply(-0.5, square(x)))),
});

export const log_ndtr: Op<ElementwiseOperator> = smooth({
  name: "log_ndtr",
  summary: "log(ndtr(x)) without underflow",
  formula: "exp(-x^2 / 2 - log_ndtr(x)) / sqrt(2 * pi) * dx",
  operations: 400,
  scalar: scalar.logNdtr,
  partial: (x) => logNdtrSlope(x, { n: 1 }),
});

/** The derivatives of log_ndtr, from the inverse Mills ratio on, which cancel in the left tail. */
export const logNdtrSlope: Op<ElementwiseOperator> = elementwise({
  name: "log_ndtr_slope",
  summary: "the n-th derivative of log_ndtr",
  formula: "the next derivative times dx",
  attributes: { n: required("natural", "the order, at least 1") },
  operations: 400,
  scalarOf:
    ({ n }) =>
    (x) =>
      scalar.logNdtrSlope(n, x),
  jvp: [(dx, [x], out) => scale(dx, logNdtrSlope(x, { n: out.attrs.n + 1 }))],
});

export const ndtri: Op<ElementwiseOperator> = smooth({
  name: "ndtri",
  summary: "the inverse of ndtr: the quantile of the normal distribution",
  formula: "sqrt(2 * pi) * exp(ndtri(x)^2 / 2) * dx",
  domain: "0 < x < 1",
  operations: 1000,
  scalar: scalar.ndtri,
  partial: (_, out) => multiply(rootTwoPi, exp(multiply(0.5, square(out)))),
});

export const erfinv: Op<ElementwiseOperator> = smooth({
  name: "erfinv",
  summary: "the inverse of erf",
  formula: "sqrt(pi) / 2 * exp(erfinv(x)^2) * dx",
  domain: "-1 < x < 1",
  operations: 1000,
  scalar: scalar.erfinv,
  partial: (_, out) => multiply(halfRootPi, exp(square(out))),
});

export const erfcinv: Op<ElementwiseOperator> = smooth({
  name: "erfcinv",
  summary: "the inverse of erfc, accurate near 0",
  formula: "-sqrt(pi) / 2 * exp(erfcinv(x)^2) * dx",
  domain: "0 < x < 2",
  operations: 1000,
  scalar: scalar.erfcinv,
  partial: (_, out) => multiply(-halfRootPi, exp(square(out))),
});
