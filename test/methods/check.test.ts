import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Operator } from "../../src/graph/operator.ts";
import { cos } from "../../src/operators/families/trigonometric.ts";
import { negative, scale } from "../../src/operators/linear.ts";
import { fromSample } from "../support/documents.ts";
import { familyOf, findOperator, operators } from "../support/plain-operators.ts";
import { randomGraph } from "../support/random-graphs.ts";
import { sampleOperator } from "../support/samples.ts";
import { start } from "./service.ts";

const graph = { expression: "log(x1) + x1*x2 - sin(x2)" };
const inputs = { x1: 2, x2: 5 };

/** Replaces a part of an operator's record until the test is over. */
function broken(name: string, part: Partial<Operator["rules"]>): void {
  const { rules } = findOperator(name)!;
  const before = { ...rules };
  Object.assign(rules, part);
  onTestFinished(() => {
    Object.assign(rules, before);
  });
}

describe("check passes", () => {
  test("the standard example, the remainder falling as the square of the step", async () => {
    const { verdict, warnings, adjoint, taylor, entries, seed } = await start().ok("check", { graph, inputs });
    expect({ verdict, warnings, seed }).toEqual({ verdict: "passed", warnings: [], seed: 1 });
    expect(adjoint.discrepancy).toBeLessThan(1e-15);
    expect(taylor.order).toBeCloseTo(2, 2);
    expect(entries).toMatchObject({ verdict: "passed", compared: 2, undecided: 0 });
    expect(entries.worst.ratio).toBeLessThan(10);
  });

  test("a linear function, whose remainder is nothing but rounding", async () => {
    const { verdict, taylor } = await start().ok("check", {
      graph: { expression: "2*x - 3*z" },
      inputs: { x: 1, z: 1e6 },
    });
    expect({ verdict, order: taylor.order }).toEqual({ verdict: "passed", order: undefined });
  });

  test.each<[string, object]>([
    ["1e8 + x - 1e8", { x: 1 }],
    ["sin(1000*x)", { x: 1 }],
    ["1e-9 * x^1.5", { x: 1 }],
    ["exp(x) / z", { x: 300, z: 1e-3 }],
    ["lgamma(x) * erf(z)", { x: 3, z: 0.5 }],
  ])("%s, whatever its scale", async (expression, at) => {
    expect(await start().ok("check", { graph: { expression }, inputs: at })).toMatchObject({ verdict: "passed" });
  });

  test("the same seed is the same check, another one another", async () => {
    const { ok } = start();
    const first = await ok("check", { graph, inputs, seed: 7 });
    expect(await ok("check", { graph, inputs, seed: 7 })).toEqual(first);
    expect((await ok("check", { graph, inputs, seed: 8 })).adjoint.trials).not.toEqual(first.adjoint.trials);
  });

  const elementwise = operators.filter((op) => op.form.kind === "elementwise" && familyOf(op) !== "choice");
  test.each(elementwise.map((op) => [op.name, op] as const))("%s in its domain", async (_, op) => {
    const { ok } = start();
    for (let seed = 0; seed < 3; seed++) {
      const call = fromSample(sampleOperator(op, seed, "generic"));
      const { verdict, warnings, ...figures } = await ok("check", call);
      expect({ verdict, warnings, ...(verdict === "failed" ? { call, figures } : {}) }).toEqual({
        verdict: expect.stringMatching(warnings.length > 0 ? /passed|inconclusive/ : /passed/),
        warnings,
      });
    }
  });

  test("random graphs", async () => {
    const { ok } = start();
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.integer({ min: 3, max: 20 }), async (seed, size) => {
        const { verdict } = await ok("check", fromSample(randomGraph(seed, size)));
        expect(verdict).not.toBe("failed");
      }),
      { numRuns: 30 },
    );
  });
});

