import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readConfig } from "../../src/config.ts";
import type { Graph } from "../../src/graph/graph.ts";
import type { NdArray } from "../../src/graph/ndarray.ts";
import type { Operator } from "../../src/graph/operator.ts";
import { translateFormula } from "../../src/syntax/formula/translate.ts";
import { parseGraph } from "../../src/syntax/sources.ts";
import { jvp } from "../../src/transforms/derive.ts";
import { applied, finished, floats, newBuilder, primalOf, run } from "../support/graphs.ts";
import { holds, type Said } from "../support/holds.ts";
import { operators } from "../support/plain-operators.ts";
import { Random } from "../support/random.ts";
import { type Sample, sampleOperator } from "../support/samples.ts";
import { flat, tensorOf } from "../support/tensors.ts";

// The derivative that is published of an operator is a formula of this service: in the operands, in their tangents, of
// the operand's name behind a d, and in attributes that are numbers. In a call the operator has its own attributes; one
// that is another stands behind a semicolon, as in signatures.

/** What is told in words, and why. */
const told: Readonly<Record<string, string>> = {
  prod: "no operator gives the products of the others, and prod(x) / x is NaN at zeros",
  cumulative_prod: "a recurrence",
  einsum: "any number of operands",
  gammainc: "by its parameter no formula, but an integral",
  gammaincc: "as gammainc",
  betainc: "by its parameters no formula, but integrals",
  zeta: "by s no formula, but a series",
  concat: "any number of operands",
  stack: "any number of operands",
  block_diag: "any number of operands",
  cast: "a dtype by name",
  ...Object.fromEntries(["sort", "top_k", "median", "quantile"].map((name) => [name, "what moves with elements"])),
  ...Object.fromEntries(["cumulative_max", "cumulative_min"].map((name) => [name, "what moves with elements"])),
  cumulative_logsumexp: "sums up to each of two operands",
  ...Object.fromEntries(["interp", "cubic_spline"].map((name) => [name, "the points beside x"])),
  max_pool: "shares of ties",
  ...Object.fromEntries(["layer_norm", "gru_cell", "lstm_cell"].map((name) => [name, "that of many operators"])),
  triangular_solve: "which triangle is read",
  vector_norm: "the axes",
  ...Object.fromEntries(["cholesky", "eigh", "eigvalsh", "svd", "svdvals"].map((name) => [name, "a factor by name"])),
  ...Object.fromEntries(["lu", "qr", "slogdet"].map((name) => [name, "several results"])),
  pinv: "three terms of four products",
  expm: "an integral",
  matrix_power: "a sum over powers",
  matrix_norm: "a norm by name",
};

/** Formulas with another operator along an axis: they are of one vector, for a formula has no attributes. */
const ofVectors = ["logsumexp", "max", "min", "norm", "std", "var", "softmax", "log_softmax"];

const { limits } = readConfig();

describe("the derivative that is published is the derivative", () => {
  test.each(operators.filter(({ name }) => !(name in told)))("of $name", (op) => {
    const sample = ofVectors.includes(op.name) ? sampleVector : sampleOperator;
    holds([fc.integer()], (seed) => agrees(op, sample(op, seed, "generic")), 12);
  });

  test("but of few, which need words", () => {
    expect(Object.keys(told).length).toBeLessThanOrEqual(operators.length / 4);
    for (const [name, reason] of Object.entries(told)) {
      const op = operators.find((one) => one.name === name)!;
      expect(() => derivativeOf(op, [], {}), `${name}: ${reason}`).toThrow();
    }
  });
});

function agrees(op: Operator, { surface, primal, inputs, random }: Sample): Said {
  const { attrs } = surface.outputs[0]!.node;
  const selection = floats(primal);
  const seeds = selection.wrt.map((i) => tensorOf(random.numbers(inputs[i]!.data.length), inputs[i]!.shape));
  const bounds = op.name === "clip" ? { min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY } : {};
  const numbers = Object.entries({ ...bounds, ...attrs }).filter(([, value]) => typeof value === "number");
  const given: [string, NdArray][] = [
    ...inputs.map((x, i): [string, NdArray] => [op.operands[i]!, x]),
    ...selection.wrt.map((i, k): [string, NdArray] => [`d${op.operands[i]}`, seeds[k]!]),
    ...numbers.map(([name, value]): [string, NdArray] => [name, tensorOf([value as number], [])]),
  ];
  const [value] = run(
    primalOf(derivativeOf(op, given, attrs)),
    given.map(([, x]) => x),
  );
  const said = flat(value!);
  if (selection.of.length === 0) {
    expect(said).toEqual([0]);
    return true;
  }
  const [values, ruled] = run(finished(jvp(primal, selection)), [...inputs, ...seeds]).map(flat) as [
    number[],
    number[],
  ];
  expect([1, ruled.length]).toContain(said.length);
  const isClose = ruled.every((x, i) => {
    const y = said.length === 1 ? said[0]! : said[i]!;
    // What is undefined has no derivative: an element that is taken from outside, say.
    return Number.isNaN(values[i]) || x === y || Math.abs(x - y) <= 1e-9 * (1 + Math.abs(x));
  });
  if (!isClose) expect(said).toEqual(ruled);
  return op.formula === "0" || ruled.some((x) => Number.isFinite(x) && x !== 0);
}

/** The graph of the formula, with operands, tangents and numbers for inputs. */
function derivativeOf(
  op: Operator,
  given: readonly [string, NdArray][],
  attrs: Readonly<Record<string, unknown>>,
): Graph {
  const inputs = given.map(([name, { shape, dtype }]) => ({ name, shape, dtype }));
  const own: Record<string, unknown> = { ...attrs };
  let called = op.name;
  const expression = op.formula.replace(/(\w+)(\([^();]*); (\w+)=(\w+)(\+1)?\)/, (_, name, call, key, text, next) => {
    called = name;
    own[key] = (text in own ? Number(own[text]) : Number(text)) + (next ? 1 : 0);
    return `${name}${call})`;
  });
  const { document } = translateFormula({ expression, inputs }, limits);
  const nodes = document.nodes.map((node) => (node.op === called ? { ...node, attrs: own } : node));
  return parseGraph({ ...document, nodes }, newBuilder(), limits);
}

/** An operator on a vector, without attributes. */
function sampleVector(op: Operator, seed: number): Sample {
  const random = new Random(seed);
  const inputs = [tensorOf(random.numbers(4, 0.2, 2.5), [4])];
  const surface = applied(op.name, inputs, {});
  return { surface, primal: primalOf(surface), inputs, random };
}
