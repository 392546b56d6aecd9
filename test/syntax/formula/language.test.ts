import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readConfig } from "../../../src/config.ts";
import { ServiceError } from "../../../src/errors.ts";
import { canonicalize } from "../../../src/graph/canonical.ts";
import type { Graph } from "../../../src/graph/graph.ts";
import type { Shape } from "../../../src/graph/shape.ts";
import { rules } from "../../../src/syntax/formula/grammar.ts";
import { parseGraph, readDocument } from "../../../src/syntax/sources.ts";
import { finished, newBuilder, primalOf, run } from "../../support/graphs.ts";
import { flat, tensorOf } from "../../support/tensors.ts";

const { limits } = readConfig();

/** A formula over inputs of shapes. */
function read(expression: string, shapes: Readonly<Record<string, Shape>> = {}): Graph {
  const inputs = Object.entries(shapes).map(([name, shape]) => ({ name, shape }));
  return parseGraph({ expression, ...(inputs.length > 0 && { inputs }) }, newBuilder(), limits);
}

function idOf(expression: string, shapes?: Readonly<Record<string, Shape>>): string {
  return canonicalize(read(expression, shapes)).id;
}

/** The value of a formula over x, whose elements count from 1. */
function counted(expression: string, shape: Shape) {
  const graph = read(expression, { x: shape });
  const size = shape.reduce((product, n) => product * n, 1);
  const x = tensorOf(
    Array.from({ length: size }, (_, i) => i + 1),
    shape,
  );
  const [value] = run(finished(primalOf(graph)), [x]);
  return { result: value!.shape, values: flat(value!) };
}

function fault(expression: string, shapes?: Readonly<Record<string, Shape>>) {
  try {
    read(expression, shapes);
  } catch (error) {
    if (error instanceof ServiceError && error.type === "invalid_graph") return error.data;
    throw error;
  }
  throw new Error("it is a graph");
}

const indexing: { shape: Shape; formula: string; result: Shape; values: number[] }[] = JSON.parse(
  readFileSync(new URL("../../data/indexing.json", import.meta.url), "utf8"),
);

