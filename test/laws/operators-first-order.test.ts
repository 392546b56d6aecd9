import { describe, expect, test } from "vitest";
import { familyOf } from "../../src/operators/index.ts";
import { jacobiansAgree, jvpIsDifference, jvpIsLinear, modesAreAdjoint } from "../support/laws.ts";
import { differentiable, holdsFor, isElementary, undifferentiable } from "../support/operator-laws.ts";

const numRuns = 12;

test("all operators have a Jacobian but what is made of nothing and what is no float", () => {
  const made = ["arange", "full", "eye"];
  const compared = ["equal", "not_equal", "less", "less_equal", "greater", "greater_equal"];
  const others = ["logical_and", "logical_or", "logical_not", "argmax", "argmin", "matrix_rank", "cast", "argsort"];
  const counted = ["histogram", "one_hot", "searchsorted"];
  expect(undifferentiable.map(({ name }) => name).sort()).toEqual([...made, ...compared, ...others, ...counted].sort());
});

describe.each(differentiable)("$name", (op) => {
  test("has a JVP that is linear in the seed", () => {
    holdsFor(op, jvpIsLinear, "generic", numRuns);
    holdsFor(op, jvpIsLinear, "ties", numRuns);
  });

  test("has a VJP that is the adjoint of the JVP", () => {
    holdsFor(op, modesAreAdjoint, "generic", numRuns);
    holdsFor(op, modesAreAdjoint, "ties", numRuns);
  });

  test("has one Jacobian, by forward and by reverse mode", () => {
    holdsFor(op, jacobiansAgree, "generic", numRuns);
    holdsFor(op, jacobiansAgree, "ties", numRuns);
    if (isElementary(op)) holdsFor(op, jacobiansAgree, "special", numRuns);
  });

  // What a stopped gradient is has no difference quotient.
  test.runIf(familyOf(op) !== "differentiation")("has a JVP that is the difference quotient within its error", () => {
    holdsFor(op, jvpIsDifference, "generic", numRuns);
  });
});
