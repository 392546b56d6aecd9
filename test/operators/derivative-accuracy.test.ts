import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { elementCount } from "../../src/graph/shape.ts";
import { applied, asTensor, bothModes, hessian, type Matrix, primalOf } from "../support/graphs.ts";
import type { Nested } from "../support/tensors.ts";

type Row = [name: string, operands: Nested[], attrs: object, slopes: number[], second: number | null];

const rows: Row[] = JSON.parse(readFileSync(new URL("../data/derivatives.json", import.meta.url), "utf8"));
const toleranceRelative = 1e-12;

test.each(rows)("%s at %j has its derivative to twelve digits", (name, operands, attrs, slopes, second) => {
  const inputs = operands.map(asTensor);
  const graph = primalOf(applied(name, inputs, attrs));
  expect(elementCount(graph.outputs[0]!.node.shape)).toBe(1);
  const [row] = bothModes(graph, inputs);
  expect(errors(row!, slopes)).toEqual([]);
  if (second !== null) expect(errors(hessian(graph, inputs)[0]!, [second])).toEqual([]);
});

/** What is too far from what is expected. */
function errors(actual: readonly number[], expected: readonly number[]): string[] {
  return expected.flatMap((x, i) => {
    const isClose = actual[i] === x || Math.abs(actual[i]! - x) <= toleranceRelative * Math.abs(x) + 2 ** -1021;
    return isClose ? [] : [`${actual[i]} instead of ${x}, relative error ${Math.abs(actual[i]! - x) / Math.abs(x)}`];
  });
}

type Curved = [name: string, operands: Nested[], matrix: Matrix];

const curved: Curved[] = JSON.parse(readFileSync(new URL("../data/hessians.json", import.meta.url), "utf8"));

test.each(curved)("%s at %j has a Hessian to twelve digits", (name, operands, expected) => {
  const inputs = operands.map(asTensor);
  const actual = hessian(primalOf(applied(name, inputs)), inputs);
  expect(errors(actual.flat(), expected.flat().map(Number))).toEqual([]);
});
