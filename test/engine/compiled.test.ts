import { expect, test } from "vitest";
import { compileProgram } from "../../src/engine/programs/compiled.ts";
import { type NdArray, ndarray } from "../../src/graph/ndarray.ts";
import { interpret } from "../../src/graph/running/interpret.ts";
import { matmul } from "../../src/operators/families/products.ts";
import { tanh } from "../../src/operators/families/trigonometric.ts";
import { add } from "../../src/operators/linear.ts";
import { finished, graphOf } from "../support/graphs.ts";
import { outputsOf } from "../support/programs.ts";

function filled(shape: readonly number[], value: (i: number) => number): NdArray {
  const data = Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => value(i));
  return ndarray("float64", shape, data);
}

/** tanh(A x + b), A a matrix of n rows. */
function layer(n: number, seed: number) {
  const matrix = filled([n, 64], (i) => Math.sin(i + seed) / 64);
  const shift = filled([n], (i) => Math.cos(i * seed));
  return finished(
    graphOf([[64]], (x) => tanh(add(matmul(x!.builder.constant(matrix), x!), x!.builder.constant(shift)))),
  );
}

test("programs that take turns find their constants again, or put them there anew", () => {
  const made = [64, 100, 64].map((n, seed) => {
    const graph = layer(n, seed + 1);
    return { compiled: compileProgram(graph), interpreted: interpret(graph) };
  });
  for (const [turn, k] of [0, 0, 1, 0, 2, 2, 1, 1, 0].entries()) {
    const { compiled, interpreted } = made[k]!;
    const x = filled([64], (i) => Math.sin(i * (turn + 1)));
    const [actual, expected] = [compiled, interpreted].map((program) => outputsOf(program, [x])[0]!.data);
    actual!.forEach((y, i) => {
      expect(y).toBeCloseTo(expected![i]!, 12);
    });
  }
});
