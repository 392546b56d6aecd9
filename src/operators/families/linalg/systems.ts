import { required } from "../../../graph/attribute.ts";
import type { Node } from "../../../graph/operator.ts";
import { elementCount, range } from "../../../graph/shape.ts";
import { coerceFloat } from "../../cast.ts";
import { luFactors, solveByFactors } from "../../kernels/linalg/factors.ts";
import { fewFactors, fewSolutions } from "../../kernels/linalg/few.ts";
import { forEachMatrix } from "../../kernels/linalg/matrices.ts";
import { composite, elements, type Op, primitive } from "../../kinds.ts";
import { negative } from "../../linear.ts";
import { reshape } from "../../views.ts";
import { identity } from "../creation.ts";
import { absorbedProduct } from "../products.ts";
import {
  aligned,
  asColumns,
  everyColumn,
  expectSquare,
  jointLead,
  leadingOnes,
  leadOf,
  rightSideOf,
  singular,
  summedTo,
} from "./matrices.ts";

/** L without its unit diagonal and U of P x = L U, and in a last row where the rows come from: for who has x beside it. */
export const lu_factors: Op = primitive({
  name: "lu_factors",
  summary: "the LU factors of x, and a last row that tells the order of its rows",
  formula: "0",
  costText: "1 n^3",
  infer: ([x], attrs) => ({ shape: [...leadOf(x), x.shape.at(-1)! + 1, x.shape.at(-1)!], dtype: "float64", attrs }),
  coerce: coerceFloat,
  cost: (node) => elements(node.args[0]) * node.shape.at(-1)!,
  form: { kind: "opaque", few: ({ shape }) => fewFactors(shape.at(-1)!) },
  rowMajor: true,
  evaluate: ([x], { shape }, budget) =>
    forEachMatrix([x], [2], shape, 2, ([a], out) => luFactors(a!, shape.at(-1)!, out, budget)),
  batch: (_, [x]) => lu_factors(x),
  // What they are the factors of has the derivative.
  zero: "all",
});

/** Linear systems on aligned matrices by known factors; in derivatives a right side of zero has the solution zero. */
export const solve_factored: Op = primitive({
  name: "solve_factored",
  operands: ["a", "factors", "b"],
  summary: "the solutions of linear systems whose LU factors are known",
  formula: "solve(a, db - da x)",
  attributes: {
    transpose: required("boolean", "whether a is transposed"),
    absorb: required("boolean", "whether zero absorbs"),
  },
  costText: "2 n^2 k",
  infer: ([a, , b], attrs) => ({ shape: [...jointLead(a, b, 2), ...b.shape.slice(-2)], dtype: "float64", attrs }),
  coerce: coerceFloat,
  cost: (node) => 2 * elementCount(node.shape) * node.shape.at(-2)!,
  form: { kind: "opaque", few: ({ shape, attrs }) => fewSolutions(shape.at(-2)!, shape.at(-1)!, attrs.transpose) },
  rowMajor: true,
  hidesNaN: [0],
  evaluate: ([, factors, b], { shape, attrs }, budget) => {
    const [n, m] = shape.slice(-2) as [number, number];
    return forEachMatrix([factors, b], [2, 2], shape, 2, ([f, right], out) =>
      solveByFactors(f!, n, right!, m, attrs, out, budget),
    );
  },
  batch: (node, args, batched) => solve_factored(...leadingOnes(args, batched), node.attrs),
  zero: [1],
  jvp: [
    (da, [a, factors], out) => {
      const { attrs } = out;
      const moved = absorbedProduct(da, out, { x: attrs.transpose });
      return negative(solve_factored(a, factors, moved, { ...attrs, absorb: true }));
    },
    undefined,
    (db, [a, factors], out) => solve_factored(a, factors, db, { ...out.attrs, absorb: true }),
  ],
  transpose: (ct, { args: [a, factors, b], attrs }) =>
    summedTo(solve_factored(a, factors, ct, { ...attrs, transpose: !attrs.transpose, absorb: true }), b.shape),
  pattern: (sets, [, , b], node) => everyColumn(sets, b, node),
});

export const solve: Op = composite({
  name: "solve",
  operands: ["a", "b"],
  summary:
    "x with a x = b, by LU factors; b is one vector, or a matrix whose columns are right sides; Infinity or NaN where a is singular",
  formula: "solve(a, db - matmul(da, solve(a, b)))",
  costText: "1 n^3, 2 n^2 k",
  domain: "a not singular",
  doubt: singular("a is singular, or overflow is near"),
  infer: ([a, b], attrs) => {
    const n = expectSquare(a);
    const { isVector, shape } = rightSideOf(a, b, n, n);
    return { shape: isVector ? [...leadOf(a), n] : shape, dtype: "float64", attrs };
  },
  compose: ([a, b], { shape }) => {
    const [matrix, right] = aligned(a, asColumns(b)) as [Node, Node];
    return reshape(solveBy(matrix, lu_factors(matrix), right), { shape });
  },
});

export const inv: Op = composite({
  name: "inv",
  summary: "the inverse of x; Infinity or NaN where x is singular",
  formula: "-matmul(inv(x), matmul(dx, inv(x)))",
  costText: "3 n^3",
  domain: "x not singular",
  doubt: singular("x is singular, or overflow is near"),
  infer: ([x], attrs) => {
    expectSquare(x);
    return { shape: x.shape, dtype: "float64", attrs };
  },
  compose: ([x]) => solveBy(x, lu_factors(x), identityFor(x)),
});

/** A solution by the factors of a matrix. */
export function solveBy(a: Node, factors: Node, b: Node, transpose = false): Node {
  return solve_factored(a, factors, b, { transpose, absorb: false });
}

/** The identity of a matrix's size, with as many axes. */
export function identityFor({ shape, builder }: Node): Node {
  const n = shape.at(-1)!;
  const one = builder.build(identity.operator, [], { n });
  return shape.length === 2 ? one : reshape(one, { shape: [...range(shape.length - 2).map(() => 1), n, n] });
}
