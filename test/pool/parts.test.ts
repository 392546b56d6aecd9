import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readConfig } from "../../src/config.ts";
import { Ledger } from "../../src/engine/ledger.ts";
import { FlagSignal } from "../../src/pool/flag-signal.ts";
import { giveText, takeText } from "../../src/pool/text.ts";
import { timeoutOf } from "../../src/pool/timeout.ts";
import { Base64 } from "../../src/wire/base64.ts";
import { Chunks } from "../../src/wire/chunks.ts";
import { type Text, textBytes } from "../../src/wire/text.ts";

describe("a text given to another thread", () => {
  test("arrives whole, whatever it is made of", () => {
    const long = fc.tuple(fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }), fc.nat(100_000));
    fc.assert(
      fc.property(long, ([unit, count]) => {
        const sent = unit.repeat(count);
        const taken = takeText(giveText(sent));
        expect(textBytes(taken)).toBe(Buffer.byteLength(sent));
        expect(bytesOf(taken).equals(Buffer.from(sent))).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  test("arrives whole where it is of strings, of chunks and of bytes in base64, which stay where others need them", () => {
    fc.assert(
      fc.property(fc.nat(500_000), fc.nat(500_000), (length, more) => {
        const own = Uint8Array.from({ length }, (_, i) => i * i);
        const others = Uint8Array.from({ length: more + 1 }, (_, i) => i);
        const expected = `["${own.toBase64()}","é",${"7".repeat(more)},"${others.toBase64()}"]`;
        const chunks = new Chunks(["", "7".repeat(Math.floor(more / 2)), "7".repeat(Math.ceil(more / 2))]);
        const text = ['["', new Base64(own, true), '","é",', chunks, ',"', new Base64(others, false), '"]'];
        expect(textBytes(text)).toBe(Buffer.byteLength(expected));
        const taken = takeText(giveText(text));
        expect(textBytes(taken)).toBe(Buffer.byteLength(expected));
        expect(bytesOf(taken).equals(Buffer.from(expected))).toBe(true);
        expect([own.length, others.length]).toEqual([0, more + 1]);
      }),
      { numRuns: 20 },
    );
  });
});

function bytesOf(text: Text): Buffer {
  const pieces: Uint8Array[] = [];
  for (const piece of [text].flat()) {
    if (typeof piece === "string") pieces.push(Buffer.from(piece));
    else for (let bytes = piece.take(); bytes; bytes = piece.take()) pieces.push(bytes);
  }
  return Buffer.concat(pieces);
}

describe("a ledger", () => {
  test("counts what all threads take, up to what is allowed", () => {
    const main = Ledger.open(3);
    const [a, b] = [new Ledger(main.shared, 1), new Ledger(main.shared, 2)];
    expect([main.take(10, 100), a.take(50, 100), b.take(41, 100), b.take(40, 100)]).toEqual([true, true, false, true]);
    expect([main.bytes, b.running]).toEqual([100, 3]);
    a.give(50);
    expect([b.bytes, main.running]).toEqual([50, 2]);
  });

  test("returns what a dead thread held, and its slot", () => {
    const main = Ledger.open(2);
    const worker = new Ledger(main.shared, 1);
    worker.take(50, 100);
    expect(() => new Ledger(main.shared, 2)).toThrow("no slot");
    main.clear(1);
    expect([main.bytes, main.running]).toEqual([0, 0]);
    expect(new Ledger(main.shared, 2).take(100, 100)).toBe(true);
  });
});

test("a signal that is a flag tells what another thread wrote", () => {
  const flag = new Int32Array(new SharedArrayBuffer(4));
  const signal = new FlagSignal(flag);
  expect([signal.aborted, signal.reason]).toEqual([false, undefined]);
  signal.throwIfAborted();
  Atomics.store(flag, 0, 1);
  expect(signal.aborted).toBe(true);
  expect(() => signal.throwIfAborted()).toThrow("no longer wanted");
});

test("a call's time is what it asks for, within the limit, or else the default", () => {
  const config = readConfig({ TIMEOUT_MS: "50", LIMIT_TIMEOUT_MS: "1000" });
  const cases: [unknown, number][] = [
    [{ timeoutMs: 10 }, 10],
    [{ timeoutMs: 2000 }, 1000],
    [{ timeoutMs: "10" }, 50],
    [{ timeoutMs: -1 }, 50],
    [{}, 50],
    [null, 50],
    [undefined, 50],
    [[], 50],
    [1, 50],
  ];
  for (const [params, timeoutMs] of cases) expect(timeoutOf(params, config)).toBe(timeoutMs);
});
