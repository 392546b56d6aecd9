import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readConfig } from "../../src/config.ts";
import { GraphBuilder } from "../../src/graph/builder.ts";
import { canonicalize } from "../../src/graph/canonical.ts";
import { printGraph } from "../../src/syntax/print.ts";
import { parseGraph } from "../../src/syntax/sources.ts";

const { limits } = readConfig();
const base64 = (array: Float64Array | Int32Array) => Buffer.from(array.buffer).toString("base64");

interface Document {
  readonly inputs?: readonly object[];
  readonly constants?: readonly object[];
  readonly nodes?: readonly { id: string; op: string; args?: readonly unknown[]; attrs?: object }[];
  readonly outputs: readonly unknown[];
}

function read(document: unknown) {
  // Through text, as it comes.
  const graph = parseGraph(JSON.parse(JSON.stringify(document)), new GraphBuilder(limits), limits);
  return { graph, canonical: canonicalize(graph) };
}

const idOf = (document: unknown) => read(document).canonical.id;

/** A graph of one node, called y, over x and z. */
const one = (op: string, args: unknown[], attrs?: object): Document => ({
  inputs: [
    { name: "x", shape: [2, 3] },
    { name: "z", shape: [2, 3] },
  ],
  nodes: [{ id: "y", op, args, ...(attrs ? { attrs } : {}) }],
  outputs: ["y"],
});

describe("one id", () => {
  const document = {
    inputs: [{ name: "x1" }, { name: "x2" }],
    nodes: [
      { id: "v1", op: "log", args: ["x1"] },
      { id: "v2", op: "multiply", args: ["x1", "x2"] },
      { id: "v3", op: "sin", args: ["x2"] },
      { id: "v4", op: "add", args: ["v1", "v2"] },
      { id: "y", op: "subtract", args: ["v4", "v3"] },
    ],
    outputs: ["y"],
  };
  const id = "sha256:76ab19010b4dab1e4d9c3edffd41c70fdafaa801fdaac71e407c64ac5d197174";

  test("that outlives releases", () => {
    expect(idOf(document)).toBe(id);
  });

  test.each<[string, unknown]>([
    ["written as a formula", { expression: "log(x1) + x1*x2 - sin(x2)" }],
    ["in statements", { expression: "a = ln(x1); b = x1*x2\nc = sin(x2); y = a + b - c", outputs: ["y"] }],
    ["with its inputs spelled out", { expression: "log(x1)+x1*x2-sin(x2)", inputs: [{ name: "x1" }, { name: "x2" }] }],
    ["shuffled", { ...document, nodes: document.nodes.toReversed() }],
    [
      "with aliases",
      {
        ...document,
        nodes: document.nodes.map((n) => ({
          ...n,
          op: ({ log: "ln", multiply: "mul", subtract: "sub" } as Record<string, string>)[n.op] ?? n.op,
        })),
      },
    ],
    [
      "with its defaults spelled out",
      {
        ...document,
        inputs: document.inputs.map((i) => ({ ...i, shape: [], dtype: "float64" })),
        nodes: document.nodes.map((n) => ({ ...n, attrs: {} })),
        outputs: [{ name: "y", node: "y", dtype: "float64" }],
        constants: [],
      },
    ],
    ["with labels", { ...document, version: 1, name: "example", description: "of old" }],
    [
      "with nodes and constants that nothing reaches",
      {
        ...document,
        constants: [{ name: "c", value: 5 }],
        nodes: [...document.nodes, { id: "idle", op: "exp", args: ["v1"] }],
      },
    ],
    [
      "with a node twice",
      {
        ...document,
        nodes: [
          ...document.nodes.slice(0, 4),
          { id: "again", op: "log", args: ["x1"] },
          { id: "w", op: "add", args: ["again", "v2"] },
          { id: "y", op: "subtract", args: ["w", "v3"] },
        ],
      },
    ],
  ])("%s", (_, other) => {
    expect(idOf(other)).toBe(id);
  });

  test.each<[string, object, object]>([
    ["attributes at their defaults", one("sum", ["x"]), one("sum", ["x"], { keepdims: false })],
    ["a negative axis", one("softmax", ["x"]), one("softmax", ["x"], { axis: 1 })],
    ["reduction axes in any order", one("sum", ["x"], { axis: [0, 1] }), one("sum", ["x"], { axis: [-1, 0] })],
    ["a reduction axis alone or in a list", one("sum", ["x"], { axis: 1 }), one("sum", ["x"], { axis: [-1] })],
    ["all reduction axes or none", one("mean", ["x"]), one("mean", ["x"], { axis: [1, 0] })],
    [
      "attributes in any order",
      one("var", ["x"], { axis: 0, correction: 1 }),
      one("var", ["x"], { correction: 1, axis: 0 }),
    ],
    ["an attribute −0 for 0", one("tril", ["x"], { k: 0 }), one("tril", ["x"], { k: -0 })],
    [
      "a constant nested, flat or base64",
      one("add", ["x", [1, 2, 3]]),
      one("add", ["x", { shape: [3], dtype: "float64", data: base64(Float64Array.of(1, 2, 3)) }]),
    ],
    [
      "a constant flat without a dtype",
      one("add", ["x", [1, 2, 3]]),
      one("add", ["x", { shape: [3], data: [1, 2, 3] }]),
    ],
    ["a scalar constant as an object", one("add", ["x", 2]), one("add", ["x", { shape: [], data: [2] }])],
    [
      "a number with and without a point",
      one("add", ["x", 2]),
      JSON.parse(JSON.stringify(one("add", ["x", 2])).replace(",2]", ",2.0e0]")),
    ],
    [
      "one NaN",
      one("add", ["x", { shape: [], dtype: "float64", data: "AAAAAAAA+H8=" }]),
      one("add", ["x", { shape: [], dtype: "float64", data: "AQAAAAAA8P8=" }]),
    ],
    [
      "NaN as a string",
      one("add", ["x", "NaN"]),
      one("add", ["x", { shape: [], dtype: "float64", data: "AQAAAAAA8P8=" }]),
    ],
    [
      "one NaN among many numbers",
      one("add", ["x", { shape: [1, 3], data: [1, "NaN", 3] }]),
      one("add", ["x", [[1, "NaN", 3]]]),
    ],
    [
      "a constant named or inline",
      one("add", ["x", 2]),
      { ...one("add", ["x", "two"]), constants: [{ name: "two", value: 2 }] },
    ],
    [
      "pow and ^",
      { inputs: [{ name: "x" }], nodes: [{ id: "y", op: "pow", args: ["x", 2] }], outputs: ["y"] },
      { expression: "x^2" },
    ],
    [
      "an output under its own name or as an object",
      one("exp", ["x"]),
      { ...one("exp", ["x"]), outputs: [{ name: "y", node: "y" }] },
    ],
    ["booleans", one("where", [true, "x", "z"]), one("where", [{ shape: [], dtype: "bool", data: "AQ==" }, "x", "z"])],
  ])("for %s", (_, a, b) => {
    expect(idOf(b)).toBe(idOf(a));
  });
});

