import { describe, expect, onTestFinished, test, vi } from "vitest";
import {
  digamma,
  erf,
  erfc,
  exp2,
  hypot,
  lgamma,
  logaddexp,
  polygamma,
  pow,
  remainder,
  roundHalfEven,
  sigmoid,
  sign,
  softplus,
} from "../../../src/operators/scalar/index.ts";

const Inf = Number.POSITIVE_INFINITY;
const nan = Number.NaN;
const tiniest = Number.MIN_VALUE;
const huge = Number.MAX_VALUE;

describe("pow", () => {
  test("one to any power and any number to the power zero are 1", () => {
    for (const x of [0, -0, 1, -1, 2.5, Inf, -Inf, nan]) {
      expect(pow(1, x)).toBe(1);
      expect(pow(x, 0)).toBe(1);
      expect(pow(x, -0)).toBe(1);
    }
  });
  test("minus one to an infinite power is 1", () => {
    expect([pow(-1, Inf), pow(-1, -Inf), pow(-1, nan)]).toEqual([1, 1, nan]);
  });
  test("a zero base keeps its sign for odd exponents", () => {
    expect([pow(-0, 3), pow(-0, 2), pow(-0, -3), pow(-0, -2), pow(-0, -1)]).toEqual([-0, 0, -Inf, Inf, -Inf]);
    expect([pow(-0, 0.5), pow(-0, -0.5), pow(0, -Inf), pow(0, Inf)]).toEqual([0, Inf, Inf, 0]);
  });
  test("infinite bases", () => {
    expect([pow(-Inf, 3), pow(-Inf, 2), pow(-Inf, -3), pow(-Inf, 0.5), pow(-Inf, -1)]).toEqual([
      -Inf,
      Inf,
      -0,
      Inf,
      -0,
    ]);
    expect([pow(0.5, Inf), pow(0.5, -Inf), pow(-2, Inf), pow(-2, -Inf)]).toEqual([0, Inf, Inf, 0]);
  });
  test("a negative base takes integer exponents only", () => {
    expect([pow(-2, 3), pow(-2, 2), pow(-8, 1 / 3), pow(-2, 2 ** 53)]).toEqual([-8, 4, nan, Inf]);
  });
  test("squares and reciprocals are rounded once, and underflow gradually", () => {
    for (const x of [1.1, 3.3e-160, -7.7e150, 0.30513070620045796]) {
      expect(pow(x, 2)).toBe(x * x);
      expect(pow(x, -1)).toBe(1 / x);
    }
    expect([pow(2, -1074), pow(2, -1075), pow(2, 1024)]).toEqual([tiniest, 0, Inf]);
  });
});

describe("exp2", () => {
  test("is exact for integers", () => {
    let power = tiniest;
    for (let n = -1074; n <= 1023; n++, power *= 2) expect(exp2(n)).toBe(power);
  });
  test("limits", () => {
    expect([exp2(1024), exp2(-1076), exp2(Inf), exp2(-Inf), exp2(nan), exp2(-0)]).toEqual([Inf, 0, Inf, 0, nan, 1]);
  });
});

describe("hypot", () => {
  test("an infinite side wins over NaN", () => {
    expect([hypot(Inf, nan), hypot(nan, -Inf), hypot(-Inf, 1), hypot(nan, 1), hypot(0, nan)]).toEqual([
      Inf,
      Inf,
      Inf,
      nan,
      nan,
    ]);
  });
  test("neither overflows nor underflows on the way", () => {
    expect(hypot(3e300, 4e300)).toBe(5e300);
    expect(hypot(3 * 2 ** -1074, 4 * 2 ** -1074)).toBe(5 * 2 ** -1074);
    expect([hypot(huge, huge), hypot(huge, 1), hypot(tiniest, 0), hypot(-0, -0)]).toEqual([Inf, huge, tiniest, 0]);
  });
  test("Pythagorean triples are whole", () => {
    for (let m = 2; m < 40; m++) {
      for (let n = 1; n < m; n++) expect(hypot(m * m - n * n, -2 * m * n)).toBe(m * m + n * n);
    }
  });
});

