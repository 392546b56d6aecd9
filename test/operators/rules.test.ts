import { describe, expect, test } from "vitest";
import type { Node } from "../../src/graph/operator.ts";
import { elementwise, piecewiseConstant } from "../../src/operators/elementwise.ts";
import { composite } from "../../src/operators/kinds.ts";
import { add } from "../../src/operators/linear.ts";

const identity = { name: "twin", summary: "x", formula: "dx", scalar: (x: number) => x };
const pass = (dx: Node) => dx;

describe("an operator that is declared says what each of its tangents gives", () => {
  test("by a rule, by being linear, or by naming it zero", () => {
    elementwise({ ...identity, jvp: [pass] });
    elementwise({ ...identity, linear: [0], transpose: pass });
    elementwise({ ...identity, zero: [0] });
    piecewiseConstant(identity);
  });

  test("since silence is an error", () => {
    expect(() => elementwise(identity)).toThrow('twin: the tangent of x needs one of a rule in "jvp"');
    expect(() => elementwise({ ...identity, jvp: [] })).toThrow("and has 0");
    expect(() => elementwise({ ...identity, operands: ["x", "y"], jvp: [pass] })).toThrow("the tangent of y");
  });

  test("once", () => {
    expect(() => elementwise({ ...identity, zero: "all", jvp: [pass] })).toThrow("and has 2");
    expect(() => elementwise({ ...identity, zero: [0], linear: "all", transpose: pass })).toThrow("and has 2");
  });

  test("and, where it is linear, what cotangents give", () => {
    expect(() => elementwise({ ...identity, linear: [0] })).toThrow('twin: is linear and has no "transpose"');
  });

  test("but for composites, which have the rules of their formula", () => {
    const doubled = { name: "doubled", summary: "2x", formula: "2 dx", costText: "1 per element" };
    composite({ ...doubled, compose: ([x]) => add(x, x) });
  });
});
