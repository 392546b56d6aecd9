import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { about } from "../../src/config.ts";
import { openApiClientDocument } from "../../src/rpc/documents/client.ts";
import { openApiDocument } from "../../src/rpc/documents/openapi.ts";
import { openRpcDocument } from "../../src/rpc/documents/openrpc.ts";
import { anyService } from "../../src/rpc/documents/security.ts";
import { fakeMethods } from "../rpc/fake.ts";
import { post, startFake, subtractCall } from "./service.ts";

describe("documents", () => {
  test("are served as JSON and as YAML, and say the same", async () => {
    const { app } = startFake();
    const openApi = openApiDocument(fakeMethods, { ...about, ...anyService });
    const json = await app.inject({ url: "/openapi.json" });
    expect(json.json()).toEqual(openApi);
    const yaml = await app.inject({ url: "/openapi.yaml" });
    expect(yaml.headers["content-type"]).toBe("application/yaml");
    expect(parse(yaml.body)).toEqual(openApi);
    const client = await app.inject({ url: "/openapi.client.yaml" });
    expect(parse(client.body)).toEqual(openApiClientDocument(openApi));
    expect((await app.inject({ url: "/openrpc.json" })).json()).toEqual(openRpcDocument(fakeMethods, about));
  });

  test("carry the version that the service is given", async () => {
    const { app } = startFake({}, { version: "9.8.7" });
    expect((await app.inject({ url: "/openapi.json" })).json().info.version).toBe("9.8.7");
  });

  test("are shown on a page that asks no other host for anything", async () => {
    const { app } = startFake();
    const page = await app.inject({ url: "/docs" });
    expect(page.headers["content-security-policy"]).toMatch(/default-src 'none'.*connect-src 'self'/);
    expect(page.body).not.toMatch(/https?:|\/\/\w/);
    const links = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1]!);
    expect(links).toHaveLength(4);
    for (const url of links) expect((await app.inject({ url })).statusCode).toBe(200);
    expect((await app.inject({ url: "/docs/start.js" })).body).toMatch('url: "/openapi.json"');
  });

  test("are found from the front page", async () => {
    const page = await startFake().app.inject({ url: "/" });
    expect(page.headers["content-type"]).toMatch(/^text\/html/);
    expect(page.body).toMatch('href="/docs"');
  });
});

test("routes that are read say 405 to other verbs", async () => {
  const { app } = startFake();
  for (const url of ["/livez", "/metrics", "/openapi.json", "/docs"]) {
    for (const method of ["POST", "DELETE"] as const) {
      const response = await app.inject({ method, url });
      expect([response.statusCode, response.headers.allow]).toEqual([405, "GET, HEAD"]);
    }
  }
});

describe("health", () => {
  test("is live and ready", async () => {
    const { app } = startFake();
    expect((await app.inject({ url: "/livez" })).json()).toEqual({ status: "ok" });
    expect((await app.inject({ url: "/readyz" })).json()).toEqual({ status: "ok" });
  });

  test("is not ready while the engine's memory is taken", async () => {
    const { app } = startFake({ LIMIT_LIVE_BYTES_TOTAL: "100" }, { stats: () => ({ ...idle, liveBytes: 100 }) });
    const response = await app.inject({ url: "/readyz" });
    expect([response.statusCode, response.headers["retry-after"], response.json().detail]).toEqual([
      503,
      "1",
      "the service is saturated",
    ]);
    expect((await app.inject({ url: "/livez" })).statusCode).toBe(200);
  });
});

describe("metrics", () => {
  test("count calls by registered name and outcome", async () => {
    const { app } = startFake();
    await post(app, "/rpc", [subtractCall, { ...subtractCall, params: {} }, { ...subtractCall, method: "evil\n" }, 1]);
    await post(app, "/rpc", "{");
    await post(app, "/v1/subtract", subtractCall.params);
    await post(app, "/v1/subtract", "x");
    await post(app, "/v1/nothing", {});
    await post(app, "/rpc", subtractCall, { origin: "https://evil.example" });
    const { body, headers } = await app.inject({ url: "/metrics" });
    expect(headers["content-type"]).toMatch(/^text\/plain/);
    const lines = body.split("\n").filter((line) => line.startsWith("cotangent_requests_total"));
    expect(lines).toMatchInlineSnapshot(`
      [
        "cotangent_requests_total{method="subtract",outcome="ok"} 2",
        "cotangent_requests_total{method="subtract",outcome="invalid_params"} 1",
        "cotangent_requests_total{method="subtract",outcome="parse_error"} 1",
        "cotangent_requests_total{method="_other",outcome="method_not_found"} 2",
        "cotangent_requests_total{method="_other",outcome="invalid_request"} 2",
        "cotangent_requests_total{method="_other",outcome="parse_error"} 1",
      ]
    `);
    expect(body).toMatch(/^cotangent_request_duration_seconds_count\{method="subtract"\} \d+$/m);
    expect(body).toMatch(/^cotangent_requests_in_flight 0$/m);
    expect(body).toMatch(/^process_cpu_seconds_total /m);
  });

  test("show the engine's numbers as they are now", async () => {
    let hits = 1;
    const { app } = startFake({}, { stats: () => ({ ...idle, hits, misses: 2, bytes: 4096, entries: 3, running: 1 }) });
    const scrape = async () => (await app.inject({ url: "/metrics" })).body;
    expect(await scrape()).toMatch(/^cotangent_cache_hits_total 1$/m);
    hits = 5;
    const body = await scrape();
    for (const line of [
      "cotangent_cache_hits_total 5",
      "cotangent_cache_misses_total 2",
      "cotangent_cache_evictions_total 0",
      "cotangent_cache_bytes 4096",
      "cotangent_cache_entries 3",
      "cotangent_live_bytes 0",
      "cotangent_running_calls 1",
    ]) {
      expect(body.split("\n")).toContain(line);
    }
  });
});

const idle = { hits: 0, misses: 0, evictions: 0, bytes: 0, entries: 0, liveBytes: 0, running: 0 };
