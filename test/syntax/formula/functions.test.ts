import { describe, expect, test } from "vitest";
import { readConfig } from "../../../src/config.ts";
import { ServiceError } from "../../../src/errors.ts";
import { canonicalize } from "../../../src/graph/canonical.ts";
import { translateFormula } from "../../../src/syntax/formula/translate.ts";
import { parseGraph, readDocument } from "../../../src/syntax/sources.ts";
import { start } from "../../methods/service.ts";
import { newBuilder } from "../../support/graphs.ts";

const { limits } = readConfig();

function idOf(document: object): string {
  return canonicalize(parseGraph(document, newBuilder(), limits)).id;
}

function fault(expression: string, more: object = {}) {
  try {
    parseGraph({ expression, ...more }, newBuilder(), limits);
  } catch (error) {
    if (error instanceof ServiceError && error.type === "invalid_graph") return error.data;
    throw error;
  }
  throw new Error("it is a graph");
}

describe("functions become those of the graph form", () => {
  test("a definition, a call and a loop", () => {
    const { document } = translateFormula(
      { expression: "f(c, x) = (c*0.9 + x, c)\nlast, trace = scan(f, 0, xs)" },
      limits,
    );
    expect(document).toMatchObject({
      functions: {
        f: {
          inputs: [{ name: "c" }, { name: "x" }],
          nodes: [
            { id: "multiply_at_1_13", op: "multiply", args: ["c", 0.9] },
            { id: "add_at_1_18", op: "add", args: ["multiply_at_1_13", "x"] },
          ],
          outputs: ["add_at_1_18", "c"],
        },
      },
      nodes: [{ op: "scan", args: [0, "xs"], attrs: { function: "f", carry: 1 } }],
    });
  });

  test("the contract's scan has the same id", () => {
    const step = {
      inputs: [{ name: "c" }, { name: "x" }],
      nodes: [
        { id: "d", op: "multiply", args: [0.9, "c"] },
        { id: "n", op: "add", args: ["d", "x"] },
      ],
      outputs: ["n", { name: "trace", node: "d" }],
    };
    const document = {
      functions: { step },
      inputs: [{ name: "xs", shape: [100] }],
      nodes: [{ id: "s", op: "scan", args: [0, "xs"], attrs: { function: "step", carry: 1 } }],
      outputs: [
        { name: "last", node: "s:0" },
        { name: "trace", node: "s:1" },
      ],
    };
    const expression = "f(c, x) = (0.9 * c + x, 0.9 * c); last, trace = scan(f, 0, xs)";
    expect(idOf({ expression, inputs: document.inputs })).toBe(idOf(document));
  });

  test("in any order, over lines, in each other, and under other names", () => {
    const id = idOf({ expression: "f(a) = a^2 + a; f(x)" });
    expect(idOf({ expression: "f(x)\nf(a) = (\n  a^2\n  + a\n)" })).toBe(id);
    expect(idOf({ expression: "f(a) = g(a) + a; g(b) = b^2; f(x)" })).not.toBe(id);
    expect(idOf({ expression: "f(a) = a^2 + a; g = f; g(x)" })).toBe(id);
    expect(idOf({ expression: "f(a) = a^2 + a; unused(b) = b; f(x)" })).toBe(id);
  });

  test("those that nothing uses are told", () => {
    const read = readDocument({ expression: "f(a) = a; g(a) = f(a); h(a) = a; g(x)" }, newBuilder(), limits);
    expect(read.unused).toEqual(["h"]);
  });
});

