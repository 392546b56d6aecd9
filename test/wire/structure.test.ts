import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readConfig } from "../../src/config.ts";
import { parseJson } from "../../src/wire/json/read.ts";
import { parsedBytes, structureOf } from "../../src/wire/json/structure.ts";

const { limits } = readConfig();
const bytes = (text: string) => new TextEncoder().encode(text);
const failure = (body: Uint8Array, settings: Partial<typeof limits>) => {
  try {
    parseJson(body, { ...limits, ...settings });
  } catch (error) {
    const { type, data } = error as { type: string; data: unknown };
    return { type, data };
  }
  return undefined;
};

/** What a value is made of, counted the slow way. */
function countsOf(value: unknown): { containers: number; members: number; strings: number } {
  const total = { containers: 0, members: 0, strings: 0 };
  const visit = (value: unknown): void => {
    if (typeof value === "string") total.strings++;
    if (typeof value !== "object" || value === null) return;
    total.containers++;
    if (!Array.isArray(value)) {
      total.members += Object.keys(value).length;
      total.strings += Object.keys(value).length;
    }
    for (const one of Object.values(value)) visit(one);
  };
  visit(value);
  return total;
}

describe("what a body is made of", () => {
  const tricky = fc.jsonValue({
    maxDepth: 5,
    stringUnit: fc.constantFrom("[", "{", "]", "}", '"', "\\", ",", ":", "é"),
  });

  test("is counted whatever is in its strings, in few flat arrays and in many, short and long", () => {
    const numbers = fc.constantFrom("1", "[1,-2.5e3]", `[${"0.25,".repeat(2000)}1]`, `"${'\\"['.repeat(300)}"`);
    fc.assert(
      fc.property(tricky, numbers, fc.nat(3), (value, flat, blanks) => {
        const text = `[${JSON.stringify(value, undefined, blanks)},${flat}]`;
        const { containers, members, strings } = structureOf(bytes(text));
        expect({ containers, members, strings }).toEqual(countsOf(JSON.parse(text)));
      }),
    );
  });

  test("is told with the times that calls ask for, by depth", () => {
    const params = { timeoutMs: 50, inputs: { timeoutMs: 7, "\\timeoutMs": 8 }, note: '"timeoutMs": 9' };
    const timesOf = (value: unknown) => [...structureOf(bytes(JSON.stringify(value, undefined, 1))).timeoutsMs];
    expect(timesOf(params)).toEqual([
      [1, 50],
      [2, 7],
    ]);
    expect(
      timesOf([{ params: { timeoutMs: 3 } }, { params: { timeoutMs: 60, xs: new Array(9000).fill(0.125) } }]),
    ).toEqual([[3, 60]]);
    expect(timesOf({ timeoutMs: "soon", a: { timeoutMs: null } })).toEqual([]);
  });

  test("is counted of bodies that are cut off anywhere", () => {
    const whole = bytes('[{"timeoutMs":50},{"tabcdefgh":"timeoutMs"}]');
    for (let end = 0; end < whole.length; end++) {
      expect(failure(whole.subarray(0, end), {})?.type).toBe("parse_error");
    }
  });

  test.each([
    ["jsonContainers", "[[],{},[]]", 4],
    ["jsonMembers", '{"a":1,"b":{"c":":"}}', 3],
    ["jsonStrings", '["a",{"b":"c"}]', 3],
  ] as const)("passes no limit on %s", (limit, text, count) => {
    expect(failure(bytes(text), { [limit]: count })).toBeUndefined();
    expect(failure(bytes(text), { [limit]: count - 1 })).toMatchObject({
      type: "limit_exceeded",
      data: { limit, allowed: count - 1, received: count },
    });
  });

  test("takes no more memory than is told", () => {
    const count = 200_000;
    const units = ["[],", "{},", "1,", "1.5,", '"abc",', '{"a":1},', "[1.5,2],", "-0.1234567890123456,"];
    const texts = units.map((unit) => `[${unit.repeat(count).slice(0, -1)}]`);
    texts.push(`{${Array.from({ length: count }, (_, i) => `"${i.toString(36)}":1`).join()}}`);
    for (const text of texts) {
      const told = parsedBytes(structureOf(bytes(text)), text.length);
      const before = process.memoryUsage().heapUsed;
      const value = JSON.parse(text);
      const taken = process.memoryUsage().heapUsed - before;
      expect(taken).toBeLessThan(told);
      expect(value).toBeTypeOf("object");
    }
  });
});
