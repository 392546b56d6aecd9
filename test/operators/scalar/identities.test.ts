import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  digamma,
  erf,
  erfc,
  hypot,
  lgamma,
  logaddexp,
  polygamma,
  remainder,
  roundHalfEven,
  sigmoid,
  softplus,
} from "../../../src/operators/scalar/index.ts";

const anything = fc.double();
const finite = fc.double({ noDefaultInfinity: true, noNaN: true });
const within = (low: number, high: number) => fc.double({ min: low, max: high, noNaN: true });

describe("laws", () => {
  test("remainder lies between zero and its divisor", () => {
    holds(fc.property(finite, finite, (x, y) => y === 0 || betweenZeroAnd(y, remainder(x, y))));
  });
  test("rounding moves by at most a half, to an integer, symmetrically", () => {
    holds(
      fc.property(finite, (x) => {
        const rounded = roundHalfEven(x);
        return Math.abs(x - rounded) <= 0.5 && Number.isInteger(rounded) && Object.is(roundHalfEven(-x), -rounded);
      }),
    );
  });
  test("hypot and logaddexp are symmetric and at least their operands", () => {
    holds(
      fc.property(anything, anything, (x, y) => {
        const [h, l] = [hypot(x, y), logaddexp(x, y)];
        expect([hypot(y, -x), logaddexp(y, x)]).toEqual([h, l]);
        return Number.isNaN(x + y) || (h >= Math.abs(x) && h >= Math.abs(y) && l >= x && l >= y);
      }),
    );
  });
  test("erf(x) + erfc(x) = 1 and erfc(x) + erfc(−x) = 2", () => {
    holds(fc.property(finite, (x) => close(erf(x) + erfc(x), 1) && close(erfc(x) + erfc(-x), 2)));
  });
  test("sigmoid(x) + sigmoid(−x) = 1 and softplus(x) − softplus(−x) = x", () => {
    holds(fc.property(finite, (x) => close(sigmoid(x) + sigmoid(-x), 1) && close(softplus(x) - softplus(-x), x)));
  });
  test("log|Γ(x + 1)| − log|Γ(x)| = log|x| and ψ(x + 1) − ψ(x) = 1/x", () => {
    holds(
      fc.property(within(-30, 30), (x) => {
        fc.pre(Math.abs(x - Math.round(x)) > 1e-3);
        return (
          close(lgamma(x + 1) - lgamma(x), Math.log(Math.abs(x)), 1e-11) &&
          close(digamma(x + 1) - digamma(x), 1 / x, 1e-9)
        );
      }),
    );
  });
  test("polygamma(n, x) − polygamma(n, x + 1) = (−1)ⁿ⁺¹ n!/xⁿ⁺¹", () => {
    holds(
      fc.property(fc.integer({ min: 1, max: 20 }), within(0.1, 3), (n, x) => {
        const difference = polygamma(n, x) - polygamma(n, x + 1);
        return close(difference * (-x) ** (n + 1), Math.exp(lgamma(n + 1)), 1e-12 * Math.exp(lgamma(n + 1)));
      }),
    );
  });
});

function holds(property: fc.IRawProperty<unknown>): void {
  fc.assert(property, { numRuns: 300 });
}

function betweenZeroAnd(limit: number, value: number): boolean {
  return limit > 0 ? value >= 0 && value <= limit : value <= 0 && value >= limit;
}

function close(a: number, b: number, tolerance = 1e-15 * Math.max(1, Math.abs(b))): boolean {
  return Math.abs(a - b) <= tolerance;
}
