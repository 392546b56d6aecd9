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

test("graphs are administered on loopback only, unless a setting says otherwise", () => {
  expect(readConfig({ HOST: "0.0.0.0" }).graphAdmin).toBe(false);
  expect(readConfig({ HOST: "0.0.0.0", GRAPH_ADMIN: "true" }).graphAdmin).toBe(true);
  expect(readConfig({ GRAPH_ADMIN: "false" }).graphAdmin).toBe(false);
});

test("origins are kept as browsers write them", () => {
  expect(readConfig({ ALLOWED_ORIGINS: "https://App.Example.com/, http://a.example:80,, " }).allowedOrigins).toEqual([
    "https://app.example.com",
    "http://a.example",
  ]);
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
