import { describe, expect, test } from "vitest";
import { post, startFake, subtractCall } from "./service.ts";

const status = async (env: Record<string, string>, headers: Record<string, string>, url = "/rpc") =>
  (await post(startFake(env).app, url, url === "/rpc" ? subtractCall : subtractCall.params, headers)).statusCode;

describe("who may call", () => {
  test.each([
    [200, { "sec-fetch-site": "same-origin" }],
    [200, { "sec-fetch-site": "none" }],
    [200, { origin: "http://localhost:3000", host: "localhost:3000" }],
    [200, { origin: "http://127.0.0.1:3000", host: "127.0.0.1:3000", "sec-fetch-site": "same-origin" }],
    [200, { origin: "http://[::1]:3000", host: "[::1]:3000" }],
    [200, { origin: "http://localhost", host: "localhost:80" }],
    [403, { "sec-fetch-site": "cross-site" }],
    [403, { "sec-fetch-site": "cross-site", origin: "http://localhost:3000", host: "localhost:3000" }],
    [403, { origin: "https://evil.example" }],
    [403, { origin: "null" }],
    [403, { origin: "" }],
    [403, { origin: "http://localhost:4000", host: "localhost:3000" }],
    [403, { origin: "http://localhost.evil.example", host: "localhost" }],
    [403, { host: "evil.example" }],
    [403, { host: "127.0.0.1.evil.example" }],
    [403, { host: "localhost.evil.example:3000" }],
    [403, { host: "192.168.0.1" }],
  ] as [number, Record<string, string>][])("on loopback %i for %j", async (expected, headers) => {
    expect(await status({}, headers)).toBe(expected);
    expect(await status({}, headers, "/v1/subtract")).toBe(expected);
  });

  test.each([
    [200, { host: "api.example.com" }],
    [200, { host: "api.example.com", origin: "https://api.example.com" }],
    [200, { host: "10.1.2.3:3000" }],
    [200, { host: "localhost:3000" }],
    [200, { host: "[2001:db8::1]:3000" }],
    [200, { host: "API.example.com.:443" }],
    [403, { host: "evil.example" }],
    [403, { host: "api.example.com.evil.example" }],
    [403, { host: "api.example.com", origin: "https://evil.example" }],
    [403, { host: "api.example.com", "sec-fetch-site": "cross-site" }],
  ] as [number, Record<string, string>][])("elsewhere %i for %j", async (expected, headers) => {
    const env = { HOST: "0.0.0.0", AUTH: "none", ALLOWED_HOSTS: "api.example.com" };
    expect(await status(env, headers)).toBe(expected);
  });

  test("at one address only that address and names that are allowed may be called", async () => {
    const env = { HOST: "192.0.2.1", AUTH: "none" };
    expect(await status(env, { host: "192.0.2.1:3000" })).toBe(200);
    expect(await status(env, { host: "192.0.2.2:3000" })).toBe(403);
    expect(await status(env, { host: "localhost" })).toBe(403);
    expect(await status({ ...env, ALLOWED_HOSTS: "*" }, { host: "anything.example" })).toBe(200);
    expect(await status({ ALLOWED_HOSTS: "my.example" }, { host: "my.example:3000" })).toBe(200);
  });

  test("a refusal comes before the body is looked at, in the form of the face", async () => {
    const { app } = startFake();
    const rpc = await post(app, "/rpc", "{", { origin: "https://evil.example", "content-encoding": "gzip" });
    expect(rpc.statusCode).toBe(403);
    expect(rpc.json()).toMatchObject({
      jsonrpc: "2.0",
      id: null,
      error: { code: -32600, data: { type: "invalid_request" } },
    });
    const plain = await post(app, "/v1/nothing", "{", { origin: "https://evil.example" });
    expect([plain.statusCode, plain.headers["content-type"]]).toEqual([403, "application/problem+json; charset=utf-8"]);
    expect(plain.headers["access-control-allow-origin"]).toBeUndefined();
  });

  test("a page of another site may lead to the documents, by a name of this machine only", async () => {
    const { app } = startFake();
    const navigation = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" };
    expect((await app.inject({ url: "/docs", headers: navigation })).statusCode).toBe(200);
    expect((await app.inject({ url: "/docs", headers: { host: "evil.example" } })).statusCode).toBe(403);
  });
});

describe("a page of an allowed origin", () => {
  const env = { ALLOWED_ORIGINS: "https://app.example.com, https://other.example" };
  const origin = { origin: "https://app.example.com", "sec-fetch-site": "cross-site" };

  test("may call, and read the answer", async () => {
    const response = await post(startFake(env).app, "/rpc", subtractCall, origin);
    expect(response.json()).toMatchObject({ result: 19 });
    expect(response.headers).toMatchObject({
      "access-control-allow-origin": "https://app.example.com",
      vary: "Origin",
    });
  });

  test("may read why it was refused", async () => {
    const response = await post(startFake(env).app, "/v1/subtract", {}, origin);
    expect([response.statusCode, response.headers["access-control-allow-origin"]]).toEqual([
      400,
      "https://app.example.com",
    ]);
  });

  test("is told beforehand that it may", async () => {
    const { app } = startFake(env);
    const ask = (headers: Record<string, string>) =>
      app.inject({
        method: "OPTIONS",
        url: "/v1/subtract",
        headers: { ...headers, "access-control-request-method": "POST" },
      });
    const allowed = await ask(origin);
    expect(allowed.statusCode).toBe(204);
    expect(allowed.headers).toMatchObject({
      "access-control-allow-origin": "https://app.example.com",
      "access-control-allow-methods": "GET, POST",
      "access-control-allow-headers": "Content-Type",
    });
    expect((await ask({ origin: "https://evil.example" })).statusCode).toBe(403);
  });
});
