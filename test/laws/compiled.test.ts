import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Graph } from "../../src/graph/graph.ts";
import type { NdArray } from "../../src/graph/ndarray.ts";
import { elementCount } from "../../src/graph/shape.ts";
import { batch } from "../../src/transforms/batch.ts";
import { jvp, vjp } from "../../src/transforms/derive.ts";
import { differenceCompiled } from "../support/compiled.ts";
import { finished, floats, newBuilder } from "../support/graphs.ts";
import { holds, type Said } from "../support/holds.ts";
import { operators } from "../support/plain-operators.ts";
import { randomGraph } from "../support/random-graphs.ts";
import { element, type Sample, sampleOperator, type Values } from "../support/samples.ts";
import { countAll, tensorOf } from "../support/tensors.ts";

const valuesOf = fc.constantFrom<Values>("generic", "ties", "special");
const size = 3;

/** Values, tangents, cotangents and tangents of cotangents agree with the interpreter's: at one point, and at several. */
function agrees({ primal, inputs, random }: Sample, values: Values): Said {
  const selection = floats(primal);
  const { wrt, of } = selection;
  const like = ({ shape, dtype }: NdArray | Graph["inputs"][number]["node"], lead: readonly number[] = []) => {
    const whole = [...lead, ...shape];
    return tensorOf(
      Array.from({ length: elementCount(whole) }, () => element(random, dtype, values)),
      whole,
      dtype,
    );
  };
  const tangents = wrt.map((i) => like(primal.inputs[i]!.node));
  const cotangents = of.map((i) => like(primal.outputs[i]!.node));
  const reverse = vjp(primal, selection);
  const second = { wrt, of: wrt.map((_, k) => primal.outputs.length + k) };
  const cases: [Graph, readonly NdArray[]][] = [
    [primal, inputs],
    [jvp(primal, selection), [...inputs, ...tangents]],
    [reverse, [...inputs, ...cotangents]],
    [jvp(reverse, second), [...inputs, ...cotangents, ...tangents]],
  ];
  for (const [graph, given] of cases) {
    expect(differenceCompiled(finished(graph), given)).toBeUndefined();
    const isBatched = (i: number) => i % 3 !== 0;
    const many = batch(graph, newBuilder(), size, isBatched, () => true);
    const all = given.map((x, i) => (isBatched(i) ? like(x, [size]) : x));
    expect(differenceCompiled(finished(many), all)).toBeUndefined();
  }
  return countAll(primal.outputs.map(({ node }) => node)) > 0;
}

describe("compiled, an operator gives what it gives interpreted, and so do its derivatives", () => {
  test.each(operators)("$name", (op) => {
    holds(
      [fc.integer(), valuesOf],
      (seed, values) => agrees(sampleOperator(op, seed, values, values === "special"), values),
      10,
    );
  });
});

test("compiled, random graphs and their derivatives give what they give interpreted", () => {
  const size = fc.integer({ min: 2, max: 30 });
  holds([fc.integer(), size, valuesOf], (seed, nodes, values) => agrees(randomGraph(seed, nodes), values), 15);
});
