import { describe, expect, test } from "vitest";
import type { Graph } from "../../src/graph/graph.ts";
import type { Node } from "../../src/graph/operator.ts";
import { clip, divide, maximum, multiply, reciprocal, sqrt, square } from "../../src/operators/families/arithmetic.ts";
import { stack } from "../../src/operators/families/arrangement.ts";
import { greater, not_equal, where } from "../../src/operators/families/choice.ts";
import { cumulative_prod } from "../../src/operators/families/cumulative.ts";
import { exp, log, pow } from "../../src/operators/families/exponential.ts";
import { take } from "../../src/operators/families/indexing.ts";
import { norm } from "../../src/operators/families/norm.ts";
import { einsum, matmul } from "../../src/operators/families/products.ts";
import { max, prod } from "../../src/operators/families/reductions.ts";
import { concat } from "../../src/operators/families/structure.ts";
import { add } from "../../src/operators/linear.ts";
import { sum } from "../../src/operators/views.ts";
import { hvp, jvp, vjp } from "../../src/transforms/derive.ts";
import { asTensor, bothModes, finished, graphOf, hessian, primalOf, run } from "../support/graphs.ts";
import { type Nested, nested } from "../support/tensors.ts";

const Inf = Number.POSITIVE_INFINITY;
const nan = Number.NaN;

const safeSqrt = primalOf(graphOf([[]], (x) => where(greater(x!, 0), sqrt(x!), 0)));
const doublySafe = primalOf(graphOf([[]], (x) => where(greater(x!, 0), log(sqrt(x!)), square(x!))));

describe("the branch of a where that is not taken contributes exactly 0", () => {
  test("to the derivative, in both modes", () => {
    expect([-1, 0, -0, 4].map((x) => bothModes(safeSqrt, [x])[0]![0])).toEqual([0, 0, 0, 0.25]);
    expect([-1, 0, 4].map((x) => bothModes(doublySafe, [x])[0]![0])).toEqual([-2, 0, 0.125]);
  });
  test("to the second derivative", () => {
    expect([-1, 0, 4].map((x) => hessian(safeSqrt, [asTensor(x)])[0]![0]! + 0)).toEqual([0, 0, -1 / 32]);
    expect([-1, 0, 4].map((x) => hessian(doublySafe, [asTensor(x)])[0]![0]! + 0)).toEqual([2, 2, -1 / 32]);
  });
  test("elementwise, when others take it", () => {
    const graph = primalOf(graphOf([[3]], (x) => sum(where(greater(x!, 0), log(x!), 0))));
    expect(bothModes(graph, [[-1, 0, 2]])).toEqual([[0, 0, 0.5]]);
  });
  test("when it divides by zero", () => {
    const graph = primalOf(graphOf([[], []], (x, y) => where(not_equal(y!, 0), divide(x!, y!), 0)));
    expect(bothModes(graph, [1, 0])).toEqual([[0, 0]]);
    expect(bothModes(graph, [1, 2])).toEqual([[0.5, -0.25]]);
  });
});

const singular: [string, Graph, Nested[]][] = [
  ["sqrt at 0", graphOf([[], []], (x, y) => add(sqrt(x!), y!)), [0, 1]],
  ["log at 0", graphOf([[], []], (x, y) => add(log(x!), y!)), [0, 1]],
  ["log at -1", graphOf([[], []], (x, y) => add(log(x!), y!)), [-1, 1]],
  ["reciprocal at 0", graphOf([[], []], (x, y) => multiply(reciprocal(x!), y!)), [0, 1]],
  ["0/0", graphOf([[], []], (x, y) => divide(x!, multiply(y!, x!))), [0, 0]],
  ["exp at infinity", graphOf([[], []], (x, y) => multiply(exp(x!), y!)), [Inf, 0]],
  ["pow of a negative base", graphOf([[], []], (x, y) => pow(x!, y!)), [-1, 0.5]],
  ["a maximum with NaN", graphOf([[], []], (x, y) => maximum(x!, y!)), [nan, 1]],
  ["a clipped NaN", graphOf([[], []], (x, y) => multiply(clip(x!, { min: 0 }), y!)), [nan, 1]],
  ["max with NaN", graphOf([[3], []], (x, y) => multiply(max(x!), y!)), [[1, nan, 2], 3]],
  ["norm with infinity", graphOf([[2], []], (x, y) => multiply(norm(x!), y!)), [[Inf, 1], 0]],
  ["prod with infinity", graphOf([[3], []], (x, y) => multiply(prod(x!), y!)), [[Inf, 0, 2], 3]],
  [
    "cumulative_prod with infinity",
    graphOf([[3], []], (x, y) => multiply(cumulative_prod(x!), y!)),
    [[Inf, 0, nan], 3],
  ],
  [
    "matmul with infinity",
    graphOf([[2, 2], [2]], (x, y) => matmul(x!, y!)),
    [
      [
        [1, Inf],
        [nan, 2],
      ],
      [3, 4],
    ],
  ],
  [
    "einsum with infinity",
    graphOf([[2], [2], [2]], (x, y, z) => einsum(x!, y!, z!, { equation: "i,i,i->i" })),
    [
      [Inf, 1],
      [nan, 0],
      [0, 2],
    ],
  ],
  ["a computed index outside", graphOf([[2], { shape: [1], dtype: "int32" }], (x, i) => take(x!, i!)), [[1, 2], [0]]],
  ["joined tensors", graphOf([[], []], (x, y) => sqrt(stack(concat(stack(x!), stack(y!)), stack(y!, x!)))), [0, 0]],
];

