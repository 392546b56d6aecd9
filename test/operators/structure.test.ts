import { describe, expect, test } from "vitest";
import type { Node } from "../../src/graph/operator.ts";
import { argmax } from "../../src/operators/families/positions.ts";
import { findOperator } from "../../src/operators/index.ts";
import { bothModes, graphOf, jacobian, newBuilder, primalOf, run, value } from "../support/graphs.ts";
import { empty, ints, type Nested, nested, tensor } from "../support/tensors.ts";

// What is expected here is NumPy's.

const nan = Number.NaN;
const a = [
  [0, 1, 2],
  [3, 4, 5],
];
const b = [
  [0, 1, 2, 3],
  [4, 5, 6, 7],
  [8, 9, 10, 11],
];

describe("shapes", () => {
  test("reshape works out one length", () => {
    expect(value("reshape", [a], { shape: [3, -1] })).toEqual([
      [0, 1],
      [2, 3],
      [4, 5],
    ]);
    expect(value("reshape", [5], { shape: [1, 1] })).toEqual([[5]]);
    expect(value("reshape", [empty(2, 0)], { shape: [0, -1] })).toEqual([]);
    expect(() => value("reshape", [a], { shape: [4, -1] })).toThrow("shape [2,3] cannot become [4,-1]");
    expect(() => value("reshape", [a], { shape: [-1, -1] })).toThrow("may hold one -1");
    expect(() => value("reshape", [a], { shape: [5] })).toThrow("cannot become [5]");
  });
  test("broadcast_to repeats along new axes and axes of length 1", () => {
    expect(value("broadcast_to", [[[1], [2]]], { shape: [2, 2] })).toEqual([
      [1, 1],
      [2, 2],
    ]);
    expect(value("broadcast_to", [7], { shape: [0, 3] })).toEqual([]);
    expect(() => value("broadcast_to", [[1, 2]], { shape: [2, 3] })).toThrow("does not broadcast to [2,3]");
    expect(() => value("broadcast_to", [[[1, 2]]], { shape: [2] })).toThrow("does not broadcast to [2]");
  });
  test("permute_dims and matrix_transpose", () => {
    const x = [[[1, 2, 3]], [[4, 5, 6]]];
    expect(value("permute_dims", [x], { axes: [-1, 0, 1] })).toEqual([
      [[1], [4]],
      [[2], [5]],
      [[3], [6]],
    ]);
    expect(value("matrix_transpose", [x])).toEqual([
      [[1], [2], [3]],
      [[4], [5], [6]],
    ]);
    expect(() => value("permute_dims", [x], { axes: [0, 1] })).toThrow("each of the 3 axes once");
    expect(() => value("permute_dims", [x], { axes: [0, 1, -2] })).toThrow("repeat an axis");
    expect(() => value("matrix_transpose", [[1]])).toThrow("needs at least 2 axes");
  });
  test("expand_dims puts axes where they are in the result", () => {
    expect(value("expand_dims", [[1, 2]])).toEqual([[1, 2]]);
    expect(value("expand_dims", [[1, 2]], { axis: -1 })).toEqual([[1], [2]]);
    expect(value("expand_dims", [[1, 2]], { axis: [0, -1] })).toEqual([[[1], [2]]]);
  });
  test("squeeze removes axes of length 1 only", () => {
    expect(value("squeeze", [[[[1], [2]]]], { axis: [0, -1] })).toEqual([1, 2]);
    expect(() => value("squeeze", [[[1, 2]]], { axis: 1 })).toThrow("axis 1 has length 2, not 1");
    expect(() => value("squeeze", [[[1]]])).toThrow('"axis" is required');
  });
});

