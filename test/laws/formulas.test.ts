import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readConfig } from "../../src/config.ts";
import { canonicalize } from "../../src/graph/canonical.ts";
import { functionsOf } from "../../src/graph/function.ts";
import { type Graph, type GraphInput, nodesOf } from "../../src/graph/graph.ts";
import { ndarray } from "../../src/graph/ndarray.ts";
import type { Node } from "../../src/graph/operator.ts";
import { elementCount } from "../../src/graph/shape.ts";
import { operators } from "../../src/operators/index.ts";
import { resultIndex, resultNode, resultTypes } from "../../src/operators/results.ts";
import { expressionOf } from "../../src/studies/expression.ts";
import { printGraph } from "../../src/syntax/print.ts";
import { parseGraph } from "../../src/syntax/sources.ts";
import { newBuilder } from "../support/graphs.ts";
import { casesOf, isIndex, type OperatorCase } from "../support/operator-cases.ts";
import { Random } from "../support/random.ts";
import { randomGraph } from "../support/random-graphs.ts";

const { limits } = readConfig();

/** What is printed of a graph is read as the same graph. */
function expectReadBack(graph: Graph): void {
  const document = expressionOf({ graph, canonical: canonicalize(graph) }, limits);
  const again = parseGraph(document, newBuilder(), limits);
  expect(canonicalize(again).id, document.expression).toBe(canonicalize(graph).id);
}

function graphOf(inputs: readonly GraphInput[], node: Node): Graph {
  const types = resultTypes(node);
  const nodes = types ? types.map(({ dtype }, i) => resultNode(node, i, dtype)) : [node];
  return { inputs, outputs: nodes.map((value, i) => ({ name: `y${i}`, dtype: value.dtype, node: value })) };
}

/** An operator on inputs, on constants where they are picked. */
function applied({ op, shapes, attrs }: OperatorCase, isConstant: readonly boolean[], isNamed: boolean): Graph {
  const builder = newBuilder();
  const inputs: GraphInput[] = [];
  const args = shapes.map((shape, i) => {
    const dtype = isIndex(op, i) ? "int32" : "float64";
    const name = isNamed ? `x.${i}` : `x${i}`;
    if (isConstant[i]) {
      // Within what they index, and knots ascend.
      const data = Float64Array.from({ length: elementCount(shape) }, (_, k) => (isIndex(op, i) ? 0 : k));
      return builder.constant(ndarray("float64", shape, data));
    }
    const node = builder.input(name, shape, dtype);
    inputs.push({ name, shape, dtype, node });
    return node;
  });
  return graphOf(inputs, builder.apply(op, args, attrs));
}

const plain = operators.filter(({ attributes }) => !Object.values(attributes).some(({ isFunction }) => isFunction));

describe("what is printed of a graph is read as the same graph", () => {
  test.each(plain.map((op) => [op.name, op] as const))("%s, with all its attributes", (_, op) => {
    const random = new Random(7);
    const cases = casesOf(op).flat();
    expect(cases.length).toBeGreaterThan(0);
    const step = Math.max(1, Math.floor(cases.length / 80));
    for (let i = 0; i < cases.length; i += step) {
      const picked = cases[i]!;
      const some = picked.shapes.map(() => random.unit() < 0.3);
      for (const isConstant of [picked.shapes.map(() => false), some]) {
        // An index that is a constant has to be within what it indexes.
        if (picked.isEmpty && isConstant.some((is, k) => is && isIndex(op, k))) continue;
        expectReadBack(applied(picked, isConstant, i % 2 === 1));
      }
    }
  });

  test("graphs of all operators", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 40 }), (seed, size) => {
        const { surface } = randomGraph(seed, size);
        // What has several results is no operand itself.
        fc.pre(
          nodesOf(surface).every((node) =>
            node.args.every((arg) => !resultTypes(arg) || resultIndex(node) !== undefined),
          ),
        );
        fc.pre(surface.outputs.every(({ node }) => !resultTypes(node)));
        expectReadBack(surface);
      }),
      { numRuns: 60 },
    );
  });

  test("constants of all dtypes and shapes, bit for bit", () => {
    const shapes = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 });
    const dtypes = fc.constantFrom("float64", "float32", "int32", "bool");
    const numbers = fc.infiniteStream(
      fc.oneof(fc.double(), fc.constantFrom(-0, 0, Math.PI, -Math.E, 1e300, 5e-324, NaN)),
    );
    fc.assert(
      fc.property(shapes, dtypes, numbers, fc.boolean(), (shape, dtype, stream, isLong) => {
        const lengths = isLong ? [...shape, 300] : shape;
        const next = () => stream.next().value as number;
        const value = {
          shape: lengths,
          dtype,
          data: Array.from({ length: elementCount(lengths) }, () => {
            const x =
              dtype === "float32" ? Math.fround(next()) : dtype === "float64" ? next() : Math.trunc(next()) || 0;
            if (dtype === "bool") return x > 0 ? 1 : 0;
            if (dtype === "int32") return x | 0;
            return Number.isFinite(x) ? x : String(x);
          }),
        };
        const document = { constants: [{ name: "c", value }], nodes: [], outputs: ["c"] };
        expectReadBack(parseGraph(document, newBuilder(), limits));
      }),
      { numRuns: 200 },
    );
  });
});

