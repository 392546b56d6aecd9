import { describe, expect, onTestFinished, test } from "vitest";
import type { JvpRule } from "../../src/graph/operator.ts";
import { findOperator } from "../../src/operators/index.ts";
import { scale } from "../../src/operators/linear.ts";
import { randomNumbers } from "../../src/studies/random.ts";
import { type Json, start } from "./service.ts";

/** Functions whose lengths are far from 1 and from the point, each times w, which is 1, and where they are looked at. */
const functions: [expression: string, at: (u: number) => number][] = [
  ["exp(-1e8*x) * w", (u) => 1e-8 * between(u, 0.05, 5)],
  ["sin(x) * w", (u) => 1e8 * between(u, 0.5, 2)],
  ["log(x) * w", (u) => 10 ** between(u, -12, -8)],
  ["(1/x) * w", (u) => 10 ** between(u, -8, -4)],
  ["exp(-x / (1.380649e-23 * 300)) * w", (u) => 4e-21 * between(u, 0.1, 5)],
  ["sin(1e6*x) * w", (u) => between(u, 0.5, 2)],
  ["(x^2 / (1e-12 + x^2)) * w", (u) => 10 ** between(u, -8, -4)],
  ["sqrt(x) * w", (u) => 10 ** between(u, -20, 20)],
  ["tanh((x - 1) * 1e5) * w", (u) => 1 + 1e-5 * between(u, -3, 3)],
  ["(1e8 + x * exp(x / 1e10)) * w", (u) => 1e10 * between(u, 0.1, 3)],
];
const pointsEach = 40;

describe("differences choose their step from the function and the point", () => {
  test.each(functions)("%s: check and compare find right derivatives right", async (expression, at) => {
    const counted = await verdicts(expression, at);
    expect(counted).toEqual({ check: { passed: pointsEach }, compare: { agrees: pointsEach } });
  });

  test.each(functions)("%s: and one that is off by a thousandth wrong", async (expression, at) => {
    plant(1.001);
    const counted = await verdicts(expression, at);
    expect(counted).toEqual({ check: { failed: pointsEach }, compare: { disagrees: pointsEach } });
  });
});

async function verdicts(expression: string, at: (u: number) => number) {
  const { ok } = start();
  const random = randomNumbers(7);
  const counted: Record<"check" | "compare", Record<string, number>> = { check: {}, compare: {} };
  const count = (method: "check" | "compare", verdict: string) => {
    counted[method][verdict] = (counted[method][verdict] ?? 0) + 1;
  };
  for (let k = 0; k < pointsEach; k++) {
    const call = { graph: { expression }, inputs: { x: at((1 + random()) / 2), w: 1 }, wrt: ["x"] };
    const checked = await ok("check", call);
    count("check", checked.verdict);
    const compared = await ok("compare", call);
    count("compare", verdictOf(compared.rows));
  }
  return counted;
}

/** What central differences say of reverse mode. */
function verdictOf(rows: Json): string {
  return rows.find(({ scheme }: Json) => scheme === "central").verdict;
}

/** Makes the rules of products wrong until the test is over. */
function plant(factor: number): void {
  const { rules } = findOperator("multiply")!;
  const before = { ...rules };
  const jvp = rules.jvp!.map(
    (right): JvpRule =>
      (d, args, out) =>
        scale(right!(d, args, out)!, d.builder.constant(factor)),
  );
  Object.assign(rules, { jvp });
  onTestFinished(() => {
    Object.assign(rules, before);
  });
}

function between(u: number, from: number, to: number): number {
  return from + u * (to - from);
}
