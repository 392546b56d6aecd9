import fc from "fast-check";
import { expect, test } from "vitest";
import { vectorFunctions } from "../../../src/codegen/vector/index.ts";
import { applied } from "./apply.ts";

const numbers = fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 9 });
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

test.each(["expm1", "tanh", "sinh", "asinh", "atanh", "log1p"])("%s keeps the sign of zero", (name) => {
  expect(run(name)([0, -0])).toEqual([Float64Array.of(0, -0)]);
});

test.each(["tanh", "sinh", "asinh", "atanh"])("%s is odd, bit for bit", (name) => {
  fc.assert(
    fc.property(numbers, (x) => {
      expect(run(name)(negative(x))).toEqual(run(name)(x).map(negative));
    }),
  );
});

test("cosh is even, hypot too in both operands, which may change places", () => {
  fc.assert(
    fc.property(numbers, (x) => {
      const y = x.toReversed();
      expect(run("cosh")(negative(x))).toEqual(run("cosh")(x));
      expect(run("hypot")(negative(x), y)).toEqual(run("hypot")(y, x));
    }),
  );
});

test("the pairs are what their parts are", () => {
  fc.assert(
    fc.property(numbers, (x) => {
      expect(run("sinh_cosh")(x)).toEqual([...run("sinh")(x), ...run("cosh")(x)]);
      expect(run("tanh_pair")(x).slice(0, 1)).toEqual(run("tanh")(x));
      expect(run("sigmoid_pair")(x)).toEqual(run("sigmoid_pair")(negative(x)).toReversed());
    }),
  );
});

test("powers of two come out whole, and so do their logarithms", () => {
  const exponents = range(-1074, 1023);
  const powers = exponents.map((k) => 2 ** k);
  expect(run("exp2")(exponents)).toEqual([Float64Array.from(powers)]);
  expect(run("log2")(powers)).toEqual([Float64Array.from(exponents)]);
});

test("the logarithms of powers of ten are whole", () => {
  const exponents = range(0, 22);
  expect(run("log10")(exponents.map((k) => Number(`1e${k}`)))).toEqual([Float64Array.from(exponents)]);
});

test("a power that is a double comes out as it", () => {
  const bases = range(-12, 12).filter((x) => x !== 0);
  const pairs = bases.flatMap((x) => range(0, 14).map((y) => [x, y] as const));
  const exact = pairs.map(([x, y]) => Number(BigInt(x) ** BigInt(y)));
  expect(pairs.every((_, i) => Number.isSafeInteger(exact[i]))).toBe(true);
  const [values] = run("pow")(
    pairs.map(([x]) => x),
    pairs.map(([, y]) => y),
  );
  expect(values).toEqual(Float64Array.from(exact));
});

test("x² and 1/x are one rounded operation", () => {
  fc.assert(
    fc.property(numbers, (x) => {
      const to = (y: number) => run("pow")(x, Array(x.length).fill(y))[0];
      expect(to(2)).toEqual(Float64Array.from(x, (x) => x * x));
      expect(to(-1)).toEqual(Float64Array.from(x, (x) => 1 / x));
    }),
  );
});

test("Pythagorean triples come out whole", () => {
  const triples = [
    [3, 4, 5],
    [45, 108, 117],
    [20, 99, 101],
    [3 * 2 ** 700, 4 * 2 ** 700, 5 * 2 ** 700],
  ] as const;
  const [sides, others, longest] = [0, 1, 2].map((k) => triples.map((triple) => triple[k]!));
  expect(run("hypot")(sides!, others!)).toEqual([Float64Array.from(longest!)]);
});

test("the derivatives of tanh and sigmoid keep their digits where the functions are flat", () => {
  const [tangent, slope] = run("tanh_pair")([15, 300]);
  expect([...tangent!]).toEqual([0.9999999999998128, 1]);
  expect(slope![0]! / 3.74304918753537e-13).toBeCloseTo(1, 12);
  expect(slope![1]! / (4 * Math.exp(-600))).toBeCloseTo(1, 12);
  const [near, far] = run("sigmoid_pair")([700]);
  expect([near![0], far![0]! / Math.exp(-700)]).toEqual([1, expect.closeTo(1, 12)]);
});

function run(name: string): (...operands: readonly ArrayLike<number>[]) => Float64Array[] {
  const made = ready.get(name) ?? applied(vectorFunctions, name);
  ready.set(name, made);
  return made;
}

const ready = new Map<string, ReturnType<typeof applied>>();

function negative<T extends number[] | Float64Array>(list: T): T {
  return list.map((x) => -x) as T;
}
