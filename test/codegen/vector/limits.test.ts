import { describe, expect, test } from "vitest";
import { vectorFunctions } from "../../../src/codegen/vector/index.ts";
import { exp2, hypot, logaddexp, pow, sigmoid, softplus } from "../../../src/operators/scalar/index.ts";
import { applied } from "./apply.ts";
import { ulp } from "./tables.ts";

// The interpreter's functions say what happens at zeros, infinities, NaN and the ends of the range.

const unary: Readonly<Record<string, readonly ((x: number) => number)[]>> = {
  exp: [Math.exp],
  exp2: [exp2],
  expm1: [Math.expm1],
  log: [Math.log],
  log1p: [Math.log1p],
  log2: [Math.log2],
  log10: [Math.log10],
  sigmoid: [sigmoid],
  sigmoid_pair: [sigmoid, (x) => sigmoid(-x)],
  softplus: [softplus],
  tanh: [Math.tanh],
  tanh_pair: [Math.tanh, (x) => 1 / Math.cosh(x) ** 2],
  sinh: [Math.sinh],
  cosh: [Math.cosh],
  sinh_cosh: [Math.sinh, Math.cosh],
  asinh: [Math.asinh],
  acosh: [Math.acosh],
  atanh: [Math.atanh],
};
const binary: Readonly<Record<string, (x: number, y: number) => number>> = { logaddexp, pow, hypot };

const limits = [0, 1, Number.POSITIVE_INFINITY, Number.NaN, Number.MIN_VALUE, Number.MAX_VALUE];
const edges = [
  2 ** -1022,
  0.5,
  2,
  3,
  36.7,
  354.9,
  373,
  710.4,
  710.5,
  745.2,
  1021,
  1024,
  1074,
  1076,
  1e5,
  2 ** 53,
  1e300,
];
const points = [...limits, ...edges].flatMap((x) => [x, -x]);

describe.each([true, false])("fused: %s", (isFused) => {
  test.each(Object.entries(unary))("%s agrees with the scalar function at limits and edges", (name, references) => {
    const results = applied(vectorFunctions, name, { isFused })(points);
    references.forEach((reference, k) => {
      expect(points.filter((x, i) => !isSame(results[k]![i]!, reference(x)))).toEqual([]);
    });
  });

  test.each(Object.entries(binary))("%s agrees with the scalar function at limits and edges", (name, reference) => {
    const pairs = points.flatMap((x) => points.map((y) => [x, y] as const));
    const [values] = applied(vectorFunctions, name, { isFused })(
      pairs.map(([x]) => x),
      pairs.map(([, y]) => y),
    );
    expect(pairs.filter(([x, y], i) => !isSame(values![i]!, reference(x, y)))).toEqual([]);
  });

  // Else a point's value would depend on which point is its neighbour in a batch.
  test.each(vectorFunctions)("a lane of $name depends on that lane alone", ({ name, operands }) => {
    const apply = applied(vectorFunctions, name, { isFused });
    const inner = [0.3, -0.7, 1.6, 5.1, -17.3, 300.2];
    const alone = inner.map((x) => apply(...Array(operands).fill([x])).map((list) => list[0]));
    const lanes = inner.flatMap((x) => points.map((limit) => [x, limit]));
    const [first, second] = [lanes.flat(), lanes.flatMap((pair) => pair.toReversed())].map((list) =>
      apply(...Array(operands).fill(list)),
    );
    inner.forEach((_, i) => {
      points.forEach((_, j) => {
        const at = 2 * (i * points.length + j);
        expect(first!.map((list) => list[at])).toEqual(alone[i]);
        expect(second!.map((list) => list[at + 1])).toEqual(alone[i]);
      });
    });
  });
});

/** Equal, zeros by their sign too, or within the scalar function's own error. */
function isSame(x: number, y: number): boolean {
  return Object.is(x, y) || Math.abs(x - y) <= 4 * ulp(y);
}