describe("joining", () => {
  test("concat and stack", () => {
    expect(value("concat", [a, [[9], [9]]], { axis: 1 })).toEqual([
      [0, 1, 2, 9],
      [3, 4, 5, 9],
    ]);
    expect(value("concat", [[1], [], [2, 3]])).toEqual([1, 2, 3]);
    expect(
      value("stack", [
        [1, 2],
        [3, 4],
      ]),
    ).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(
      value(
        "stack",
        [
          [1, 2],
          [3, 4],
        ],
        { axis: -1 },
      ),
    ).toEqual([
      [1, 3],
      [2, 4],
    ]);
    expect(value("stack", [1, 2, 3])).toEqual([1, 2, 3]);
  });
  test("they keep a dtype that all have, else give float64", () => {
    expect(value("concat", [[true], [false]])).toEqual([true, false]);
    expect(value("concat", [[true], [2.5]])).toEqual([1, 2.5]);
  });
  test("they refuse what does not fit", () => {
    expect(() => value("concat", [a, [1, 2]])).toThrow("does not fit [2,3] along axis 0");
    expect(() => value("concat", [1, 2])).toThrow("axis 0 is out of range for rank 0");
    expect(() => value("stack", [[1], [1, 2]])).toThrow("shape [2] differs from [1]");
    expect(() => newBuilder().apply(findOperator("concat")!, [], {})).toThrow("at least 1 operand");
  });
});

describe("moving", () => {
  test("flip reverses all axes or some", () => {
    expect(value("flip", [a])).toEqual([
      [5, 4, 3],
      [2, 1, 0],
    ]);
    expect(value("flip", [a], { axis: -1 })).toEqual([
      [2, 1, 0],
      [5, 4, 3],
    ]);
    expect(value("flip", [a], { axis: [] })).toEqual(a);
  });
  const rolls: [unknown, Nested][] = [
    [
      { shift: 1 },
      [
        [5, 0, 1],
        [2, 3, 4],
      ],
    ],
    [
      { shift: -1, axis: 1 },
      [
        [1, 2, 0],
        [4, 5, 3],
      ],
    ],
    [
      { shift: [1, 2], axis: [0, 1] },
      [
        [4, 5, 3],
        [1, 2, 0],
      ],
    ],
    [
      { shift: 7, axis: -1 },
      [
        [2, 0, 1],
        [5, 3, 4],
      ],
    ],
    [
      { shift: [1, 1], axis: [1, 1] },
      [
        [1, 2, 0],
        [4, 5, 3],
      ],
    ],
    [{ shift: 0 }, a],
  ];
  test.each(rolls)("roll by %j", (attrs, expected) => {
    expect(value("roll", [a], attrs)).toEqual(expected);
  });
  test("roll of a scalar and of nothing", () => {
    expect([value("roll", [3], { shift: 2 }), value("roll", [empty(0)], { shift: 2 })]).toEqual([3, []]);
    expect(() => value("roll", [a], { shift: [1, 2] })).toThrow("as many axes");
    expect(() => value("roll", [a], { shift: [1, 2], axis: 0 })).toThrow("2 shifts for 1 axes");
  });
  test("tile promotes the rank of whichever is smaller", () => {
    expect(value("tile", [[1, 2]], { repetitions: [2, 1, 2] })).toEqual([[[1, 2, 1, 2]], [[1, 2, 1, 2]]]);
    expect(value("tile", [a], { repetitions: [2] })).toEqual([
      [0, 1, 2, 0, 1, 2],
      [3, 4, 5, 3, 4, 5],
    ]);
    expect(value("tile", [5], { repetitions: [2, 2] })).toEqual([
      [5, 5],
      [5, 5],
    ]);
    expect(value("tile", [a], { repetitions: [0, 1] })).toEqual([]);
    expect(value("tile", [a], { repetitions: [] })).toEqual(a);
  });
  test("pad puts a value around, other than that of the derivative", () => {
    const attrs = {
      pad_width: [
        [1, 0],
        [0, 2],
      ],
      value: 9,
    };
    expect(value("pad", [a], attrs)).toEqual([
      [9, 9, 9, 9, 9],
      [0, 1, 2, 9, 9],
      [3, 4, 5, 9, 9],
    ]);
    expect(value("pad", [[1]], { pad_width: [[0, 1]] })).toEqual([1, 0]);
    expect(jacobian("pad", [[1]], { pad_width: [[1, 1]], value: "Infinity" })).toEqual([[0], [1], [0]]);
    expect(() => value("pad", [[1]], { pad_width: [[1, -1]] })).toThrow("lengths of at least 0");
    expect(() => value("pad", [a], { pad_width: [[1, 1]] })).toThrow("2 pairs");
    expect(() => value("pad", [ints(1)], { pad_width: [[1, 1]], value: 0.5 })).toThrow("does not fit dtype int32");
  });
});

