import { expect, test } from "vitest";
import { chaos } from "../../load/chaos/chaos.ts";
import { stores } from "../../load/chaos/fleet.ts";

test.each(stores)(
  "whatever is killed, jobs that %s has accepted end, once, with the bits that they have undisturbed",
  async (store) => {
    const { kills, accepted, violations } = await chaos({ store, kills: 12, seconds: 30, seed: 7 });
    expect(violations).toEqual([]);
    expect(kills).toBeGreaterThan(0);
    expect(accepted).toBeGreaterThan(2);
  },
  180_000,
);