describe("different ids", () => {
  const c = (value: unknown): Document => ({ constants: [{ name: "c", value }], outputs: ["c"] });
  const plain = one("add", ["x", "z"]);

  test.each<[string, object, object]>([
    ["operands exchanged", plain, one("add", ["z", "x"])],
    ["operands doubled or squared", one("add", ["x", "x"]), one("multiply", ["x", 2])],
    ["square and pow", one("square", ["x"]), one("pow", ["x", 2])],
    [
      "0 and −0",
      c({ shape: [1], dtype: "float64", data: base64(Float64Array.of(0)) }),
      c({ shape: [1], dtype: "float64", data: base64(Float64Array.of(-0)) }),
    ],
    [
      "dtypes of a constant",
      c({ shape: [1], dtype: "int32", data: [1] }),
      c({ shape: [1], dtype: "float64", data: [1] }),
    ],
    [
      "float32 and float64 constants",
      c({ shape: [1], dtype: "float32", data: [1] }),
      c({ shape: [1], dtype: "float64", data: [1] }),
    ],
    ["true and 1", c(true), c(1)],
    ["shapes of a constant", c([1, 2]), c([[1, 2]])],
    ["shapes without elements", c({ shape: [0, 2], data: [] }), c({ shape: [0, 3], data: [] })],
    ["names of inputs", one("exp", ["x"]), JSON.parse(JSON.stringify(one("exp", ["x"])).replaceAll('"x"', '"w"'))],
    [
      "shapes of inputs",
      plain,
      {
        ...plain,
        inputs: [
          { name: "x", shape: [2, 3] },
          { name: "z", shape: [3] },
        ],
      },
    ],
    [
      "dtypes of inputs",
      plain,
      {
        ...plain,
        inputs: [
          { name: "x", shape: [2, 3] },
          { name: "z", shape: [2, 3], dtype: "float32" },
        ],
      },
    ],
    ["the order of inputs", plain, { ...plain, inputs: plain.inputs!.toReversed() }],
    ["an unused input", plain, { ...plain, inputs: [...plain.inputs!, { name: "w" }] }],
    ["names of outputs", plain, { ...plain, outputs: [{ name: "w", node: "y" }] }],
    ["dtypes of outputs", plain, { ...plain, outputs: [{ name: "y", node: "y", dtype: "float32" }] }],
    ["the order of outputs", { ...plain, outputs: ["y", "x"] }, { ...plain, outputs: ["x", "y"] }],
    ["an output more", plain, { ...plain, outputs: ["y", "x"] }],
    ["attributes", one("sum", ["x"], { axis: 0 }), one("sum", ["x"], { axis: 1 })],
    [
      "the order of axes that are no reduction's",
      one("permute_dims", ["x"], { axes: [0, 1] }),
      one("permute_dims", ["x"], { axes: [1, 0] }),
    ],
    ["keepdims", one("sum", ["x"]), one("sum", ["x"], { keepdims: true })],
    ["an inf and its opposite", one("add", ["x", "Infinity"]), one("add", ["x", "-Infinity"])],
    ["a constant and an input of its name", { inputs: [{ name: "c" }], outputs: ["c"] }, c(0)],
    ["association", { expression: "a+b+d" }, { expression: "a+(b+d)" } as never],
    [
      "long constants that differ in the last bit",
      c({ shape: [100], dtype: "int32", data: base64(new Int32Array(100)) }),
      c({ shape: [100], dtype: "int32", data: base64(new Int32Array(100).fill(1, 99)) }),
    ],
  ])("for %s", (_, a, b) => {
    expect(idOf(b)).not.toBe(idOf(a));
  });
});