describe.each(singular)("%s", (_, surface, values) => {
  const graph = primalOf(surface);
  const inputs = values.map((x, i) => {
    const { dtype, shape } = surface.inputs[i]!;
    return dtype === "int32" ? { ...asTensor(x), dtype, data: Int32Array.from([7]), shape } : asTensor(x);
  });
  const wrt = surface.inputs.flatMap(({ dtype }, i) => (dtype === "float64" ? [i] : []));
  const selection = { wrt, of: [0] };
  const zeros = (list: readonly { readonly shape: readonly number[] }[]) =>
    list.map(({ shape }) => asTensor(filled(shape)));

  test("a zero tangent gives exactly 0", () => {
    const [, tangent] = run(finished(jvp(graph, selection)), [...inputs, ...zeros(wrt.map((i) => inputs[i]!))]);
    expect(unsigned(nested(tangent!))).toEqual(filled(tangent!.shape));
  });
  test("a zero cotangent gives exactly 0", () => {
    const seeds = zeros([graph.outputs[0]!.node]);
    const [, ...cotangents] = run(finished(vjp(graph, selection)), [...inputs, ...seeds]);
    expect(cotangents.map((ct) => unsigned(nested(ct)))).toEqual(cotangents.map((ct) => filled(ct.shape)));
  });
  test("a zero seed gives a product with the Hessian of exactly 0", () => {
    const scalar = { ...graph, outputs: [{ ...graph.outputs[0]!, node: sum(graph.outputs[0]!.node) }] };
    const seeds = zeros(wrt.map((i) => inputs[i]!));
    const results = run(finished(hvp(scalar, selection)), [...inputs, ...seeds]).slice(1 + wrt.length);
    expect(results.map((h) => unsigned(nested(h)))).toEqual(results.map((h) => filled(h.shape)));
  });
});

describe("partly zero seeds", () => {
  test("an absent tangent and a zero one are the same beside an infinite partial", () => {
    const graph = primalOf(graphOf([[], []], (x, y) => multiply(sqrt(x!), y!)));
    const both = jvp(graph, { wrt: [0, 1], of: [0] });
    const one = jvp(graph, { wrt: [1], of: [0] });
    const at = [0, 3].map(asTensor);
    expect(nested(run(finished(both), [...at, asTensor(0), asTensor(5)])[1]!)).toBe(0);
    expect(nested(run(finished(one), [...at, asTensor(5)])[1]!)).toBe(0);
  });
  test("a matrix with infinities passes the finite parts of a tangent", () => {
    const graph = primalOf(
      graphOf([[2]], (x) =>
        matmul(
          constant(x!, [
            [Inf, 1],
            [2, 3],
          ]),
          x!,
        ),
      ),
    );
    expect(bothModes(graph, [[1, 1]])).toEqual([
      [Inf, 1],
      [2, 3],
    ]);
    const [, tangent] = run(finished(jvp(graph, { wrt: [0], of: [0] })), [asTensor([1, 1]), asTensor([0, 1])]);
    expect(nested(tangent!)).toEqual([1, 3]);
  });
  test("but values do not absorb: 0 times Infinity is NaN in the function itself", () => {
    const graph = primalOf(graphOf([[2]], (x) => matmul(constant(x!, [[Inf, 1]]), x!)));
    expect(nested(run(finished(graph), [asTensor([0, 1])])[0]!)).toEqual([nan]);
  });
});

function constant(like: Node, value: Nested): Node {
  return like.builder.constant(asTensor(value));
}

function filled(shape: readonly number[]): Nested {
  return shape.length === 0 ? 0 : Array.from({ length: shape[0]! }, () => filled(shape.slice(1)));
}

function unsigned(x: Nested): Nested {
  return Array.isArray(x) ? x.map(unsigned) : (x as number) + 0;
}
