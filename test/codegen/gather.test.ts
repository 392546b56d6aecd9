import fc from "fast-check";
import { expect, test } from "vitest";
import { compile } from "../../src/codegen/compile.ts";
import type { DType } from "../../src/graph/dtype.ts";
import { gather } from "../../src/operators/families/indexing.ts";
import { flipAxis } from "../../src/operators/families/structure.ts";
import { permute_dims } from "../../src/operators/views.ts";
import { differenceCompiled } from "../support/compiled.ts";
import { graphOf } from "../support/graphs.ts";
import { Random } from "../support/random.ts";
import { tensorOf } from "../support/tensors.ts";

const special = [0, -0, 1, Number.NaN, Number.POSITIVE_INFINITY, 1e-310];
const notPlaces = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  1e300,
  -1e300,
  2 ** 32,
  -(2 ** 31),
  -0,
];
const axes = fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 2 });

test("elements at indices are the interpreter's to the bit, wherever operands lie and whatever indices are", () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 1 }),
      axes,
      axes,
      axes,
      fc.integer({ min: 1, max: 6 }),
      fc.constantFrom<DType>("float64", "int32", "bool"),
      fc.constantFrom<DType>("float64", "int32"),
      fc.boolean(),
      (seed, points, before, after, others, length, dtype, indexType, isTurned) => {
        const random = new Random(seed);
        const axis = points.length + before.length;
        const shape = [...points, ...before, length, ...after];
        const indices = [...points, ...others];
        const missing = dtype === "float64" ? random.pick([Number.NaN, 0]) : 0;
        // Turned operands lie with their axes in reverse, and run backward along the one that is indexed.
        const turned = (sizes: readonly number[]) => (isTurned ? sizes.toReversed() : sizes);
        const graph = graphOf(
          [
            { shape: turned(shape), dtype },
            { shape: turned(indices), dtype: indexType },
          ],
          (x, i) => {
            const back = (node: typeof x) => permute_dims(node!, { axes: node!.shape.map((_, k) => k).toReversed() });
            const source = isTurned ? flipAxis(back(x), axis) : x!;
            return gather(source, isTurned ? back(i) : i!, { axis, batch: points.length, missing });
          },
        );
        const numbers = (sizes: readonly number[], number: () => number, type: DType) =>
          tensorOf(Array.from({ length: sizes.reduce((a, b) => a * b, 1) }, number), turned(sizes), type);
        const x = numbers(
          shape,
          () =>
            dtype === "float64"
              ? random.unit() < 0.2
                ? random.pick(special)
                : random.between(-2, 2)
              : random.below(2),
          dtype,
        );
        const i = numbers(
          indices,
          () =>
            indexType === "float64" && random.unit() < 0.1
              ? random.pick(notPlaces)
              : random.below(2 * length + 4) - length - 2,
          indexType,
        );
        expect(compile(graph).actions.map(({ kind }) => kind)).not.toContain("call");
        expect(differenceCompiled(graph, [x, i])).toBeUndefined();
      },
    ),
    { numRuns: 300 },
  );
});

test("an axis without elements gives what is missing", () => {
  const graph = graphOf([[0], [3]], (x, i) => gather(x!, i!, { axis: 0, batch: 0, missing: Number.NaN }));
  expect(differenceCompiled(graph, [tensorOf([], [0]), tensorOf([0, 1, -1], [3])])).toBeUndefined();
});