describe("indexing is NumPy's", () => {
  test.each(indexing)("$formula of $shape", ({ formula, shape, result, values }) => {
    expect(counted(formula, shape)).toEqual({ result, values });
  });

  test("an index that is computed takes elements of an axis", () => {
    const document = {
      expression: "x[i] * x[:, 0][i] + x[-1, i]",
      inputs: [
        { name: "x", shape: [3, 3] },
        { name: "i", shape: [3], dtype: "int32" },
      ],
    };
    const inputs = [tensorOf([1, 2, 3, 4, 5, 6, 7, 8, 9], [3, 3]), tensorOf([2, 0, 1], [3], "int32")];
    const [value] = run(finished(primalOf(parseGraph(document, newBuilder(), limits))), inputs);
    expect(flat(value!)).toEqual([58, 15, 44, 16, 9, 20, 37, 12, 32]);
  });

  test.each([
    ["x[5]", [3], "index 5 is out of range for axis 0, whose length is 3"],
    ["x[0, -3]", [3, 2], "index -3 is out of range for axis 1, whose length is 2"],
    ["x[[0, 3]]", [3], "index 3 is out of range for length 3"],
    ["x[0][0]", [3], "a number has no axes to index"],
    ["x[0, 0]", [3], "2 indices for 1 axis"],
    ["x[..., 0, ...]", [3], "... once only"],
    ["x[::0]", [3], "the step of a slice must not be 0"],
    ["x[0.5]", [3], "an index must be an integer, received 0.5"],
    ["x[:1.5]", [3], "the stop of a slice must be an integer, received 1.5"],
    ["x[:x[0]]", [3], "the stop of a slice must be known beforehand"],
    ["x[x > 0]", [3], "write where(mask, x, 0)"],
    ["x[[0], [1]]", [3, 3], "only one index may be an array"],
    ["x[x]", [3], "indices must be int32"],
    ["x.shape[2]", [3], "axis 2 is out of range for 1 axes"],
    ["x.shape[0, 1]", [3], "a shape has one axis"],
    ["x.T", [1, 2, 3], "write .mT for the last two exchanged"],
    ["x + [1, 2]", [3], "does not broadcast"],
    ["reshape(x, shape=[2, x.shape[0]])", [3], "cannot become"],
    ["sum(x, axis=x[0])", [3], 'attribute "axis" must be known beforehand'],
    ['einsum("ij->", x)', [3], "ij"],
    ["sum(x, axis=1)", [3], "axis 1"],
    ["sum(x, axes=0)", [3], 'sum: unknown attribute "axes"; known: axis, keepdims'],
    ["sin(x, axis=0)", [3], 'sin: unknown attribute "axis"; it takes none'],
    ["sum(x=0)", [3], 'sum: "x" is an operand: write it without its name'],
    ['sin("x")', [3], "sin: takes no text"],
    ['einsum("i->", x, equation="i->i")', [3], 'attribute "equation" is given twice'],
    ["reshape(x, [3, 1])", [3], "its attributes are given by their names: reshape(x, shape=…)"],
    ["sum(x, 0)", [3], "its attributes are given by their names: sum(x, axis=…, keepdims=…)"],
    ["hypergeometric(x, n=1)", [3], 'unknown operator "hypergeometric"'],
  ])("%s of %j is refused: %s", (expression, shape, reason) => {
    const data = fault(expression, { x: shape as Shape });
    expect(data.reason).toContain(reason);
    expect(data).toMatchObject({ line: 1, column: expect.any(Number), excerpt: expect.stringContaining("^") });
  });

  test("an input of which nothing tells the shape is named, where a shape is what is wrong", () => {
    expect(fault("2 * A[0]").reason).toBe(
      'index: a number has no axes to index; "A" is taken for a scalar: declare its shape in `inputs`, or send a tensor for it',
    );
    expect(fault("x[i]", { x: [3], i: [] }).reason).toContain('write cast(i, "int32"), or declare that dtype');
    expect(fault("take(x, 2 * i)", { x: [3], i: [] }).reason).toContain('write cast(…, "int32")');
    expect(fault("A @ x").reason).toContain('"A" is taken for a scalar');
    expect(fault("u = x + 1; u[0]").reason).toBe("index: a number has no axes to index");
  });
});

