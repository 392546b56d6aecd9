import type { ElementwiseOperator } from "../../../graph/operator.ts";
import { elementwise } from "../../elementwise.ts";
import { composite, type Op } from "../../kinds.ts";
import { add, negative, quotient, scale } from "../../linear.ts";
import * as scalar from "../../scalar/index.ts";
import { smooth } from "../../smooth.ts";
import { abs, multiply } from "../arithmetic.ts";
import { equal, logical_and } from "../choice.ts";
import { log, log1p } from "../exponential.ts";
import { softplus } from "../special.ts";
import { tanh } from "../trigonometric.ts";
import { slopes } from "./slopes.ts";

export const xlogy: Op<ElementwiseOperator> = elementwise({
  name: "xlogy",
  operands: ["x", "y"],
  summary: "x log(y), 0 where x is 0",
  formula: "log(y) * dx + x / y * dy",
  kink: { told: "by y 0 at (0, 0)", at: ([x, y]) => logical_and(equal(x!, 0), equal(y!, 0)) },
  domain: "y > 0, or x = 0",
  operations: 20,
  scalar: scalar.xlogy,
  jvp: [(dx, [, y]) => scale(dx, log(y)), (dy, [x, y]) => quotient(scale(dy, x), y)],
});

export const xlog1py: Op<ElementwiseOperator> = elementwise({
  name: "xlog1py",
  operands: ["x", "y"],
  summary: "x log(1 + y), 0 where x is 0",
  formula: "log1p(y) * dx + x / (1 + y) * dy",
  kink: { told: "by y 0 at (0, -1)", at: ([x, y]) => logical_and(equal(x!, 0), equal(y!, -1)) },
  domain: "y > -1, or x = 0",
  operations: 20,
  scalar: scalar.xlog1py,
  jvp: [(dx, [, y]) => scale(dx, log1p(y)), (dy, [x, y]) => quotient(scale(dy, x), add(1, y))],
});

export const log1mexp: Op<ElementwiseOperator> = smooth({
  name: "log1mexp",
  summary: "log(1 - e^-|x|): of the exponential of a negative x, or of -x",
  formula: "sign(x) / expm1(abs(x)) * dx",
  domain: "x != 0",
  scalar: scalar.log1mexp,
  partial: (x) => bose(x),
});

/** The derivative of log1mexp, whose own, from its parts, would vanish where e^−2x does. */
export const bose: Op<ElementwiseOperator> = elementwise({
  name: "bose",
  summary: "1 / (e^|x| - 1) with the sign of x",
  formula: "-(e^|x| / (e^|x| - 1)^2) dx",
  operations: 20,
  scalar: scalar.bose,
  jvp: [(dx, _, out) => negative(scale(dx, multiply(abs(out), add(1, abs(out)))))],
});

export const logcosh: Op<ElementwiseOperator> = smooth({
  name: "logcosh",
  summary: "log(cosh(x)) without overflow, exact near 0",
  formula: "tanh(x) * dx",
  scalar: scalar.logcosh,
  partial: (x) => tanh(x),
});

export const log_sigmoid: Op = composite({
  name: "log_sigmoid",
  aliases: ["log_expit"],
  summary: "log(sigmoid(x)) without overflow",
  formula: "sigmoid(-x) * dx",
  costText: "22 per element",
  compose: ([x]) => negative(softplus(negative(x))),
});

export const exprel: Op<ElementwiseOperator> = smooth({
  name: "exprel",
  summary: "(e^x - 1) / x, 1 at 0",
  formula: "(exp(x) - exprel(x)) / x * dx",
  scalar: scalar.exprel,
  partial: (x) => exprelSlope(x, { n: 1 }),
});

/** The derivatives of exprel, as integrals that do not cancel. */
export const exprelSlope: Op<ElementwiseOperator> = slopes({
  name: "exprel_slope",
  of: "exprel",
  operations: 60,
  scalar: scalar.exprelSlope,
});

export const sinc: Op<ElementwiseOperator> = smooth({
  name: "sinc",
  summary: "sin(x) / x, 1 at 0; NumPy's sinc(x) is sinc(pi * x)",
  formula: "(cos(x) - sinc(x)) / x * dx",
  scalar: scalar.sinc,
  partial: (x) => sincSlope(x, { n: 1 }),
});

/** The derivatives of sinc, as integrals that do not cancel. */
export const sincSlope: Op<ElementwiseOperator> = slopes({
  name: "sinc_slope",
  of: "sinc",
  operations: 60,
  scalar: scalar.sincSlope,
});
