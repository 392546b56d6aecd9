import { required } from "../../../graph/attribute.ts";
import type { ElementwiseOperator, Node } from "../../../graph/operator.ts";
import { elementwise } from "../../elementwise.ts";
import type { Op } from "../../kinds.ts";
import { add, negative, scale, subtract } from "../../linear.ts";
import * as scalar from "../../scalar/index.ts";
import { smooth } from "../../smooth.ts";
import { abs, multiply, sign } from "../arithmetic.ts";
import { equal } from "../choice.ts";
import { slopes } from "./slopes.ts";

export const j0: Op<ElementwiseOperator> = smooth({
  name: "j0",
  summary: "the Bessel function of the first kind of order 0",
  formula: "-j1(x) * dx",
  operations: 400,
  scalar: (x) => scalar.besselJ(0, x),
  partial: (x) => negative(j1(x)),
});

export const j1: Op<ElementwiseOperator> = smooth({
  name: "j1",
  summary: "the Bessel function of the first kind of order 1",
  formula: "(j0(x) - j1(x) / x) * dx",
  operations: 400,
  scalar: (x) => scalar.besselJ(1, x),
  partial: (x) => halfDifference(x, 1),
});

/** Bessel functions of higher orders, by which derivatives of j0 and j1 do not cancel near 0. */
export const besselJ: Op<ElementwiseOperator> = elementwise({
  name: "bessel_j",
  summary: "the Bessel function of the first kind of order n",
  formula: "(J(n-1, x) - J(n+1, x)) / 2 dx",
  attributes: { n: required("natural", "the order, at least 2") },
  operations: 400,
  scalarOf:
    ({ n }) =>
    (x) =>
      scalar.besselJ(n, x),
  jvp: [(dx, [x], out) => scale(dx, halfDifference(x, out.attrs.n))],
});

export const i0e: Op<ElementwiseOperator> = smooth({
  name: "i0e",
  summary: "e^-|x| times the modified Bessel function of the first kind of order 0",
  formula: "(i1e(x) - sign(x) * i0e(x)) * dx",
  kink: { told: "0 at 0", at: ([x]) => equal(x!, 0) },
  operations: 400,
  scalar: scalar.i0e,
  partial: (x) => multiply(sign(x), i0eSlope(abs(x), { n: 1 })),
});

export const i1e: Op<ElementwiseOperator> = smooth({
  name: "i1e",
  summary: "e^-|x| times the modified Bessel function of the first kind of order 1",
  formula: "(i0e(x) - i1e(x) / x - sign(x) * i1e(x)) * dx",
  kink: { told: "the second derivative is 0 at 0", at: ([x]) => equal(x!, 0) },
  operations: 400,
  scalar: scalar.i1e,
  partial: (x) => add(i0eSlope(abs(x), { n: 1 }), i0eSlope(abs(x), { n: 2 })),
});

/** The derivatives of i0e for x ≥ 0, as integrals that do not cancel. */
export const i0eSlope: Op<ElementwiseOperator> = slopes({
  name: "i0e_slope",
  of: "i0e(x) for x >= 0",
  operations: 200,
  scalar: scalar.i0eSlope,
});

/** The derivative of Jₙ for n ≥ 1. */
function halfDifference(x: Node, n: number): Node {
  return multiply(0.5, subtract(ofOrder(x, n - 1), ofOrder(x, n + 1)));
}

function ofOrder(x: Node, n: number): Node {
  return n === 0 ? j0(x) : n === 1 ? j1(x) : besselJ(x, { n });
}
