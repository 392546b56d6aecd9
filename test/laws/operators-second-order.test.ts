import { describe, test } from "vitest";
import { familyOf } from "../../src/operators/index.ts";
import { gradientIsCheap, hessianIsSymmetricAndDifference } from "../support/laws.ts";
import { differentiable, holdsFor } from "../support/operator-laws.ts";

const numRuns = 15;

describe.each(differentiable)("$name", (op) => {
  // What a stopped gradient is has no difference quotient.
  test.runIf(familyOf(op) !== "differentiation")(
    "has a symmetric Hessian, the difference quotient of the gradient",
    () => {
      holdsFor(op, hessianIsSymmetricAndDifference, "generic", numRuns);
    },
  );

  test("has a gradient of at most five times its cost", () => {
    holdsFor(op, gradientIsCheap, "generic", numRuns);
  });
});
