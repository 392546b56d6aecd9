import { describe, expect, test } from "vitest";
import { start } from "./service.ts";

type Told = { readonly type: string; readonly of?: string; readonly wrt?: string; readonly points?: number[] };

const types = ({ warnings = [] }: { readonly warnings?: readonly Told[] }) => warnings.map(({ type }) => type);

/** A gradient at one point by x, and the types of its warnings. */
async function gradientOf(expression: string, x: unknown, more: object = {}) {
  const { ok } = start();
  const answer = await ok("gradient", { graph: { expression }, inputs: { x }, ...more });
  return { slope: answer.gradient.x, types: types(answer), answer };
}

describe("indeterminate", () => {
  test.each([
    ["sqrt(x*x)", 0],
    ["1/(1/x)", 0],
    ["atan(1/x)", 0],
    ["(x^3)^(1/3)", 0],
    ["cos(acos(x))", 1],
  ])("is told of %s at %d, where a zero meets an infinity", async (expression, x) => {
    const { slope, types } = await gradientOf(expression, x);
    expect({ slope: slope + 0, types }).toEqual({ slope: 0, types: ["indeterminate"] });
  });

  test.each([
    ["where(x > 0, sqrt(x), 0)", 0, 0],
    ["relu(sqrt(x))", 0, 0],
    ["maximum(sqrt(x), 1)", 0, 0],
    ["max(stack2)", 0, 0],
    ["x^2", 0, 0],
    ["sqrt(x)", 0, "Infinity"],
    ["norm(x)", 0, 0],
    ["log(x)", 2, 0.5],
  ])("is not told of %s at %d", async (expression, x, slope) => {
    const graph =
      expression === "max(stack2)"
        ? {
            inputs: [{ name: "x" }],
            nodes: [
              { id: "r", op: "sqrt", args: ["x"] },
              { id: "s", op: "stack", args: ["r", 1] },
              { id: "y", op: "max", args: ["s"] },
            ],
            outputs: ["y"],
          }
        : { expression };
    const { ok } = start();
    const answer = await ok("gradient", { graph, inputs: { x } });
    expect(answer.gradient.x).toEqual(slope);
    expect(answer).not.toHaveProperty("warnings");
  });

  test("is told for the pair and the points that it is about", async () => {
    const { ok } = start();
    const graph = { expression: "a = sqrt(x*x) + z; b = z", outputs: ["a", "b"] };
    const at = { graph, inputs: { x: [1, 0, 2, 0], z: 1 }, batch: 4 };
    const { warnings, jacobian } = await ok("jacobian", at);
    expect(warnings).toMatchObject([{ type: "indeterminate", of: "a", wrt: "x", points: [1, 3] }]);
    expect(jacobian.a).toEqual({ x: [1, 0, 1, 0], z: [1, 1, 1, 1] });
    expect(types(await ok("jvp", { ...at, seeds: { z: 1 } }))).toEqual([]);
    expect((await ok("jvp", { ...at, seeds: { x: 1 } })).warnings).toMatchObject([{ of: "a", points: [1, 3] }]);
    expect((await ok("vjp", { ...at, seeds: { a: 1 } })).warnings).toMatchObject([{ wrt: "x", points: [1, 3] }]);
    expect(types(await ok("vjp", { ...at, seeds: { b: 1 } }))).toEqual([]);
  });

  test("is told in every layout and format alike", async () => {
    const { ok } = start();
    const graph = { expression: "sqrt(x*x)", inputs: [{ name: "x", shape: [3] }] };
    const at = { graph, inputs: { x: [1, 0, 2] } };
    const told = (await ok("jacobian", at)).warnings;
    expect(told).toMatchObject([{ type: "indeterminate", of: "y", wrt: "x" }]);
    for (const format of ["dense", "coo", "csr"]) {
      for (const layout of ["blocks", "matrix"]) {
        expect((await ok("jacobian", { ...at, format, layout })).warnings).toEqual(told);
      }
    }
  });

  test("is told of a call that differs from one before in its numbers only", async () => {
    const { ok } = start();
    const graph = { expression: "sqrt(x*x)" };
    const all = [];
    for (let k = 0; k < 200; k++) all.push(types(await ok("gradient", { graph, inputs: { x: k % 2 } })));
    expect(all).toEqual(all.map((_, k) => (k % 2 === 0 ? ["indeterminate"] : [])));
  });
});

