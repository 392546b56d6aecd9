import { expect, test } from "vitest";
import { startIssuer } from "../../access/issuer.ts";
import { keysFile, makeKey } from "../../access/keys.ts";
import { callAs, requestAs, startService } from "./service.ts";

const number = 8675309.123456789;

test("neither keys and tokens nor tensors are in any log, error or metric", async () => {
  const issuer = await startIssuer();
  const { file, keys } = keysFile({
    good: { scopes: ["call", "metrics"] },
    expired: { expiresAt: "2020-01-01T00:00:00Z" },
    lacking: { scopes: ["jobs"] },
    bounded: { tenant: "bounded", limits: { requestsPerSecond: 0.001 } },
  });
  const unknown = makeKey().key;
  const tokens = {
    good: await issuer.token(),
    bad: await issuer.token({ aud: "them" }),
    forged: `${await issuer.token()}x`,
  };
  const { app, lines } = startService({
    KEYS_FILE: file,
    JWT_ISSUER: issuer.url,
    JWT_AUDIENCE: "us",
    METRICS_TENANTS: "true",
    LOG_LEVEL: "debug",
  });
  const said: string[] = [];
  const tensor = [number, number + 1];
  const graphs = [{ expression: "sum(x * x)" }, { expression: `sum(x[) ${number}` }, { expression: "sum(x * y)" }];
  for (const secret of [...Object.values(keys), ...Object.values(tokens), unknown, undefined]) {
    for (const graph of graphs) {
      for (const inputs of [{ x: tensor }, { x: [tensor, number] }, { x: { data: tensor } }, { z: tensor }, tensor]) {
        const declared = { ...graph, inputs: { x: [2] } };
        const params = { graph: declared, inputs };
        for (const answer of [
          await callAs(app, secret, "gradient", params),
          await app.inject(requestAs(secret, "/rpc", { jsonrpc: "2.0", id: 1, method: "gradient", params })),
          await app.inject(requestAs(secret, `/v1/gradient?key=${secret}`, params)),
          await callAs(app, secret, "gradient", `${JSON.stringify(params).slice(0, -1)}, ${number}`),
        ]) {
          said.push(JSON.stringify(answer.headers));
          // A result may of course be made of the numbers.
          if (answer.statusCode !== 200 || answer.body.includes('"error"')) said.push(answer.body);
        }
      }
    }
  }
  said.push((await app.inject({ url: "/metrics", headers: { authorization: `Bearer ${keys.good}` } })).body);
  said.push(...lines.map((line) => JSON.stringify(line)));
  expect(said.some((text) => text.includes("cotangent_tenant_requests_total{"))).toBe(true);
  expect(said.some((text) => text.includes("key refused"))).toBe(true);
  expect(said.length).toBeGreaterThan(500);
  const all = said.join("\n");
  for (const secret of [...Object.values(keys), unknown]) {
    expect(all).not.toContain(secret.slice(4));
    // As Basic has it.
    expect(all).not.toContain(Buffer.from(secret).toString("base64").slice(0, 20));
  }
  for (const token of Object.values(tokens)) for (const part of token.split(".")) expect(all).not.toContain(part);
  // A formula's own text is shown where it is wrong; a tensor never is.
  const told = said.map((text) => text.replaceAll(/sum\(x\[\) 8675309[.\d]*/g, ""));
  expect(told.filter((text) => text.includes("8675309")).slice(0, 3)).toEqual([]);
});

test("the audit tells of each refused key and each call of an administrator, by id and tenant", async () => {
  const { file, keys } = keysFile({ call: {}, root: { scopes: ["admin"], tenant: "root" } });
  const { app, lines } = startService({ KEYS_FILE: file });
  await callAs(app, undefined, "evaluate", {});
  await callAs(app, keys.call, "graph.list", {});
  await callAs(app, keys.root, "graph.list", {});
  await app.inject(requestAs(keys.root, "/rpc", { jsonrpc: "2.0", id: 1, method: "graph.delete", params: {} }));
  const audits = lines.filter(({ audit }) => audit !== undefined);
  expect(audits).toMatchObject([
    { audit: "key refused", route: "/v1/evaluate", reason: "a key is needed: send it as Authorization: Bearer" },
    { audit: "key refused", route: "/v1/graph.list", tenant: "acme", key: "call", reason: "it lacks the scope admin" },
    { audit: "admin call", tenant: "root", key: "root", method: "graph.list", outcome: "ok" },
    { audit: "admin call", tenant: "root", key: "root", method: "graph.delete", outcome: "invalid_params" },
  ]);
  for (const { requestId } of audits) expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
  expect(lines.find(({ route, msg }) => route === "/v1/graph.list" && msg === "request")).toMatchObject({
    tenant: "acme",
    key: "call",
  });
});
