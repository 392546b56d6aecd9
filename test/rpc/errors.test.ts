import fc from "fast-check";
import { expect, test } from "vitest";
import {
  clip,
  inputMismatch,
  invalidGraph,
  invalidParams,
  limitExceeded,
  quote,
  ServiceError,
} from "../../src/errors.ts";

test("a cut text has at most the bytes asked for, no half characters, and shows the cut", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 100 }), fc.integer({ min: 3, max: 100 }), (text, bytesMax) => {
      const cut = clip(text, bytesMax);
      expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(bytesMax);
      expect(cut.isWellFormed()).toBe(true);
      if (cut !== text) {
        expect(Buffer.byteLength(text)).toBeGreaterThan(bytesMax);
        expect(text.startsWith(cut.slice(0, -1)) && cut.endsWith("…")).toBe(true);
      }
    }),
  );
});

test("a message is cut at 1 kB", () => {
  expect(Buffer.byteLength(new ServiceError("invalid_graph", "é".repeat(5000)).message)).toBe(999);
});

test("an error knows its code and its status", () => {
  const error = limitExceeded("rank", 32, 33);
  expect([error.code, error.status, error.type, error.message]).toEqual([
    -32004,
    413,
    "limit_exceeded",
    "rank: 33 received, 32 allowed",
  ]);
  expect(error.data).toEqual({ limit: "rank", allowed: 32, received: 33 });
});

test("an error inside a graph names the node and the operand", () => {
  const error = invalidGraph("shapes [2] and [3] do not broadcast", { node: "v1", operand: 1 });
  expect(error.message).toBe('node "v1": operand 1: shapes [2] and [3] do not broadcast');
  expect(error.data).toEqual({ reason: "shapes [2] and [3] do not broadcast", node: "v1", operand: 1 });
  expect(invalidGraph("empty").data).toEqual({ reason: "empty" });
});

test("no error repeats a long name or a long list whole", () => {
  const long = "x".repeat(10_000);
  const issues = Array.from({ length: 100 }, () => ({ path: `/${long}`, message: long }));
  for (const error of [
    invalidGraph(long, { node: long, operand: long }),
    inputMismatch(long, long, long),
    invalidParams(...issues),
  ]) {
    expect(Buffer.byteLength(error.message)).toBeLessThanOrEqual(1000);
    expect(JSON.stringify(error.data).length).toBeLessThan(45_000);
  }
  expect(quote('a"b')).toBe('"a\\"b"');
});