describe("on random graphs", () => {
  const unary = ["sin", "exp", "negative", "square"];
  const binary = ["add", "multiply", "subtract", "maximum"];

  /** A graph of scalars: each node takes earlier values or constants. */
  const documents = fc
    .array(fc.record({ op: fc.nat(7), a: fc.nat(), b: fc.nat(), isConstant: fc.boolean(), value: fc.double() }), {
      minLength: 1,
      maxLength: 25,
    })
    .chain((steps) =>
      fc.tuple(
        fc.constant(steps),
        fc.array(fc.nat(steps.length + 1), { minLength: 1, maxLength: 3 }),
        fc.infiniteStream(fc.nat()),
      ),
    )
    .map(([steps, picks, random]) => {
      const names = ["x0", "x1", ...steps.map((_, i) => `v${i}`)];
      const number = (x: number) => (Number.isFinite(x) ? x : String(x));
      const nodes = steps.map(({ op, a, b, isConstant, value }, i) => {
        const first = names[a % (i + 2)]!;
        if (op < 4) return { id: `v${i}`, op: unary[op]!, args: [first] };
        return { id: `v${i}`, op: binary[op - 4]!, args: [first, isConstant ? number(value) : names[b % (i + 2)]!] };
      });
      const outputs = [...new Set(picks)].map((pick, i) => ({ name: `out${i}`, node: names[pick]! }));
      return { document: { inputs: [{ name: "x0" }, { name: "x1" }], nodes, outputs }, random };
    });

  test("renaming and shuffling nodes changes nothing", () => {
    fc.assert(
      fc.property(documents, ({ document, random }) => {
        const draw = () => random.next().value!;
        const renamed = new Map(document.nodes.map(({ id }, i) => [id, `${["n", "_", "Z."][draw() % 3]}${i}`]));
        const rename = (arg: unknown) => renamed.get(arg as string) ?? arg;
        const nodes = document.nodes.map(({ id, op, args }) => ({ id: rename(id), op, args: args.map(rename) }));
        for (let i = nodes.length - 1; i > 0; i--) {
          const k = draw() % (i + 1);
          [nodes[i], nodes[k]] = [nodes[k]!, nodes[i]!];
        }
        const outputs = document.outputs.map(({ name, node }) => ({ name, node: rename(node) }));
        expect(idOf({ ...document, nodes, outputs })).toBe(idOf(document));
      }),
      { numRuns: 200 },
    );
  });

  test("what is printed has the same id, and prints the same again", () => {
    fc.assert(
      fc.property(documents, ({ document }) => {
        const { graph, canonical } = read(document);
        const printed = JSON.stringify(printGraph(graph, canonical));
        const again = read(JSON.parse(printed));
        expect(again.canonical.id).toBe(canonical.id);
        expect(JSON.stringify(printGraph(again.graph, again.canonical))).toBe(printed);
      }),
      { numRuns: 200 },
    );
  });

  test("exchanging what one operator is applied to changes the id, unless both are one", () => {
    fc.assert(
      fc.property(documents, ({ document }) => {
        const last = document.nodes.at(-1)!;
        const outputs = [{ name: "y", node: last.id }];
        const exchanged = { ...last, args: last.args.toReversed() };
        const a = read({ ...document, outputs });
        const b = read({ ...document, nodes: [...document.nodes.slice(0, -1), exchanged], outputs });
        const [first, second] = a.graph.outputs[0]!.node.args;
        expect(a.canonical.id === b.canonical.id).toBe(second === undefined || first === second);
      }),
      { numRuns: 100 },
    );
  });

  test("any other constant gives another id", () => {
    const constants = fc.oneof(fc.double(), fc.constantFrom(0, -0, Number.NaN));
    const put = (x: number) =>
      idOf(one("add", ["x", { shape: [], dtype: "float64", data: base64(Float64Array.of(x)) }]));
    fc.assert(
      fc.property(constants, constants, (a, b) => {
        expect(put(a) === put(b)).toBe(Object.is(a, b));
      }),
    );
  });
});

test("a deep and shared graph has an id, though it has more paths than could be walked", () => {
  const n = 30_000;
  const id = (i: number) => (i < 0 ? "x" : `v${i}`);
  const nodes = Array.from({ length: n }, (_, i) => ({ id: id(i), op: "add", args: [id(i - 1), id(i - 1)] }));
  expect(idOf({ inputs: [{ name: "x" }], nodes: nodes.toReversed(), outputs: [id(n - 1)] })).toBe(
    idOf({ inputs: [{ name: "x" }], nodes, outputs: [{ name: id(n - 1), node: id(n - 1) }] }),
  );
});
