import { decode, encode, type TagDecodeControl } from "cborg";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bytesOfElements, dtypes } from "../../src/graph/dtype.ts";
import { ndarray } from "../../src/graph/ndarray.ts";
import { type Answer, KeptAnswer, NumberText, PlainAnswer, TensorLeaf, WrittenAnswer } from "../../src/wire/answer.ts";
import { cbor } from "../../src/wire/cbor/cbor.ts";
import type { ReadLimits } from "../../src/wire/codec.ts";
import { wholeText } from "../../src/wire/text.ts";

const limits: ReadLimits = { depth: 64, jsonContainers: 1000, jsonMembers: 1000, jsonStrings: 1000 };
const read = (bytes: Uint8Array) => cbor.read(bytes, limits);
const hex = (text: string) => Uint8Array.fromHex(text.replaceAll(" ", ""));
const bytesOf = (answer: Answer) => Buffer.from(wholeText(cbor.write(answer)));
const typed = Object.fromEntries(
  [64, 72, 77, 78, 79, 84, 85, 86].map((tag) => [tag, (control: TagDecodeControl) => ({ tag, bytes: control() })]),
);
const readBack = (answer: Answer) => decode(new Uint8Array(bytesOf(answer)), { tags: typed });

function fault(bytes: Uint8Array): { type: string; reason: string } {
  try {
    read(bytes);
  } catch (error) {
    const { type, data } = error as { type: string; data: { reason?: string; limit?: string } };
    return { type, reason: data.reason ?? data.limit ?? "" };
  }
  throw new Error("it was read");
}