describe("check condemns", () => {
  test("a tangent rule with a wrong sign", async () => {
    broken("sin", { jvp: [(dx, [x]) => scale(dx, negative(cos(x!)))] });
    const { verdict, adjoint, taylor, entries } = await start().ok("check", { graph, inputs });
    expect(verdict).toBe("failed");
    // Reverse mode is made of the same rule: it is wrong alike.
    expect(adjoint.verdict).toBe("passed");
    expect(taylor).toMatchObject({ verdict: "failed", order: expect.closeTo(1, 1) });
    expect(entries).toMatchObject({ verdict: "failed", worst: { of: "y", wrt: "x2" } });
  });

  test("a tangent rule that is off by a millionth", async () => {
    const right = findOperator("log")!.rules.jvp![0]!;
    broken("log", { jvp: [(dx, args, out) => scale(right(dx, args, out)!, dx.builder.constant(1 + 1e-6))] });
    expect(await start().ok("check", { graph, inputs })).toMatchObject({
      verdict: "failed",
      entries: { verdict: "failed", worst: { of: "y", wrt: "x1" } },
    });
  });

  test("a cotangent rule that is not the transpose", async () => {
    const right = findOperator("sum")!.rules.transpose!;
    broken("sum", { transpose: (ct, node, operand) => scale(right(ct, node, operand), ct.builder.constant(2)) });
    const summed = { expression: "sum(x*x)", inputs: [{ name: "x", shape: [3] }] };
    expect(await start().ok("check", { graph: summed, inputs: { x: [1, 2, 3] } })).toMatchObject({
      verdict: "failed",
      adjoint: { verdict: "failed" },
      taylor: { verdict: "passed" },
    });
  });
});

describe("check warns", () => {
  const entry = { of: "y", wrt: "x" };
  test.each<[string, object, object]>([
    ["abs(x)", { x: 0 }, { type: "kink", node: "y", operator: "abs" }],
    ["abs(x)", { x: 0 }, { type: "kink", ...entry }],
    ["maximum(x, z) * z", { x: 2, z: 2 }, { type: "kink", operator: "maximum" }],
    ["floor(x)", { x: 2 }, { type: "kink", operator: "floor" }],
    ["sqrt(x)", { x: 0 }, { type: "nonfinite", ...entry }],
    ["where(x == 2, x, log(-x))", { x: 2 }, { type: "nonfinite", ...entry }],
    ["1 + 1e-30*x", { x: 1 }, { type: "undecided", ...entry }],
    ["stop_gradient(x) * x", { x: 2 }, { type: "undecided", operator: "stop_gradient" }],
    ["1/(1/x) + 0*abs(1e-3 - x)", { x: 0 }, { type: "indeterminate", ...entry }],
  ])("at %s, where it cannot decide", async (expression, at, warning) => {
    const { verdict, warnings } = await start().ok("check", { graph: { expression }, inputs: at });
    expect(verdict).not.toBe("passed");
    expect(warnings).toContainEqual(expect.objectContaining({ ...warning, message: expect.any(String) }));
  });

  test("of a kink, and still condemns what is wrong beside it", async () => {
    broken("sin", { jvp: [(dx) => dx] });
    const { verdict } = await start().ok("check", { graph: { expression: "abs(x) + sin(z)" }, inputs: { x: 0, z: 1 } });
    expect(verdict).toBe("failed");
  });
});

describe("bad input of check", () => {
  test.each<[string, object, object]>([
    ["a seed that is no integer", { seed: 0.5 }, { code: -32602, issues: [{ path: "/seed" }] }],
    ["a step of zero", { step: 0 }, { code: -32602, issues: [{ path: "/step" }] }],
    ["a negative step", { step: -1e-6 }, { code: -32602, issues: [{ path: "/step" }] }],
    ["a step that is no number", { step: "Infinity" }, { code: -32602, issues: [{ path: "/step" }] }],
    ["a tolerance of zero", { tolerance: 0 }, { code: -32602, issues: [{ path: "/tolerance" }] }],
    ["a batch", { batch: 2 }, { code: -32602, issues: [{ path: "/batch" }] }],
    ["a missing input", { inputs: {} }, { code: -32007, name: "x1" }],
  ])("%s", async (_, params, expected) => {
    expect(await start().fails("check", { graph, inputs, ...params })).toMatchObject(expected);
  });

  test("an int input", async () => {
    const ints = { expression: "x*k", inputs: [{ name: "x" }, { name: "k", dtype: "int32" }] };
    expect(await start().fails("check", { graph: ints, inputs: { x: 1, k: 2 }, wrt: ["k"] })).toMatchObject({
      code: -32008,
    });
  });
});
