import { describe, expect, test } from "vitest";
import { jacobian } from "../support/graphs.ts";
import type { Nested } from "../support/tensors.ts";

const Inf = Number.POSITIVE_INFINITY;
const nan = Number.NaN;

/** The derivative in each operand at scalars; forward and reverse mode must agree on it. */
function slopes(name: string, ...operands: number[]): number[] {
  return jacobian(name, operands)[0]!;
}

function shares(name: string, x: Nested, attrs?: unknown): number[] {
  return jacobian(name, [x], attrs)[0]!;
}

describe("one operand", () => {
  test("abs, sign and relu have derivative 0 at 0", () => {
    for (const name of ["abs", "sign", "relu"]) {
      expect(slopes(name, 0)).toEqual([0]);
      expect(slopes(name, -0)).toEqual([0]);
    }
  });
  test("beside 0 they have the slopes of their pieces", () => {
    expect([slopes("abs", -2), slopes("abs", 3), slopes("relu", -2), slopes("relu", 3), slopes("sign", -2)]).toEqual([
      [-1],
      [1],
      [0],
      [1],
      [0],
    ]);
  });
  test("rounding has derivative 0 everywhere, at the jumps too", () => {
    for (const name of ["floor", "ceil", "round", "trunc"]) {
      for (const x of [-1, -0.5, 0, 0.3, 0.5, 2]) expect(slopes(name, x)).toEqual([0]);
    }
  });
  test("sqrt has derivative Infinity at both zeros", () => {
    expect([slopes("sqrt", 0), slopes("sqrt", -0), slopes("sqrt", 4)]).toEqual([[Inf], [Inf], [0.25]]);
  });
  test("asin, acos and acosh have infinite derivatives at the ends of their domains", () => {
    expect([slopes("asin", 1), slopes("asin", -1)]).toEqual([[Inf], [Inf]]);
    expect([slopes("acos", 1), slopes("acos", -1)]).toEqual([[-Inf], [-Inf]]);
    expect(slopes("acosh", 1)).toEqual([Inf]);
  });
  test("clip has derivative 1/2 at a bound", () => {
    const at = (x: number, attrs: unknown) => jacobian("clip", [x], attrs)[0]![0];
    expect([-2, -1, 0, 1, 2].map((x) => at(x, { min: -1, max: 1 }))).toEqual([0, 0.5, 1, 0.5, 0]);
    expect([-1, 0, 1].map((x) => at(x, { min: 0 }))).toEqual([0, 0.5, 1]);
    expect([-1, 0, 1].map((x) => at(x, { max: 0 }))).toEqual([1, 0.5, 0]);
  });
});

describe("two operands", () => {
  test("maximum and minimum share equally at a tie", () => {
    expect([slopes("maximum", 2, 2), slopes("minimum", 2, 2)]).toEqual([
      [0.5, 0.5],
      [0.5, 0.5],
    ]);
    expect(slopes("maximum", 0, -0)).toEqual([0.5, 0.5]);
    expect(slopes("maximum", Inf, Inf)).toEqual([0.5, 0.5]);
  });
  test("beside a tie one operand has all", () => {
    expect([slopes("maximum", 3, 2), slopes("minimum", 3, 2)]).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });
  test("a NaN operand of a maximum makes the derivative NaN", () => {
    for (const name of ["maximum", "minimum"]) {
      expect(slopes(name, nan, 1)).toEqual([nan, nan]);
      expect(slopes(name, 1, nan)).toEqual([nan, nan]);
    }
  });
  test("hypot and atan2 have derivative 0 at the origin", () => {
    for (const name of ["hypot", "atan2"]) {
      for (const x of [0, -0]) for (const y of [0, -0]) expect(slopes(name, x, y)).toEqual([0, 0]);
    }
  });
  test("pow to 0 has derivative 0 in the base, for every base", () => {
    for (const x of [2, 0, -0, -3, Inf, -Inf, nan]) {
      expect(slopes("pow", x, 0)[0]).toBe(0);
      expect(slopes("pow", x, -0)[0]).toBe(0);
    }
  });
  test("pow to a constant 0 has derivative 0", () => {
    for (const x of [2, 0, nan]) expect(slopes("pow", x, 0)[0]).toBe(0);
  });
  test("a power of 0 has derivative 0 in the exponent where that is not negative", () => {
    for (const y of [0, 0.5, 1, 2, Inf]) expect(slopes("pow", 0, y)[1]).toBe(0);
    for (const y of [0, 0.5, 1, 2]) expect(slopes("pow", -0, y)[1]).toBe(0);
  });
  test("pow has its formula elsewhere", () => {
    expect(slopes("pow", 2, 3)).toEqual([12, 8 * Math.log(2)]);
    expect(slopes("pow", 0, 1)).toEqual([1, 0]);
    expect(slopes("pow", 0, 2)).toEqual([0, 0]);
    expect(slopes("pow", 0, 0.5)).toEqual([Inf, 0]);
    expect(slopes("pow", -2, 3)[0]).toBe(12);
  });
  test("remainder has derivatives 1 and -floor(x/y), at the jumps too", () => {
    expect(slopes("remainder", 7, 3)).toEqual([1, -2]);
    expect(slopes("remainder", -7, 3)).toEqual([1, 3]);
    expect(slopes("remainder", 7, -3)).toEqual([1, 3]);
    expect(slopes("remainder", 6, 3)).toEqual([1, -2]);
    expect(slopes("remainder", 0, 3)).toEqual([1, 0]);
  });
  test("logaddexp shares equally between two equal infinities", () => {
    expect(slopes("logaddexp", -Inf, -Inf)).toEqual([0.5, 0.5]);
    expect(slopes("logaddexp", Inf, Inf)).toEqual([0.5, 0.5]);
    expect(slopes("logaddexp", 3, 3)).toEqual([0.5, 0.5]);
    expect(slopes("logaddexp", Inf, 1)).toEqual([1, 0]);
    expect(slopes("logaddexp", -Inf, 1)).toEqual([0, 1]);
    expect(slopes("logaddexp", nan, 1)).toEqual([nan, nan]);
  });
});

