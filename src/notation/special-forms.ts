import type { Node } from "../graph/operator.ts";
import { abs, divide, multiply, sign, square } from "../operators/families/arithmetic.ts";
import { exp, expm1, log, log1p, pow } from "../operators/families/exponential.ts";
import { besselJ, i0e, i0eSlope, i1e, j0, j1 } from "../operators/families/special/bessel.ts";
import { lbeta, psiDifference, zetaSlope } from "../operators/families/special/beta.ts";
import { betaDensity, betaincSlope, gammaDensity, gammaincSlope } from "../operators/families/special/incomplete.ts";
import { bose, exprel, exprelSlope, sinc, sincSlope } from "../operators/families/special/logarithms.ts";
import { log_ndtr, logNdtrSlope } from "../operators/families/special/normal.ts";
import { cbrt, cbrtPower } from "../operators/families/special/roots.ts";
import { digamma, lgamma, polygamma } from "../operators/families/special.ts";
import { cos, sin } from "../operators/families/trigonometric.ts";
import type { Op } from "../operators/kinds.ts";
import { add, negative, subtract } from "../operators/linear.ts";
import { binomials } from "../operators/scalar/series.ts";
import type { PublicForm } from "./linear-algebra-forms.ts";

/** What the derivatives of special functions are, from which digits may cancel; integrals have no formula. */
export const specialForms: readonly (readonly [Op, PublicForm])[] = [
  [cbrtPower, ([x], { attrs }) => pow(cbrt(x!), attrs.power as number)],
  [bose, ([x]) => divide(sign(x!), expm1(abs(x!)))],
  [exprelSlope, ([x], { attrs }) => exprelForm(x!, attrs.n as number)],
  [sincSlope, ([x], { attrs }) => sincForm(x!, attrs.n as number)],
  [logNdtrSlope, ([x], { attrs }) => logNdtrForm(x!, attrs.n as number)],
  [besselJ, ([x], { attrs }) => besselForm(x!, attrs.n as number)],
  [i0eSlope, ([x], { attrs }) => i0eForm(x!, attrs.n as number)],
  [gammaDensity, ([a, x]) => exp(subtract(subtract(multiply(subtract(a!, 1), log(x!)), x!), lgamma(a!)))],
  [
    betaDensity,
    ([a, b, x]) => {
      const powers = add(multiply(subtract(a!, 1), log(x!)), multiply(subtract(b!, 1), log1p(negative(x!))));
      return exp(subtract(powers, lbeta(a!, b!)));
    },
  ],
  [psiDifference, ([a, b], { attrs }) => subtract(psi(a!, attrs.n as number), psi(add(a!, b!), attrs.n as number))],
  ...[gammaincSlope, betaincSlope, zetaSlope].map((op): readonly [Op, PublicForm] => [op, () => undefined]),
];

function psi(x: Node, n: number): Node {
  return n === 0 ? digamma(x) : polygamma(x, { n });
}

function exprelForm(x: Node, n: number): Node {
  let value = exprel(x);
  for (let k = 1; k <= n; k++) value = divide(subtract(exp(x), multiply(k, value)), x);
  return value;
}

function sincForm(x: Node, n: number): Node {
  const turns = [sin(x), cos(x), negative(sin(x)), negative(cos(x))];
  let value = sinc(x);
  for (let k = 1; k <= n; k++) value = divide(subtract(turns[k % 4]!, multiply(k, value)), x);
  return value;
}

function logNdtrForm(x: Node, n: number): Node {
  const rootTwoPi = Math.sqrt(2 * Math.PI);
  const slopes = [divide(exp(subtract(multiply(-0.5, square(x)), log_ndtr(x))), rootTwoPi)];
  for (let m = 0; slopes.length < n; m++) {
    let sum = multiply(x, slopes[m]!);
    if (m > 0) sum = add(sum, multiply(m, slopes[m - 1]!));
    for (const [j, c] of binomials(m).entries()) sum = add(sum, multiply(c, multiply(slopes[j]!, slopes[m - j]!)));
    slopes.push(negative(sum));
  }
  return slopes[n - 1]!;
}

function besselForm(x: Node, n: number): Node {
  const values = [j0(x), j1(x)];
  for (let k = 1; k < n; k++) values.push(subtract(divide(multiply(2 * k, values[k]!), x), values[k - 1]!));
  return values[n]!;
}

function i0eForm(x: Node, n: number): Node | undefined {
  if (n === 1) return subtract(i1e(x), i0e(x));
  return n === 2 ? subtract(multiply(2, subtract(i0e(x), i1e(x))), divide(i1e(x), x)) : undefined;
}
