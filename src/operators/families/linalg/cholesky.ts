import { optional } from "../../../graph/attribute.ts";
import type { Node } from "../../../graph/operator.ts";
import { coerceFloat } from "../../cast.ts";
import { choleskyFactor } from "../../kernels/linalg/factors.ts";
import { fewCholesky } from "../../kernels/linalg/few.ts";
import { forEachMatrix } from "../../kernels/linalg/matrices.ts";
import { composite, elements, type Op, primitive } from "../../kinds.ts";
import { add, scale } from "../../linear.ts";
import { matrix_transpose, tril } from "../arrangement.ts";
import { absorbedProduct } from "../products.ts";
import { expectSquare, singular } from "./matrices.ts";
import { solve_triangle } from "./triangular.ts";

/** The lower factor. Source of the derivative: Murray, Differentiation of the Cholesky decomposition (2016). */
export const lower_cholesky: Op = primitive({
  name: "lower_cholesky",
  summary: "the lower triangular L with L Lᵀ = (x + xᵀ)/2",
  formula: "L halved_lower(L^-1 dx L^-T)",
  costText: "1 n^3",
  infer: ([x], attrs) => ({ shape: x.shape, dtype: "float64", attrs }),
  coerce: coerceFloat,
  cost: (node) => elements(node) * node.shape.at(-1)!,
  form: { kind: "opaque", few: ({ shape }) => fewCholesky(shape.at(-1)!) },
  rowMajor: true,
  evaluate: ([x], { shape }, budget) =>
    forEachMatrix([x], [2], shape, 2, ([a], out) => choleskyFactor(a!, shape.at(-1)!, out, budget)),
  batch: (_, [x]) => lower_cholesky(x),
  jvp: [
    (dx, _, out) => {
      const attrs = { lower: true, absorb: true };
      const symmetric = scale(add(dx, matrix_transpose(dx)), 0.5);
      const half = matrix_transpose(solve_triangle(out, symmetric, attrs));
      const whole = solve_triangle(out, half, attrs);
      return absorbedProduct(out, halvedLower(whole));
    },
  ],
});

export const cholesky: Op = composite({
  name: "cholesky",
  summary:
    "the triangular factor of the symmetric part (x + x')/2: the lower L with L L' = x, or the upper one; NaN in the whole factor where that is not positive definite",
  formula: "the factor times half the lower triangle of inv(L) (dx + dx')/2 inv(L')",
  attributes: { upper: optional("boolean", "whether the factor is the upper one", false) },
  costText: "1 n^3",
  domain: "(x + x')/2 positive definite",
  doubt: singular("the symmetric part of x is not positive definite, so that the whole factor is NaN"),
  infer: ([x], attrs) => {
    expectSquare(x);
    return { shape: x.shape, dtype: "float64", attrs };
  },
  compose: ([x], { attrs }) => (attrs.upper ? matrix_transpose(lower_cholesky(x)) : lower_cholesky(x)),
});

/** The lower triangle with its diagonal halved. */
function halvedLower(x: Node): Node {
  return scale(add(tril(x), tril(x, { k: -1 })), 0.5);
}
