import { required } from "../../../graph/attribute.ts";
import type { ElementwiseOperator } from "../../../graph/operator.ts";
import { elementwise } from "../../elementwise.ts";
import type { Op } from "../../kinds.ts";
import { add, negative, scale } from "../../linear.ts";
import * as scalar from "../../scalar/index.ts";
import { multiply } from "../arithmetic.ts";
import { polygamma } from "../special.ts";

export const lbeta: Op<ElementwiseOperator> = elementwise({
  name: "lbeta",
  aliases: ["betaln"],
  operands: ["a", "b"],
  summary: "the logarithm of the beta function, log(gamma(a) gamma(b) / gamma(a + b))",
  formula: "(digamma(a) - digamma(a + b)) * da + (digamma(b) - digamma(a + b)) * db",
  domain: "a > 0, b > 0",
  operations: 1000,
  commutative: true,
  scalar: scalar.lbeta,
  jvp: [
    (da, [a, b]) => scale(da, psiDifference(a, b, { n: 0 })),
    (db, [a, b]) => scale(db, psiDifference(b, a, { n: 0 })),
  ],
});

/** What cancels where b is far below a. */
export const psiDifference: Op<ElementwiseOperator> = elementwise({
  name: "psi_difference",
  operands: ["a", "b"],
  summary: "polygamma(n, a) - polygamma(n, a + b)",
  formula: "the next difference times da, -polygamma(n+1, a + b) db",
  attributes: { n: required("natural", "the order") },
  operations: 200,
  scalarOf:
    ({ n }) =>
    (a, b) =>
      scalar.psiDifference(n, a, b),
  jvp: [
    (da, [a, b], out) => scale(da, psiDifference(a, b, { n: out.attrs.n + 1 })),
    (db, [a, b], out) => negative(scale(db, polygamma(add(a, b), { n: out.attrs.n + 1 }))),
  ],
});

export const zeta: Op<ElementwiseOperator> = elementwise({
  name: "zeta",
  operands: ["s", "q"],
  summary: "Hurwitz's zeta function, the sum of (q + k)^-s over k = 0, 1, ...; Riemann's at q = 1",
  formula: "-s * zeta(s + 1, q) dq, and by s the sum of -log(q + k) (q + k)^-s",
  domain: "s > 1 and q > 0; q < 0 only for integers s up to 20, and then without a derivative by s",
  operations: 400,
  scalar: scalar.zeta,
  jvp: [
    (ds, [s, q]) => scale(ds, zetaSlope(s, q, { n: 1 })),
    (dq, [s, q]) => negative(scale(dq, multiply(s, zeta(add(s, 1), q)))),
  ],
});

/** The derivatives of zeta by s. */
export const zetaSlope: Op<ElementwiseOperator> = elementwise({
  name: "zeta_slope",
  operands: ["s", "q"],
  summary: "the n-th derivative of zeta by s",
  formula: "the next derivative times ds, and -(s zeta + n zeta before) at s + 1 times dq",
  attributes: { n: required("natural", "the order") },
  operations: 400,
  scalarOf:
    ({ n }) =>
    (s, q) =>
      scalar.zetaSlope(n, s, q),
  jvp: [
    (ds, [s, q], out) => scale(ds, zetaSlope(s, q, { n: out.attrs.n + 1 })),
    (dq, [s, q], out) => {
      const { n } = out.attrs;
      const next = add(s, 1);
      const before = n === 1 ? zeta(next, q) : zetaSlope(next, q, { n: n - 1 });
      return negative(scale(dq, add(multiply(s, zetaSlope(next, q, { n })), multiply(n, before))));
    },
  ],
});
