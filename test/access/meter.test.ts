import fc from "fast-check";
import { expect, test } from "vitest";
import { MeteredAccount } from "../../src/access/account.ts";
import { Meter } from "../../src/access/meter.ts";

const start = 1.8e12;

test("so much may be used at once, then as much as the rate gives", () => {
  const meter = new Meter(10, 5);
  const used = Array.from({ length: 5 }, () => meter.take(1, start));
  expect(used).toEqual([0, 0, 0, 0, 0]);
  expect(meter.take(1, start)).toBe(100);
  expect(meter.take(1, start + 99)).toBe(1);
  expect(meter.take(1, start + 100)).toBe(0);
  expect(meter.rest(start + 100)).toMatchObject({ amount: 0 });
  expect(meter.rest(start + 300)).toEqual({ amount: 2, seconds: expect.closeTo(0.3, 6) });
  expect(meter.rest(start + 10_000)).toEqual({ amount: 5, seconds: 0 });
});

test("what is dearer than all that may be used at once waits until all is there, and is paid by what follows", () => {
  const meter = new Meter(1000, 1000);
  expect(meter.take(1, start)).toBe(0);
  expect(meter.take(5000, start)).toBe(1);
  expect(meter.take(5000, start + 1)).toBe(0);
  // 5,000 at 1,000 a second, of which one second's worth may be owed.
  expect(meter.take(1, start + 1)).toBe(4001);
  expect(meter.take(1, start + 4002)).toBe(0);
});

test("who comes back when told is served, and over time nobody uses more than the rate and one burst", () => {
  const amounts = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 40 }),
      amounts,
      (perSecond, burst, costs) => {
        const meter = new Meter(perSecond, burst);
        let now = start;
        let used = 0;
        for (const cost of costs) {
          const waitMs = meter.take(cost, now);
          if (waitMs > 0) {
            now += waitMs;
            expect(meter.take(cost, now)).toBe(0);
          }
          used += cost;
          const dearest = Math.max(burst, cost);
          expect(used).toBeLessThanOrEqual(((now - start) / 1000) * perSecond + burst + dearest + 1e-6);
        }
      },
    ),
  );
});

test("threads share what they use by one cell", () => {
  const one = new Meter(1, 3);
  const other = new Meter(1, 3, structuredClone(one.cell));
  expect([one.take(2, start), other.take(1, start)]).toEqual([0, 0]);
  expect([one.take(1, start), other.take(1, start)]).toEqual([1000, 1000]);
});

test("a call that another thread has paid for is not charged again, but for what it turns out to cost more", () => {
  const meter = new Meter(1, 100);
  const here = new MeteredAccount(meter);
  here.begin();
  here.charge(30);
  const there = MeteredAccount.taken(here.give());
  there.begin();
  there.charge(40);
  expect(100 - meter.rest().amount).toBe(40);
  there.charge(10);
  expect(100 - meter.rest().amount).toBe(50);
  there.begin();
  expect(() => there.charge(60)).toThrow(expect.objectContaining({ type: "quota_exceeded", status: 429 }));
});
