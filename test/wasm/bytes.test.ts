import fc from "fast-check";
import { expect, test } from "vitest";
import { Bytes } from "../../src/wasm/bytes.ts";

const edges64 = [0n, 63n, 64n, 127n, 128n, 8191n, 8192n, 2n ** 31n, 2n ** 62n, 2n ** 63n - 1n];
const integer64 = fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.constantFrom(...signs(edges64)));
const integer32 = integer64.map((x) => Number(BigInt.asIntN(32, x)));
const unsigned32 = integer32.map((x) => x >>> 0);

test("an unsigned integer reads back, in as few bytes as there are", () => {
  fc.assert(
    fc.property(unsigned32, (x) => {
      const bytes = written((to) => to.unsigned(x));
      expect(unsignedOf(bytes)).toBe(BigInt(x));
      expect(bytes.length).toBe(Math.max(1, Math.ceil(x.toString(2).length / 7)));
    }),
  );
});

test("a signed integer reads back, of 32 bits and of 64", () => {
  fc.assert(
    fc.property(integer32, integer64, (x, y) => {
      expect(signedOf(written((to) => to.signed(x)))).toBe(BigInt(x));
      expect(signedOf(written((to) => to.signed64(y)))).toBe(y);
    }),
  );
});

test("a signed integer takes another byte when its sign needs one", () => {
  const lengths = [63, 64, -64, -65].map((x) => written((to) => to.signed(x)).length);
  expect(lengths).toEqual([1, 2, 1, 2]);
  expect([...written((to) => to.signed64(-(2n ** 63n)))]).toEqual([...Array(9).fill(0x80), 0x7f]);
});

test("many writes of any kind keep their order past the first buffer", () => {
  fc.assert(
    fc.property(fc.array(integer64, { maxLength: 300 }), (list) => {
      const to = new Bytes();
      for (const x of list) {
        to.float64(Number(x));
        to.integer64(x);
      }
      const view = new DataView(to.finish().slice().buffer);
      expect(to.length).toBe(16 * list.length);
      expect(list.map((_, i) => view.getFloat64(16 * i, true))).toEqual(list.map(Number));
      expect(list.map((_, i) => view.getBigInt64(16 * i + 8, true))).toEqual(list);
    }),
    { numRuns: 20 },
  );
});

test("a name is its length in UTF-8 and itself, also where that is long", () => {
  const long = "ü".repeat(200);
  const bytes = written((to) => to.name(long));
  expect([...bytes.subarray(0, 2)]).toEqual([0x90, 0x03]);
  expect(new TextDecoder().decode(bytes.subarray(2))).toBe(long);
});

function written(write: (to: Bytes) => void): Uint8Array {
  const to = new Bytes();
  write(to);
  return to.finish();
}

/** What the seven-bit groups say, the lowest first. */
function unsignedOf(bytes: Uint8Array): bigint {
  expect([...bytes].findIndex((byte) => byte < 0x80)).toBe(bytes.length - 1);
  return bytes.reduceRight((value, byte) => value * 128n + BigInt(byte % 128), 0n);
}

function signedOf(bytes: Uint8Array): bigint {
  return BigInt.asIntN(7 * bytes.length, unsignedOf(bytes));
}

function signs(list: readonly bigint[]): bigint[] {
  return list.flatMap((x) => [x, -x, -x - 1n]);
}