describe("nonfinite", () => {
  test.each([
    ["exp(x)/(1+exp(x))", 1000],
    ["0/0 + x", 1],
    ["log(x)*x", 0],
  ])("is told of %s at %d, whose value is NaN: so is the derivative", async (expression, x) => {
    const { slope, types } = await gradientOf(expression, x);
    expect(slope).toBe("NaN");
    expect(types[0]).toBe("nonfinite");
  });

  test("leaves what an output that is NaN does not depend on", async () => {
    const { ok } = start();
    const graph = { expression: "a = log(x); b = z^2", outputs: ["a", "b"] };
    const at = { graph, inputs: { x: -1, z: 3 } };
    expect((await ok("jacobian", at)).jacobian).toEqual({ a: { x: "NaN", z: 0 }, b: { x: 0, z: 6 } });
    expect((await ok("vjp", { ...at, seeds: { a: 1, b: 1 } })).cotangents).toEqual({ x: "NaN", z: 6 });
    expect((await ok("jvp", { ...at, seeds: { x: 1, z: 1 } })).tangents).toEqual({ a: "NaN", b: 6 });
  });

  test.each(["forward", "reverse"])("makes a whole softmax of infinities NaN in %s mode", async (mode) => {
    const { ok } = start();
    const graph = { expression: "softmax(x)", inputs: [{ name: "x", shape: [2] }] };
    const inputs = { x: ["-Infinity", "-Infinity"] };
    const { jacobian } = await ok("jacobian", { graph, inputs, mode });
    expect(jacobian.y.x).toEqual([
      ["NaN", "NaN"],
      ["NaN", "NaN"],
    ]);
  });

  test("is told of the variance of one element, corrected", async () => {
    const { ok } = start();
    const node = { id: "y", op: "var", args: ["x"], attrs: { correction: 1 } };
    const graph = { inputs: [{ name: "x", shape: [1] }], nodes: [node], outputs: ["y"] };
    const answer = await ok("hessian", { graph, inputs: { x: [3] }, layout: "matrix" });
    expect(answer).toMatchObject({ outputs: { y: "NaN" }, gradient: { x: ["NaN"] }, hessian: [["NaN"]] });
    expect(types(answer)).toContain("nonfinite");
  });

  test("is told of an infinite value", async () => {
    expect((await gradientOf("log(1+exp(5*x))/5", 200)).types).toEqual(["nonfinite", "indeterminate"]);
    expect((await gradientOf("sqrt(x^2)", 1e200)).types).toEqual(["nonfinite"]);
  });
});

describe("zeros", () => {
  test.each(["forward", "reverse"])("ieee: a zero times an infinity is NaN, in %s mode", async (mode) => {
    const { ok } = start();
    const slope = async (expression: string) =>
      (await ok("jacobian", { graph: { expression }, inputs: { x: 0 }, mode, zeros: "ieee" })).jacobian.y.x;
    expect(await slope("sqrt(x*x)")).toBe("NaN");
    expect(await slope("where(x > 0, sqrt(x), 0)")).toBe("NaN");
    expect(await slope("sqrt(x)")).toBe("Infinity");
    expect(await slope("x^2 + x")).toBe(1);
  });

  test("ieee: an input that nothing depends on has derivative 0", async () => {
    const { ok } = start();
    const call = { graph: { expression: "sqrt(x) + 0*z" }, inputs: { x: 0, z: 1 }, zeros: "ieee" };
    expect((await ok("gradient", call)).gradient).toEqual({ x: "Infinity", z: 0 });
  });

  test("is one of the two words", async () => {
    const { fails } = start();
    const call = { graph: { expression: "x" }, inputs: { x: 0 }, zeros: "none" };
    expect(await fails("gradient", call)).toMatchObject({ code: -32602, issues: [{ path: "/zeros" }] });
  });
});

describe("the sum over paths", () => {
  test.each([
    ["sqrt(remainder(x, x))", 0.3],
    ["(x-x)^-1.5", 0.3],
    ["sqrt(2*x - x)", 0],
    ["sqrt(x) - sqrt(x)", 0],
  ])("of %s at %d is NaN in both modes, as its terms are opposite infinities", async (expression, x) => {
    const { ok } = start();
    for (const mode of ["forward", "reverse"]) {
      const { jacobian } = await ok("jacobian", { graph: { expression }, inputs: { x }, mode });
      expect(Object.values(jacobian)).toEqual([{ x: "NaN" }]);
    }
  });

  test("of acos(softmax(x)) over one element is the same in both modes", async () => {
    const { ok } = start();
    const graph = { expression: "acos(softmax(x))", inputs: [{ name: "x", shape: [1] }] };
    const call = (mode: string) => ok("jacobian", { graph, inputs: { x: [0.5] }, mode });
    expect((await call("forward")).jacobian).toEqual((await call("reverse")).jacobian);
  });
});

describe("unused", () => {
  const graph = { expression: "a = x^2; b = 3*x; y = a + 1" };

  test.each(["evaluate", "gradient", "jacobian", "hessian"])("is told by %s", async (method) => {
    const { ok } = start();
    for (let k = 0; k < 3; k++) {
      expect((await ok(method, { graph, inputs: { x: 1 } })).warnings).toMatchObject([{ type: "unused", node: "b" }]);
    }
  });

  test("is told by graph.put", async () => {
    const { ok } = start();
    expect((await ok("graph.put", { graph })).warnings).toMatchObject([{ type: "unused", node: "b" }]);
  });
});

