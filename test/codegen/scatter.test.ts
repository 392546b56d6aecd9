import fc from "fast-check";
import { expect, test } from "vitest";
import { compile } from "../../src/codegen/compile.ts";
import type { DType } from "../../src/graph/dtype.ts";
import type { NdArray } from "../../src/graph/ndarray.ts";
import type { Builder, Node } from "../../src/graph/operator.ts";
import { elementCount } from "../../src/graph/shape.ts";
import { multiply } from "../../src/operators/families/arithmetic.ts";
import { scatter_add } from "../../src/operators/families/indexing.ts";
import { flipAxis } from "../../src/operators/families/structure.ts";
import { add } from "../../src/operators/linear.ts";
import { broadcastNode, permute_dims, zeroLike } from "../../src/operators/views.ts";
import { differenceCompiled } from "../support/compiled.ts";
import { graphOf, newBuilder } from "../support/graphs.ts";
import { Random } from "../support/random.ts";
import { tensorOf } from "../support/tensors.ts";

const special = [0, -0, 1, Number.NaN, Number.POSITIVE_INFINITY, 1e-310];
const notPlaces = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e300, -1e300, 2 ** 32, -(2 ** 31)];
const axes = fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 2 });

/** What sums begin as: what a document sends, zeros, or what was computed and is read once more, or not. */
const beginnings = ["input", "zeros", "computed", "read again"] as const;

test("elements added at indices are the interpreter's to the bit, wherever operands lie and whatever indices are", () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 1 }),
      axes,
      axes,
      axes,
      fc.integer({ min: 1, max: 6 }),
      fc.constantFrom<DType>("float64", "bool"),
      fc.constantFrom<DType>("float64", "int32"),
      fc.constantFrom(...beginnings),
      fc.boolean(),
      (seed, points, before, after, others, length, dtype, indexType, beginning, isTurned) => {
        const random = new Random(seed);
        const axis = points.length + before.length;
        const shape = [...points, ...before, length, ...after];
        const indices = [...points, ...others];
        const added = [...points, ...before, ...others, ...after];
        // Turned operands lie with their axes in reverse, and run backward along the one that is indexed.
        const turned = (sizes: readonly number[]) => (isTurned ? sizes.toReversed() : sizes);
        const back = (node: Node) =>
          isTurned ? permute_dims(node, { axes: node.shape.map((_, k) => k).toReversed() }) : node;
        const graph = graphOf(
          [
            { shape: turned(shape), dtype },
            { shape: turned(indices), dtype: indexType },
            { shape: turned(added), dtype },
          ],
          (t, i, v) => {
            const given = isTurned ? flipAxis(back(t!), axis) : t!;
            const isComputed = dtype === "float64" && beginning.startsWith("c");
            const twice =
              isComputed || (dtype === "float64" && beginning === "read again") ? multiply(given, 2) : given;
            const begun = beginning === "zeros" ? zeroLike(given) : twice;
            const sums = scatter_add(begun, back(i!), back(v!), { axis, batch: points.length });
            return beginning === "read again" ? [sums, begun] : sums;
          },
        );
        const numbers = (sizes: readonly number[], number: () => number, type: DType) =>
          tensorOf(Array.from({ length: elementCount(sizes) }, number), turned(sizes), type);
        const number = () => {
          if (dtype === "bool") return random.below(2);
          return random.unit() < 0.2 ? random.pick(special) : random.between(-2, 2);
        };
        const index = () => {
          const isNone = indexType === "float64" && random.unit() < 0.1;
          return isNone ? random.pick(notPlaces) : random.below(2 * length + 4) - length - 2;
        };
        expectSame(graph, [
          numbers(shape, number, dtype),
          numbers(indices, index, indexType),
          numbers(added, number, dtype),
        ]);
      },
    ),
    { numRuns: 300 },
  );
});

test("neighbours that are added at one place both count, indices being the same everywhere, too", () => {
  const builder: Builder = newBuilder();
  const graph = graphOf(
    [[2], [4]],
    (t, v) => {
      const everywhere = broadcastNode(builder.constant(1), [4]);
      return scatter_add(t!, everywhere, v!, { axis: 0, batch: 0 });
    },
    builder,
  );
  expectSame(graph, [tensorOf([1, 2], [2]), tensorOf([1, 10, 100, 1000], [4])]);
});

test("sums of sums go on where those before lie", () => {
  const at = { axis: 0, batch: 0 };
  const graph = graphOf([[3], [5], [5]], (t, i, v) => {
    const once = scatter_add(zeroLike(t!), i!, v!, at);
    return add(scatter_add(scatter_add(once, i!, v!, at), i!, multiply(v!, v!), at), t!);
  });
  expectSame(graph, [
    tensorOf([1, 2, 3], [3]),
    tensorOf([0, 2, 2, -1, 7], [5]),
    tensorOf([0.1, 0.2, 0.3, 0.4, 0.5], [5]),
  ]);
});

test("nothing added leaves what sums begin as", () => {
  const graph = graphOf([[3], [0], [0]], (t, i, v) => scatter_add(t!, i!, v!, { axis: 0, batch: 0 }));
  expectSame(graph, [tensorOf([1, 2, 3], [3]), tensorOf([], [0]), tensorOf([], [0])]);
});

function expectSame(graph: ReturnType<typeof graphOf>, inputs: readonly NdArray[]): void {
  expect(compile(graph).actions.map(({ kind }) => kind)).not.toContain("call");
  expect(differenceCompiled(graph, inputs)).toBeUndefined();
}