describe("functions have the values that they say", () => {
  const values: readonly (readonly [string, Record<string, unknown>, unknown])[] = [
    ["f(a, b) = a^2 + b; f(x, 1) * f(2, x)", { x: 3 }, 70],
    ["f(c, r) = (c*0.5 + r, c); last, rows = scan(f, 0, xs); [last, rows[2]]", { xs: [1, 2, 3] }, [4.25, 2.5]],
    ["f(c) = c * 2; scan(f, x, length=5)", { x: 1 }, 32],
    ["f(k, c, r) = c * k + r; scan(f, k, 1, xs, constants=1)", { k: 2, xs: [1, 1] }, 7],
    ["f(a, b, r) = (b, a + b * r); a, b = scan(f, 0, 1, xs, carry=2); a", { xs: [1, 1, 1, 1] }, 3],
    ["less10(c) = c < 10; twice(c) = 2 * c; y, n = while(less10, twice, x, limit=20); [y, n]", { x: 1 }, [16, 4]],
    [
      "f(r) = sum(r) * r[0]; map(f, m)",
      {
        m: [
          [1, 2],
          [3, 4],
        ],
      },
      [3, 21],
    ],
    ["f(a) = a + 1; g(a) = a * 10; cond(x > 2, f, g, x)", { x: 3 }, 4],
    ["f(a) = a + 1; g(a) = a * 10; cond(x > 2, f, g, x)", { x: 2 }, 20],
    ["f(a) = a + 1; g(a) = a * 10; switch(int32(1), [f, g], x)", { x: 2 }, 20],
    ["f(a) = sum(a^3); grad(f)(x)", { x: [1, 2] }, [3, 12]],
    ["f(a) = a^3; f'(x)", { x: 2 }, 12],
    ["f(a) = a^3; f''(x)", { x: 2 }, 12],
    ["f(a) = a^3; f'''(x) + f(x)", { x: 2 }, 14],
    ["f(a, b) = a^2 * b; gx, gy = grad(f)(x, y); [gx, gy]", { x: 2, y: 3 }, [12, 4]],
    ["f(a, b) = a^2 * b; [D(f, 0)(x, y), D(f, 1)(x, y)]", { x: 2, y: 3 }, [12, 4]],
    ["f(a, b) = a^2 * b; D(D(f, 0), 1)(x, y)", { x: 2, y: 3 }, 4],
    ["f(a, b) = a^2 * b; grad(f, wrt=1)(x, y)", { x: 2, y: 3 }, 4],
    [
      "f(a) = a * a; jacobian(f)(x)",
      { x: [1, 2] },
      [
        [2, 0],
        [0, 4],
      ],
    ],
    [
      "f(a) = a[0]^2 * a[1]; hessian(f)(x)",
      { x: [1, 2] },
      [
        [4, 2],
        [2, 0],
      ],
    ],
    ["f(a) = a^2; y, t = jvp(f)(x, 1); t + y", { x: 3 }, 15],
    ["f(a) = sum(a^2); _, t = jvp(grad(f))(x, [1, 0]); t", { x: [1, 2] }, [2, 0]],
    ["f(a) = a^3; map(grad(f), xs)", { xs: [1, 2] }, [3, 12]],
    ["f(a) = a^3; df = grad(f); df(x) + df(1)", { x: 2 }, 15],
    ["f(a) = a.shape[0] * sum(a[1:]'); f(x) + f([1, 1])", { x: [1, 2, 3] }, 17],
    ["f(a) = (s = a + 1; p, q = (s, a); s * p - q); t = f(x); t + f(t)", { x: 1 }, 16],
    ["newton(c) = c - p(c) / p'(c); p(t) = t^2 - 2; scan(newton, x, length=6)", { x: 1 }, Math.SQRT2],
  ];
  test.each(values)("%s", async (expression, inputs, expected) => {
    const { outputs } = await start().ok("evaluate", { graph: { expression }, inputs });
    const found = JSON.parse(JSON.stringify(Object.values(outputs)[0]));
    expect([found].flat(3)).toEqual([expected].flat(3).map((x) => expect.closeTo(x as number, 12)));
  });

  test("and are differentiated like anything else", async () => {
    const { ok } = start();
    const graph = { expression: "f(c, r) = c*r + 1; scan(f, 1, xs)" };
    const { gradient } = await ok("gradient", { graph, inputs: { xs: [2, 3] } });
    expect(gradient.xs).toEqual([3, 3]);
  });
});

