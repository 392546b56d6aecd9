import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readConfig } from "../../src/config.ts";
import { Ledger } from "../../src/engine/ledger.ts";
import { FlagSignal } from "../../src/pool/flag-signal.ts";
import { giveText, takeText } from "../../src/pool/text.ts";
import { timeoutOf } from "../../src/pool/timeout.ts";
import { textBytes } from "../../src/rpc/text.ts";

describe("a text given to another thread", () => {
  test("arrives whole, whatever it is made of", () => {
    const long = fc.tuple(fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }), fc.nat(100_000));
    fc.assert(
      fc.property(long, ([unit, count]) => {
        const sent = unit.repeat(count);
        const taken = takeText(giveText(sent));
        expect(textBytes(taken)).toBe(Buffer.byteLength(sent));
        const pieces: Uint8Array[] = [];
        for (const piece of [taken].flat()) {
          if (typeof piece === "string") pieces.push(Buffer.from(piece));
          else for (let bytes = piece.take(); bytes; bytes = piece.take()) pieces.push(bytes);
        }
        expect(Buffer.concat(pieces).equals(Buffer.from(sent))).toBe(true);
      }),
      { numRuns: 30 },
    );
  });
});

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