describe("slice", () => {
  const ten = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
  const cases: [number | null, number | null, number | undefined, number[]][] = [
    [2, 7, undefined, [2, 3, 4, 5, 6]],
    [-3, null, undefined, [7, 8, 9]],
    [null, -8, undefined, [0, 1]],
    [null, null, 3, [0, 3, 6, 9]],
    [null, null, -1, [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]],
    [7, 2, -2, [7, 5, 3]],
    [-100, 3, undefined, [0, 1, 2]],
    [5, 100, undefined, [5, 6, 7, 8, 9]],
    [100, 0, -4, [9, 5, 1]],
    [3, 3, undefined, []],
    [-2, -100, -3, [8, 5, 2]],
    [5, 2, undefined, []],
    [-100, -200, -1, []],
    [100, 200, undefined, []],
  ];
  test.each(cases)("%j to %j by %j, as Python does it", (start, stop, step, expected) => {
    const attrs = { start: [start], stop: [stop], ...(step === undefined ? {} : { step: [step] }) };
    expect(value("slice", [ten], attrs)).toEqual(expected);
  });
  test("of several axes", () => {
    const attrs = { start: [null, 1], stop: [null, 4], step: [-1, 2] };
    expect(value("slice", [b], attrs)).toEqual([
      [9, 11],
      [5, 7],
      [1, 3],
    ]);
  });
  test("of a scalar is the scalar", () => {
    expect(value("slice", [3], { start: [], stop: [] })).toBe(3);
  });
  test("refuses a step of 0 and lists of another length", () => {
    expect(() => value("slice", [ten], { start: [0], stop: [1], step: [0] })).toThrow("must not be 0");
    expect(() => value("slice", [ten], { start: [0, 0], stop: [1] })).toThrow('"start" must have 1 entries');
  });
});

