import { afterEach, expect, test, vi } from "vitest";
import { z } from "zod";
import { readConfig } from "../../src/config.ts";
import { Ledger } from "../../src/engine/ledger.ts";
import { Job } from "../../src/pool/job.ts";
import type { Order } from "../../src/pool/protocol.ts";
import { createWorker } from "../../src/pool/serve.ts";
import type { Caller } from "../../src/rpc/caller.ts";
import { createExchange } from "../../src/rpc/exchange.ts";
import { defineMethod } from "../../src/rpc/method.ts";
import { json } from "../../src/wire/json/json.ts";

const acme: Caller = { tenant: "acme", scopes: new Set(["call"]) };

const heard: string[] = [];
const ahead: Order[] = [];
afterEach(() => void vi.useRealTimers());
const define = defineMethod<undefined>();
const shared = { summary: "", description: "", params: z.object({}), result: z.string(), errors: [], examples: [] };
const handle = (_params: unknown, _context: unknown, { tenant }: { readonly tenant: string }) => {
  heard.push(tenant);
  return tenant;
};
const work = createWorker({
  methods: [
    define({ ...shared, name: "tenant", handle }),
    define({ ...shared, name: "administer", scopes: ["admin"], handle }),
    define({
      ...shared,
      name: "dear",
      handle: (...call) => {
        vi.advanceTimersByTime(30);
        return handle(...call);
      },
    }),
    define({
      ...shared,
      name: "cheap",
      handle: (...call) => {
        vi.advanceTimersByTime(10);
        return handle(...call);
      },
    }),
  ],
  context: undefined,
  config: readConfig({}),
  ledger: Ledger.open(),
  cacheStats: () => ({ hits: 0, misses: 0, evictions: 0, bytes: 0, entries: 0 }),
  onBegun: () => undefined,
  onSeen: () => undefined,
  next: () => ahead.shift(),
  onDone: () => undefined,
  onLeaving: () => undefined,
});

test("a call has the tenant of its caller on a worker thread too", async () => {
  await work(orderOf("tenant"));
  expect(heard.splice(0)).toEqual(["acme"]);
});

test("a worker thread refuses what the caller is not allowed", async () => {
  await work(orderOf("administer"));
  expect(heard).toEqual([]);
});

test("tenants have equal turns in what a worker thread was handed ahead, by the time that theirs takes", async () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  const of = (tenant: string): Caller => ({ ...acme, tenant });
  ahead.push(...Array.from({ length: 4 }, () => orderOf("dear", of("many"))));
  ahead.push(...Array.from({ length: 6 }, () => orderOf("cheap", of("few"))));
  await work(orderOf("dear", of("many")));
  // Three cheap ones for each dear one.
  expect(heard.splice(0).join(" ")).toBe("many few few few many few few few many many many");
});

function orderOf(name: string, caller = acme) {
  const exchange = createExchange({ codec: json, caller });
  const job = new Job({ kind: "call", call: { name, params: {}, bytesMax: 1000 } }, exchange, []);
  // As a message brings it.
  return structuredClone(job.order);
}