describe("what formulas write in one way and graphs in another has one id", () => {
  test.each([
    ["x[0]", "take(x, 0, axis=0)", [3, 2]],
    ["x[:, -1]", "take(x, -1, axis=1)", [3, 2]],
    ["x[1:3]", "slice(x, start=[1, None], stop=[3, None])", [3, 2]],
    ["x[::-1, 1:]", "slice(x, start=[None, 1], stop=[None, None], step=[-1, 1])", [3, 2]],
    ["x[[0, 2]]", "take(x, [0, 2], axis=0)", [3, 2]],
    ["x[:, None]", "expand_dims(x, axis=1)", [3, 2]],
    ["x[...]", "x", [3, 2]],
    ["x[:, :]", "x", [3, 2]],
    ["x'", "matrix_transpose(x)", [3, 2]],
    ["x.T @ x", "matrix_transpose(x) @ x", [3, 2]],
    ["x.mT", "matrix_transpose(x)", [2, 3, 2]],
    ["x'", "x", [3]],
    ["x / x.shape[0]", "x / 3", [3, 2]],
    ["x / x.shape[-1]", "x / 2", [3, 2]],
    ["sum(x.shape)", "sum([3, 2])", [3, 2]],
    ["reshape(x, shape=[x.shape[1], -1])", "reshape(x, shape=[2, 3])", [3, 2]],
    ["reshape(x, shape=[x.shape[0] * x.shape[1]])", "reshape(x, shape=[6])", [3, 2]],
    ["n = 1; reshape(x, shape=[n, n, -1])", "reshape(x, shape=[1, 1, 6])", [3, 2]],
    ["s = [2, 3]; reshape(x, shape=s)", "reshape(x, shape=[2, 3])", [3, 2]],
    ["reshape(x, shape=x.shape)", "reshape(x, shape=[3, 2])", [3, 2]],
    ["reshape(x, shape=x.shape[-1:])", "reshape(x, shape=[3])", [3]],
    ["broadcast_to(sum(x), shape=x.shape[1:])", "broadcast_to(sum(x), shape=[2])", [3, 2]],
    ["x[x.shape[0] - 1]", "x[2]", [3, 2]],
    ["n = x.shape[0]; x[1:n - 1]", "x[1:2]", [3, 2]],
    ["sum(x, axis=None)", "sum(x)", [3, 2]],
    ["sum(x, keepdims=True, axis=-1)", "sum(x, axis=[1], keepdims=true)", [3, 2]],
    ["einsum('ij->j', x)", 'einsum(x, equation="ij->j")', [3, 2]],
    ["einsum(x, 'ij->j')", 'einsum(x, equation="ij->j")', [3, 2]],
    ['cast(floor(x), "int32")', 'cast(floor(x), dtype="int32")', [3]],
    ["x - [1, 2]", "c = [1, 2]; x - c", [3, 2]],
    ["x ** 2", "pow(x, 2)", [3]],
    ["0 < x < 1", "logical_and(less(0, x), less(x, 1))", [3]],
    ["|x|", "abs(x)", [3]],
    ["x if x > 0 else 0", "where(x > 0, x, 0)", [3]],
    ["`x`", "x", []],
  ] as const)("%s is %s", (expression, spelled, shape) => {
    expect(idOf(expression, { x: shape })).toBe(idOf(spelled, { x: shape }));
  });

  test("a graph's constants are arrays, whatever their dtype", () => {
    const constants = [
      {
        name: "a",
        value: [
          [1, -0, "NaN"],
          [4, 5, 6],
        ],
      },
      { name: "b", value: { shape: [2, 1], dtype: "int32", data: [7, 8] } },
      { name: "c", value: [true, false, true] },
      { name: "d", value: { shape: [0, 3], dtype: "float32", data: [] } },
      { name: "s", value: { shape: [], dtype: "int32", data: [3] } },
      { name: "f", value: { shape: [2], dtype: "float64", data: "AAAAAAAA8D8AAAAAAAAAQA==" } },
    ];
    const outputs = constants.map(({ name }) => name);
    const document = { constants, nodes: [], outputs };
    const expression = [
      "a = [[1, -0, NaN], [4, 5, 6]]",
      "b = int32([[7], [8]])",
      "c = [true, false, True]",
      "d = float32([], shape=[0, 3])",
      "s = int32(3)",
      'f = float64("AAAAAAAA8D8AAAAAAAAAQA==", shape=[2])',
    ].join("\n");
    const again = parseGraph({ expression, outputs }, newBuilder(), limits);
    expect(canonicalize(again).id).toBe(canonicalize(parseGraph(document, newBuilder(), limits)).id);
  });

  test("outputs may have dtypes of their own, and inputs and statements names that are no words", () => {
    const inputs = [{ name: "x.1" }, { name: "e" }];
    const nodes = [{ id: "n", op: "add", args: ["x.1", "e"] }];
    const document = { inputs, nodes, outputs: [{ name: "a-b", node: "n", dtype: "float64" }, "e"] };
    const formula = { expression: "`a-b`: float64 = `x.1` + `e`", inputs, outputs: ["a-b", "e"] };
    const id = (graph: object) => canonicalize(parseGraph(graph, newBuilder(), limits)).id;
    expect(id(formula)).toBe(id(document));
    const float32 = [{ name: "y", node: "n", dtype: "float32" }];
    expect(id({ expression: "y: float32 = 2 < x" })).toBe(
      id({ inputs: [{ name: "x" }], nodes: [{ id: "n", op: "less", args: [2, "x"] }], outputs: float32 }),
    );
    expect(fault("y: float = x").reason).toContain('"float" is no dtype; known: float64, float32');
    expect(fault("u: float32 = x; u + 1").reason).toContain("only outputs have a dtype of their own");
    expect(fault("y: int32 = x").reason).toContain("float64 does not convert to int32");
  });
});

