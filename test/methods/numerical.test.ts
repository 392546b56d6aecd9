import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromSample } from "../support/documents.ts";
import { randomGraph } from "../support/random-graphs.ts";
import { type Json, start } from "./service.ts";

const graph = { expression: "log(x1) + x1*x2 - sin(x2)" };
const inputs = { x1: 2, x2: 5 };
const exact = { x1: 5.5, x2: 2 - Math.cos(5) };

describe("numerical", () => {
  test.each(["central", "forward", "backward"])(
    "is the gradient by %s differences within its estimate",
    async (scheme) => {
      const { gradient, errors } = await start().ok("numerical", { graph, inputs, method: "gradient", scheme });
      for (const name of ["x1", "x2"] as const) {
        expect(Math.abs(gradient[name] - exact[name])).toBeLessThanOrEqual(10 * errors[name]);
        expect(errors[name]).toBeLessThan(scheme === "central" ? 1e-8 : 1e-5);
      }
    },
  );

  test("central differences are far more accurate than one-sided ones", async () => {
    const { ok } = start();
    const off = async (scheme: string) => {
      const { jacobian } = await ok("numerical", { graph, inputs, scheme });
      return Math.abs(jacobian.y.x2 - exact.x2);
    };
    expect(await off("central")).toBeLessThan((await off("forward")) / 100);
  });

  test("takes the step that it is given", async () => {
    const { jacobian, errors, step, evaluations } = await start().ok("numerical", {
      graph: { expression: "x^2" },
      inputs: { x: 3 },
      scheme: "forward",
      step: 0.5,
    });
    expect({ jacobian, step, evaluations }).toEqual({ jacobian: { y: { x: 6.5 } }, step: { x: 0.5 }, evaluations: 3 });
    expect(errors.y.x).toBeCloseTo(0.5, 10);
  });

  test("is exact for a linear function of a step that is a power of two", async () => {
    const linear = {
      expression: "A @ x",
      inputs: [
        { name: "A", shape: [2, 3] },
        { name: "x", shape: [3] },
      ],
    };
    const A = [[1, 2, 3], [4, 5, 6]]; // biome-ignore format: a matrix
    const { jacobian } = await start().ok("numerical", {
      graph: linear,
      inputs: { A, x: [1, 1, 2] },
      wrt: ["x"],
      step: 0.25,
    });
    expect(jacobian).toEqual({ y: { x: A } });
  });

  test("several seeds and a batch of points are laid out as by jvp", async () => {
    const { ok } = start();
    const params = {
      graph,
      inputs: { x1: [2, 1, 4], x2: 5 },
      batch: 3,
      seeds: [{ x1: 1 }, { x1: [1, 2, 3], x2: -1 }, {}],
    };
    const { tangents, errors, step } = await ok("numerical", { ...params, method: "jvp" });
    const { tangents: expected } = await ok("jvp", params);
    expectWithin(tangents, expected, errors);
    expect(step.length).toBe(3);
    expect(step[0].length).toBe(3);
    expect(tangents[2]).toEqual({ y: [0, 0, 0] });
  });

  test("the matrix layout and batches of Jacobians are those of jacobian", async () => {
    const { ok } = start();
    const params = {
      graph: {
        expression: "u = x*s; v = sum(x)^2",
        inputs: [{ name: "x", shape: [2] }, { name: "s" }],
        outputs: ["u", "v"],
      },
      inputs: { x: [[1, 2], [3, 4]], s: 2 }, // biome-ignore format: a point a row
      batch: 2,
    };
    for (const layout of ["matrix", "blocks"]) {
      const { jacobian, errors, rowRanges, columnRanges } = await ok("numerical", { ...params, layout });
      const expected = await ok("jacobian", { ...params, layout });
      expectWithin(jacobian, expected.jacobian, errors);
      expect({ rowRanges, columnRanges }).toEqual({
        rowRanges: expected.rowRanges,
        columnRanges: expected.columnRanges,
      });
    }
  });

  test("an estimate is infinite where there is no difference", async () => {
    const { jacobian, errors } = await start().ok("numerical", { graph: { expression: "log(x)" }, inputs: { x: 0 } });
    expect(jacobian).toEqual({ y: { x: "NaN" } });
    expect(errors).toEqual({ y: { x: "Infinity" } });
  });

  test("many inputs are displaced in strips", async () => {
    const n = 600;
    const large = { expression: "sum(sin(x) * x)", inputs: [{ name: "x", shape: [n] }] };
    const x = Array.from({ length: n }, (_, i) => i / 100);
    const { gradient, errors } = await start().ok("numerical", { graph: large, inputs: { x }, method: "gradient" });
    x.forEach((value, i) => {
      const expected = Math.cos(value) * value + Math.sin(value);
      expect(Math.abs(gradient.x[i] - expected)).toBeLessThanOrEqual(10 * errors.x[i]);
    });
  });

  test("is the Jacobian of any graph within ten of its own error estimates, kinks aside", async () => {
    const { ok } = start();
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.integer({ min: 3, max: 15 }), async (seed, size) => {
        const call = fromSample(randomGraph(seed, size));
        const { jacobian, errors } = await ok("numerical", { ...call, layout: "matrix" });
        const { verdict, warnings } = await ok("check", call);
        if (verdict !== "passed" || warnings.length > 0) return;
        expectWithin(jacobian, (await ok("jacobian", { ...call, layout: "matrix" })).jacobian, errors);
      }),
      { numRuns: 25 },
    );
  });
});

