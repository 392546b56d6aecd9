import { describe, expect, test } from "vitest";
import { elementCount, type Shape } from "../../src/graph/shape.ts";
import { applied, jacobian, value } from "../support/graphs.ts";
import { empty, type Nested, nested, tensorOf } from "../support/tensors.ts";

// What is expected here is NumPy's.

/** 0, 1, 2, … in a shape. */
function counting(...shape: Shape): Nested {
  return nested(
    tensorOf(
      Array.from({ length: elementCount(shape) }, (_, i) => i),
      shape,
    ),
  );
}

const a = counting(2, 3);
const b = counting(3, 4);
const square = counting(3, 3);
const cube = counting(2, 3, 4);

describe("einsum", () => {
  const cases: [string, string, Nested[], Nested][] = [
    [
      "multiplies matrices, with an implicit result",
      "ij,jk",
      [a, b],
      [
        [20, 23, 26, 29],
        [56, 68, 80, 92],
      ],
    ],
    [
      "transposes the result as told",
      "ij,jk->ki",
      [a, b],
      [
        [20, 56],
        [23, 68],
        [26, 80],
        [29, 92],
      ],
    ],
    [
      "ignores spaces",
      " i j , j k -> i k ",
      [a, b],
      [
        [20, 23, 26, 29],
        [56, 68, 80, 92],
      ],
    ],
    ["sums a diagonal", "ii", [square], 12],
    ["takes a diagonal", "ii->i", [square], [0, 4, 8]],
    ["takes a diagonal of some axes and sums it", "iij->j", [counting(2, 2, 3)], [9, 11, 13]],
    [
      "sorts the letters of an implicit result",
      "ba",
      [a],
      [
        [0, 3],
        [1, 4],
        [2, 5],
      ],
    ],
    [
      "puts a vector on a diagonal",
      "i->ii",
      [[1, 2]],
      [
        [1, 0],
        [0, 2],
      ],
    ],
    [
      "keeps the axes that are not named",
      "...i,...i",
      [
        [
          [1, 2],
          [3, 4],
        ],
        [10, 100],
      ],
      [210, 430],
    ],
    [
      "repeats axes of length 1 that are not named",
      "...,i->i...",
      [
        [[1], [2]],
        [10, 100],
      ],
      [
        [[10], [20]],
        [[100], [200]],
      ],
    ],
    [
      "places the axes that are not named, of which one operand may have more",
      "i...,...->...i",
      [
        [
          [1, 2],
          [3, 4],
        ],
        [[10, 100]],
      ],
      [
        [
          [10, 30],
          [200, 400],
        ],
      ],
    ],
    ["sums everything", "ij->", [a], 15],
    ["copies", "ij->ij", [a], a],
    [
      "takes three operands",
      "ij,jk,kl->il",
      [a, b, counting(4, 2)],
      [
        [324, 422],
        [1008, 1304],
      ],
    ],
    [
      "takes operands without a common letter",
      "i,j,k",
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      [
        [
          [15, 18],
          [20, 24],
        ],
        [
          [30, 36],
          [40, 48],
        ],
      ],
    ],
    [
      "sums letters that one operand alone has",
      "ab,cd->da",
      [a, b],
      [
        [36, 144],
        [45, 180],
        [54, 216],
        [63, 252],
      ],
    ],
    ["takes scalars", ",", [2, 3], 6],
    [
      "takes a scalar and a matrix",
      ",ij->ij",
      [2, a],
      [
        [0, 2, 4],
        [6, 8, 10],
      ],
    ],
    [
      "multiplies elements",
      "i,i->i",
      [
        [1, 2],
        [3, 4],
      ],
      [3, 8],
    ],
    ["takes a diagonal and multiplies it", "ii,i->i", [square, [1, 2, 3]], [0, 8, 24]],
    ["mixes all of this", "iij,jki->k", [counting(2, 2, 3), counting(3, 4, 2)], [326, 392, 458, 524]],
    [
      "tells capital letters from small ones",
      "aA,Ab->ba",
      [a, b],
      [
        [20, 56],
        [23, 68],
        [26, 80],
        [29, 92],
      ],
    ],
    ["sums nothing to 0", "ij->j", [[[], []]], []],
  ];
  test.each(cases)("%s: %s", (_, equation, operands, expected) => {
    expect(value("einsum", operands, { equation })).toEqual(expected);
  });
  test("of an empty axis is 0", () => {
    expect(value("einsum", [empty(2, 0), empty(0, 3)], { equation: "ij,jk" })).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ]);
  });
  const faults: [string, Nested[], string][] = [
    [
      "i,i->i",
      [
        [1, 2],
        [1, 2, 3],
      ],
      'axis "i" has length 3, elsewhere 2',
    ],
    ["ij->i", [[1, 2]], '"ij" names 2 axes, shape [2] has 1'],
    ["i->jj", [[1, 2]], 'no operand has the axis "j"'],
    ["i->j", [[1, 2]], 'no operand has the axis "j"'],
    ["...i->i", [[[1, 2]]], 'drops the axes of "..."'],
    ["..i->i", [[1, 2]], "which is not a letter"],
    ["...i...->i", [[1, 2]], '"..." twice in one operand'],
    ["...ij->...", [[1, 2]], '"...ij" names 2 axes, shape [2] has 1'],
    [
      "...,...",
      [
        [1, 2],
        [1, 2, 3],
      ],
      'axis "..." has length 3, elsewhere 2',
    ],
    ["i,j->ij", [[1, 2]], "equation has 2 operands, received 1"],
    ["i->i->i", [[1, 2]], 'more than one "->"'],
  ];
  test.each(faults)("refuses %s", (equation, operands, reason) => {
    expect(() => value("einsum", operands, { equation })).toThrow(reason);
  });
  test("its derivative in each operand is the product of the others", () => {
    expect(
      jacobian(
        "einsum",
        [
          [2, 3],
          [5, 7],
          [11, 13],
        ],
        { equation: "i,i,i->" },
      ),
    ).toEqual([[55, 91, 22, 39, 10, 21]]);
    expect(
      jacobian(
        "einsum",
        [
          [
            [1, 2],
            [3, 4],
          ],
        ],
        { equation: "ii" },
      ),
    ).toEqual([[1, 0, 0, 1]]);
  });
});

