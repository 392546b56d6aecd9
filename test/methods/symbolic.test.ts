import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalize } from "../../src/graph/canonical.ts";
import type { GraphOutput } from "../../src/graph/graph.ts";
import { elementCount } from "../../src/graph/shape.ts";
import { printGraph } from "../../src/syntax/print.ts";
import { encodeTensor } from "../../src/wire/json/tensor-value.ts";
import { findOperator, operators } from "../support/plain-operators.ts";
import { sampleOperator } from "../support/samples.ts";
import { scalarGraph } from "../support/scalar-graphs.ts";
import { tensorOf } from "../support/tensors.ts";
import { type Json, start } from "./service.ts";

/** Operators of which some derivative is an integral, a rule or a gathering by points that no document can name. */
const withoutFormula = [
  "betainc",
  "bincount_weighted",
  "cubic_spline",
  "cumulative_logsumexp",
  "cumulative_max",
  "cumulative_min",
  "cumulative_prod",
  "gammainc",
  "gammaincc",
  "interp",
  "median",
  "put_along_axis",
  "quantile",
  "sort",
  "take_along_axis",
  "top_k",
  "zeta",
];

/** Of the first result of lu, P, the derivative is 0; those of the others add at indices. */
const withoutFormulaOfAll = [...withoutFormula, "lu"].sort();

const standard = { expression: "log(x1) + x1*x2 - sin(x2)" };

async function textOf(expression: string, wrt: string): Promise<string> {
  const { derivatives } = await start().ok("symbolic", { graph: { expression }, wrt: [wrt] });
  return (Object.values(derivatives)[0] as Json)[wrt].text;
}

test("the derivatives of the standard example", async () => {
  const { derivatives } = await start().ok("symbolic", { graph: standard });
  expect(derivatives.y.x1).toEqual({
    text: "x2 + 1 / x1",
    latex: "\\frac{\\partial y}{\\partial x_{1}} = x_{2} + \\frac{1}{x_{1}}",
    document: {
      inputs: [
        { name: "x1", shape: [], dtype: "float64" },
        { name: "x2", shape: [], dtype: "float64" },
      ],
      nodes: [
        { id: "n1", op: "divide", args: [1, "x1"] },
        { id: "n2", op: "add", args: ["x2", "n1"] },
      ],
      outputs: [{ name: "dy_dx1", node: "n2", dtype: "float64" }],
    },
  });
  expect(derivatives.y.x2.text).toBe("x1 - cos(x2)");
});

describe("formulas read as people write them", () => {
  test.each([
    ["x", "x", "1"],
    ["x * a", "x", "a"],
    ["floor(x)", "x", "0"],
    ["x^3", "x", "3 * x ^ 2"],
    ["2^x", "x", "0.6931471805599453 * 2 ^ x"],
    ["e^x", "x", "e ^ x"],
    ["sin(pi * x)", "x", "pi * cos(pi * x)"],
    ["log(x * a)", "x", "1 / x"],
    ["log(x^2)", "x", "2 / x"],
    ["(x^2)^3", "x", "6 * x ^ 5"],
    ["(x^0.5)^3", "x", "1.5 * x ^ 0.5"],
    ["x * (x^3)^2", "x", "7 * x ^ 6"],
    ["(x^2)^0.5", "x", "x * (x ^ 2) ^ -0.5"],
    ["where(x > a, x^2, 0) + where(x > a, sin(x), 1)", "x", "where(x > a, 2 * x + cos(x), 0)"],
    ["a^x", "x", "where(a == 0 and x >= 0, 0, a ^ x * ln(a))"],
    ["x * x", "x", "2 * x"],
    ["1 / x", "x", "-(1 / x / x)"],
    ["sqrt(x^2 + a^2)", "x", "x / sqrt(x ^ 2 + a ^ 2)"],
    ["cos(2 * x)", "x", "-2 * sin(2 * x)"],
    ["exp(-x)", "x", "-exp(-x)"],
    ["sin(x) * a - 3", "x", "a * cos(x)"],
    ["x^a", "x", "a * x ^ (a - 1)"],
    ["abs(x)", "x", "sign(x)"],
    ["maximum(x, a)", "x", "where(x < a, 0, where(x == a, 0.5, 1))"],
    ["where(x > 0, sqrt(x), 0)", "x", "where(x > 0, 0.5 / sqrt(x), 0)"],
    ["x * exp(-x^2)", "x", "t1 = exp(-x ^ 2); t1 - 2 * (x * (x * t1))"],
  ])("%s by %s", async (expression, wrt, text) => {
    expect(await textOf(expression, wrt)).toBe(text);
  });
});

