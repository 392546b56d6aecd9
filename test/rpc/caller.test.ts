import { expect, test } from "vitest";
import { z } from "zod";
import { localCaller, type Scope, scopes } from "../../src/rpc/caller.ts";
import { createDispatcher } from "../../src/rpc/dispatch.ts";
import { createExchange } from "../../src/rpc/exchange.ts";
import { defineMethod } from "../../src/rpc/method.ts";
import { json } from "../../src/wire/json/json.ts";

const shared = { summary: "", description: "", params: z.object({}), result: z.string(), errors: [], examples: [] };
const define = defineMethod<undefined>();
const dispatcher = createDispatcher({
  methods: [undefined, ...scopes].map((scope) =>
    define({
      ...shared,
      ...(scope ? { scopes: [scope] } : {}),
      name: `needs ${scope}`,
      handle: (_p, _c, call) => call.tenant,
    }),
  ),
  context: undefined,
  limits: { calls: 1, responseBytes: 1000 },
});

function run(needed: Scope | undefined, allowed: readonly Scope[]) {
  const caller = { tenant: "acme", scopes: new Set(allowed) };
  return dispatcher.run(`needs ${needed}`, {}, createExchange({ codec: json, caller }));
}

test.each(scopes)(
  "a method that needs %s runs for those who have it, and is forbidden to all others",
  async (scope) => {
    expect(await run(scope, [scope])).toEqual({ ok: true, text: '"acme"' });
    const others = scopes.filter((other) => other !== scope);
    expect(await run(scope, others)).toMatchObject({
      ok: false,
      error: { type: "forbidden", code: -32016, status: 403, data: { scope } },
    });
  },
);

test("a method that names no scope needs that of calls", async () => {
  expect(await run(undefined, ["call"])).toMatchObject({ ok: true });
  expect(await run(undefined, ["jobs", "admin", "metrics"])).toMatchObject({ error: { data: { scope: "call" } } });
});

test("where nobody is told apart everybody is local, and allowed everything", async () => {
  const { call } = createExchange({ codec: json });
  expect(call.tenant).toBe("local");
  expect([...localCaller.scopes]).toEqual([...scopes]);
});
