import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { findOperator } from "../../src/operators/index.ts";
import { linearize } from "../../src/transforms/linearize.ts";
import { finished, graphOf, newBuilder, primalOf, run } from "../support/graphs.ts";
import { flat, tensor } from "../support/tensors.ts";

type Slope = [orders: number[], value: number];

/** Points [operands…, [orders, derivative]…] by operator, from mpmath; ../data/make-special.py writes them. */
const reference: Record<string, (number | Slope)[][]> = JSON.parse(
  readFileSync(new URL("../data/special-slopes.json", import.meta.url), "utf8"),
);

describe("derivatives of functions of several numbers are right up to the third order", () => {
  // Of a thousandth of the largest by the operands' own sizes, as a derivative by a parameter passes through 0.
  test.each(Object.entries(reference))("of %s to eleven digits", (name, points) => {
    const far = points.flatMap((point) => {
      const operands = point.filter((x) => typeof x === "number");
      const slopes = point.filter((x) => typeof x !== "number");
      const largest = slopes.reduce((size, [orders, value]) => Math.max(size, sizeOf(orders, value, operands)), 0);
      return slopes.flatMap(([orders, exact]) => {
        const actual = derivative(name, operands, orders);
        const isClose =
          Math.abs(actual - exact) <= 1e-11 * Math.max(Math.abs(exact), 1e-3 * scaled(orders, largest, operands));
        return isClose ? [] : [`${orders} at ${operands}: ${actual} instead of ${exact}`];
      });
    });
    expect(far).toEqual([]);
  });
});

/** A derivative times what its operands are, so that those of all orders compare. */
function sizeOf(orders: readonly number[], value: number, operands: readonly number[]): number {
  return Math.abs(value) * orders.reduce((product, order, i) => product * operands[i]! ** order, 1);
}

function scaled(orders: readonly number[], size: number, operands: readonly number[]): number {
  return size / orders.reduce((product, order, i) => product * operands[i]! ** order, 1);
}

/** A derivative of mixed order, by forward mode over forward mode, the last operand first. */
function derivative(name: string, operands: readonly number[], orders: readonly number[]): number {
  const builder = newBuilder();
  const specs = operands.map(() => []);
  const primal = primalOf(graphOf(specs, (...args) => builder.apply(findOperator(name)!, args, {}), builder));
  let node = primal.outputs[0]!.node;
  const [one, zero] = [node.builder.constant(1), node.builder.constant(0)];
  for (let i = orders.length - 1; i >= 0; i--) {
    for (let k = 0; k < orders[i]!; k++) node = linearize([node], new Map([[primal.inputs[i]!.node, one]]))[0] ?? zero;
  }
  return flat(
    run(
      finished({ ...primal, outputs: [{ name: "d", dtype: node.dtype, node }] }),
      operands.map((x) => tensor(x)),
    )[0]!,
  )[0]!;
}