describe("bodies in CBOR", () => {
  test("are the values that the same in JSON would be", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(read(encode(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test("have numbers as they are, those that JSON has not by what stands for them there", () => {
    expect(read(hex("84 f97e00 f97c00 fbfff0000000000000 f98000"))).toEqual(["NaN", "Infinity", "-Infinity", -0]);
    expect(read(hex("82 fa3dcccccd 1b0020000000000001"))).toEqual([Math.fround(0.1), 2 ** 53]);
    expect(read(hex("a1 626964 1b0020000000000001"))).toEqual({ id: new NumberText("9007199254740993") });
    expect(read(hex("a1 626964 3b0020000000000001"))).toEqual({ id: new NumberText("-9007199254740994") });
  });

  test("have typed arrays of either byte order", () => {
    const cases = [
      ["d840 42 0001", Uint8ClampedArray.of(0, 1)],
      ["d844 42 ff01", Uint8ClampedArray.of(255, 1)],
      ["d841 44 00010200", Uint16Array.of(1, 512)],
      ["d845 44 01000002", Uint16Array.of(1, 512)],
      ["d842 44 00000001", Uint32Array.of(1)],
      ["d847 48 0100000000000000", BigUint64Array.of(1n)],
      ["d848 42 ff01", Int8Array.of(-1, 1)],
      ["d849 42 fffe", Int16Array.of(-2)],
      ["d84a 44 fffffffe", Int32Array.of(-2)],
      ["d84e 44 feffffff", Int32Array.of(-2)],
      ["d84b 48 fffffffffffffffe", BigInt64Array.of(-2n)],
      ["d850 42 3c00", Float32Array.of(1)],
      ["d854 42 003c", Float32Array.of(1)],
      ["d851 44 3f800000", Float32Array.of(1)],
      ["d855 44 0000803f", Float32Array.of(1)],
      ["d852 48 3ff0000000000000", Float64Array.of(1)],
      ["d856 48 000000000000f03f", Float64Array.of(1)],
    ] as const;
    for (const [bytes, array] of cases) expect(read(hex(bytes))).toEqual(array);
  });

  test("may have arrays and maps of no known length, texts and bytes not", () => {
    expect(read(hex("9f 01 9f ff bf 6161 02 ff ff"))).toEqual([1, [], { a: 2 }]);
    expect(fault(hex("7f 6161 ff")).reason).toMatch(/send their length/);
    expect(fault(hex("5f 4101 ff")).reason).toMatch(/send their length/);
    expect(fault(hex("bf 6161 ff")).reason).toMatch(/ends after a key/);
    expect(fault(hex("ff")).reason).toMatch(/break/);
    expect(fault(hex("81 ff")).reason).toMatch(/break/);
  });

  test("that are cut off anywhere, or go on after their end, are refused", () => {
    const whole = encode({ graph: { expression: "x" }, inputs: { x: [1.5, 2, "NaN"] }, list: [new Uint8Array(3)] });
    for (let length = 1; length < whole.length; length++) {
      expect(fault(whole.subarray(0, length))).toEqual({ type: "parse_error", reason: "the body is cut off" });
    }
    expect(fault(new Uint8Array([...whole, 0])).reason).toBe("more bytes follow the end");
    expect(fault(new Uint8Array())).toMatchObject({ type: "parse_error" });
  });

  test("that are not as they have to be tell where and why", () => {
    const cases = [
      ["c0 6161", /tag 0 is not read/],
      ["d9d9f7 01", /tag 55799 is not read/],
      ["d853 50 00000000000000000000000000000000", /tag 83 is not read/],
      ["d84c 41 00", /tag 76 is not read/],
      ["d856 01", /stands before bytes/],
      ["d856 d856 41 00", /stands before bytes/],
      ["d856 43 000000", /no whole elements/],
      ["a2 6161 01 6161 02", /repeat map key/],
      ["a1 01 02", /keys of maps are texts/],
      ["a1 f5 02", /keys of maps are texts/],
      ["61 ff", /not UTF-8/],
      ["a1 61ff 01", /not UTF-8/],
      ["1c", /additional information/],
      ["f8 20", /simple value/],
      ["f0", /simple value/],
    ] as const;
    for (const [bytes, reason] of cases) {
      const told = fault(hex(bytes));
      expect(told.type).toBe("parse_error");
      expect(told.reason).toMatch(reason);
    }
  });

  test("that hold too much, or say so, are refused before they are read", () => {
    expect(fault(hex(`${"81".repeat(65)}01`))).toMatchObject({ type: "parse_error" });
    expect(read(hex(`${"81".repeat(64)}01`))).toBeDefined();
    expect(fault(hex("9b 0000ffffffffffff 01")).reason).toMatch(/cut off/);
    expect(fault(hex("bb 0000ffffffffffff 01"))).toMatchObject({ type: "limit_exceeded", reason: "jsonMembers" });
    expect(fault(hex("5b 0000ffffffffffff 01")).reason).toMatch(/cut off/);
    expect(fault(encode(Array.from({ length: 1000 }, () => [])))).toEqual({
      type: "limit_exceeded",
      reason: "jsonContainers",
    });
    expect(fault(encode(Array.from({ length: 1001 }, () => "a")))).toEqual({
      type: "limit_exceeded",
      reason: "jsonStrings",
    });
    const map = Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`k${i}`, 0]));
    expect(fault(encode(map)).reason).toBe("jsonMembers");
  });

  test("are read or refused, whatever bytes they are", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        try {
          read(bytes);
        } catch (error) {
          expect(["parse_error", "limit_exceeded"]).toContain((error as { type: string }).type);
        }
      }),
      { numRuns: 3000 },
    );
  });

  test("are weighed: whether they are lists, what times they ask for, and what reading them takes", () => {
    const call = { jsonrpc: "2.0", params: { timeoutMs: 500, inputs: { timeoutMs: 7 } } };
    expect(cbor.weigh(encode(call), limits)).toMatchObject({
      isList: false,
      timeoutsMs: new Map([
        [2, 500],
        [3, 7],
      ]),
    });
    const both = [{ params: { timeoutMs: 1.5 } }, { params: { timeoutMs: 900 } }, "timeoutMs", 1e6];
    expect(cbor.weigh(encode(both), limits)).toMatchObject({ isList: true, timeoutsMs: new Map([[3, 900]]) });
    const large = encode({ x: new Uint8Array(1e6) });
    expect(cbor.weigh(large, limits).memoryBytes).toBeGreaterThan(2e6);
  });

  test("put members where no prototype is changed", () => {
    const value = read(encode(JSON.parse('{"__proto__": {"a": 1}, "constructor": 2}'))) as Record<string, unknown>;
    expect(Object.hasOwn(value, "__proto__")).toBe(true);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });
});