test("there are no more than 20 warnings", async () => {
  const { ok } = start();
  const names = Array.from({ length: 30 }, (_, i) => `x${i}`);
  const graph = { expression: names.map((x) => `sqrt(${x}*${x})`).join(" + ") };
  const { warnings } = await ok("gradient", { graph, inputs: Object.fromEntries(names.map((x) => [x, 0])) });
  expect(warnings).toHaveLength(20);
});

describe("kink", () => {
  const kinked: [string, object, string][] = [
    ["abs(x)", { x: 0 }, "abs"],
    ["maximum(x, 2)", { x: 2 }, "maximum"],
    ["cos(norm(x))", { x: 0 }, "norm"],
    ["hypot(x, 0*x)", { x: 0 }, "hypot"],
    ["relu(x)", { x: 0 }, "relu"],
    ["where(x < 1, x, x^2)", { x: 1 }, "where"],
    ["floor(x)*x", { x: 2 }, "floor"],
    ["round(x)*x", { x: 2.5 }, "round"],
    ["remainder(x, 2)", { x: 4 }, "remainder"],
    ["acos(x)", { x: -1 }, "acos"],
    ["std(x)", { x: 3 }, "std"],
  ];

  test.each(kinked)(
    "of %s at %j is told by hessian, and by gradient where it is asked for",
    async (expression, inputs, operator) => {
      const { ok } = start();
      const kinksOf = (answer: { warnings?: (Told & { operator?: string })[] }) =>
        (answer.warnings ?? []).filter(({ type }) => type === "kink").map((warning) => warning.operator);
      const call = { graph: { expression }, inputs };
      expect(kinksOf(await ok("hessian", call))).toEqual([operator]);
      expect(kinksOf(await ok("hvp", { ...call, seeds: { x: 1 } }))).toEqual([operator]);
      expect(kinksOf(await ok("gradient", { ...call, diagnose: true }))).toEqual([operator]);
      expect(kinksOf(await ok("jacobian", { ...call, diagnose: true }))).toEqual([operator]);
      expect(kinksOf(await ok("gradient", call))).toEqual([]);
    },
  );

  test.each([
    ["abs(x)", 1e-300],
    ["maximum(x, 2)", 1],
    ["x^2", 0],
    ["x^0", 0],
    ["abs(2) + x", 0],
    ["where(x < 1, x, x^2)", 2],
    ["sqrt(x)", 1],
    ["trunc(x)*x", 0],
  ])("of %s at %d there is none", async (expression, x) => {
    const { ok } = start();
    expect(types(await ok("hessian", { graph: { expression }, inputs: { x } }))).toEqual([]);
  });

  test.each([
    ["norm(x)^2", [0, 0]],
    ["square(norm(x)) + 0*x[0]", [0, 0]],
    ["r = hypot(x[0], x[1]); r*r", [0, 0]],
    ["abs(x[0])^2 + abs(x[1])^2", [0, 0]],
    ["2*std(x)^2", [3, 3]],
    ["4*(norm(x)/2)^2", [0, 0]],
    ["0.5*square(2*norm(x)) - norm(x)^2", [0, 0]],
    ["(-norm(x))^2", [0, 0]],
    ["(3*(-hypot(x[0], x[1])*1e-20)/3/1e-20)^2", [0, 0]],
    ["r = norm(x)/2; 3*r^2 + square(-r)", [0, 0]],
    ["2*(1 - exp(-0.5*(norm(x)/0.5)^2/4))", [0, 0]],
  ])("of %s there is none, for the square of a radius has its second derivative", async (expression, x) => {
    const inputs = [{ name: "x", shape: [2] }];
    const call = { graph: { expression, inputs }, inputs: { x }, layout: "matrix" };
    const answer = await start().ok("hessian", call);
    expect(types(answer)).toEqual([]);
    const spread = expression.includes("std") ? 1 : 0;
    const [[a, b], [c, d]] = answer.hessian;
    expect([a, d]).toEqual([expect.closeTo(2 - spread, 14), expect.closeTo(2 - spread, 14)]);
    expect([b, c]).toEqual([expect.closeTo(-spread, 14), expect.closeTo(-spread, 14)]);
  });

  test("of a radius is told where it is used otherwise too", async () => {
    const graph = { expression: "norm(x)^2 + norm(x)" };
    const { warnings } = await start().ok("hessian", { graph, inputs: { x: 0 } });
    expect(warnings).toContainEqual(expect.objectContaining({ type: "kink", operator: "norm" }));
  });

  test.each(["r = norm(x)/2; r^2 + r", "r = -norm(x); [r^2, r][0]", "(2*norm(x))^3", "sum((norm(x)/[2, 2])^2)"])(
    "of a radius is told where a multiple of it is used otherwise than to be squared, as in %s",
    async (expression) => {
      const { warnings } = await start().ok("hessian", { graph: { expression }, inputs: { x: [0, 0] } });
      expect(warnings).toContainEqual(expect.objectContaining({ type: "kink", operator: "norm" }));
    },
  );

  test("of a radius is none through a long chain of multiples, each of which is squared", async () => {
    const length = 500;
    const lines = Array.from({ length }, (_, i) => `r${i + 1} = -r${i}; s${i + 1} = s${i} + r${i + 1}^2 / ${length}`);
    const expression = `r0 = norm(x); s0 = 0; ${lines.join("; ")}; s${length}`;
    const { ok } = start();
    const answer = await ok("hessian", { graph: { expression }, inputs: { x: 0 }, layout: "matrix" });
    expect(types(answer)).toEqual([]);
    expect(answer.hessian[0][0]).toBeCloseTo(2, 9);
  });

  test("is told with the node's name and its points", async () => {
    const { ok } = start();
    const graph = { expression: "a = abs(x); y = a + z" };
    const call = { graph, inputs: { x: [0, 1, 0], z: 0 }, batch: 3, diagnose: true };
    expect((await ok("gradient", call)).warnings).toMatchObject([
      { type: "kink", node: "a", operator: "abs", points: [0, 2] },
    ]);
    expect(types(await ok("gradient", { ...call, wrt: ["z"] }))).toEqual([]);
    const { graph: id } = await ok("graph.put", { graph });
    expect((await ok("gradient", { ...call, graph: id })).warnings).toMatchObject([{ type: "kink", node: "n1" }]);
  });

  test("of a where that holds at one point only is told to everybody", async () => {
    const { ok } = start();
    const graph = { expression: "where(x==0, 0, x*log(z))" };
    for (const x of [0, 1, 0]) {
      const answer = await ok("gradient", { graph, inputs: { x, z: 23 } });
      expect(types(answer)).toEqual(x === 0 ? ["kink"] : []);
    }
  });

  test("of max and min is a tie", async () => {
    const { ok } = start();
    const graph = { expression: "max(x)", inputs: [{ name: "x", shape: [3] }] };
    const told = async (x: number[]) => types(await ok("gradient", { graph, inputs: { x }, diagnose: true }));
    expect(await told([1, 2, 2])).toEqual(["kink"]);
    expect(await told([1, 1, 2])).toEqual([]);
  });
});