describe("errors in functions name them and the place", () => {
  test.each([
    ["f(a) = a + b; f(x)", 12, '"b" is unknown in "f": a function sees its inputs only, "a"'],
    ["f(a) = a; f(b) = b; f(x)", 11, '"f" is already defined on line 1'],
    ["f(a, a) = a; f(x, x)", 6, 'two parameters are called "a"'],
    ["f(pi) = 1; f(x)", 3, '"pi" is reserved and cannot be a parameter'],
    ["f(a) = a; f = 2; f", 1, '"f" is already defined on line 1'],
    ["f = 2; f(a) = a", 1, '"f" is a function and cannot be redefined'],
    ["f(a) = a; f + 1", 13, '"+" takes no function: apply it, f(x)'],
    ["f(a) = a; sum(f)", 11, '"sum" takes no function'],
    ["f(a) = a; f", 11, '"f" is a function: apply it, f(x)'],
    ["f(a) = a", 9, "expected a statement"],
    ["f(a) = a; f'", 11, "is a function: apply it, f(x)"],
    ["f(a, b) = a; f'(x)", 14, '"f" has 2 arguments: D(f, 0) is its derivative by the first'],
    ["f(a, b) = a; map(grad(f), x, y)", 18, "has several results, where one is meant: say by which of its inputs"],
    ["f(a) = a; map(jvp(f), x, y)", 15, "has several results, where one is meant: apply it"],
    ["f(a) = a; D(f)(x)", 11, '"D" is written D(f, 0)(x, y)'],
    ["f(a) = a; D(f, x)(x)", 11, '"D" is written D(f, 0)(x, y)'],
    ["f(a) = a; f(a=x)", 13, "a function takes its arguments by position"],
    ["f(a) = a; while(f, x)", 11, '"while" takes 2 functions, condition and body, received 1'],
    ["f(a) = a; f(x, 2)", 11, 'function "f" has 1 input, received 2'],
    ["f(a) = g(a); g(a) = f(a); f(x)", 1, "functions use each other in a circle: f -> g -> f"],
    ["f(a) = 1 + sum(a[3]); f(x)", 17, 'function "f": index: a number has no axes to index'],
    ["f(a) = 1 + lag(a); f(x)", 12, 'function "f": unknown operator "lag"'],
    ["f(a) = (a, a); f(x) + 1", 16, "f has 2 results, of which one is meant: name them, a, b = f(…)"],
    ["f(a) = (a, a); p, q, r = f(x)", 26, "has 2 results, and 3 names are to take them apart"],
    ["f(a) = a; scan(f, x)", 11, "scan"],
    ["f(a) = (t = a; t = 2; t); f(x)", 16, '"t" is already defined'],
    ["f(a) = (t, t = a, a; t); f(x)", 12, '"t" is already defined'],
    ["f(a) = (t = a; u = t", 21, "found the end of the formula"],
    ["f(a) = (t = a); f(x)", 14, 'expected ";" and what the function gives, found ")"'],
    ["f(a) = (t = a; t; 2); f(x)", 17, 'expected the ")" that ends the function, found ";"'],
    ["f(a) = (t = a; t) + 1; f(x)", 19, 'expected the end of the function, found "+"'],
    ["f(a) = a; f.jvp = df; f(x)", 19, '"df" is no function of the formula'],
    ["f(a) = a; g.jvp = f; f(x)", 11, '"g" is no function of the formula'],
    ["f(a) = a; f.grad = f; f(x)", 12, "a function has .jvp or .vjp, not .grad"],
    ["f(a) = a; f.jvp = f + 1; f(x)", 19, 'expected the name of the function that is the jvp of "f"'],
    ["f(a) = a; g(a, t) = t; f.jvp = g; f.vjp = g; f(x)", 35, '"f" has a derivative already'],
    ["f(a) = a; g(a) = a; f.jvp = g; f(x)", undefined, '"jvp"'],
    ["f(a: float) = a; f(x)", 6, '"float" is no dtype'],
    ["f(a) = (t = a; t * x); f(x)", 20, '"x" is unknown in "f"'],
  ] as const)("%s", (expression, column, reason) => {
    const data = fault(expression);
    expect(data.reason).toContain(reason);
    if (column !== undefined) expect(data).toMatchObject({ line: 1, column });
  });
});

describe("many functions take linear time", { timeout: 15_000 }, () => {
  test("in a row, in each other, and with many parameters", () => {
    const n = 20_000;
    const many = Array.from({ length: n }, (_, i) => `f${i}(a) = a + ${i}`).join("\n");
    expect(Object.keys(translateFormula({ expression: `${many}\nf1(x)` }, limits).document.functions!)).toHaveLength(n);
    const wide = Array.from({ length: n }, (_, i) => `a${i}`).join(", ");
    expect(translateFormula({ expression: `f(${wide}) = a1; x` }, limits).document.nodes).toHaveLength(0);
    expect(() => translateFormula({ expression: `f(${wide}, a1) = a1; x` }, limits)).toThrow("two parameters");
    const names = Array.from({ length: 50_000 }, (_, i) => `a${i}`).join(", ");
    expect(fault(`${names} = x`).reason).toContain("50000 names are to take it apart");
    const calls = `g(a) = a; f(a) = ${new Array(150_000).fill("g(a)").join("+")}; x`;
    expect(parseGraph({ expression: calls }, newBuilder(), limits).outputs).toHaveLength(1);
    expect(() => translateFormula({ expression: `f(a) = a; f${"'".repeat(100_000)}(x)` }, limits)).not.toThrow(
      RangeError,
    );
  });
});
