import { expect, test } from "vitest";
import { readConfig } from "../../../src/config.ts";
import { buildApp } from "../../../src/http/app.ts";
import { proxiesOf } from "../../../src/http/sockets/proxies.ts";
import { methods } from "../../../src/methods/index.ts";
import { keysFile } from "../../access/keys.ts";
import { alone } from "../../support/alone.ts";
import { addressOf, startMain } from "../process.ts";
import { callAs, startService } from "./service.ts";

const params = { graph: { expression: "x * 2" }, inputs: { x: 2 } };

test("metrics may move to a port of their own, where the same keys are asked for and there is nothing else", async () => {
  const { file, keys } = keysFile({ call: {}, metrics: { scopes: ["metrics"] } });
  const config = readConfig({ KEYS_FILE: file, METRICS_PORT: "0", DRAIN_MS: "0" });
  const { dispatch } = alone(config);
  let address = "";
  const onMetrics = (where: string) => {
    address = where;
  };
  const app = buildApp({ config, methods, dispatch, onMetrics });
  await app.listen({ host: "127.0.0.1", port: 0 });
  const get = (path: string, key: string) =>
    fetch(`${address}${path}`, { headers: { authorization: `Bearer ${key}` } });
  const shown = await get("/metrics", keys.metrics);
  expect([shown.status, (await shown.text()).includes("cotangent_requests_total")]).toEqual([200, true]);
  expect((await get("/metrics", keys.call)).status).toBe(403);
  expect((await get("/metrics", "nothing")).status).toBe(401);
  expect((await get("/v1/evaluate", keys.call)).status).toBe(404);
  expect((await callAs(app, keys.metrics, "evaluate", params)).statusCode).toBe(403);
  const { statusCode } = await app.inject({ url: "/metrics", headers: { authorization: `Bearer ${keys.metrics}` } });
  expect(statusCode).toBe(404);
  await app.close();
  await expect(get("/metrics", keys.metrics)).rejects.toThrow();
});

test("what a proxy says of an address is believed where it is trusted, and the audit tells of it", async () => {
  const { file } = keysFile({ call: {} });
  const addressSeen = async (env: Readonly<Record<string, string>>, forwarded: string) => {
    const { app, lines } = startService({ KEYS_FILE: file, ...env });
    await app.inject({ method: "POST", url: "/v1/evaluate", payload: "{}", headers: { "x-forwarded-for": forwarded } });
    return lines.find(({ audit }) => audit === "key refused")!.address;
  };
  const forwarded = "203.0.113.9, 198.51.100.7";
  expect(await addressSeen({}, forwarded)).toBe("127.0.0.1");
  expect(await addressSeen({ TRUST_PROXY: "1" }, forwarded)).toBe("198.51.100.7");
  expect(await addressSeen({ TRUST_PROXY: "2" }, forwarded)).toBe("203.0.113.9");
  expect(await addressSeen({ TRUST_PROXY: "loopback,198.51.100.0/24" }, forwarded)).toBe("203.0.113.9");
  expect(await addressSeen({ TRUST_PROXY: "10.0.0.0/8" }, forwarded)).toBe("127.0.0.1");
});

test("requests of one address are bounded by the address that a trusted proxy tells", async () => {
  const isProxy = proxiesOf(["10.0.0.0/8", "::1", "uniquelocal"])!;
  expect(["10.1.2.3", "::1", "fd00::1", "::ffff:10.1.2.3"].map((address) => isProxy(address, 0))).toEqual(
    Array(4).fill(true),
  );
  expect(["11.1.2.3", "::2", "nonsense", undefined].map((address) => isProxy(address, 0))).toEqual(
    Array(4).fill(false),
  );
  expect([0, 1, 2].map((hop) => proxiesOf(2)!("203.0.113.9", hop))).toEqual([true, true, false]);
  expect(proxiesOf(false)).toBeUndefined();
});

test("a process that would listen beyond loopback without keys does not start, and says what to do", async () => {
  const child = startMain({ HOST: "0.0.0.0" });
  let said = "";
  for await (const text of child.stderr!.setEncoding("utf8")) said += text;
  expect(said).toMatch(/cannot start: .*HOST.*KEYS_FILE.*AUTH=none/);
  expect(child.exitCode ?? (await new Promise((resolve) => child.once("exit", resolve)))).toBe(1);
});

test("a process with keys serves who shows one", async () => {
  const { file, keys } = keysFile({ call: {} });
  const address = (await addressOf(startMain({ HOST: "0.0.0.0", KEYS_FILE: file }))).replace(
    /\/\/[^:]+:/,
    "//127.0.0.1:",
  );
  const post = (headers: Record<string, string>) =>
    fetch(`${address}/v1/evaluate`, { method: "POST", body: JSON.stringify(params), headers });
  const { authorization } = { authorization: `Bearer ${keys.call}` };
  expect([(await post({})).status, (await post({ authorization })).status]).toEqual([401, 200]);
  const broken = startMain({ KEYS_FILE: `${file}.nothing` });
  let said = "";
  for await (const text of broken.stderr!.setEncoding("utf8")) said += text;
  expect(said).toContain("there is no such file");
});