test("names that formulas cannot spell are renamed, and a legend tells them, so that the text reads back", async () => {
  const { ok } = start();
  const names = ["a-b", "a", "b", "a_b", "x.1", "e", "pi", "e_"];
  const [first, ...others] = names;
  let last = first!;
  const nodes = others.map((name, i) => {
    const node = { id: `n${i}`, op: i % 2 ? "multiply" : "pow", args: [last, name] };
    last = node.id;
    return node;
  });
  const graph = { inputs: names.map((name) => ({ name })), nodes, outputs: [{ name: "y", node: last }] };
  const inputs = Object.fromEntries(names.map((name, i) => [name, 1.1 + i / 10]));
  const { derivatives } = await ok("symbolic", { graph });
  const { gradient } = await ok("gradient", { graph, inputs });
  for (const [wrt, { text, legend, document }] of Object.entries<Json>(derivatives.y)) {
    expect(legend.a_b_).toBe("a-b");
    expect(legend.e_1).toBe("e");
    const back = new Map(Object.entries<string>(legend).map(([name, original]) => [original, name]));
    const renamed = document.inputs.map(({ name }: Json) => ({ name: back.get(name) ?? name }));
    const values = Object.fromEntries(names.map((name) => [back.get(name) ?? name, inputs[name]]));
    const { outputs } = await ok("evaluate", { graph: { expression: text, inputs: renamed }, inputs: values });
    expect(Object.values(outputs)[0], text).toBeCloseTo(gradient[wrt], 10);
  }
});

test("only names that occur are in a legend, and there is none without", async () => {
  const { ok } = start();
  const nodes = [
    { id: "q", op: "multiply", args: ["a-b", "b"] },
    { id: "y", op: "multiply", args: ["q", "a"] },
  ];
  const graph = { inputs: [{ name: "a-b" }, { name: "a" }, { name: "b" }, { name: "pi" }], nodes, outputs: ["y"] };
  const { derivatives } = await ok("symbolic", { graph });
  expect(derivatives.y.a).toMatchObject({ text: "a_b * b", legend: { a_b: "a-b" } });
  expect(derivatives.y["a-b"]).toMatchObject({ text: "a * b" });
  expect(derivatives.y["a-b"]).not.toHaveProperty("legend");
  expect(derivatives.y["a-b"].latex).toBe("\\frac{\\partial y}{\\partial \\mathrm{a\\_b}} = a \\cdot b");
});

test("an output that is called as an input is not written so in its derivative", async () => {
  const { derivatives } = await start().ok("symbolic", { graph: { expression: "y^2 * f" } });
  expect(derivatives.y.y.latex).toMatch(/^\\frac\{\\partial g\}\{\\partial y\} = /);
});

