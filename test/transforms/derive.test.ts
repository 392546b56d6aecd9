import { expect, test } from "vitest";
import { multiply } from "../../src/operators/families/arithmetic.ts";
import { greater } from "../../src/operators/families/choice.ts";
import { floor } from "../../src/operators/families/rounding.ts";
import { sin } from "../../src/operators/families/trigonometric.ts";
import { negative } from "../../src/operators/linear.ts";
import { sum } from "../../src/operators/views.ts";
import { gradient, hvp, jvp, vjp } from "../../src/transforms/derive.ts";
import { finished, graphOf, primalOf, run } from "../support/graphs.ts";
import { nested, tensor } from "../support/tensors.ts";

const product = primalOf(graphOf([[], [2]], (x, y) => [multiply(x!, y!), sum(y!)]));
const at = [tensor(3), tensor([5, 7])];

test("a JVP takes a tangent for each selected input and gives one for each selected output", () => {
  const derived = jvp(product, { wrt: [1], of: [1, 0] });
  expect(derived.inputs.map(({ name, shape }) => [name, shape])).toEqual([
    ["x0", []],
    ["x1", [2]],
    ["tangent:x1", [2]],
  ]);
  expect(derived.outputs.map(({ name }) => name)).toEqual(["y0", "y1", "tangent:y1", "tangent:y0"]);
  expect(run(finished(derived), [...at, tensor([1, 10])]).map(nested)).toEqual([[15, 21], 12, 11, [3, 30]]);
});

test("a VJP takes a cotangent for each selected output and gives one for each selected input", () => {
  const derived = vjp(product, { wrt: [1, 0], of: [0] });
  expect(derived.inputs.map(({ name }) => name)).toEqual(["x0", "x1", "cotangent:y0"]);
  expect(derived.outputs.map(({ name }) => name)).toEqual(["y0", "y1", "cotangent:x1", "cotangent:x0"]);
  expect(run(finished(derived), [...at, tensor([1, 10])]).map(nested)).toEqual([[15, 21], 12, [3, 30], 75]);
});

test("an output may be an input, and is then its own derivative", () => {
  const graph = primalOf(graphOf([[], []], (x) => [x!, x!]));
  expect(
    run(
      finished(jvp(graph, { wrt: [0, 1], of: [0, 1] })),
      [3, 4, 5, 6].map((x) => tensor(x)),
    ).map(nested),
  ).toEqual([3, 3, 5, 5]);
  expect(
    run(
      finished(vjp(graph, { wrt: [0, 1], of: [0, 1] })),
      [3, 4, 5, 6].map((x) => tensor(x)),
    ).map(nested),
  ).toEqual([3, 3, 11, 0]);
});

test("what does not depend on an input has the derivative 0, of the right shape", () => {
  const graph = primalOf(graphOf([[2], [3]], (x) => sum(floor(x!))));
  expect(
    run(finished(gradient(graph, { wrt: [0, 1], of: [0] })), [tensor([1.5, 2.5]), tensor([1, 2, 3])]).map(nested),
  ).toEqual([3, [0, 0], [0, 0, 0]]);
  const seeds = [tensor([1, 1]), tensor([1, 1, 1])];
  const derived = hvp(graph, { wrt: [0, 1], of: [0] });
  expect(run(finished(derived), [tensor([1.5, 2.5]), tensor([1, 2, 3]), ...seeds]).map(nested)).toEqual([
    3,
    [0, 0],
    [0, 0, 0],
    [0, 0],
    [0, 0, 0],
  ]);
});

test("derivatives flow through no comparison", () => {
  const graph = primalOf(graphOf([[]], (x) => multiply(greater(x!, 0), x!)));
  expect(run(finished(gradient(graph, { wrt: [0], of: [0] })), [tensor(3)]).map(nested)).toEqual([3, 1]);
});

test("a node used many times gets the sum of its cotangents", () => {
  const graph = primalOf(graphOf([[]], (x) => multiply(multiply(x!, x!), multiply(negative(x!), x!))));
  expect(run(finished(gradient(graph, { wrt: [0], of: [0] })), [tensor(2)]).map(nested)).toEqual([-16, -32]);
});

test("a constant graph has derivatives too", () => {
  const graph = primalOf(graphOf([[]], (x) => sin(x!.builder.constant(0))));
  expect(run(finished(gradient(graph, { wrt: [0], of: [0] })), [tensor(2)]).map(nested)).toEqual([0, 0]);
});
