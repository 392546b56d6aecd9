import fc from "fast-check";
import { describe, test } from "vitest";
import { familyOf, operators } from "../../src/operators/index.ts";
import { gradientIsCheap, hessianIsSymmetricAndDifference } from "../support/laws.ts";
import { sampleOperator } from "../support/samples.ts";

const numRuns = 15;

describe.each(operators)("$name", (op) => {
  // What a stopped gradient is has no difference quotient.
  test.runIf(familyOf(op) !== "differentiation")(
    "has a symmetric Hessian, the difference quotient of the gradient",
    () => {
      fc.assert(
        fc.property(fc.integer(), (seed) => hessianIsSymmetricAndDifference(sampleOperator(op, seed, "generic"))),
        { numRuns },
      );
    },
  );

  test("has a gradient of at most five times its cost", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => gradientIsCheap(sampleOperator(op, seed, "generic"))),
      { numRuns },
    );
  });
});
