import { required } from "../../../graph/attribute.ts";
import type { ElementwiseOperator, Node } from "../../../graph/operator.ts";
import { elementwise } from "../../elementwise.ts";
import type { Op } from "../../kinds.ts";
import { add, negative, quotient, scale, subtract } from "../../linear.ts";
import * as scalar from "../../scalar/index.ts";
import { binomials } from "../../scalar/series.ts";
import { multiply } from "../arithmetic.ts";
import { log, log1p } from "../exponential.ts";
import { digamma, polygamma } from "../special.ts";
import { psiDifference } from "./beta.ts";

const order = (of: string) => required("natural", `how often it is differentiated by ${of}`);

export const gammainc: Op<ElementwiseOperator> = elementwise({
  name: "gammainc",
  operands: ["a", "x"],
  summary:
    "the regularised lower incomplete gamma function P(a, x): the distribution function of the gamma distribution",
  formula: "x^(a-1) e^-x / gamma(a) dx, and by a the integral of the density's derivative",
  domain: "a > 0, x >= 0",
  operations: 1000,
  scalar: scalar.gammainc,
  jvp: [(da, [a, x]) => scale(da, gammaincSlope(a, x, { n: 1 })), (dx, [a, x]) => scale(dx, gammaDensity(a, x))],
});

export const gammaincc: Op<ElementwiseOperator> = elementwise({
  name: "gammaincc",
  operands: ["a", "x"],
  summary: "1 - gammainc(a, x), accurate where that is small",
  formula: "minus what gammainc has",
  domain: "a > 0, x >= 0",
  operations: 1000,
  scalar: scalar.gammaincc,
  jvp: [
    (da, [a, x]) => negative(scale(da, gammaincSlope(a, x, { n: 1 }))),
    (dx, [a, x]) => negative(scale(dx, gammaDensity(a, x))),
  ],
});

/** The derivatives of gammainc by its parameter, as integrals. */
export const gammaincSlope: Op<ElementwiseOperator> = elementwise({
  name: "gammainc_slope",
  operands: ["a", "x"],
  summary: "the n-th derivative of gammainc by a",
  formula: "the next derivative times da, and the derivative of the density times dx",
  attributes: { n: order("a") },
  operations: 1000,
  scalarOf:
    ({ n }) =>
    (a, x) =>
      scalar.gammaincSlope(n, a, x),
  jvp: [
    (da, [a, x], out) => scale(da, gammaincSlope(a, x, { n: out.attrs.n + 1 })),
    (dx, [a, x], out) => {
      const slopes = (p: number) => (p === 1 ? subtract(log(x), digamma(a)) : negative(polygamma(a, { n: p - 1 })));
      return scale(scale(dx, gammaDensity(a, x)), momentOf(slopes, out.attrs.n, 0));
    },
  ],
});

export const gammaDensity: Op<ElementwiseOperator> = elementwise({
  name: "gamma_density",
  operands: ["a", "x"],
  summary: "x^(a-1) e^-x / gamma(a)",
  formula: "itself times (log(x) - digamma(a)) da + ((a-1)/x - 1) dx",
  operations: 1000,
  scalar: scalar.gammaDensity,
  jvp: [
    (da, [a, x], out) => scale(scale(da, out), subtract(log(x), digamma(a))),
    (dx, [a, x], out) => scale(scale(dx, out), subtract(quotient(subtract(a, 1), x), 1)),
  ],
});

export const betainc: Op<ElementwiseOperator> = elementwise({
  name: "betainc",
  operands: ["a", "b", "x"],
  summary: "the regularised incomplete beta function: the distribution function of the beta distribution",
  formula: "x^(a-1) (1-x)^(b-1) / B(a, b) dx, and by a and b the integrals of the density's derivatives",
  domain: "a > 0, b > 0, 0 <= x <= 1",
  operations: 2000,
  scalar: scalar.betainc,
  jvp: [
    (da, args) => scale(da, betaincSlope(...args, { i: 1, j: 0 })),
    (db, args) => scale(db, betaincSlope(...args, { i: 0, j: 1 })),
    (dx, args) => scale(dx, betaDensity(...args)),
  ],
});

/** The derivatives of betainc by its parameters, as integrals. */
export const betaincSlope: Op<ElementwiseOperator> = elementwise({
  name: "betainc_slope",
  operands: ["a", "b", "x"],
  summary: "the derivative of betainc, i times by a and j times by b",
  formula: "the next derivatives times da and db, and the derivative of the density times dx",
  attributes: { i: order("a"), j: order("b") },
  operations: 2000,
  scalarOf:
    ({ i, j }) =>
    (a, b, x) =>
      scalar.betaincSlope(i, j, a, b, x),
  jvp: [
    (da, args, { attrs: { i, j } }) => scale(da, betaincSlope(...args, { i: i + 1, j })),
    (db, args, { attrs: { i, j } }) => scale(db, betaincSlope(...args, { i, j: j + 1 })),
    (dx, args, { attrs: { i, j } }) => {
      const [a, b, x] = args;
      const slopes = (p: number, q: number) => {
        const n = p + q - 1;
        if (p > 0 && q > 0) return polygamma(add(a, b), { n });
        const ofParameter = q === 0 ? psiDifference(a, b, { n }) : psiDifference(b, a, { n });
        if (n > 0) return negative(ofParameter);
        return subtract(q === 0 ? log(x) : log1p(negative(x)), ofParameter);
      };
      return scale(scale(dx, betaDensity(...args)), momentOf(slopes, i, j));
    },
  ],
});

export const betaDensity: Op<ElementwiseOperator> = elementwise({
  name: "beta_density",
  operands: ["a", "b", "x"],
  summary: "x^(a-1) (1-x)^(b-1) / B(a, b)",
  formula: "itself times the derivatives of its logarithm",
  operations: 1000,
  scalar: scalar.betaDensity,
  jvp: [
    (da, [a, b, x], out) => scale(scale(da, out), subtract(log(x), psiDifference(a, b, { n: 0 }))),
    (db, [a, b, x], out) => scale(scale(db, out), subtract(log1p(negative(x)), psiDifference(b, a, { n: 0 }))),
    (dx, [a, b, x], out) => {
      const slope = subtract(quotient(subtract(a, 1), x), quotient(subtract(b, 1), subtract(1, x)));
      return scale(scale(dx, out), slope);
    },
  ],
});

/**
 * The derivative of a function over itself, i times in one variable and j times in another, of the derivatives of its
 * logarithm, p times in the one and q times in the other.
 */
function momentOf(slopes: (p: number, q: number) => Node, i: number, j: number): Node {
  const [di, dj] = i > 0 ? [1, 0] : [0, 1];
  let total: Node | undefined;
  for (const [p, c] of binomials(i - di).entries()) {
    for (const [q, d] of binomials(j - dj).entries()) {
      const [restI, restJ] = [i - di - p, j - dj - q];
      const slope = slopes(p + di, q + dj);
      const rest = restI + restJ === 0 ? slope : multiply(slope, momentOf(slopes, restI, restJ));
      const term = c * d === 1 ? rest : multiply(c * d, rest);
      total = total ? add(total, term) : term;
    }
  }
  return total!;
}
