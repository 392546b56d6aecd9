import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import * as scalar from "../../../src/operators/scalar/index.ts";

type Scalar = (...operands: number[]) => number;

const { roundHalfEven, sign, floorDivide, fmod, betaincSlope, gammaincSlope, ...rest } = scalar;
const inexact: Record<string, Scalar> = rest;

/** Reference points [operands…, value] by function, from mpmath; make-scalar.py and make-special.py write them. */
const reference: Record<string, number[][]> = { ...table("scalar.json"), ...table("special.json") };

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
  cbrt: [1],
  rsqrt: [1],
  xlogy: [2],
  xlog1py: [2],
  log1mexp: [2],
  bose: [2],
  logcosh: [2],
  exprel: [2],
  exprelSlope: [16],
  sinc: [2],
  sincSlope: [8, (n, x) => 1 / (n! + 1) / (1 + Math.abs(x!))],
  ndtr: [2],
  logNdtr: [2],
  logNdtrSlope: [2],
  ndtri: [1],
  erfcinv: [1],
  erfinv: [1],
  // Beyond 25 what is right is right beside the amplitude, as the phase is but a double.
  besselJ: [2, (_, x) => (Math.abs(x!) < 25 ? 0 : Math.sqrt(2 / Math.PI / Math.abs(x!)))],
  i0e: [2],
  i1e: [1],
  i0eSlope: [8],
  lbeta: [1],
  psiDifference: [800],
  zeta: [2],
  zetaSlope: [8],
  gammainc: [2],
  gammaincc: [2],
  gammaDensity: [1],
  betainc: [2],
  betaDensity: [1],
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
    const operands = at.slice(0, -1);
    const unit = ulp(Math.max(Math.abs(expected), size(...operands)));
    const ulps = Math.abs(f(...operands) - expected) / unit;
    if (!(ulps <= worst.ulps)) worst = { ulps, at };
  }
  return worst;
}

function table(name: string): Record<string, number[][]> {
  return JSON.parse(readFileSync(new URL(`../../data/${name}`, import.meta.url), "utf8"));
}

/** The distance between doubles of this size. */
function ulp(size: number): number {
  const exponent = Math.floor(Math.log2(size));
  const power = 2 ** exponent > size ? exponent - 1 : exponent;
  return 2 ** Math.max(power - 52, -1074);
}