test("documents and texts have the values of the Jacobian", async () => {
  const { ok, rpc } = start();
  let spoken = 0;
  await fc.assert(
    fc.asyncProperty(fc.integer(), fc.integer({ min: 1, max: 12 }), async (seed, size) => {
      const { surface, inputs } = scalarGraph(seed, size);
      const graph = printGraph(surface, canonicalize(surface));
      const { result, error } = await rpc("symbolic", { graph });
      if (error) {
        expect(error.code).toBe(-32008);
        const [, name] = /^the derivative of "(\w+)" has no formula/.exec(error.message) ?? [];
        expect(withoutFormula, error.message).toContain(name);
        return;
      }
      spoken++;
      const { jacobian } = await ok("jacobian", { graph, inputs });
      for (const [of, row] of Object.entries<Json>(result.derivatives)) {
        for (const [wrt, { text, document }] of Object.entries<Json>(row)) {
          const expected = jacobian[of][wrt];
          if (typeof expected !== "number") continue;
          const scale = 1e-8 * Math.max(1, Math.abs(expected));
          const sent = await ok("evaluate", { graph: document, inputs });
          expect(Math.abs(sent.outputs[`d${of}_d${wrt}`] - expected), text).toBeLessThan(scale);
          // Its order is an attribute, which formulas cannot say.
          const said = await ok("evaluate", { graph: { expression: text, inputs: document.inputs }, inputs });
          expect(Math.abs((Object.values(said.outputs)[0] as number) - expected), text).toBeLessThan(scale);
        }
      }
    }),
    { numRuns: 80 },
  );
  expect(spoken).toBeGreaterThan(60);
}, 60_000);

test("the size of a formula is linear in that of its graph", async () => {
  const chain = (length: number) => ({
    expression: ["v0 = x", ...Array.from({ length }, (_, i) => `v${i + 1} = v${i} * v${i}`)].join("; "),
  });
  const { ok } = start();
  const sizes: number[] = [];
  for (const length of [100, 200]) {
    const { derivatives } = await ok("symbolic", { graph: chain(length) });
    const { text, latex, document } = derivatives[`v${length}`].x;
    sizes.push(text.length);
    expect(latex.length).toBeLessThan(200 * length);
    expect(document.nodes.length).toBeLessThan(4 * length);
  }
  expect(sizes[1]! / sizes[0]!).toBeLessThan(2.3);
});

test("the gradient of a scalar by arrays is a document", async () => {
  const { ok } = start();
  const graph = {
    expression: "sum((A @ x - b)^2) + max(x) + sum(softmax(x) * x)",
    inputs: [
      { name: "A", shape: [3, 2] },
      { name: "x", shape: [2] },
      { name: "b", shape: [3] },
    ],
  };
  const inputs = {
    A: [
      [1, 2],
      [3, 4],
      [5, 6.5],
    ],
    x: [0.3, -0.7],
    b: [1, 2, 3],
  };
  const { derivatives } = await ok("symbolic", { graph });
  const { gradient } = await ok("gradient", { graph, inputs });
  for (const [wrt, { document }] of Object.entries<Json>(derivatives.y)) {
    const { outputs } = await ok("evaluate", { graph: document, inputs });
    const [actual, expected] = [outputs[`dy_d${wrt}`], gradient[wrt]].map((tensor) => [tensor].flat(2));
    for (const [i, x] of expected!.entries()) expect(actual![i]).toBeCloseTo(x, 10);
  }
});

test("every operator's derivative is the gradient's, or is refused by the operator's name", async () => {
  const { ok, rpc } = start();
  const refused = new Set<string>();
  for (const op of operators) {
    for (let seed = 0; seed < 8; seed++) {
      const { surface, inputs: values, random } = sampleOperator(op, seed, "generic");
      const [{ node }] = surface.outputs as [GraphOutput];
      const { builder } = node;
      const weights = builder.constant(tensorOf(random.numbers(elementCount(node.shape)), node.shape));
      const weighted = builder.apply(findOperator("multiply")!, [node, weights], {});
      const total = builder.apply(findOperator("sum")!, [weighted], {});
      const scalar = { ...surface, outputs: [{ name: "y", dtype: total.dtype, node: total }] };
      if (!scalar.inputs.some(({ dtype }) => dtype === "float64")) continue;
      const graph = printGraph(scalar, canonicalize(scalar));
      const inputs = Object.fromEntries(scalar.inputs.map(({ name }, i) => [name, encodeTensor(values[i]!, "flat")]));
      const { result, error } = await rpc("symbolic", { graph });
      if (error) {
        expect(error).toMatchObject({ code: -32008, message: expect.stringContaining(`"${op.name}"`) });
        refused.add(op.name);
        continue;
      }
      const { gradient } = await ok("gradient", { graph, inputs });
      for (const [wrt, { document }] of Object.entries<Json>(result.derivatives.y)) {
        const { outputs } = await ok("evaluate", { graph: document, inputs });
        const [actual, expected] = [outputs[`dy_d${wrt}`], gradient[wrt]].map((tensor) => [tensor].flat(9));
        for (const [i, x] of expected!.entries()) {
          // Where a zero absorbs an infinite slope, as that of a norm at 0, a formula gives NaN.
          if (typeof x !== "number" || (x === 0 && actual![i] === "NaN")) continue;
          expect(Math.abs(actual![i] - x), `${op.name} ${seed}`).toBeLessThan(1e-9 * Math.max(1, Math.abs(x)));
        }
      }
    }
  }
  expect([...refused].sort()).toEqual(withoutFormula);
}, 60_000);

