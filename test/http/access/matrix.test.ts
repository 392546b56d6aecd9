import { describe, expect, test } from "vitest";
import { methods } from "../../../src/methods/index.ts";
import { type Scope, scopes } from "../../../src/rpc/caller.ts";
import { keysFile } from "../../access/keys.ts";
import { large, startPooled } from "../../pool/service.ts";
import { callAs, newFormula, requestAs, startService } from "./service.ts";

const everything = { scopes: [...scopes] };
const wanted = {
  expired: { ...everything, expiresAt: "2020-01-01T00:00:00Z" },
  call: { scopes: ["call"] },
  jobs: { scopes: ["jobs"] },
  metrics: { scopes: ["metrics"] },
  admin: { scopes: ["admin"] },
  acme: everything,
  globex: { ...everything, tenant: "globex" },
};

function start(env: Readonly<Record<string, string>> = {}) {
  const { file, keys } = keysFile(wanted);
  return {
    ...startService({ KEYS_FILE: file, ...env }),
    keys: { ...keys, none: undefined, wrong: `ctg_${"A".repeat(43)}` },
  };
}

type Who = keyof ReturnType<typeof start>["keys"];

/** What each may; undefined where nobody is believed to call. */
const callers: readonly (readonly [Who, readonly Scope[] | undefined])[] = [
  ["none", undefined],
  ["wrong", undefined],
  ["expired", undefined],
  ["call", ["call"]],
  ["jobs", ["jobs"]],
  ["metrics", ["metrics"]],
  ["admin", ["admin"]],
  ["acme", scopes],
  ["globex", scopes],
];

const openRoutes = [
  "/livez",
  "/readyz",
  "/",
  "/docs",
  "/docs/start.js",
  "/docs/swagger-ui.css",
  "/openapi.json",
  "/openapi.yaml",
  "/openapi.client.yaml",
  "/openrpc.json",
];

describe.each(callers)("with the key %s", (who, allowed) => {
  test("every method is served, or refused before its body is read, as its scope says", async () => {
    const { app, keys } = start();
    for (const { name, scopes } of methods) {
      const needed: readonly Scope[] = scopes ?? ["call"];
      const { statusCode, headers, body } = await callAs(app, keys[who], name, "{ not JSON");
      const error = JSON.parse(body);
      if (allowed === undefined) {
        expect([name, statusCode, headers["www-authenticate"], error.code]).toEqual([name, 401, "Bearer", -32015]);
      } else if (needed.some((scope) => allowed.includes(scope))) {
        expect([name, statusCode, error.code]).toEqual([name, 400, -32700]);
      } else expect([name, statusCode, error.code, error.data.scope]).toEqual([name, 403, -32016, needed[0]]);
    }
  });

  test("JSON-RPC is served to whoever may call anything by it, and each call as its scope says", async () => {
    const { app, keys } = start();
    const batch = ["evaluate", "graph.list"].map((method, id) => {
      return {
        jsonrpc: "2.0",
        id,
        method,
        params: method === "evaluate" ? { graph: newFormula(), inputs: { x: 1 } } : {},
      };
    });
    const { statusCode, body } = await app.inject(requestAs(keys[who], "/rpc", batch));
    const answer = JSON.parse(body);
    if (allowed === undefined) {
      expect([statusCode, answer]).toMatchObject([401, { jsonrpc: "2.0", id: null, error: { code: -32015 } }]);
    } else if (!["call", "jobs", "admin"].some((scope) => allowed.includes(scope as Scope))) {
      expect([statusCode, answer]).toMatchObject([403, { id: null, error: { code: -32016 } }]);
    } else {
      const codes = answer.map(({ error }: { error?: { code: number } }) => error?.code);
      const needed = ["call", "admin"] as const;
      expect([statusCode, codes]).toEqual([200, needed.map((scope) => (allowed.includes(scope) ? undefined : -32016))]);
    }
  });

  test("the metrics are shown to the scope of metrics, and the rest to everybody", async () => {
    const { app, keys } = start();
    const get = async (url: string) =>
      (await app.inject({ ...requestAs(keys[who], url, ""), method: "GET" })).statusCode;
    expect(await get("/metrics")).toBe(allowed === undefined ? 401 : allowed.includes("metrics") ? 200 : 403);
    for (const route of openRoutes) expect([route, await get(route)]).toEqual([route, 200]);
    expect(await get("/nothing")).toBe(404);
    expect(await get("/v1/nothing")).toBe(allowed === undefined ? 401 : 404);
    expect(await get("/rpc")).toBe(allowed === undefined ? 401 : 405);
  });
});

