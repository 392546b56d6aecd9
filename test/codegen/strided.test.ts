import fc from "fast-check";
import { expect, test } from "vitest";
import { compile } from "../../src/codegen/compile.ts";
import { compileProgram } from "../../src/engine/programs/compiled.ts";
import { reciprocal, sqrt, square } from "../../src/operators/families/arithmetic.ts";
import { contract } from "../../src/operators/families/products.ts";
import { concat, slice_add } from "../../src/operators/families/structure.ts";
import { cos, sin } from "../../src/operators/families/trigonometric.ts";
import { negative } from "../../src/operators/linear.ts";
import { broadcast_to, permute_dims, reshape, sum } from "../../src/operators/views.ts";
import { differenceCompiled } from "../support/compiled.ts";
import { graphOf, newBuilder } from "../support/graphs.ts";
import { outputsOf } from "../support/programs.ts";
import { Random } from "../support/random.ts";
import { stridedGraph } from "../support/strided-graphs.ts";
import { nested, tensor, tensorOf } from "../support/tensors.ts";

test.each([
  ["small numbers", false, 120],
  ["NaN and infinities among them", true, 80],
])(
  "maps, folds, products and assemblies of views are those of the interpreter to the bit: %s",
  (_, isSpecial, numRuns) => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 20 }), (seed, size) => {
        const { graph, inputs } = stridedGraph(seed, size, isSpecial);
        expect(differenceCompiled(graph, inputs, true)).toBeUndefined();
      }),
      { numRuns },
    );
  },
);

test("what is added to a joined tensor leaves alone what others read of its parts", () => {
  const graph = graphOf([[3], [2], [4]], (x, y, z) => {
    const part = square(x!);
    const whole = slice_add(concat(part, square(y!), { axis: 0 }), z!, { start: [0], stop: [4], step: [1] });
    return [whole, sum(part, { axis: [0] }), part];
  });
  const inputs = [tensor([1, 2, 3]), tensor([4, 5]), tensor([10, 20, 30, 40])];
  expect(outputsOf(compileProgram(graph), inputs).map(nested)).toEqual([[11, 24, 39, 56, 25], 14, [1, 4, 9]]);
});

test("functions of constants tell 0 from -0", () => {
  const builder = newBuilder();
  const graph = graphOf(
    [],
    () => [cos(builder.constant(0)), reciprocal(sin(builder.constant(-0))), reciprocal(sin(builder.constant(0)))],
    builder,
  );
  const { NEGATIVE_INFINITY, POSITIVE_INFINITY } = Number;
  expect(outputsOf(compileProgram(graph), []).map(nested)).toEqual([1, NEGATIVE_INFINITY, POSITIVE_INFINITY]);
});

/** Products whose sums are so long that they are added up in parts, of operands in every order. */
test.each([255, 257, 385, 512, 641])("a product with %i terms adds them all up once", (length) => {
  const random = new Random(length);
  const halves = (...shape: number[]) =>
    tensorOf(
      Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.pick([-1, -0.5, 0, 0.5, 1])),
      shape,
    );
  const equations = [
    "ik,kj->ij",
    "ik,kj->ji",
    "ik,jk->ij",
    "ki,kj->ij",
    "bik,bkj->bij",
    "bk,bk->b",
    "ik,k->i",
    "k,k->",
  ];
  for (const equation of equations) {
    const [x, y] = equation.split(/,|->/) as [string, string];
    const lengths = { i: 5, j: 9, b: 3, k: length } as Record<string, number>;
    const shapes = [x, y].map((names) => [...names].map((name) => lengths[name]!));
    const graph = graphOf(shapes, (a, b) => {
      const product = contract(a!, b!, { equation, absorb: true });
      return [product, negative(product)];
    });
    expect(
      differenceCompiled(
        graph,
        shapes.map((shape) => halves(...shape)),
        true,
      ),
      equation,
    ).toBeUndefined();
  }
});

test("ranges of a long loop meet without a gap, also where the last is odd", () => {
  const length = 300_007;
  const graph = graphOf([[length]], (x) => {
    const roots = sqrt(square(sqrt(square(x!))));
    const table = broadcast_to(reshape(x!, { shape: [1, length] }), { shape: [8, length] });
    return [roots, sum(table, { axis: [0] }), sum(permute_dims(table, { axes: [1, 0] }), { axis: [1] })];
  });
  const x = tensorOf(
    Float64Array.from({ length }, (_, i) => (i % 9) - 4),
    [length],
  );
  const code = compile(graph).actions.filter((action) => action.kind === "code");
  expect(code.some(({ rounds, operations }) => rounds > 100_000 && operations > 2_000_000)).toBe(true);
  expect(differenceCompiled(graph, [x], true)).toBeUndefined();
});
