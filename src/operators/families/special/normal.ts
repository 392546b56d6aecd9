import type { ElementwiseOperator } from "../../../graph/operator.ts";
import type { Op } from "../../kinds.ts";
import * as scalar from "../../scalar/index.ts";
import { smooth } from "../../smooth.ts";
import { multiply, square } from "../arithmetic.ts";
import { exp } from "../exponential.ts";
import { slopes } from "./slopes.ts";

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
export const logNdtrSlope: Op<ElementwiseOperator> = slopes({
  name: "log_ndtr_slope",
  of: "log_ndtr",
  operations: 400,
  scalar: scalar.logNdtrSlope,
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