describe("derivatives of tensors", () => {
  const x = { name: "x", shape: [3] };
  const A = { name: "A", shape: [2, 3] };
  const inputs = {
    x: [0.3, -0.7, 1.1],
    A: [
      [1, 2, -1],
      [0.5, 3, 4],
    ],
    s: 1.5,
  };

  test.each([
    ["x * x", "x", "2 * x"],
    ["s * sin(x)", "x", "s * cos(x)"],
    ["sin(A) + A^3", "A", "cos(A) + 3 * A ^ 2"],
  ])("%s by %s is diagonal: %s", async (expression, wrt, text) => {
    const { ok } = start();
    const used = [x, A, { name: "s" }].filter(({ name }) => expression.includes(name));
    const graph = { expression, inputs: used };
    const values = Object.fromEntries(used.map(({ name }) => [name, inputs[name as "x"]]));
    const { derivatives } = await ok("symbolic", { graph, wrt: [wrt] });
    expect(derivatives.y[wrt]).toMatchObject({ text, diagonal: true });
    const { jacobian } = await ok("jacobian", { graph, inputs: values, wrt: [wrt], layout: "matrix" });
    const { outputs } = await ok("evaluate", { graph: derivatives.y[wrt].document, inputs: values });
    const diagonal = [outputs[`dy_d${wrt}`]].flat(2);
    for (const [i, row] of jacobian.entries()) {
      for (const [j, entry] of row.entries()) expect(entry).toBeCloseTo(i === j ? diagonal[i]! : 0, 12);
    }
  });

  test.each([
    ["A @ x"],
    ["softmax(x) * s"],
    ["x * sum(x^2)"],
    ["exp(s * x)"],
    ["norm(x) + s * A"],
    ["outer(x, x) @ x"],
    ["where(x > 0, x^2, s)"],
  ])("%s has those of the Jacobian", async (expression) => {
    const { ok } = start();
    const graph = { expression, inputs: [x, A, { name: "s" }] };
    const { derivatives } = await ok("symbolic", { graph });
    const { jacobian } = await ok("jacobian", { graph, inputs });
    for (const [wrt, { diagonal, document }] of Object.entries<Json>(derivatives.y)) {
      const { outputs } = await ok("evaluate", { graph: document, inputs });
      const block = [jacobian.y[wrt]].flat(9) as number[];
      const said = [outputs[`dy_d${wrt}`]].flat(9) as number[];
      const full = diagonal
        ? block.map((_, i) => (i % (said.length + 1) === 0 ? said[i / (said.length + 1)]! : 0))
        : said;
      expect(full.length).toBe(block.length);
      for (const [i, entry] of block.entries()) expect(full[i], `${wrt} ${i}`).toBeCloseTo(entry, 10);
    }
  });
});

