import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import * as scalar from "../../../src/operators/scalar/index.ts";

type Scalar = (x: number, y: number) => number;

const { roundHalfEven, sign, ...rest } = scalar;
const inexact: Record<string, Scalar> = rest;

/** Reference points [operands…, value] by function, from mpmath; ../../data/make-scalar.py writes them. */
const reference: Record<string, number[][]> = JSON.parse(
  readFileSync(new URL("../../data/scalar.json", import.meta.url), "utf8"),
);

/**
 * By function: the error allowed in ulp of the value and, where the function has zeros that floating point cannot
 * resolve, the size below which ulps no longer shrink with the value.
 */
const own: Record<string, [ulpsMax: number, size?: Scalar]> = {
  pow: [1],
  exp2: [1],
  hypot: [1.5],
  logaddexp: [2, (x, y) => Math.max(Math.abs(x), Math.abs(y))],
  sigmoid: [2],
  softplus: [2],
  erf: [2],
  erfc: [4],
  lgamma: [5, (x) => (x < -0.5 ? Math.max(1, Math.abs(scalar.lgamma(-x))) : 0)],
  digamma: [4, () => 1],
  polygamma: [10, (n, x) => (x < 0 ? Math.abs(scalar.polygamma(n, Math.abs(x - Math.round(x)))) : 0)],
  remainder: [0],
};

/** What the operators call directly; a guard against an engine that computes worse. */
const builtIn: Record<string, number> = {
  exp: 1,
  expm1: 1,
  log: 1,
  log1p: 1,
  log2: 1,
  log10: 2,
  sin: 1,
  cos: 1,
  tan: 1,
  asin: 1,
  acos: 1,
  atan: 1,
  atan2: 2,
  sinh: 2,
  cosh: 2,
  tanh: 3,
  asinh: 2,
  acosh: 3,
  atanh: 2,
};

describe("agrees with mpmath", () => {
  test("every function has reference points and every reference a function", () => {
    expect(Object.keys(own).sort()).toEqual(Object.keys(inexact).sort());
    expect(Object.keys({ ...own, ...builtIn }).sort()).toEqual(Object.keys(reference).sort());
  });

  test.for(Object.entries(own))("%s", async ([name, [ulpsMax, size]], { annotate }) => {
    const worst = worstError(inexact[name]!, reference[name]!, size);
    await annotate(`${name}: ${worst.ulps} ulp at ${worst.at}`);
    expect(worst.ulps, `at ${worst.at}`).toBeLessThanOrEqual(ulpsMax);
  });

  test.for(Object.entries(builtIn))("Math.%s", async ([name, ulpsMax], { annotate }) => {
    const worst = worstError(Math[name as keyof Math] as Scalar, reference[name]!);
    await annotate(`${name}: ${worst.ulps} ulp at ${worst.at}`);
    expect(worst.ulps, `at ${worst.at}`).toBeLessThanOrEqual(ulpsMax);
  });
});

function worstError(f: Scalar, points: number[][], size: Scalar = () => 0): { ulps: number; at: number[] } {
  let worst = { ulps: 0, at: points[0]! };
  for (const at of points) {
    const expected = at.at(-1)!;
    const [x, y] = at as [number, number];
    const unit = ulp(Math.max(Math.abs(expected), size(x, y)));
    const ulps = Math.abs(f(x, y) - expected) / unit;
    if (!(ulps <= worst.ulps)) worst = { ulps, at };
  }
  return worst;
}

/** The distance between doubles of this size. */
function ulp(size: number): number {
  const exponent = Math.floor(Math.log2(size));
  const power = 2 ** exponent > size ? exponent - 1 : exponent;
  return 2 ** Math.max(power - 52, -1074);
}