describe("studies warn as other methods do", () => {
  const kinked = { graph: { expression: "abs(x) + sqrt(z*z)" }, inputs: { x: 0, z: 0 } };
  const expected = [
    { type: "indeterminate", of: "y", wrt: "z" },
    { type: "kink", operator: "abs" },
    { type: "kink", operator: "sqrt" },
  ];

  test.each(["compare", "trace"])("%s, of kinks too", async (method) => {
    expect((await start().ok(method, kinked)).warnings).toMatchObject(expected);
  });

  test("check, which adds what it could not decide", async () => {
    const { warnings, verdict } = await start().ok("check", kinked);
    expect(warnings).toEqual(expect.arrayContaining(expected.map((one) => expect.objectContaining(one))));
    expect(verdict).not.toBe("passed");
  });

  test("numerical, of kinks where it is asked and of values", async () => {
    const { ok } = start();
    expect(await ok("numerical", kinked)).not.toHaveProperty("warnings");
    expect(types(await ok("numerical", { ...kinked, diagnose: true }))).toEqual(["kink", "kink"]);
    const infinite = { graph: { expression: "w = 2*x; y = log(x)", outputs: ["y"] }, inputs: { x: 0 } };
    expect(types(await ok("numerical", infinite))).toEqual(["nonfinite", "unused"]);
  });

  test("compare takes forward and reverse mode as the methods answer them", async () => {
    const graph = { expression: "where(x > 0, sqrt(x), 0) + 1/(1/x)" };
    const { rows } = await start().ok("compare", { graph, inputs: { x: 0 } });
    const exact = rows.slice(-2).map(({ jacobian }: { jacobian: { y: { x: number } } }) => jacobian.y.x + 0);
    expect(exact).toEqual([0, 0]);
  });
});

test.each(["IEEE", "ignore", 1, true])(
  "zeros other than the two words are refused with their path: %s",
  async (zeros) => {
    const call = { graph: { expression: "1/x" }, inputs: { x: 1 }, zeros };
    for (const method of ["gradient", "jacobian", "hessian"]) {
      expect(await start().fails(method, call)).toMatchObject({ code: -32602, issues: [{ path: "/zeros" }] });
    }
  },
);
