import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readConfig } from "../../src/config.ts";
import { GraphBuilder } from "../../src/graph/builder.ts";
import { canonicalize } from "../../src/graph/canonical.ts";
import type { Graph } from "../../src/graph/graph.ts";
import type { Node } from "../../src/graph/operator.ts";
import { infix } from "../../src/notation/infix.ts";
import { latex } from "../../src/notation/latex.ts";
import { namesOf, write } from "../../src/notation/notation.ts";
import { freshNames } from "../../src/syntax/names.ts";
import { parseGraph } from "../../src/syntax/sources.ts";
import { newBuilder } from "../support/graphs.ts";
import { scalarGraph } from "../support/scalar-graphs.ts";

const { limits } = readConfig();

function parse(expression: string): Node {
  return parseGraph({ expression }, newBuilder(), limits).outputs[0]!.node;
}

function printed(source: string, notation = infix): string {
  const { shared, results } = write([parse(source)], new Map(), notation);
  expect(shared).toEqual([]);
  return results[0]!;
}

/** A graph of scalars as a formula: each shared part is a statement. */
function formulaOf({ inputs, outputs }: Graph) {
  const roots = outputs.map((output) => output.node);
  const names = namesOf(roots, freshNames("t", new Set([...inputs, ...outputs].map(({ name }) => name))));
  const { shared, results } = write(roots, names, infix);
  const lines = shared.map(({ name, text }) => `${name} = ${text}`);
  outputs.forEach(({ name }, i) => {
    lines.push(`${name} = ${results[i]}`);
  });
  return {
    expression: lines.join("\n"),
    inputs: inputs.map(({ name, shape, dtype }) => ({ name, shape, dtype })),
    outputs: outputs.map(({ name }) => name),
  };
}

test("a printed formula has the id of its graph", () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 25 }), (seed, size) => {
      const { surface } = scalarGraph(seed, size);
      const again = parseGraph(formulaOf(surface), new GraphBuilder(), limits);
      expect(canonicalize(again).id).toBe(canonicalize(surface).id);
    }),
    { numRuns: 150 },
  );
});

describe("formulas are printed with no more parentheses than they need", () => {
  test.each([
    "a + b - c",
    "a - (b - c)",
    "a * b / c",
    "a / (b * c)",
    "(a + b) * c",
    "-a * b",
    "-(a * b)",
    "-a ^ b",
    "(-a) ^ b",
    "a ^ b ^ c",
    "(a ^ b) ^ c",
    "a ^ -2",
    "a ^ (-b)",
    "(-2) ^ a",
    "-2 ^ a",
    "a - -2",
    "negative(2)",
    "-0",
    "a * -1e+300",
    "(a < b) == c",
    "where(a <= b, sin(a), NaN)",
    "a + Infinity",
    "ln(a)",
  ])("%s", (text) => {
    expect(printed(text)).toBe(text);
  });
});

test("what is shared is named once, and what nests deeply too, so that printing is linear", () => {
  const square = Array.from({ length: 200 }, (_, i) => `v${i + 1} = v${i} * v${i}`).join("\n");
  const nested = Array.from({ length: 2000 }, (_, i) => `v${i + 1} = sin(v${i})`).join("\n");
  for (const expression of [`v0 = x + 1\n${square}`, `v0 = x + 1\n${nested}`]) {
    const graph = parseGraph({ expression }, newBuilder(), limits);
    const formula = formulaOf(graph);
    expect(formula.expression.length).toBeLessThan(expression.length * 2);
    expect(canonicalize(parseGraph(formula, newBuilder(), limits)).id).toBe(canonicalize(graph).id);
  }
});

test("names are those of no input", () => {
  const root = parse("s = t1 * t2 + t1; sin(s) * s");
  const names = namesOf([root], () => "t3");
  const { shared, results } = write([root], names, infix);
  expect(shared.map(({ name, text }) => ({ name, text }))).toEqual([{ name: "t3", text: "t1 * t2 + t1" }]);
  expect(results).toEqual(["sin(t3) * t3"]);
});

test("attributes follow the operands, where they say more than their absence would", () => {
  const said = (attrs: Record<string, unknown>) => {
    const nodes = [{ id: "y", op: "sum", args: ["x"], attrs }];
    const document = { inputs: [{ name: "x", shape: [2] }], nodes, outputs: ["y"] };
    return write([parseGraph(document, newBuilder(), limits).outputs[0]!.node], new Map(), infix).results;
  };
  expect(said({})).toEqual(["sum(x)"]);
  expect(said({ keepdims: true })).toEqual(["sum(x, axis=0, keepdims=true)"]);
});

describe("LaTeX", () => {
  test.each([
    ["a / (b + c)", "\\frac{a}{b + c}"],
    ["(a / b) ^ 2", "\\left(\\frac{a}{b}\\right)^{2}"],
    ["-(a - b)", "-\\left(a - b\\right)"],
    ["a - (b - c)", "a - \\left(b - c\\right)"],
    ["x1 * exp(-x1 ^ 2)", "x_{1} \\cdot e^{-x_{1}^{2}}"],
    ["exp(x) ^ 2", "\\left(e^{x}\\right)^{2}"],
    ["asin(theta) * 1e-7", "\\arcsin\\left(\\theta\\right) \\cdot 1 \\cdot 10^{-7}"],
    [
      "where(loss_2 < 0, sqrt(a), 0)",
      "\\begin{cases} \\sqrt{a} & \\text{if } \\mathrm{loss}_{2} < 0 \\\\ 0 & \\text{otherwise} \\end{cases}",
    ],
    ["log1p(a)", "\\operatorname{log1p}\\left(a\\right)"],
  ])("%s", (source, text) => {
    expect(printed(source, latex)).toBe(text);
  });
});