describe("remainder", () => {
  test("has the sign of the divisor", () => {
    expect([remainder(5, 3), remainder(-5, 3), remainder(5, -3), remainder(-5, -3)]).toEqual([2, 1, -1, -2]);
  });
  test("a zero result has the sign of the divisor too", () => {
    expect([remainder(6, 3), remainder(-6, 3), remainder(6, -3), remainder(-0, 3), remainder(0, -3)]).toEqual([
      0, 0, -0, 0, -0,
    ]);
  });
  test("modulo an infinity keeps x, or gives the infinity where signs differ, as NumPy does", () => {
    expect([remainder(5, Inf), remainder(-5, Inf), remainder(5, -Inf), remainder(-5, -Inf)]).toEqual([
      5,
      Inf,
      -Inf,
      -5,
    ]);
    expect([remainder(0, -Inf), remainder(-0, Inf)]).toEqual([-0, 0]);
  });
  test("by zero, of an infinity and of NaN is NaN", () => {
    for (const [x, y] of [
      [1, 0],
      [0, -0],
      [Inf, 3],
      [-Inf, Inf],
      [nan, 1],
      [1, nan],
    ] as const) {
      expect(remainder(x, y)).toBe(nan);
    }
  });
  test("a tiny negative rounds up to the divisor, and a huge quotient loses nothing", () => {
    expect([remainder(-1e-20, 1), remainder(1e300, 7)]).toEqual([1, 1]);
  });
});

describe("rounding and sign", () => {
  test("halves go to the even neighbour", () => {
    const halves = [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 2 ** 51 + 0.5, 2 ** 51 + 1.5];
    expect(halves.map(roundHalfEven)).toEqual([-2, -2, -0, 0, 2, 2, 2 ** 51, 2 ** 51 + 2]);
  });
  test("what lies beside a half goes to the nearest", () => {
    expect(
      [0.49999999999999994, 0.5000000000000001, -1.4999999999999998, 2.5000000000000004].map(roundHalfEven),
    ).toEqual([0, 1, -1, 3]);
  });
  test("integers, infinities, NaN and the sign of zero stay", () => {
    const fixed = [0, -0, 1, -7, 2 ** 52 - 1, 2 ** 52 + 1, 2 ** 53 - 1, -huge, Inf, -Inf, nan];
    expect(fixed.map(roundHalfEven)).toEqual(fixed);
    expect([-tiniest, tiniest].map(roundHalfEven)).toEqual([-0, 0]);
  });
  test("the sign of either zero is +0", () => {
    expect([0, -0, tiniest, -tiniest, Inf, -Inf, nan].map(sign)).toEqual([0, 0, 1, -1, 1, -1, nan]);
  });
});

describe("sigmoid, softplus, logaddexp", () => {
  test("limits", () => {
    expect([Inf, -Inf, nan, 0, -0, -750].map(sigmoid)).toEqual([1, 0, nan, 0.5, 0.5, 0]);
    expect([Inf, -Inf, nan, 0, 750, -750].map(softplus)).toEqual([Inf, 0, nan, Math.LN2, 750, 0]);
  });
  test("the left tails keep their digits into the subnormals", () => {
    expect(sigmoid(-700)).toBe(Math.exp(-700));
    expect(softplus(-700)).toBe(Math.exp(-700));
    expect([sigmoid(-745), softplus(-745)]).toEqual([tiniest, tiniest]);
  });
  test("infinities add up and NaN propagates", () => {
    expect([logaddexp(-Inf, -Inf), logaddexp(Inf, Inf), logaddexp(Inf, -Inf), logaddexp(-Inf, 3)]).toEqual([
      -Inf,
      Inf,
      Inf,
      3,
    ]);
    expect([logaddexp(nan, Inf), logaddexp(-Inf, nan), logaddexp(1, nan)]).toEqual([nan, nan, nan]);
    expect([logaddexp(huge, -huge), logaddexp(huge, huge), logaddexp(1000, 1000)]).toEqual([
      huge,
      huge,
      1000 + Math.LN2,
    ]);
  });
});

describe("erf, erfc", () => {
  test("limits", () => {
    expect([Inf, -Inf, nan, 0, -0, 7, -7].map(erf)).toEqual([1, -1, nan, 0, -0, 1, -1]);
    expect([Inf, -Inf, nan, 0, -0, 28, -7].map(erfc)).toEqual([0, 2, nan, 1, 1, 0, 2]);
  });
  test("erf is odd and linear in the smallest arguments", () => {
    for (const x of [tiniest, 1e-310, 1e-300, 0.3, 0.74, 0.76, 2, 5]) expect(erf(-x)).toBe(-erf(x));
    expect(erf(1e-300)).toBe(1.1283791670955126e-300);
    expect(erf(tiniest)).toBe(tiniest);
  });
  test("erfc underflows gradually", () => {
    expect([26.9, 27.1, 27.2, 27.22, 27.23].map((x) => erfc(x) / tiniest)).toEqual([23321609, 472, 2, 1, 0]);
  });
});

