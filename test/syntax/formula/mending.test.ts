import { describe, expect, test } from "vitest";
import { readConfig } from "../../../src/config.ts";
import { ServiceError } from "../../../src/errors.ts";
import { findOperator, operators } from "../../../src/operators/index.ts";
import { elsewhere } from "../../../src/syntax/elsewhere.ts";
import { translateFormula } from "../../../src/syntax/formula/translate.ts";
import { unknownOperator } from "../../../src/syntax/operator-names.ts";
import { parseGraph, readDocument } from "../../../src/syntax/sources.ts";
import { newBuilder } from "../../support/graphs.ts";

const { limits } = readConfig();

function fault(document: unknown): ServiceError {
  try {
    parseGraph(document, newBuilder(), limits);
  } catch (error) {
    if (error instanceof ServiceError) return error;
    throw error;
  }
  throw new Error("it is a graph");
}

describe("names from elsewhere", () => {
  test("are none of ours, and lead to ours or to what can be written", () => {
    for (const [name, meant] of Object.entries(elsewhere)) {
      expect(findOperator(name), name).toBeUndefined();
      if (/^\w{2,}$/.test(meant)) expect(findOperator(meant), meant).toBeDefined();
      else {
        for (const expression of meant.split(", or ")) {
          const { nodes } = translateFormula({ expression }, limits).document;
          for (const { op, sugar } of nodes) {
            if (!sugar || sugar.meaning.kind === "call") expect(findOperator(op), op).toBeDefined();
          }
        }
      }
    }
  });

  test.each([
    ["arctan(x)", "write atan(x)"],
    ["power(x, 2)", "write pow(x, y)"],
    ["fabs(x)", "write abs(x)"],
    ["mod(x, 2)", "write remainder(x, y)"],
    ["sgn(x)", "write sign(x)"],
    ["dot(x, x)", "write x @ y, or vecdot(x, y)"],
    ["Arctan2(x, x)", "write atan2(y, x)"],
    ["sine(x)", "did you mean sin(x)?"],
    ["sigmiod(x)", "did you mean sigmoid(x)?"],
    ["artcan(x)", "did you mean atan(x)?"],
    ["EXP(x)", "did you mean exp(x)?"],
    ["max(x, 0)", "write maximum(x, y)"],
    ["min(x, 0)", "write minimum(x, y)"],
    ["maximum(x)", "write max(x)"],
    ["log(x, 2)", "write log(x) / log(base)"],
    ["atan(x, 2)", "write atan2(y, x)"],
  ])("%s: %s", (expression, hint) => {
    const { data } = fault({ expression });
    expect(data.reason).toContain(hint);
    expect(data).toMatchObject({ line: 1, column: 1, excerpt: `${expression}\n^` });
  });

  test("no suggestion is better than a far one", () => {
    expect(unknownOperator("hypergeometric")).toBe('unknown operator "hypergeometric"');
    expect(unknownOperator("constructor")).toBe('unknown operator "constructor"');
    expect(unknownOperator("qqq")).toBe('unknown operator "qqq"');
  });

  test("one letter off is found for every operator", () => {
    for (const { name } of operators) {
      if (name.length < 4) continue;
      const misspelt = `${name.slice(0, 2)}${name[1]}${name.slice(2)}`;
      if (findOperator(misspelt)) continue;
      // Another may be as near: taanh is one letter off from tanh and from atanh.
      expect(unknownOperator(misspelt)).toMatch(/did you mean \w+\(/);
    }
  });

  test("are suggested in the graph form too", () => {
    const nodes = [{ id: "y", op: "power", args: ["x", 2] }];
    expect(fault({ inputs: [{ name: "x" }], nodes, outputs: ["y"] }).message).toBe(
      'node "y": unknown operator "power": write pow(x, y)',
    );
  });
});

describe("what formulas do not have says what to write", () => {
  test.each([
    ["x | y", "a or b for a | b"],
    ["x!", "x! is written exp(lgamma(x + 1))"],
    ["x .* y", "write *, which goes element by element"],
    ["x² + 1", "write ^2"],
    ["√x", "write sqrt(x)"],
    ["x > 0 ? 1 : 2", "a if condition else b"],
    ["x & y", "a and b"],
    ["~x", "not a"],
    ["{x}", "( or ["],
    ["A \\ b", "solve(A, b) for A \\ b"],
    ["x ~= y", "write !="],
    ["x <> y", "unequal is written !="],
    ["x =< 2", "<= compares"],
    ["s += 1", "write it anew, t = s + x"],
    ["A %*% x", "a product of matrices is written with @"],
    ["α * x", "a name like alpha"],
    ["Δx", "a name like Delta"],
    ["x₁", "write 1"],
    ["x⁻¹", "write ^-"],
    ["Aᵀ", "write '"],
    ["∑(x)", "write sum(x)"],
    ["x ≈ y", "abs(a - b) < tolerance"],
    ["‖x‖", "write norm(x)"],
    ["x\u00a0+ 1", "write a plain blank"],
    ["3x + 1", "a product is written with *"],
    ["1_000 * x", "digits are written without _"],
    ["0x1F", "numbers are decimal"],
    ["1.5d-3", "an exponent is written 1e-3"],
    ["2j * x", "there are no complex numbers"],
    ["sin x", "a call with parentheses"],
    ["sin^2(x)", "a power of a function is written sin(x)^2"],
    ["[1 2 3]", "items are separated by commas"],
    ["[x, y; z, w]", "rows are written [[1, 2], [3, 4]]"],
    ["x, y", "several outputs have names, which `outputs` lists"],
    ["def f(x): x", "a function is written f(x) = …"],
    ["f = lambda x: x", "a function is written f(x) = …"],
    ["f(t) := t", 'a name is given by "=" alone'],
    ["let s = 2", "a name is given by s = …"],
    ["return x", "the last statement is, is the result"],
    ["for i in x", "a loop is map, scan or while"],
    ["if x > 0 then 1 else 2", "a choice is written a if condition else b"],
    ["% all of it", "a comment begins with #"],
    ["x XOR y", "a xor b is written"],
    ["np.sin(x)", "write sin(…) without np."],
    ["x.sum()", "an operator is called by its name, sum(x)"],
    ["A.I @ x", "write inv(x)"],
    ["x[np.newaxis]", "write None"],
    ["map(sin, x)", "takes a function that the formula defines: f(t) = …; map(f, …)"],
    ["grad(x^2)", "f(t) = …; grad(f)(…)"],
    ["x(x + 1)", "write x * (…) for a product, x[…] for an element"],
    ["q = qr([[1]]); q", "name them, a, b = qr(…), and use one"],
    ["f(a, b) = a * b; grad(f)(x, x)", "or say by which input: grad(f, wrt=0)(…)"],
  ])("%s: %s", (expression, hint) => {
    expect(fault({ expression }).data.reason).toContain(hint);
  });
});

describe("errors show where they are", () => {
  test("in the line, with a caret under the place, in what a caller reads first", () => {
    const { message, data } = fault({ expression: "u = sin(x)\nv = 2 * (u +\t$)\nv" });
    expect(data).toMatchObject({ line: 2, column: 14, excerpt: "v = 2 * (u + $)\n             ^" });
    expect(message).toBe(`line 2, column 14: unexpected character "$" (U+0024)\n${data.excerpt}`);
  });

  test("with the characters around, of long lines", () => {
    const { data } = fault({ expression: `${"x + ".repeat(100)}$${" + x".repeat(100)}` });
    expect(data).toMatchObject({ line: 1, column: 401 });
    expect(data.excerpt).toBe(`…${"x + ".repeat(10)}$ + x + x + x + x + …\n${" ".repeat(41)}^`);
  });

  test("for named statements too, where their operator stands", () => {
    const { data } = fault({ expression: "u = x + 1\nv = 2 - max(u, 0)\nw = 3 * max(u, v)\nw" });
    expect(data).toMatchObject({ line: 2, column: 9, node: "max_at_2_9" });
    expect(fault({ expression: "u = x\nv = max(u, 0)\nv" }).data).toMatchObject({ line: 2, column: 5, node: "v" });
  });

  test("and never break a terminal", () => {
    const { message } = fault({ expression: "x + \u001b[2J\u202e$" });
    expect([...message].filter((character) => character < " " || character === "\u202e")).toEqual(["\n", "\n"]);
  });
});

test("named statements that nothing uses are told", () => {
  const unused = (document: unknown) => readDocument(document, newBuilder(), limits).unused;
  expect(unused({ expression: "a = x; b = a + 1; c = 2 * a; c" })).toEqual(["b"]);
  expect(unused({ expression: "a = x; b = a + 1" })).toEqual([]);
  expect(unused({ expression: "a = x; b = a + 1", outputs: ["a"] })).toEqual(["b"]);
  expect(unused({ expression: "a = x; b = a + 1; c = b; x" })).toEqual(["c"]);
  expect(unused({ inputs: [{ name: "x" }], nodes: [{ id: "n", op: "sin", args: ["x"] }], outputs: ["x"] })).toEqual([]);
});