describe("answers in CBOR", () => {
  test("are what the same in JSON is, numbers as they are", () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        expect(readBack(new PlainAnswer(value))).toEqual(value);
        expect(readBack(value as Answer)).toEqual(value);
      }),
    );
    const odd = [Number.NaN, Number.POSITIVE_INFINITY, -0, 2 ** 53, 2 ** 40, -(2 ** 40), 1e300, 0.1, -1, 255, 65_536];
    expect(readBack(odd)).toEqual(odd);
    expect(readBack({ a: undefined, b: null })).toEqual({ b: null });
    expect(readBack(new NumberText("9007199254740993"))).toBe(9007199254740993n);
    expect(readBack(new NumberText("-9007199254740995"))).toBe(-9007199254740995n);
    expect(readBack(new NumberText("-0"))).toBe(-0);
    expect(readBack(new NumberText("1e400"))).toBe(Number.POSITIVE_INFINITY);
  });

  test("have tensors with shape, dtype and every bit", () => {
    const data = Float64Array.of(-0, Number.NaN, 5e-324, 1);
    const stores = {
      float64: data,
      float32: Float32Array.from(data),
      float16: Float16Array.from(data),
      int64: Float64Array.of(1, -2, 2 ** 52, 4),
      int32: Int32Array.of(1, -2, 3, 4),
      int16: Int16Array.of(1, -2, 3, 4),
      int8: Int8Array.of(1, -2, 3, 4),
      uint8: Uint8Array.of(1, 2, 3, 255),
      bool: Uint8Array.of(0, 1, 1, 0),
    };
    const [float64, float32, float16, int64, int32, int16, int8, uint8, bool] = [86, 85, 84, 79, 78, 77, 72, 64, 64];
    const tags = { float64, float32, float16, int64, int32, int16, int8, uint8, bool };
    for (const dtype of dtypes) {
      const leaf = new TensorLeaf(ndarray(dtype, [2, 2], stores[dtype]), "json", false);
      const bytes = bytesOfElements(dtype, stores[dtype].slice());
      expect(readBack({ x: leaf, s: [leaf] })).toEqual({
        x: { shape: [2, 2], dtype, data: { tag: tags[dtype], bytes } },
        s: [expect.objectContaining({ dtype })],
      });
    }
    const scalar = new TensorLeaf(ndarray("float64", [], Float64Array.of(2.5)), "json");
    expect(readBack(scalar)).toMatchObject({ shape: [], data: { bytes: new Uint8Array(Float64Array.of(2.5).buffer) } });
  });

  test("of any size are written whole, as often as they are asked for", () => {
    const long = ndarray(
      "float64",
      [100_000],
      Float64Array.from({ length: 100_000 }, (_, i) => i),
    );
    const kept = new KeptAnswer({
      a: "x".repeat(10_000),
      x: new TensorLeaf(long, "json"),
      z: new TensorLeaf(long, "json"),
    });
    for (let i = 0; i < 2; i++) {
      const bytes = bytesOf(kept);
      const { x, z, a } = decode(new Uint8Array(bytes), { tags: typed });
      expect([x.data.bytes.length, a.length]).toEqual([800_000, 10_000]);
      expect(Buffer.from(x.data.bytes).equals(Buffer.from(long.data.buffer))).toBe(true);
      expect(z).toEqual(x);
    }
    const inner = cbor.write({ x: new TensorLeaf(long, "json", false) });
    const outer = decode(new Uint8Array(bytesOf([{ id: 1, result: new WrittenAnswer(inner) }, "after"])), {
      tags: typed,
    });
    expect([outer[0].result.x.shape, outer[1]]).toEqual([[100_000], "after"]);
  });
});