test("every operator's derivative by arrays is the Jacobian's, or is refused by the operator's name", async () => {
  const { ok, rpc } = start();
  const refused = new Set<string>();
  for (const op of operators) {
    for (let seed = 0; seed < 3; seed++) {
      const { surface, inputs: values } = sampleOperator(op, seed, "generic");
      const { outputs, inputs: given } = surface;
      if (outputs[0]!.dtype !== "float64" || !given.some(({ dtype }) => dtype === "float64")) continue;
      const graph = printGraph(surface, canonicalize(surface));
      const inputs = Object.fromEntries(given.map(({ name }, i) => [name, encodeTensor(values[i]!, "flat")]));
      const { result, error } = await rpc("symbolic", { graph });
      if (error) {
        expect(error).toMatchObject({ code: -32008, message: expect.stringContaining(`"${op.name}"`) });
        refused.add(op.name);
        continue;
      }
      const { jacobian } = await ok("jacobian", { graph, inputs, encoding: "flat" });
      for (const [of, row] of Object.entries<Json>(result.derivatives)) {
        for (const [wrt, { diagonal, document }] of Object.entries<Json>(row)) {
          const { outputs } = await ok("evaluate", { graph: document, inputs, encoding: "flat" });
          const expected: unknown[] = [jacobian[of][wrt].data ?? jacobian[of][wrt]].flat();
          const said: unknown[] = [Object.values<Json>(outputs)[0].data ?? Object.values<Json>(outputs)[0]].flat();
          expect(diagonal ? said.length ** 2 : said.length).toBe(expected.length);
          for (const [i, x] of expected.entries()) {
            const actual = diagonal ? (i % (said.length + 1) === 0 ? said[i / (said.length + 1)] : 0) : said[i];
            if (typeof x !== "number" || (x === 0 && actual === "NaN")) continue;
            expect(Math.abs((actual as number) - x), `${op.name} ${seed}`).toBeLessThan(
              1e-9 * Math.max(1, Math.abs(x)),
            );
          }
        }
      }
    }
  }
  expect([...refused].sort()).toEqual(withoutFormulaOfAll);
}, 60_000);

test("products of matrices are written as such, and can be sent as formulas", async () => {
  const { ok } = start();
  const graph = {
    expression: "sum((A @ B @ x - b)^2) + x @ (A @ (B @ x)) + sum((A @ B) @ (A @ B))",
    inputs: [
      { name: "A", shape: [2, 3] },
      { name: "B", shape: [3, 2] },
      { name: "x", shape: [2] },
      { name: "b", shape: [2] },
    ],
  };
  const inputs = {
    A: [
      [1, 2, -1],
      [0.5, 3, 4],
    ],
    B: [
      [5, 6.5],
      [-1, 2],
      [1, 0],
    ],
    x: [0.3, -0.7],
    b: [1, 2],
  };
  const { derivatives } = await ok("symbolic", { graph });
  const { gradient } = await ok("gradient", { graph, inputs });
  for (const [wrt, { text, document }] of Object.entries<Json>(derivatives.y)) {
    expect(text).not.toMatch(/einsum/);
    const sent = await ok("evaluate", { graph: document, inputs });
    const [actual, expected] = [sent.outputs[`dy_d${wrt}`], gradient[wrt]].map((tensor) => [tensor].flat(2));
    for (const [i, x] of expected!.entries()) expect(actual![i]).toBeCloseTo(x, 9);
  }
  expect(derivatives.y.b.text).toBe("-2 * (A @ B @ x - b)");
});

describe("what has no formula is refused", () => {
  test("an operator whose derivative no document can say, by its name", async () => {
    const graph = {
      inputs: [{ name: "x", shape: [3] }],
      nodes: [
        { id: "p", op: "cumulative_prod", args: ["x"] },
        { id: "y", op: "sum", args: ["p"] },
      ],
      outputs: ["y"],
    };
    expect(await start().fails("symbolic", { graph })).toMatchObject({
      code: -32008,
      message: expect.stringMatching(/derivative of "cumulative_prod" has no formula/),
    });
  });

  test("formulas past the limit", async () => {
    const { fails, ok } = start({ LIMIT_SYMBOLIC_NODES: "20" });
    const limit = { code: -32004, limit: "symbolicNodes", allowed: 20 };
    expect(await fails("symbolic", { graph: { expression: `sin(x)${" * x^3".repeat(9)}` } })).toMatchObject(limit);
    await ok("symbolic", { graph: standard });
    const wide = { expression: Array.from({ length: 5 }, (_, i) => `x${i}`).join(" + ") };
    expect(await fails("symbolic", { graph: wide })).toMatchObject({ ...limit, received: 25 });
  });
});
