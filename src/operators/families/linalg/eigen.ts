import { coerceFloat } from "../../cast.ts";
import { symmetricEigen } from "../../kernels/linalg/eigen.ts";
import { forEachMatrices } from "../../kernels/linalg/matrices.ts";
import { composite, elements, type Op } from "../../kinds.ts";
import { quotient } from "../../linear.ts";
import { resultsOf } from "../../results.ts";
import { several } from "../../several.ts";
import { diagonal } from "../arrangement.ts";
import { absorbedProduct } from "../products.ts";
import { expectSquare, gapsBetween, isRepeated, leadOf, symmetricPart, withDiagonal } from "./matrices.ts";

/** Source of the derivative: Giles, Collected matrix derivative results for forward and reverse mode AD (2008), 2.3.1. */
export const eigh: Op = several({
  name: "eigh",
  summary:
    "the eigenvalues of the symmetric part (x + x')/2, ascending, and as columns its orthonormal eigenvectors, of each of which the largest component is positive",
  formula: "the diagonal of V' dx V; V times the other entries of V' dx V over the differences of the eigenvalues",
  kink: { told: "NaN for the vectors where eigenvalues are equal", at: (_, out) => isRepeated(resultsOf(out)[0]!) },
  doubt: {
    type: "degenerate",
    told: "eigenvalues are equal, so that the derivatives of their vectors are NaN",
    at: (_, out) => isRepeated(resultsOf(out)[0]!),
  },
  costText: "9 n^3",
  infer: ([x], attrs) => {
    const n = expectSquare(x);
    const lead = leadOf(x);
    return {
      results: [
        { shape: [...lead, n], dtype: "float64" },
        { shape: [...lead, n, n], dtype: "float64" },
      ],
      attrs,
    };
  },
  coerce: coerceFloat,
  rowMajor: true,
  cost: ({ args: [x] }) => 9 * elements(x) * x.shape.at(-1)!,
  evaluate: ([x], _, budget) => {
    const n = x.shape.at(-1)!;
    const filled = [
      { shape: x.shape.slice(0, -1), rank: 1 },
      { shape: x.shape, rank: 2 },
    ];
    return forEachMatrices([x], [2], filled, ([a], [values, vectors]) =>
      symmetricEigen(a!, n, values!, vectors!, budget),
    );
  },
  batch: (_, [x]) => eigh(x),
  jvp: ([dx], _, [values, vectors]) => {
    const inBasis = absorbedProduct(vectors!, absorbedProduct(symmetricPart(dx!), vectors!), { x: true });
    const turned = withDiagonal(quotient(inBasis, gapsBetween(values!)), 0);
    return [diagonal(inBasis), absorbedProduct(vectors!, turned)];
  },
});

export const eigvalsh: Op = composite({
  name: "eigvalsh",
  summary: "the eigenvalues of the symmetric part (x + x')/2, ascending",
  formula: "the diagonal of V' dx V, V being the eigenvectors",
  kink: { told: "that of one choice of the vectors where eigenvalues are equal", at: (_, out) => isRepeated(out) },
  costText: "9 n^3",
  infer: ([x], attrs) => {
    expectSquare(x);
    return { shape: x.shape.slice(0, -1), dtype: "float64", attrs };
  },
  compose: ([x]) => resultsOf(eigh(x))[0]!,
});
