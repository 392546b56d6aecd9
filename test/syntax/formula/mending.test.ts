import { describe, expect, test } from "vitest";
import { readConfig } from "../../../src/config.ts";
import { ServiceError } from "../../../src/errors.ts";
import { findOperator, operators } from "../../../src/operators/index.ts";
import { translateFormula } from "../../../src/syntax/formula/translate.ts";
import { elsewhere, unknownOperator } from "../../../src/syntax/operator-names.ts";
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
      if (/^\w+$/.test(meant)) expect(findOperator(meant), meant).toBeDefined();
      else {
        for (const expression of meant.split(", or ")) {
          const { nodes } = translateFormula({ expression }, limits).document;
          for (const { op } of nodes) expect(findOperator(op), op).toBeDefined();
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
