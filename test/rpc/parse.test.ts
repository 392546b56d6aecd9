import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nestingDepth, parseJson } from "../../src/rpc/parse.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const nested = (depth: number) => bytes(`${"[".repeat(depth)}${"]".repeat(depth)}`);
const failure = (body: Uint8Array, depthMax = 64) => {
  try {
    parseJson(body, depthMax);
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
        expect(parseJson(bytes(text), 64)).toEqual(JSON.parse(text));
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
          expect(nestingDepth(bytes(JSON.stringify(v)))).toBe(depthOf(v));
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

  test("refuses what is not JSON and says where, but not what", () => {
    expect(failure(bytes(""))?.message).toBe("the body is empty");
    expect(failure(bytes('{"password": 1 hunter2}'))?.message).toBe("the body is not JSON: see position 15");
    expect(failure(bytes("[1, 2"))?.message).toMatch(/^the body is not JSON/);
    expect(failure(bytes("[NaN]"))?.message).not.toMatch(/NaN/);
  });

  test("tolerates a byte order mark", () => {
    expect(parseJson(Uint8Array.from([0xef, 0xbb, 0xbf, 0x31]), 64)).toBe(1);
  });

  test("gives an overflowing number as Infinity, for whoever reads tensors to refuse", () => {
    expect(parseJson(bytes("[1e999, -1e999]"), 64)).toEqual([Infinity, -Infinity]);
  });

  test("keeps __proto__ as an ordinary member", () => {
    const value = parseJson(bytes('{"__proto__": {"x": 1}}'), 64) as object;
    expect(Object.keys(value)).toEqual(["__proto__"]);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });
});
