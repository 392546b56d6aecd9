import { expect, test } from "vitest";
import { chaos } from "../../load/chaos/chaos.ts";

test("whatever is killed, jobs that were accepted end, once, with the bits that they have undisturbed", async () => {
  const { kills, accepted, violations } = await chaos({ kills: 12, seconds: 60, seed: 7 });
  expect(violations).toEqual([]);
  expect(kills).toBeGreaterThan(0);
  expect(accepted).toBeGreaterThan(2);
}, 180_000);