describe("reductions", () => {
  test("max and min share equally among the k tied", () => {
    expect(shares("max", [1, 3, 3, 2])).toEqual([0, 0.5, 0.5, 0]);
    expect(shares("min", [1, 3, 1, 1])).toEqual([1 / 3, 0, 1 / 3, 1 / 3]);
    expect(shares("max", [0, -0])).toEqual([0.5, 0.5]);
    expect(shares("max", [-Inf, -Inf])).toEqual([0.5, 0.5]);
    expect(shares("max", 5)).toEqual([1]);
  });
  test("a NaN element of a maximum makes the derivative NaN", () => {
    expect(shares("max", [1, nan, 3])).toEqual([nan, nan, nan]);
    expect(shares("min", [nan, nan])).toEqual([nan, nan]);
  });
  test("a NaN in one row leaves the other rows alone", () => {
    const x = [
      [1, nan],
      [2, 2],
    ];
    expect(jacobian("max", [x], { axis: 1 })).toEqual([
      [nan, nan, 0, 0],
      [0, 0, 0.5, 0.5],
    ]);
  });
  test("norm and std have derivative 0 where they are 0", () => {
    expect(shares("norm", [0, 0, -0])).toEqual([0, 0, 0]);
    expect(shares("norm", 0)).toEqual([0]);
    expect(shares("std", [2, 2, 2])).toEqual([0, 0, 0]);
    expect(shares("std", [2])).toEqual([0]);
  });
  test("norm has x/norm elsewhere", () => {
    expect(shares("norm", [3, -4])).toEqual([0.6, -0.8]);
    expect(shares("std", [1, 7, 4])[2]).toBe(0);
  });
  test("argmax and argmin have no derivative", () => {
    expect(jacobian("argmax", [[1, 2]])).toEqual([]);
  });
});

describe("logsumexp at infinities is as logaddexp", () => {
  test.each<[number[], number[]]>([
    [
      [1, Inf],
      [0, 1],
    ],
    [[Inf], [1]],
    [[-Inf], [1]],
    [
      [-Inf, 1],
      [0, 1],
    ],
    [
      [-Inf, -Inf],
      [0.5, 0.5],
    ],
    [
      [Inf, 0, Inf],
      [0.5, 0, 0.5],
    ],
    [
      [nan, 1],
      [nan, nan],
    ],
  ])("%j", (x, expected) => {
    expect(shares("logsumexp", x)).toEqual(expected);
    expect(
      shares("logsumexp", [x, [1, 2, 3].slice(0, x.length)], { axis: 1 })
        .flat()
        .slice(0, x.length),
    ).toEqual(expected);
  });
});

describe("structure", () => {
  test("stop_gradient has derivative 0", () => {
    expect(slopes("stop_gradient", 3)).toEqual([0]);
  });
});
