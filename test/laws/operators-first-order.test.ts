import fc from "fast-check";
import { describe, test } from "vitest";
import { familyOf, operators } from "../../src/operators/index.ts";
import { jacobiansAgree, jvpIsDifference, jvpIsLinear, modesAreAdjoint } from "../support/laws.ts";
import { sampleOperator, type Values } from "../support/samples.ts";

const numRuns = 12;

describe.each(operators)("$name", (op) => {
  const holds = (law: (sample: ReturnType<typeof sampleOperator>) => void, values: Values) =>
    fc.assert(
      fc.property(fc.integer(), (seed) => law(sampleOperator(op, seed, values))),
      { numRuns },
    );

  test("has a JVP that is linear in the seed", () => {
    holds(jvpIsLinear, "generic");
    holds(jvpIsLinear, "ties");
  });

  test("has a VJP that is the adjoint of the JVP", () => {
    holds(modesAreAdjoint, "generic");
    holds(modesAreAdjoint, "ties");
  });

  test("has one Jacobian, by forward and by reverse mode", () => {
    holds(jacobiansAgree, "generic");
    holds(jacobiansAgree, "ties");
    holds(jacobiansAgree, "special");
  });

  // What a stopped gradient is has no difference quotient.
  test.runIf(familyOf(op) !== "differentiation")("has a JVP that is the difference quotient within its error", () => {
    holds(jvpIsDifference, "generic");
  });
});
