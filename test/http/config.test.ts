import { availableParallelism } from "node:os";
import { expect, test } from "vitest";
import { isLoopback, readConfig } from "../../src/config.ts";

test("without any variable the settings are those of the contract", () => {
  expect(readConfig()).toMatchObject({
    host: "127.0.0.1",
    port: 3000,
    allowedOrigins: [],
    graphAdmin: true,
    timeoutDefaultMs: 30_000,
    limits: { bodyBytes: 2 ** 26, bodyBytesInFlight: 2 ** 28, depth: 64, calls: 100, responseBytes: 2 ** 28 },
  });
});

test("there is a worker for each processor but one, unless a setting says otherwise", () => {
  expect(readConfig().workers).toBe(Math.max(1, availableParallelism() - 1));
  expect(readConfig({ WORKERS: "" }).workers).toBe(readConfig().workers);
  expect(readConfig({ WORKERS: "0" }).workers).toBe(0);
  for (const WORKERS of ["many", "-1", "1.5", "1000"]) expect(() => readConfig({ WORKERS })).toThrow("WORKERS");
});

test("an empty variable counts as absent", () => {
  expect(readConfig({ PORT: "", HOST: "" })).toMatchObject({ host: "127.0.0.1", port: 3000 });
});

test("graphs are administered on loopback and where keys are needed, unless a setting says otherwise", () => {
  const open = { HOST: "0.0.0.0", AUTH: "none" };
  expect(readConfig(open).graphAdmin).toBe(false);
  expect(readConfig({ ...open, GRAPH_ADMIN: "true" }).graphAdmin).toBe(true);
  expect(readConfig({ HOST: "0.0.0.0", KEYS_FILE: "keys.jsonl" }).graphAdmin).toBe(true);
  expect(readConfig({ GRAPH_ADMIN: "false" }).graphAdmin).toBe(false);
});

test("origins are kept as browsers write them", () => {
  expect(readConfig({ ALLOWED_ORIGINS: "https://App.Example.com/, http://a.example:80,, " }).allowedOrigins).toEqual([
    "https://app.example.com",
    "http://a.example",
  ]);
});

test("to listen beyond loopback there must be keys, or a word that there need be none", () => {
  for (const HOST of ["0.0.0.0", "::", "192.0.2.1", "service.example"]) {
    expect(() => readConfig({ HOST })).toThrow(/HOST: .*KEYS_FILE.*AUTH=none/);
    expect(readConfig({ HOST, AUTH: "none" }).host).toBe(HOST);
    expect(readConfig({ HOST, KEYS_FILE: "keys.jsonl" }).host).toBe(HOST);
    expect(readConfig({ HOST, JWT_ISSUER: "https://issuer.example", JWT_AUDIENCE: "us" }).host).toBe(HOST);
  }
});

test("settings that contradict each other are refused", () => {
  expect(() => readConfig({ JWT_ISSUER: "https://issuer.example" })).toThrow("JWT_AUDIENCE");
  expect(() => readConfig({ TLS_CERT: "cert.pem" })).toThrow("TLS_KEY");
  expect(() => readConfig({ AUTH: "none", KEYS_FILE: "keys.jsonl" })).toThrow("AUTH");
  expect(() => readConfig({ AUTH: "some" })).toThrow("AUTH");
});

test("proxies are told by how many there are, or by their addresses", () => {
  const proxies = (TRUST_PROXY: string) => readConfig({ TRUST_PROXY }).trustProxy;
  expect(["", "false", "true", "2", "10.0.0.0/8, ::1,loopback"].map(proxies)).toEqual([
    false,
    false,
    1,
    2,
    ["10.0.0.0/8", "::1", "loopback"],
  ]);
  for (const bad of ["10.0.0.0/33", "proxy.example", "10.0.0.1,,", "-1"])
    expect(() => proxies(bad)).toThrow("TRUST_PROXY");
});

test("every bad variable is named", () => {
  const env = { PORT: "65536", LIMIT_DEPTH: "0", LIMIT_NODES: "many", ALLOWED_ORIGINS: "evil", GRAPH_ADMIN: "perhaps" };
  for (const name of Object.keys(env)) expect(() => readConfig(env)).toThrow(name);
  expect(() => readConfig({ LIMIT_RESPONSE_BYTES: "1e9" })).toThrow("LIMIT_RESPONSE_BYTES");
});

test("loopback is localhost, 127.x and ::1, and nothing that only looks like it", () => {
  for (const host of ["localhost", "127.0.0.1", "127.1.2.3", "::1", "[::1]"]) expect(isLoopback(host)).toBe(true);
  for (const host of ["0.0.0.0", "127.0.0.1.example", "localhost.example", "128.0.0.1", "::", ""]) {
    expect(isLoopback(host)).toBe(false);
  }
});