describe("tensordot", () => {
  const cases: [string, unknown, Nested, Nested, Nested][] = [
    ["two axes unless told", undefined, cube, b, [506, 1298]],
    [
      "one axis, like matrices",
      1,
      a,
      b,
      [
        [20, 23, 26, 29],
        [56, 68, 80, 92],
      ],
    ],
    [
      "no axis, an outer product",
      0,
      [1, 2],
      [3, 4],
      [
        [3, 4],
        [6, 8],
      ],
    ],
    [
      "two lists",
      [
        [1, 0],
        [0, 1],
      ],
      cube,
      counting(3, 2),
      [200, 215, 230, 245],
    ],
    [
      "lists that count from the end",
      [[-1], [1]],
      a,
      a,
      [
        [5, 14],
        [14, 50],
      ],
    ],
    ["empty lists", [[], []], 2, [3, 4], [6, 8]],
  ];
  test.each(cases)("sums over %s", (_, axes, x, y, expected) => {
    expect(value("tensordot", [x, y], axes === undefined ? {} : { axes })).toEqual(expected);
  });
  test("refuses axes that do not fit", () => {
    expect(() => value("tensordot", [a, a], { axes: 1 })).toThrow("axis 0 has length 2, axis 1 of the other has 3");
    expect(() => value("tensordot", [a, [1]])).toThrow('"axes" 2 is not between 0 and 1');
    expect(() => value("tensordot", [a, a], { axes: [[0], [0, 1]] })).toThrow("two lists of equal length");
  });
});

