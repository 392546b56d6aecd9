import fc from "fast-check";
import { expect, test } from "vitest";
import { FairQueue, Shares } from "../../src/rpc/shares.ts";

const costs = fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 200, maxLength: 200 });

/** Takes so much out, at the cost of each, and tells what each tenant had so far after each. */
function serve(queue: FairQueue<number>, count: number): Record<string, number>[] {
  const had: Record<string, number> = {};
  return Array.from({ length: count }, () => {
    const { tenant, item } = queue.take()!;
    queue.charge(tenant, item);
    had[tenant] = (had[tenant] ?? 0) + item;
    return { ...had };
  });
}

test("tenants that wait have had as much as each other, to one call, whatever their calls cost", () => {
  fc.assert(
    fc.property(costs, costs, costs, (...all) => {
      const queue = new FairQueue<number>();
      for (const [k, each] of all.entries()) for (const cost of each) queue.add(`${k}`, cost);
      for (const { 0: a = 0, 1: b = 0, 2: c = 0 } of serve(queue, 200)) {
        expect(Math.max(a, b, c) - Math.min(a, b, c)).toBeLessThanOrEqual(100);
      }
    }),
  );
});

test("who comes later than another has as much from then on, however much the other had", () => {
  fc.assert(
    fc.property(costs, costs, fc.integer({ min: 0, max: 150 }), (early, late, before) => {
      const queue = new FairQueue<number>();
      for (const cost of early) queue.add("early", cost);
      serve(queue, before);
      for (const cost of late) queue.add("late", cost);
      for (const { early = 0, late = 0 } of serve(queue, 50)) expect(Math.abs(early - late)).toBeLessThanOrEqual(200);
    }),
  );
});

test("who sends one dear call after the other has no more than who always has a cheap one waiting", () => {
  const queue = new FairQueue<number>();
  const had = { dear: 0, cheap: 0 };
  for (let i = 0; i < 2; i++) queue.add("cheap", 1);
  queue.add("dear", 1000);
  for (let i = 0; i < 5000; i++) {
    const { tenant, item } = queue.take()!;
    queue.charge(tenant, item);
    had[tenant as "dear" | "cheap"] += item;
    // Sent again as soon as it is done.
    queue.add(tenant, item);
    expect(Math.abs(had.dear - had.cheap)).toBeLessThanOrEqual(1001);
  }
});

test("what cost less than was counted before is given back", () => {
  const shares = new Shares();
  shares.begin("a");
  shares.charge("a", 100);
  expect([shares.debt("a"), shares.debt("b"), shares.next(["a", "b"])]).toEqual([100, 0, "b"]);
  shares.charge("a", -60);
  shares.begin("b");
  shares.charge("b", 50);
  expect([shares.debt("a"), shares.next(["a", "b"])]).toEqual([40, "a"]);
});

test("tenants without debts are forgotten, others are not", () => {
  const shares = new Shares();
  shares.charge("debtor", 5);
  for (let i = 0; i < 5000; i++) shares.charge(`${i}`, 0);
  expect(shares.debt("debtor")).toBe(5);
  expect(shares.size).toBeLessThan(1100);
});
