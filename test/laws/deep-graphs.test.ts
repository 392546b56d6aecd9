import { expect, test } from "vitest";
import { nodesOf } from "../../src/graph/graph.ts";
import { findOperator } from "../../src/operators/index.ts";
import { gradient, jvp } from "../../src/transforms/derive.ts";
import { finished, graphOf, newBuilder, primalOf, run } from "../support/graphs.ts";
import { nested, tensor, tensorOf } from "../support/tensors.ts";

const length = 200_000;
const selection = { wrt: [0], of: [0] };

test("a chain of 200,000 nodes expands, differentiates both ways and runs", () => {
  const builder = newBuilder();
  const add = findOperator("add")!;
  const surface = graphOf(
    [[]],
    (x) => {
      let y = x!;
      for (let i = 0; i < length; i++) y = builder.apply(add, [y, x!], {});
      return y;
    },
    builder,
  );
  const graph = primalOf(surface);
  expect(nodesOf(graph).length).toBe(length + 1);
  expect(run(jvp(graph, selection), [tensor(2), tensor(3)]).map(nested)).toEqual([2 * (length + 1), 3 * (length + 1)]);
  expect(run(gradient(graph, selection), [tensor(2)]).map(nested)).toEqual([2 * (length + 1), length + 1]);
});

// More than a call could be given as arguments.
const operandCount = 130_000;

test("an operator takes 130,000 operands, forward and backward", () => {
  const builder = newBuilder();
  const surface = graphOf(
    [[], []],
    (x, y) =>
      builder.apply(
        findOperator("sum")!,
        [
          builder.apply(
            findOperator("stack")!,
            Array.from({ length: operandCount }, (_, i) => (i % 4 === 0 ? x! : y!)),
            {},
          ),
        ],
        {},
      ),
    builder,
  );
  const graph = primalOf(surface);
  const both = { wrt: [0, 1], of: [0] };
  const at = [tensor(2), tensor(3)];
  expect(run(jvp(graph, both), [...at, tensor(1), tensor(0)]).map(nested)).toEqual([
    operandCount * 2.75,
    operandCount / 4,
  ]);
  expect(run(finished(gradient(graph, both)), at).map(nested)).toEqual([
    operandCount * 2.75,
    operandCount / 4,
    (operandCount * 3) / 4,
  ]);
});

test("a function that shares each value twice is linear in its nodes, not in its paths", () => {
  const depth = 60;
  const graph = primalOf(
    graphOf([[2]], (x) => {
      let y = x!;
      for (let i = 0; i < depth; i++) y = x!.builder.build(findOperator("add")!, [y, y], {});
      return y;
    }),
  );
  const derived = finished(jvp(graph, selection));
  expect(nodesOf(derived).length).toBe(2 * depth + 2);
  const seed = tensorOf([1, 2], [2]);
  expect(nested(run(derived, [seed, seed])[1]!)).toEqual([2 ** depth, 2 ** (depth + 1)]);
});
