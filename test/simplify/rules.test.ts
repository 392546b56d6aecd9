import { describe, expect, test } from "vitest";
import type { Node } from "../../src/graph/operator.ts";
import { convert } from "../../src/operators/cast.ts";
import { divide, multiply } from "../../src/operators/families/arithmetic.ts";
import { where } from "../../src/operators/families/choice.ts";
import { exp, pow } from "../../src/operators/families/exponential.ts";
import { concat, slice } from "../../src/operators/families/structure.ts";
import { add, negative, quotient, scale, subtract } from "../../src/operators/linear.ts";
import { broadcast_to, permute_dims, reshape, sum } from "../../src/operators/views.ts";
import { graphOf, primalOf } from "../support/graphs.ts";

const Inf = Number.POSITIVE_INFINITY;

/** The expression that a body simplifies to, inputs of shape [2, 3] being `x` and `y`. */
function simplified(body: (x: Node, y: Node) => Node): string {
  const graph = primalOf(
    graphOf(
      [
        [2, 3],
        [2, 3],
      ],
      (x, y) => body(x!, y!),
    ),
  );
  const names = new Map([
    [graph.inputs[0]!.node, "x"],
    [graph.inputs[1]!.node, "y"],
  ]);
  const show = (node: Node): string => {
    const value = node.attrs.value as { data: ArrayLike<number> } | undefined;
    if (node.op.name === "constant") return Object.is(value!.data[0], -0) ? "-0" : String(Array.from(value!.data));
    return names.get(node) ?? `${node.op.name}(${node.args.map(show).join(", ")})`;
  };
  return show(graph.outputs[0]!.node);
}

describe("identities", () => {
  const same: [string, (x: Node, y: Node) => Node, string][] = [
    ["x * 1", (x) => multiply(x, 1), "x"],
    ["1 * x", (x) => multiply(1, x), "x"],
    ["x / 1", (x) => divide(x, 1), "x"],
    ["x - 0", (x) => subtract(x, 0), "x"],
    ["x + -0", (x) => add(x, -0), "x"],
    ["-(-x)", (x) => negative(negative(x)), "x"],
    ["x^1", (x) => pow(x, 1), "x"],
    ["x + -y", (x, y) => add(x, negative(y)), "subtract(x, y)"],
    ["-x + y", (x, y) => add(negative(x), y), "subtract(y, x)"],
    ["x - -y", (x, y) => subtract(x, negative(y)), "add(x, y)"],
    ["y * x, ordered", (x, y) => subtract(multiply(x, y), multiply(y, x)), "subtract(multiply(x, y), multiply(x, y))"],
    ["a certain where", (x, y) => where(true, x, y), "x"],
    ["a where whose condition is NaN", (x, y) => where(Number.NaN, x, y), "x"],
    ["a where of equals", (x, y) => where(y, x, x), "x"],
    ["a cast to its own dtype", (x) => convert(x, { dtype: "float64" }), "x"],
    ["a reshape back", (x) => reshape(reshape(x, { shape: [6] }), { shape: [2, 3] }), "x"],
    ["a broadcast to its own shape", (x) => broadcast_to(x, { shape: [2, 3] }), "x"],
    ["a permutation back", (x) => permute_dims(permute_dims(x, { axes: [1, 0] }), { axes: [1, 0] }), "x"],
    ["a whole slice", (x) => slice(x, { start: [0, null], stop: [9, 3], step: [1, 1] }), "x"],
    ["a concat of one", (x) => concat(x), "x"],
    ["folded constants", (x) => add(x, exp(multiply(2, x.builder.constant(0)))), "add(x, broadcast_to(1))"],
  ];
  test.each(same)("%s", (_, body, expected) => {
    expect(simplified(body)).toBe(expected);
  });
});

describe("what floating point forbids", () => {
  const kept: [string, (x: Node, y: Node) => Node, string][] = [
    ["x + 0 is not x, for -0", (x) => add(x, 0), "add(x, broadcast_to(0))"],
    ["x - -0 is not x, for -0", (x) => subtract(x, -0), "subtract(x, broadcast_to(-0))"],
    ["0 * x is not 0, for infinities", (x) => multiply(x, 0), "multiply(x, broadcast_to(0))"],
    ["x - x is not 0, for infinities", (x) => subtract(x, x), "subtract(x, x)"],
    ["x / x is not 1, for 0", (x) => divide(x, x), "divide(x, x)"],
    ["a sum of no axis is not x, for -0", (x) => sum(x, { axis: [] }), "sum(x)"],
    [
      "a flip is no whole slice",
      (x) => slice(x, { start: [null, null], stop: [null, null], step: [1, -1] }),
      "slice(x)",
    ],
  ];
  test.each(kept)("%s", (_, body, expected) => {
    expect(simplified(body)).toBe(expected);
  });
});

describe("the products of derivative programs", () => {
  const absorbed: [string, (x: Node) => Node, string][] = [
    ["a tangent times 1", (x) => scale(x, 1), "x"],
    ["a tangent times 0 is 0", (x) => scale(x, 0), "broadcast_to(0)"],
    ["a zero tangent times anything is 0", (x) => scale(0, x), "broadcast_to(0)"],
    ["0 times Infinity is 0", (x) => add(x, scale(x.builder.constant(0), Inf)), "add(x, broadcast_to(0))"],
    ["a zero tangent divided by anything is 0", (x) => quotient(0, x), "broadcast_to(0)"],
    ["a tangent divided by 1", (x) => quotient(x, 1), "x"],
  ];
  test.each(absorbed)("%s", (_, body, expected) => {
    expect(simplified(body)).toBe(expected);
  });
});