describe("matmul", () => {
  const v = [1, 2, 3];
  const cases: [string, Nested, Nested, Nested][] = [
    ["a matrix and a vector", a, v, [8, 26]],
    ["a vector and a matrix", v, b, [32, 38, 44, 50]],
    ["two vectors", v, v, 14],
    [
      "many matrices and a vector",
      cube,
      counting(4),
      [
        [14, 38, 62],
        [86, 110, 134],
      ],
    ],
    [
      "a vector and many matrices",
      v,
      cube,
      [
        [32, 38, 44, 50],
        [104, 110, 116, 122],
      ],
    ],
    [
      "leading axes that broadcast against each other",
      counting(2, 1, 1, 2),
      counting(3, 2, 2),
      [
        [[[2, 3]], [[6, 7]], [[10, 11]]],
        [[[6, 11]], [[26, 31]], [[46, 51]]],
      ],
    ],
  ];
  test.each(cases)("of %s", (_, x, y, expected) => {
    expect(value("matmul", [x, y])).toEqual(expected);
  });
  test("over no columns is 0, and of no rows has no rows", () => {
    expect(value("matmul", [empty(2, 0), empty(0, 1)])).toEqual([[0], [0]]);
    expect(value("matmul", [empty(0, 2), counting(2, 3)])).toEqual([]);
  });
  test("refuses scalars and what does not fit", () => {
    expect(() => value("matmul", [2, v])).toThrow("is a scalar");
    expect(() => value("matmul", [a, a])).toThrow("3 columns, 2 rows");
    expect(() => value("matmul", [counting(2, 2, 3), counting(3, 3, 2)])).toThrow("does not broadcast");
  });
});

describe("vectors", () => {
  test("vecdot along an axis, broadcast along the others", () => {
    expect(value("vecdot", [a, [1, 2, 3]])).toEqual([8, 26]);
    expect(value("vecdot", [a, a], { axis: 0 })).toEqual([9, 17, 29]);
    expect(() => value("vecdot", [a, [[1], [2]]])).toThrow("has length 1, not 3");
  });
  test("outer takes vectors only", () => {
    expect(
      value("outer", [
        [1, 2],
        [3, 4, 5],
      ]),
    ).toEqual([
      [3, 4, 5],
      [6, 8, 10],
    ]);
    expect(() => value("outer", [[1, 2], 3])).toThrow("must be a vector");
  });
  test("cross along an axis of length 3, broadcast along the others", () => {
    expect(
      value("cross", [
        [1, 2, 3],
        [
          [4, 5, 6],
          [7, 8, 9],
        ],
      ]),
    ).toEqual([
      [-3, 6, -3],
      [-6, 12, -6],
    ]);
    expect(
      value(
        "cross",
        [
          [
            [1, 2],
            [3, 4],
            [5, 6],
          ],
          [
            [1, 0],
            [0, 1],
            [1, 1],
          ],
        ],
        { axis: 0 },
      ),
    ).toEqual([
      [3, -2],
      [4, -2],
      [-3, 2],
    ]);
    expect(() =>
      value("cross", [
        [1, 2],
        [3, 4],
      ]),
    ).toThrow("has length 2, not 3");
  });
});

test("canonical attributes have axes counted from the front and no spaces", () => {
  const attrs = (name: string, shapes: Shape[], given: unknown) =>
    applied(
      name,
      shapes.map((shape) => tensorOf([], shape)),
      given,
    ).outputs[0]!.node.attrs;
  expect(
    attrs(
      "einsum",
      [
        [2, 3],
        [3, 4],
      ],
      { equation: "ij, jk" },
    ),
  ).toEqual({ equation: "ij,jk->ik" });
  expect(
    attrs(
      "tensordot",
      [
        [2, 3],
        [3, 4],
      ],
      { axes: 1 },
    ),
  ).toEqual({ axes: [[1], [0]] });
  expect(
    attrs(
      "vecdot",
      [
        [2, 3],
        [2, 3],
      ],
      undefined,
    ),
  ).toEqual({ axis: 1 });
});