describe("lgamma", () => {
  test("the poles and both infinities are +Infinity", () => {
    for (const x of [0, -0, -1, -2, -171, -1e15, -(2 ** 60), -huge, Inf, -Inf]) expect(lgamma(x)).toBe(Inf);
    expect(lgamma(nan)).toBe(nan);
  });
  test("the zeros at 1 and 2 are exact and flanked by ∓γ and 1 − γ", () => {
    expect([lgamma(1), lgamma(2)].map(Math.abs)).toEqual([0, 0]);
    expect(lgamma(1 + 2 ** -52) / -(2 ** -52)).toBeCloseTo(0.5772156649015329, 15);
    expect(lgamma(2 + 2 ** -51) / 2 ** -51).toBeCloseTo(0.42278433509846713, 15);
  });
  test("the smallest and largest arguments", () => {
    expect(lgamma(tiniest)).toBe(-Math.log(tiniest));
    expect(lgamma(-tiniest)).toBe(-Math.log(tiniest));
    expect(lgamma(2.5e305)).toBeLessThan(Inf);
    expect(lgamma(2.6e305)).toBe(Inf);
  });
});

describe("digamma", () => {
  test("is infinite at zero, by its sign, and NaN at the other poles", () => {
    expect([0, -0].map(digamma)).toEqual([-Inf, Inf]);
    expect([-1, -2, -1e15, -huge, -Inf, nan].map(digamma)).toEqual([nan, nan, nan, nan, nan, nan]);
  });
  test("limits", () => {
    expect(digamma(Inf)).toBe(Inf);
    expect([tiniest, -tiniest].map(digamma)).toEqual([-Inf, Inf]);
    expect(digamma(1e-300)).toBe(-1 / 1e-300);
    expect(digamma(huge)).toBe(Math.log(huge));
  });
});

describe("polygamma", () => {
  test("order zero is digamma", () => {
    for (const x of [0.3, 1, 20, -0.5, -7.25, 0, -0, -3]) expect(polygamma(0, x)).toBe(digamma(x));
  });
  test("odd orders are +Infinity at the poles", () => {
    for (const x of [0, -0, -1, -2, -1e300]) expect([polygamma(1, x), polygamma(7, x)]).toEqual([Inf, Inf]);
  });
  test("even orders are infinite at zero, by its sign, and NaN at the other poles", () => {
    expect([polygamma(2, 0), polygamma(2, -0), polygamma(2, -1), polygamma(4, -1e300)]).toEqual([-Inf, Inf, nan, nan]);
  });
  test("vanishes at infinity with the sign of its order", () => {
    expect([polygamma(1, Inf), polygamma(2, Inf), polygamma(1, -Inf), polygamma(2, -Inf)]).toEqual([0, -0, nan, nan]);
  });
  test("orders that are no counts give NaN", () => {
    for (const n of [-1, 0.5, nan, Inf, 2 ** 53]) expect(polygamma(n, 1.5)).toBe(nan);
  });
  test("neither overflows nor underflows on the way", () => {
    expect(polygamma(1, 1e300)).toBe(1e-300);
    expect(polygamma(1, huge) * huge).toBeCloseTo(1, 14);
    expect(polygamma(20, 1e300)).toBe(-0);
    expect(polygamma(1, 1e-150) / 1e300).toBeCloseTo(1, 14);
    expect([polygamma(1, tiniest), polygamma(2, tiniest), polygamma(2, -tiniest)]).toEqual([Inf, -Inf, Inf]);
  });
  test("overflows to the infinity of the right sign", () => {
    expect([polygamma(171, 1), polygamma(172, 1)]).toEqual([Inf, -Inf]);
    expect([polygamma(1e9, 2.5), polygamma(1e9 + 1, 2.5)]).toEqual([-Inf, Inf]);
    expect([polygamma(1e9, -3.25), polygamma(1e9, -3.75), polygamma(1e9 + 1, -3.25)]).toEqual([Inf, -Inf, Inf]);
  });
  test("half-way between poles the overflowing sums of even orders cancel", () => {
    expect(polygamma(2, -1e15 + 0.5) / -1e-30).toBeCloseTo(1, 13);
    expect(polygamma(1e9, -1e15 + 0.5)).toBe(-0);
    expect(polygamma(1e9 + 1, -1e15 + 0.5)).toBe(Inf);
  });
  test("adds up at most three sums of about 40 terms, whatever the order and the argument", () => {
    const orders = [1, 2, 21, 1000, 1e6, 1e9, 1e9 + 1, 2 ** 40, 2 ** 53 - 1];
    const arguments_ = [tiniest, 0.1, 1, 1e9, 4e8, 1e15, 1e300, -0.3, -1e9 - 0.3, -1e15 + 0.5, -1e15 + 0.125];
    const terms = vi.spyOn(Math, "exp");
    onTestFinished(() => terms.mockRestore());
    for (const n of orders) {
      for (const x of [...arguments_, n, n / Math.E, n + 11, -n / 3]) {
        terms.mockClear();
        polygamma(n, x);
        expect(terms.mock.calls.length, `polygamma(${n}, ${x})`).toBeLessThanOrEqual(3 * 45);
      }
    }
  });
});