describe("what a tenant has sent", () => {
  test("is found by its id by that tenant alone, whatever method asks", async () => {
    const { app, keys } = start();
    const { graph } = (await callAs(app, keys.acme, "graph.put", { graph: newFormula() })).json();
    const params = { graph, inputs: { x: 1 } };
    for (const [name, more] of [
      ["evaluate", {}],
      ["gradient", {}],
      ["jacobian", {}],
      ["explain", { method: "jacobian", inputs: undefined }],
      ["graph.get", { inputs: undefined }],
    ] as const) {
      const sent = { ...params, ...more };
      expect([name, (await callAs(app, keys.acme, name, sent)).statusCode]).toEqual([name, 200]);
      // Twice, as what the first call left behind is used by the second.
      expect([name, (await callAs(app, keys.acme, name, sent)).statusCode]).toEqual([name, 200]);
      const other = await callAs(app, keys.globex, name, sent);
      expect([name, other.statusCode, other.json().code]).toEqual([name, 404, -32002]);
    }
    // Another key of the tenant is as good.
    expect((await callAs(app, keys.call, "evaluate", params)).statusCode).toBe(200);
  });

  test("is new to another that sends the same, who finds neither graph nor programs", async () => {
    const { app, keys } = start();
    const graph = newFormula();
    const put = async (key: string) => (await callAs(app, key, "graph.put", { graph })).json().cached;
    const hits = async () => {
      const { body } = await app.inject({ ...requestAs(keys.metrics, "/metrics", ""), method: "GET" });
      return Number(/^cotangent_cache_entries (.*)$/m.exec(body)![1]);
    };
    expect([await put(keys.acme), await put(keys.acme)]).toEqual([false, true]);
    const call = (key: string) => callAs(app, key, "gradient", { graph, inputs: { x: 1 } });
    await call(keys.acme);
    const before = await hits();
    await call(keys.acme);
    expect(await hits()).toBe(before);
    expect([await put(keys.globex), await put(keys.globex)]).toEqual([false, true]);
    await call(keys.globex);
    // A program of its own, though the other has the same.
    const apart = await hits();
    expect(apart).toBeGreaterThan(before + 2);
  });

  test("shares its programs where a setting says so, and its id even then with nobody", async () => {
    const { app, keys } = start({ SHARE_PROGRAMS: "true" });
    const graph = newFormula();
    const entries = async () => {
      const { body } = await app.inject({ ...requestAs(keys.metrics, "/metrics", ""), method: "GET" });
      return Number(/^cotangent_cache_entries (.*)$/m.exec(body)![1]);
    };
    const { graph: id } = (await callAs(app, keys.acme, "graph.put", { graph })).json();
    await callAs(app, keys.acme, "gradient", { graph, inputs: { x: 1 } });
    const other = () => callAs(app, keys.globex, "gradient", { graph: id, inputs: { x: 1 } });
    expect((await other()).statusCode).toBe(404);
    expect((await callAs(app, keys.globex, "graph.put", { graph })).json().cached).toBe(false);
    const before = await entries();
    expect((await other()).statusCode).toBe(200);
    expect(await entries()).toBe(before);
  });

  test("is found by nobody else where worker threads read and run it", async () => {
    const { file, keys } = keysFile(wanted);
    const { port } = await startPooled({ KEYS_FILE: file, WORKERS: "2" });
    const call = async (key: string, method: string, params: object) => {
      const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
      const body = large(params);
      const response = await fetch(`http://127.0.0.1:${port}/v1/${method}`, { method: "POST", headers, body });
      return { status: response.status, json: JSON.parse(await response.text()) };
    };
    const { graph } = (await call(keys.acme, "graph.put", { graph: newFormula() })).json;
    const params = { graph, inputs: { x: 1 } };
    for (let i = 0; i < 4; i++) {
      expect((await call(keys.acme, "gradient", params)).status).toBe(200);
      expect((await call(keys.globex, "gradient", params)).json).toMatchObject({ code: -32002 });
      expect((await call(keys.metrics, "gradient", params)).status).toBe(403);
    }
    expect((await call(keys.acme, "graph.list", {})).json).toMatchObject({ graphs: [{ graph }] });
  });

  test("has names that are the tenant's own", async () => {
    const { app, keys } = start();
    const put = (key: string) => callAs(app, key, "graph.put", { graph: newFormula(), alias: "f" });
    const [mine, theirs] = [(await put(keys.acme)).json().graph, (await put(keys.globex)).json().graph];
    const named = async (key: string) => {
      return (await callAs(app, key, "evaluate", { graph: "f", inputs: { x: 1 } })).json().graph;
    };
    expect([await named(keys.acme), await named(keys.globex)]).toEqual([mine, theirs]);
  });

  test("is listed and forgotten, whoever has it, by who may administrate", async () => {
    const { app, keys } = start();
    const graph = newFormula();
    const { graph: id } = (await callAs(app, keys.acme, "graph.put", { graph })).json();
    await callAs(app, keys.globex, "graph.put", { graph });
    const { graphs } = (await callAs(app, keys.admin, "graph.list", {})).json();
    expect(graphs.map((entry: { graph: string }) => entry.graph)).toEqual([id]);
    expect((await callAs(app, keys.admin, "graph.delete", { graph: id })).json()).toMatchObject({ deleted: true });
    for (const key of [keys.acme, keys.globex]) {
      expect((await callAs(app, key, "evaluate", { graph: id, inputs: { x: 1 } })).statusCode).toBe(404);
    }
  });
});