describe("bad input of numerical", () => {
  test.each<[string, object, object]>([
    ["a step of zero", { step: 0 }, { code: -32602, issues: [{ path: "/step" }] }],
    ["a negative step", { step: -1 }, { code: -32602, issues: [{ path: "/step" }] }],
    ["an unknown scheme", { scheme: "sideways" }, { code: -32602, issues: [{ path: "/scheme" }] }],
    ["jvp without seeds", { method: "jvp" }, { code: -32602, issues: [{ path: "/seeds" }] }],
    ["seeds without jvp", { seeds: { x1: 1 } }, { code: -32602, issues: [{ path: "/seeds" }] }],
    ["a seed of another name", { method: "jvp", seeds: { z: 1 } }, { code: -32007, name: "z" }],
    ["an unknown input", { wrt: ["z"] }, { code: -32602, issues: [{ path: "/wrt/0" }] }],
    ["a missing input", { inputs: { x1: 2 } }, { code: -32007, name: "x2" }],
  ])("%s", async (_, params, expected) => {
    expect(await start().fails("numerical", { graph, inputs, ...params })).toMatchObject(expected);
  });

  test("an int input is not differentiable, the gradient of a vector neither", async () => {
    const ints = {
      expression: "x*k",
      inputs: [
        { name: "x", shape: [2] },
        { name: "k", dtype: "int32" },
      ],
    };
    const { fails } = start();
    expect(await fails("numerical", { graph: ints, inputs: { x: [1, 2], k: 3 }, wrt: ["k"] })).toMatchObject({
      code: -32008,
    });
    const vector = { graph: ints, inputs: { x: [1, 2], k: 3 }, method: "gradient" };
    expect(await fails("numerical", vector)).toMatchObject({ code: -32008 });
  });
});

/** Every number is within ten of its error estimates of another. */
function expectWithin(actual: Json, expected: Json, errors: Json): void {
  if (typeof actual === "number" && typeof expected === "number") {
    const allowed = errors === "Infinity" ? Number.POSITIVE_INFINITY : 10 * errors + 1e-10 * Math.abs(expected);
    expect(Math.abs(actual - expected)).toBeLessThanOrEqual(allowed);
    return;
  }
  if (typeof actual !== "object" || typeof expected !== "object") return;
  expect(Object.keys(actual)).toEqual(Object.keys(expected));
  for (const key of Object.keys(actual)) expectWithin(actual[key], expected[key], errors[key]);
}