test("every golden graph can be written as a formula", () => {
  const cases: { name: string; graph: object }[] = JSON.parse(
    readFileSync(new URL("../data/golden.json", import.meta.url), "utf8"),
  );
  for (const { graph } of cases) expectReadBack(parseGraph(graph, newBuilder(), limits));
});

test("a formula that is longer than what is read is refused", () => {
  const graph = parseGraph({ expression: new Array(100).fill("sin(x)").join(" + ") }, newBuilder(), limits);
  expect(() => expressionOf({ graph, canonical: canonicalize(graph) }, { ...limits, formulaLength: 20 })).toThrow(
    "formulaLength",
  );
});

describe("functions", () => {
  const formulas = [
    "f(a, b) = a^2 + b; f(x, 1) * f(2, x)",
    "f(a) = (s = sin(a) * cos(a) + 1; s * s, s); p, q = f(x); p + q",
    "f(c, r) = (0.9 * c + r, 0.9 * c); last, rows = scan(f, 0, xs); last + rows[0]",
    "f(k, c, r) = c * k + r; scan(f, x, 1, xs, constants=1, reverse=true)",
    "f(a, b, r) = (b, a + b * r); a, b = scan(f, 0, 1, xs, carry=2); a",
    "f(c) = c * 2; scan(f, x, length=5)",
    "less10(c) = c < 10; twice(c) = 2 * c; y, n = while(less10, twice, x, limit=20); y",
    "f(r) = sum(r * [1, 2]) * r[0]; map(f, m)",
    "f(a) = a + 1; g(a) = a * 10; cond(x > 2, f, g, x) + switch(int32(1), [f, g], x)",
    "f(a, b) = a^2 * b; gx, gy = grad(f)(x, x); h = hessian(f, wrt=0, of=[0])(x, x); gx + gy + h",
    "f(a) = a^3; y, t = jvp(f)(x, 1); u, v = vjp(f)(x, t); f''(x) + D(f, 0)(x) + u + v",
    "f(a) = g(a) + 1; g(a) = (t = exp(a) + a; t * t * t); map(f, xs)",
    "r(p, q) = q^2 - p; root(r, x, 1, tolerance=1e-9, limit=50)",
    "g(p, q) = cos(q) * p; fixed_point(g, x, 0.5)",
    "f(p, t, q) = -p * q + t; odeint(f, x, xs, [0, 0.5, 1], steps=4)",
    'f(t, q) = [q[1], -q[0], t]; odeint(f, xs, [0, 1], method="dopri5", rtol=1e-8, atol=1e-10)',
    "less(p, q) = q < p; twice(p, q) = 2 * q; while(less, twice, 100, x, constants=1)",
    "f(a) = sum(a^2); s = jacobian(f)(xs) + grad(f)(xs); s * (hessian(f)(xs) @ xs)",
    "f(a, b) = (a * b, a + b); y, z, dy, dz = jvp(f, wrt=0)(x, 2, 1); y + z + dy + dz",
    "f(a, b) = (a * b, a + b); y, z, ga = vjp(f, wrt=[0], of=[1])(x, 2, 1); y + z + ga",
    "f(a) = sin(a); f.jvp = df; df(a, t) = 2 * t; f(x) * grad(f)(x)",
    "pull(a, ct) = 3 * ct; f(a) = sin(a); f.vjp = pull; grad(f)(x)",
    "f(a: float64, i: int32) = a * i; f(x, int32(3))",
  ];
  const inputs = [{ name: "x" }, { name: "xs", shape: [3] }, { name: "m", shape: [2, 2] }];

  test.each(formulas)("%s", (expression) => {
    expectReadBack(parseGraph({ expression, inputs }, newBuilder(), limits));
  });

  test("there is a formula of every operator that takes one", () => {
    const held = operators.filter(({ attributes }) => Object.values(attributes).some(({ isFunction }) => isFunction));
    const used = formulas.flatMap((expression) => {
      const graph = parseGraph({ expression, inputs }, newBuilder(), limits);
      const { order } = canonicalize(graph);
      return [...order, ...functionsOf(order).flatMap(({ canonical }) => canonical.order)].map(({ op }) => op.name);
    });
    expect(held.map(({ name }) => name).filter((name) => !used.includes(name))).toEqual([]);
  });

  test("of all operators in their bodies, called and differentiated", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 25 }), fc.boolean(), (seed, size, isDerived) => {
        const { surface } = randomGraph(seed, size);
        const f = printGraph(surface, canonicalize(surface), -0) as { outputs: unknown[]; constants?: unknown };
        const attrs = { function: "f" };
        const args = surface.inputs.map(({ name }) => name);
        const nodes = isDerived
          ? [{ id: "d", op: "jacobian", args, attrs: { ...attrs, wrt: [0], of: [0] } }]
          : [{ id: "d", op: "call", args, attrs }];
        const outputs = isDerived ? ["d"] : f.outputs.map((_, i) => ({ name: `r${i}`, node: `d:${i}` }));
        const types = surface.inputs.map(({ name, shape, dtype }) => ({ name, shape, dtype }));
        fc.pre(!isDerived || surface.outputs[0]!.dtype === "float64");
        const graph = parseGraph({ functions: { f }, inputs: types, nodes, outputs }, newBuilder(), limits);
        expectReadBack(graph);
      }),
      { numRuns: 40 },
    );
  });

  test("of one name are told apart, and from inputs", () => {
    const body = (op: string) => ({ inputs: [{ name: "f" }], nodes: [{ id: "n", op, args: ["f"] }], outputs: ["n"] });
    const nodes = [
      { id: "a", op: "call", args: ["x"], attrs: { function: "x" } },
      { id: "b", op: "call", args: ["a"], attrs: { function: "pi" } },
    ];
    const functions = { x: body("sin"), pi: body("cos") };
    expectReadBack(
      parseGraph(
        { functions, inputs: [{ name: "y" }], nodes: [{ ...nodes[0], args: ["y"] }, nodes[1]], outputs: ["b"] },
        newBuilder(),
        limits,
      ),
    );
  });

  test("with derivatives of their own, and with inputs of other types than they are handed", () => {
    const inputs = [{ name: "a" }, { name: "b" }];
    const call = { id: "y", op: "call", args: ["x", "k"], attrs: { function: "f" } };
    const outer = { inputs: [{ name: "x" }, { name: "k", dtype: "int32" }], nodes: [call], outputs: ["y"] };
    const nodes = [{ id: "n", op: "multiply", args: ["a", "b"] }];
    const moving = [{ name: "da" }, { name: "db" }];
    const sum = (name: string) => [
      { id: "p", op: "multiply", args: [name, "b"] },
      { id: "q", op: "sin", args: ["p"] },
    ];
    const f = { inputs, nodes, outputs: ["n"] };
    const df = { inputs: [...inputs, ...moving], nodes: sum("da"), outputs: ["q"] };
    const pull = { inputs: [...inputs, { name: "ct" }], nodes: sum("ct"), outputs: ["q", "p"] };
    expectReadBack(parseGraph({ ...outer, functions: { f: { ...f, jvp: "df" }, df } }, newBuilder(), limits));
    expectReadBack(parseGraph({ ...outer, functions: { f: { ...f, vjp: "pull" }, pull } }, newBuilder(), limits));
    const typed = [{ name: "a" }, { name: "b", dtype: "float64" }];
    expectReadBack(parseGraph({ ...outer, functions: { f: { ...f, inputs: typed } } }, newBuilder(), limits));
    const whole = [
      { name: "a", dtype: "float64" },
      { name: "b", shape: [], dtype: "int32" },
    ];
    expectReadBack(parseGraph({ ...outer, functions: { f: { ...f, inputs: whole } } }, newBuilder(), limits));
  });

  test("whose inputs and outputs have dtypes of storage are written with the rounding that these are", () => {
    const outputs = [{ name: "n", node: "n", dtype: "float32" }];
    const f = { inputs: [{ name: "a", dtype: "float16" }], nodes: [{ id: "n", op: "sin", args: ["a"] }], outputs };
    const nodes = [{ id: "y", op: "call", args: ["x"], attrs: { function: "f" } }];
    const document = { functions: { f }, inputs: [{ name: "x" }], nodes, outputs: ["y"] };
    expectReadBack(parseGraph(document, newBuilder(), limits));
  });
});

test("names, dtypes and inputs that nothing uses are kept", () => {
  const inputs = [{ name: "e" }, { name: "x.1", shape: [2] }, { name: "and" }, { name: "unused1" }, { name: "y" }];
  const nodes = [
    { id: "a", op: "sin", args: ["x.1"] },
    { id: "b", op: "add", args: ["a", "and"] },
  ];
  const outputs = [
    { name: "t1", node: "a", dtype: "float32" },
    "b",
    { name: "again", node: "b" },
    "y",
    { name: "c-d", node: "x.1" },
    { name: "and", node: "b" },
    { name: "x.1", node: "x.1", dtype: "float32" },
  ];
  expectReadBack(parseGraph({ inputs, nodes, outputs }, newBuilder(), limits));
  expectReadBack(parseGraph({ expression: "y + 1" }, newBuilder(), limits));
  expectReadBack(parseGraph({ expression: "y" }, newBuilder(), limits));
  expectReadBack(parseGraph({ expression: "z = 3" }, newBuilder(), limits));
});