describe("what people write from habit means what they mean", () => {
  test.each([
    ["sum(A, axis=(0, 1))", "sum(A, axis=[0, 1])"],
    ["reshape(x, shape=(3, 1))", "reshape(x, shape=[3, 1])"],
    ["reshape(x, shape=(3,))", "reshape(x, shape=[3])"],
    ["reshape(x, shape=(x.shape[0], 1),)", "reshape(x, shape=[3, 1])"],
    ["[1, 2,\n 3,\n]", "[1, 2, 3]"],
    ["x[0,]", "x[0]"],
    ["A[1:,]", "A[1:]"],
    ["n, m = A.shape; m", "A.shape[1]"],
    ["a, b, c = x; b", "x[1]"],
    ["_, r = qr(A); r", "q, r = qr(A); r"],
    ["_, r = qr(A); _, s = qr(A); r + s", "_, r = qr(A); r + r"],
    [
      "less9(t) = t < 9; twice(t) = 2 * t; while(less9, twice, 1) + 0",
      "less9(t) = t < 9; twice(t) = 2 * t; y, n = while(less9, twice, 1); y + 0",
    ],
    ["f(t) = t^3; g = f'; g(2)", "f(t) = t^3; f'(2)"],
    ["f(t) = t^3; map(f', x)", "f(t) = t^3; map(grad(f), x)"],
    ["f(t) = t^3; grad(f)'(2)", "f(t) = t^3; f''(2)"],
    ["u = x\n(u + 1) * 2", "u = x; (u + 1) * 2"],
  ])("%s is %s", (written, meant) => {
    const sent = { x: [3], A: [2, 3] };
    expect(idOf(written, sent)).toBe(idOf(meant, sent));
  });

  test("names that take an array apart are as many as its elements", () => {
    expect(fault("a, b = x", { x: [3] }).reason).toContain("3 elements along the first axis, and 2 names");
    expect(fault("a, b = x").reason).toContain("a number, and 2 names");
  });

  test("of results that are named together it is enough that one is used", () => {
    const unused = (expression: string) => readDocument({ expression }, newBuilder(), limits).unused;
    expect(unused("q, r = qr([[1, 2], [3, 4]]); r")).toEqual([]);
    expect(unused("q, r = qr([[1, 2], [3, 4]]); 2 * x")).toEqual(["q", "r"]);
    expect(unused("q, r = qr([[1, 2], [3, 4]])")).toEqual([]);
  });
});

test("each example of the grammar is a formula", () => {
  const shapes = { x: [], y: [], A: [2, 2], v: [2] };
  for (const { example } of rules) expect(() => read(example, shapes), example).not.toThrow();
});

describe("results of operators that have several", () => {
  test("have names, in labels too", () => {
    const { graph, labels } = readDocument(
      { expression: "q, r = qr(A)\nq @ r", inputs: [{ name: "A", shape: [3, 2] }] },
      newBuilder(),
      limits,
    );
    expect([...labels().values()]).toEqual(expect.arrayContaining(["A", "q", "r"]));
    const A = tensorOf([1, 2, 3, 4, 5, 6], [3, 2]);
    const [value] = run(finished(primalOf(graph)), [A]);
    for (const [i, x] of flat(value!).entries()) expect(x).toBeCloseTo(i + 1, 12);
  });

  test.each([
    ["q, r, s = qr(x)", "qr: has 2 results, and 3 names are to take them apart"],
    ["a, b = sin(x)", "sin: has a single result, and 2 names are to take it apart"],
    ["q = qr(x); q + 1", "has 2 results, of which one is meant"],
  ])("%s is refused: %s", (expression, reason) => {
    expect(fault(expression, { x: [3, 2] }).reason).toContain(reason);
  });
});

describe("arrays", () => {
  test.each([
    ["[1, 2, 3][1:]", [2, 3]],
    ["[[1, 2], [3, 4]] @ [1, 10]", [21, 43]],
    ["[x, 2 * x, 3]", [2, 4, 3]],
    ["[[x, 1], [0, x]] @ [1, x]", [4, 4]],
    ["[]", []],
    ["sum([1, 2, 3] * [true, false, true])", [4]],
    ["[-1, +2, -pi] * 0", [-0, 0, -0]],
  ])("%s at x = 2 is %j", (expression, values) => {
    const graph = read(expression);
    const [value] = run(
      finished(primalOf(graph)),
      graph.inputs.map(() => tensorOf([2], [])),
    );
    expect(flat(value!)).toEqual(values);
  });
});
