import { expect, test } from "vitest";
import { z } from "zod";
import { readConfig } from "../../src/config.ts";
import { Ledger } from "../../src/engine/ledger.ts";
import { Job } from "../../src/pool/job.ts";
import { createWorker } from "../../src/pool/serve.ts";
import type { Caller } from "../../src/rpc/caller.ts";
import { createExchange } from "../../src/rpc/exchange.ts";
import { defineMethod } from "../../src/rpc/method.ts";
import { json } from "../../src/wire/json/json.ts";

const acme: Caller = { tenant: "acme", scopes: new Set(["call"]) };

const heard: string[] = [];
const define = defineMethod<undefined>();
const shared = { summary: "", description: "", params: z.object({}), result: z.string(), errors: [], examples: [] };
const handle = (_params: unknown, _context: unknown, { tenant }: { readonly tenant: string }) => {
  heard.push(tenant);
  return tenant;
};
const work = createWorker({
  methods: [
    define({ ...shared, name: "tenant", handle }),
    define({ ...shared, name: "administer", scope: "admin", handle }),
  ],
  context: undefined,
  config: readConfig({}),
  ledger: Ledger.open(),
  cacheStats: () => ({ hits: 0, misses: 0, evictions: 0, bytes: 0, entries: 0 }),
  onBegun: () => undefined,
  onSeen: () => undefined,
  next: () => undefined,
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

function orderOf(name: string) {
  const exchange = createExchange({ codec: json, caller: acme });
  const job = new Job({ kind: "call", call: { name, params: {}, bytesMax: 1000 } }, exchange, []);
  // As a message brings it.
  return structuredClone(job.order);
}