describe("take and put_add", () => {
  test("take along an axis, indices of any rank, negative ones from the end", () => {
    expect(value("take", [b, ints(2, -3, 0)], { axis: 0 })).toEqual([b[2], b[0], b[0]]);
    expect(
      value(
        "take",
        [
          b,
          tensor(
            [
              [0, -1],
              [1, 1],
            ],
            "int32",
          ),
        ],
        { axis: 1 },
      ),
    ).toEqual([
      [
        [0, 3],
        [1, 1],
      ],
      [
        [4, 7],
        [5, 5],
      ],
      [
        [8, 11],
        [9, 9],
      ],
    ]);
    expect(value("take", [b, tensor(1, "int32")], { axis: 1 })).toEqual([1, 5, 9]);
    expect(value("take", [[5, 6], ints()])).toEqual([]);
  });
  test("a computed index outside gives NaN, 0 or false, and no derivative", () => {
    const i = ints(1, 2, -3, -2);
    expect(value("take", [[5, 6], i])).toEqual([6, nan, nan, 5]);
    expect(value("take", [ints(5, 6), i])).toEqual([6, 0, 0, 5]);
    expect(value("take", [[true, true], i])).toEqual([true, false, false, true]);
    expect(jacobian("take", [[5, 6], i])).toEqual([
      [0, 1],
      [0, 0],
      [0, 0],
      [1, 0],
    ]);
    expect(value("take", [empty(0), ints(0)])).toEqual([nan]);
  });
  test("a constant index outside is a fault, and so is one that is no integer", () => {
    const taken = (x: Node, index: number[]) =>
      x.builder.apply(findOperator("take")!, [x, x.builder.constant(tensor(index))], {});
    expect(nested(run(primalOf(graphOf([[2]], (x) => taken(x!, [1, -2]))), [tensor([5, 6])])[0]!)).toEqual([6, 5]);
    expect(() => graphOf([[2]], (x) => taken(x!, [0, 2]))).toThrow("index 2 is out of range for length 2");
    expect(() => graphOf([[2]], (x) => taken(x!, [-3]))).toThrow("index -3 is out of range");
    expect(() => graphOf([[2]], (x) => taken(x!, [0.5]))).toThrow("indices must be int32");
    expect(() => value("take", [[1, 2], [0]])).toThrow("indices must be int32");
    expect(() => value("take", [a, ints(0)])).toThrow('needs the attribute "axis"');
  });
  test("an index may be computed in the graph", () => {
    const graph = primalOf(graphOf([[3]], (x) => x!.builder.apply(findOperator("take")!, [x!, argmax(x!)], {})));
    expect(bothModes(graph, [[1, 7, 3]])).toEqual([[0, 1, 0]]);
  });
  test("put_add adds up repeats and drops what is outside", () => {
    const put = (i: number[], v: number[]) => value("put_add", [[10, 20, 30], ints(...i), v]);
    expect(put([0, 0, -1], [1, 2, 5])).toEqual([13, 20, 35]);
    expect(put([3, -4, 1], [1, 2, 5])).toEqual([10, 25, 30]);
    expect(put([], [])).toEqual([10, 20, 30]);
    expect(value("put_add", [a, ints(1), [[1], [2]]], { axis: 1 })).toEqual([
      [0, 2, 2],
      [3, 6, 5],
    ]);
    expect(jacobian("put_add", [[1, 1], ints(1, 5), [1, 1]])).toEqual([
      [1, 0, 0, 0],
      [0, 1, 1, 0],
    ]);
    expect(() => value("put_add", [[1, 2], ints(0), 1])).toThrow("shape [] is not [1]");
  });
  test("put_add leaves the tensors that it is given as they are", () => {
    const [t, i, v] = [tensor([1, 2, 3, 4]), ints(0), tensor([[10, 20]])];
    const builder = newBuilder();
    const apply = (name: string, args: Node[], attrs: unknown) => builder.apply(findOperator(name)!, args, attrs);
    const graph = graphOf(
      [[4], { shape: [1], dtype: "int32" }, [1, 2]],
      (x, index, w) => {
        const front = apply("slice", [x!], { start: [0], stop: [2] });
        const row = apply("reshape", [front], { shape: [1, 2] });
        return [apply("put_add", [row, index!, w!], { axis: 0 }), apply("negative", [x!], {})];
      },
      builder,
    );
    expect(run(primalOf(graph), [t, i, v]).map(nested)).toEqual([[[11, 22]], [-1, -2, -3, -4]]);
    expect(nested(t)).toEqual([1, 2, 3, 4]);
  });
});

