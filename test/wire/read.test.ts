import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readConfig } from "../../src/config.ts";
import { jsonFault } from "../../src/wire/json/json-fault.ts";
import { parseJson } from "../../src/wire/json/read.ts";
import { structureOf } from "../../src/wire/json/structure.ts";

const { limits } = readConfig();

const bytes = (text: string) => new TextEncoder().encode(text);
const nested = (depth: number) => bytes(`${"[".repeat(depth)}${"]".repeat(depth)}`);
const failure = (body: Uint8Array) => {
  try {
    parseJson(body, limits);
  } catch (error) {
    const { type, message, data } = error as { type: string; message: string; data: unknown };
    return { type, message, data };
  }
  return undefined;
};

describe("parsing a body", () => {
  test("takes what JSON.parse takes", () => {
    fc.assert(
      fc.property(fc.json({ depthSize: "small", maxDepth: 10 }), (text) => {
        expect(parseJson(bytes(text), limits)).toEqual(JSON.parse(text));
      }),
    );
  });

  test("measures the depth that the value has, whatever is in its strings", () => {
    const depthOf = (value: unknown): number =>
      typeof value === "object" && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 8, stringUnit: fc.constantFrom("[", "{", "]", "}", '"', "\\", "é") }),
        (v) => {
          expect(structureOf(bytes(JSON.stringify(v))).depth).toBe(depthOf(v));
        },
      ),
    );
  });

  test("lets 64 levels through and refuses 65", () => {
    expect(failure(nested(63))).toBeUndefined();
    expect(failure(nested(64))).toBeUndefined();
    expect(failure(nested(65))).toEqual({
      type: "parse_error",
      message: "the body nests 65 deep, 64 allowed",
      data: { limit: "depth", allowed: 64, received: 65 },
    });
    expect(failure(bytes('{"a":'.repeat(65)))?.data).toEqual({ limit: "depth", allowed: 64, received: 65 });
  });

  test("counts the same in long bodies, many brackets or few, in strings or not", () => {
    const long = (text: string) => bytes(`[${text}, "${"x".repeat(5000)}"]`);
    const levels = (depth: number) => `${"[{".repeat(depth / 2).replaceAll("{", '{"a":')}1${"}]".repeat(depth / 2)}`;
    expect(failure(long(levels(62)))).toBeUndefined();
    expect(failure(long(levels(64)))?.data).toEqual({ limit: "depth", allowed: 64, received: 65 });
    expect(failure(long(`"${"[".repeat(500)}"`))).toBeUndefined();
    expect(failure(long("[], ".repeat(500).concat("{}")))).toBeUndefined();
  });

  test("refuses a million levels without overflowing", () => {
    expect(failure(nested(1e6))?.data).toEqual({ limit: "depth", allowed: 64, received: 1e6 });
  });

  test("refuses what is not UTF-8", () => {
    for (const bad of [
      [0x22, 0xff, 0x22],
      [0x22, 0xc3, 0x22],
      [0x22, 0xed, 0xa0, 0x80, 0x22],
      [0x22, 0xc0, 0xaf, 0x22],
    ]) {
      expect(failure(Uint8Array.from(bad))).toEqual({
        type: "parse_error",
        message: "the body is not UTF-8",
        data: {},
      });
    }
  });

  test.each([
    ['{"password": 1 hunter2}', 1, 16, 'expected "," or "}", found "h"'],
    ["[1, 2", 1, 6, 'expected "," or "]", found the end of the body'],
    ['{"graph": {"expression": "x"},\n "inputs": {"x": NaN}}', 2, 18, 'JSON has no NaN: write "NaN"'],
    ["[1, Infinity]", 1, 5, 'JSON has no Infinity: write "Infinity"'],
    ["[-Infinity]", 1, 2, 'JSON has no -Infinity: write "-Infinity"'],
    ["[inf]", 1, 2, 'JSON has no inf: write "Infinity"'],
    ["[True, None]", 1, 2, "JSON has no True: write true"],
    ["[1,]", 1, 4, 'expected a value, found "]": the comma before it is one too many'],
    ['{"a": 1,}', 1, 9, 'expected the name of a member, found "}": the comma before it is one too many'],
    ['{"a": }', 1, 7, 'expected a value, found "}"'],
    ["{a: 1}", 1, 2, 'expected the name of a member, found "a": write "a"'],
    ["{'a': 1}", 1, 2, `expected the name of a member, found "'" (strings are put in double quotes)`],
    ['{"a" 1}', 1, 6, 'expected ":", found "1"'],
    ['{"a"', 1, 5, 'expected ":", found the end of the body'],
    ["[01]", 1, 3, 'expected "," or "]", found "1"'],
    ["[.5]", 1, 2, 'expected a value, found "." (a number begins with a digit)'],
    ["[+5]", 1, 2, 'expected a value, found "+" (a number has no +)'],
    ["[1.]", 1, 3, 'expected "," or "]", found "." (a number begins with a digit)'],
    ["[-]", 1, 2, 'expected a value, found "-"'],
    ["{} {}", 1, 4, 'expected the end of the body, found "{"'],
    ['["a', 1, 2, "this string does not end"],
    ['["a\nb"]', 1, 4, "a line break inside of a string is written \\u or \\n"],
    ['["\\x"]', 1, 3, "no such escape in a string"],
    ["[1] // done", 1, 5, 'expected the end of the body, found "/" (JSON has no comments)'],
    ["x=1", 1, 1, 'expected a value, found "x": forms are not read, send JSON'],
  ])("refuses %j and says where and why", (text, line, column, reason) => {
    const { type, message, data } = failure(bytes(text))!;
    expect(type).toBe("parse_error");
    expect(data).toMatchObject({ line, column, reason });
    const { excerpt } = data as { excerpt: string };
    expect(excerpt.split("\n")[1]).toMatch(/^ *\^$/);
    expect(message).toBe(`the body is not JSON: line ${line}, column ${column}: ${reason}\n${excerpt}`);
  });

  test("shows no numbers and no base64 of it", () => {
    const excerpt = (text: string) => (failure(bytes(text))!.data as { excerpt: string }).excerpt;
    expect(excerpt('{"x": [8675309.5, 12, 1234567], "y": 8675309.5e3 nan}')).toBe(
      `…#####.#, 12, #######], "y": #######.#e3 nan}\n${" ".repeat(41)}^`,
    );
    const base64 = Buffer.from(new Float64Array([1.5, 2.5, 1 / 3]).buffer).toString("base64");
    expect(excerpt(`{"data": "${base64}" nan}`)).not.toContain(base64.slice(-12));
  });

  test("shows no more of a body than the characters around", () => {
    expect(failure(bytes(""))?.message).toBe("the body is empty");
    const { data } = failure(bytes(`{"password": "${"hunter2".repeat(100)}", "x": nan}`))!;
    const shown = `{"password": "${"hunter2".repeat(100)}", "x": `.slice(-40);
    expect(data).toMatchObject({ column: 723, excerpt: `…${shown}nan}\n${" ".repeat(41)}^` });
  });

  test("finds a fault in a text if and only if it is not JSON", () => {
    const isJson = (text: string) => {
      try {
        JSON.parse(text);
        return true;
      } catch {
        return false;
      }
    };
    const pieces = fc.constantFrom(
      ..."[]{}:,\"\\0123.-+eE \n\t/u'abtrfn".split(""),
      "true",
      "null",
      "NaN",
      '"a"',
      '"a":',
      "1e5",
      "\\u00e9",
      "é",
      "😀",
      "\u0001",
      "\ud800",
    );
    const texts = fc.oneof(
      fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join("")),
      fc.tuple(fc.json({ maxDepth: 4 }), fc.nat(), pieces).map(([text, at, piece]) => {
        const cut = at % (text.length + 1);
        return text.slice(0, cut) + piece + text.slice(cut + (at % 2));
      }),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const fault = jsonFault(text);
        expect(fault === undefined).toBe(isJson(text));
        if (!fault) return;
        expect(fault.offset).toBeLessThanOrEqual(text.length);
      }),
      { numRuns: 3000 },
    );
  });

  test("tolerates a byte order mark", () => {
    expect(parseJson(Uint8Array.from([0xef, 0xbb, 0xbf, 0x31]), limits)).toBe(1);
  });

  test("gives an overflowing number as Infinity, for whoever reads tensors to refuse", () => {
    expect(parseJson(bytes("[1e999, -1e999]"), limits)).toEqual([Infinity, -Infinity]);
  });

  test("keeps __proto__ as an ordinary member", () => {
    const value = parseJson(bytes('{"__proto__": {"x": 1}}'), limits) as object;
    expect(Object.keys(value)).toEqual(["__proto__"]);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });
});
