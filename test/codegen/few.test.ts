import fc from "fast-check";
import { expect, test } from "vitest";
import { compile } from "../../src/codegen/compile.ts";
import { matrix_transpose } from "../../src/operators/families/arrangement.ts";
import { lower_cholesky } from "../../src/operators/families/linalg/cholesky.ts";
import { lu_factors, solve_factored } from "../../src/operators/families/linalg/systems.ts";
import { solve_triangle } from "../../src/operators/families/linalg/triangular.ts";
import { differenceCompiled } from "../support/compiled.ts";
import { graphOf } from "../support/graphs.ts";
import { Random } from "../support/random.ts";
import { tensorOf } from "../support/tensors.ts";

const special = [0, -0, 1, 2, Number.NaN, Number.POSITIVE_INFINITY, 1e-310, 1e308];

/** Solutions and factors of matrices of n × n and right sides of some columns, some of them seen transposed. */
function graphFor(n: number, columns: number, lead: readonly number[], isShared: boolean) {
  const leadOfA = isShared ? lead.map(() => 1) : lead;
  return graphOf(
    [
      [...leadOfA, n, n],
      [...lead, n, columns],
    ],
    (a, b) => {
      const factors = lu_factors(a!);
      const ways = [true, false].flatMap((way) => [true, false].map((other) => [way, other] as const));
      return [
        factors,
        lu_factors(matrix_transpose(a!)),
        lower_cholesky(a!),
        ...ways.map(([transpose, absorb]) => solve_factored(a!, factors, b!, { transpose, absorb })),
        ...ways.flatMap(([lower, transpose]) => {
          const how = { lower, transpose, unit_diagonal: lower === transpose };
          return [
            solve_triangle(a!, b!, { ...how, absorb: lower }),
            solve_triangle(a!, b!, { ...how, absorb: !lower }),
          ];
        }),
      ];
    },
  );
}

test("small systems and factors are the kernels' to the bit, with singular ones and what is not finite", () => {
  const sizes = [fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 4 })] as const;
  const leads = fc.constantFrom([], [1], [2], [3], [2, 3]);
  fc.assert(
    fc.property(
      fc.integer(),
      ...sizes,
      leads,
      fc.boolean(),
      fc.double({ min: 0, max: 0.3 }),
      (seed, n, columns, lead, isShared, share) => {
        const random = new Random(seed);
        const graph = graphFor(n, columns, lead, isShared);
        const isInteger = random.unit() < 0.5;
        const number = () => {
          if (random.unit() < share) return random.pick(special);
          return isInteger ? random.below(5) - 2 : random.between(-2, 2);
        };
        const inputs = graph.inputs.map(({ shape }) =>
          tensorOf(Array.from({ length: shape.reduce((a, b) => a * b, 1) }, number), shape),
        );
        expect(differenceCompiled(graph, inputs, true)).toBeUndefined();
      },
    ),
    { numRuns: 100 },
  );
});

test("small systems are code, and larger ones are called back", () => {
  const kindsOf = (n: number) => new Set(compile(graphFor(n, 2, [], false)).actions.map(({ kind }) => kind));
  expect(kindsOf(4)).toEqual(new Set(["code"]));
  expect(kindsOf(12)).toEqual(new Set(["call"]));
});