describe("diagonals", () => {
  const cases: [number, number[], number][] = [
    [0, [0, 5, 10], 15],
    [1, [1, 6, 11], 18],
    [-1, [4, 9], 13],
    [3, [3], 3],
    [4, [], 0],
    [-3, [], 0],
  ];
  test.each(cases)("diagonal and trace at offset %i", (offset, diagonal, trace) => {
    expect(value("diagonal", [b], { offset })).toEqual(diagonal);
    expect(value("trace", [b], { offset })).toBe(trace);
  });
  test("they act on the last two axes", () => {
    expect(value("diagonal", [[a, b.slice(0, 2).map((row) => row.slice(0, 3))]])).toEqual([
      [0, 4],
      [0, 5],
    ]);
    expect(value("trace", [[a, a]], { offset: 1 })).toEqual([6, 6]);
  });
  test("the trace of integers is an integer", () => {
    expect(
      value("trace", [
        tensor(
          [
            [1, 2],
            [3, 4],
          ],
          "int32",
        ),
      ]),
    ).toBe(5);
  });
  const triangles: [number, Nested, Nested][] = [
    [
      0,
      [
        [0, 0, 0, 0],
        [4, 5, 0, 0],
        [8, 9, 10, 0],
      ],
      [
        [0, 1, 2, 3],
        [0, 5, 6, 7],
        [0, 0, 10, 11],
      ],
    ],
    [
      1,
      [
        [0, 1, 0, 0],
        [4, 5, 6, 0],
        [8, 9, 10, 11],
      ],
      [
        [0, 1, 2, 3],
        [0, 0, 6, 7],
        [0, 0, 0, 11],
      ],
    ],
    [
      -1,
      [
        [0, 0, 0, 0],
        [4, 0, 0, 0],
        [8, 9, 0, 0],
      ],
      [
        [0, 1, 2, 3],
        [4, 5, 6, 7],
        [0, 9, 10, 11],
      ],
    ],
    [
      3,
      b,
      [
        [0, 0, 0, 3],
        [0, 0, 0, 0],
        [0, 0, 0, 0],
      ],
    ],
    [
      -3,
      [
        [0, 0, 0, 0],
        [0, 0, 0, 0],
        [0, 0, 0, 0],
      ],
      b,
    ],
  ];
  test.each(triangles)("tril and triu at %i", (k, lower, upper) => {
    expect(value("tril", [b], { k })).toEqual(lower);
    expect(value("triu", [b], { k })).toEqual(upper);
  });
  test("a triangle keeps its dtype, and hides what it leaves out", () => {
    expect(
      value("tril", [
        [
          [true, true],
          [true, true],
        ],
      ]),
    ).toEqual([
      [true, false],
      [true, true],
    ]);
    expect(
      value("tril", [
        [
          [1, nan],
          [1, 1],
        ],
      ]),
    ).toEqual([
      [1, 0],
      [1, 1],
    ]);
  });
});

describe("made of nothing", () => {
  const ranges: [unknown, number[]][] = [
    [{ start: 5, stop: 0, step: -2 }, [5, 3, 1]],
    [{ start: 0, stop: 10, step: 4 }, [0, 4, 8]],
    [{ start: 1, stop: 1 }, []],
    [{ start: 3, stop: 1 }, []],
    [{ start: 0, stop: 1, step: 0.3 }, [0, 0.3, 0.6, 0.8999999999999999]],
    [{ start: -1, stop: 1.5, step: 0.5 }, [-1, -0.5, 0, 0.5, 1]],
    [{ start: 0, stop: 2.5 }, [0, 1, 2]],
  ];
  test.each(ranges)("arange %j", (attrs, expected) => {
    expect(value("arange", [], attrs)).toEqual(expected);
  });
  test("arange refuses a step of 0 and endless lengths", () => {
    expect(() => value("arange", [], { start: 0, stop: 1, step: 0 })).toThrow("must not be 0");
    expect(() => value("arange", [], { start: 0, stop: "Infinity" })).toThrow("finite number of elements");
  });
  test("full is of the dtype of its value", () => {
    expect(value("full", [], { shape: [2], value: 0.5 })).toEqual([0.5, 0.5]);
    expect(value("full", [], { shape: [2], value: true })).toEqual([true, true]);
    expect(value("full", [], { shape: [], value: "NaN" })).toBe(nan);
    expect(value("full", [], { shape: [0, 2], value: 1 })).toEqual([]);
  });
  test("eye", () => {
    expect(value("eye", [], { n: 2 })).toEqual([
      [1, 0],
      [0, 1],
    ]);
    expect(value("eye", [], { n: 0 })).toEqual([]);
  });
});
