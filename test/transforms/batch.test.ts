import { expect, test } from "vitest";
import { multiply } from "../../src/operators/families/arithmetic.ts";
import { exp } from "../../src/operators/families/exponential.ts";
import { sin } from "../../src/operators/families/trigonometric.ts";
import { add } from "../../src/operators/linear.ts";
import { sum } from "../../src/operators/views.ts";
import { batch } from "../../src/transforms/batch.ts";
import { jvp } from "../../src/transforms/derive.ts";
import { finished, graphOf, newBuilder, operations, primalOf, run } from "../support/graphs.ts";
import { nested, tensor } from "../support/tensors.ts";

test("what does not depend on the batched inputs is computed once", () => {
  const graph = primalOf(graphOf([[], []], (x, y) => [multiply(sin(x!), y!), exp(x!)]));
  const over = (isBatched: (i: number) => boolean) =>
    operations(finished(batch(graph, newBuilder(), 100, isBatched, () => false)));
  expect(operations(graph)).toBe(41);
  expect(over((i) => i === 1)).toBe(20 + 20 + 100);
  expect(over((i) => i === 0)).toBe(100 * 41);
});

test("seeds share the primal of their point", () => {
  const graph = primalOf(graphOf([[3]], (x) => sum(sin(x!))));
  const derived = jvp(graph, { wrt: [0], of: [0] });
  const seeds = batch(
    derived,
    newBuilder(),
    10,
    (i) => i === 1,
    (i) => i === 1,
  );
  const [primal, one] = [operations(finished(graph)), operations(finished(derived))];
  expect(primal).toBe(63);
  // The cosines are the primal's; a product and a sum are each seed's own.
  expect(operations(finished(seeds))).toBe(one + 9 * 6);
});

test("an output is lifted when asked, though nothing in it is batched", () => {
  const graph = primalOf(graphOf([[2], []], (x, y) => [add(x!, 1), y!]));
  const lifted = batch(
    graph,
    newBuilder(),
    2,
    (i) => i === 1,
    () => true,
  );
  const kept = batch(
    graph,
    newBuilder(),
    2,
    (i) => i === 1,
    (o) => o === 1,
  );
  const inputs = [tensor([1, 2]), tensor([7, 8])];
  expect(run(finished(lifted), inputs).map(nested)).toEqual([
    [
      [2, 3],
      [2, 3],
    ],
    [7, 8],
  ]);
  expect(run(finished(kept), inputs).map(nested)).toEqual([
    [2, 3],
    [7, 8],
  ]);
});

test("a batch of one point has its axis too", () => {
  const graph = primalOf(graphOf([[]], (x) => sin(x!)));
  expect(
    nested(
      run(
        finished(
          batch(
            graph,
            newBuilder(),
            1,
            () => true,
            () => true,
          ),
        ),
        [tensor([0])],
      )[0]!,
    ),
  ).toEqual([0]);
});
