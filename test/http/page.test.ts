import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startFake } from "./service.ts";

const folder = mkdtempSync(join(tmpdir(), "page-"));
const html = "<!doctype html><title>A page</title>";
const script = "console.log(1);";

beforeAll(() => {
  mkdirSync(join(folder, "assets"));
  for (const [name, text] of [
    ["index.html", html],
    ["assets/main-1a2b.js", script],
  ] as const) {
    writeFileSync(join(folder, name), text);
    writeFileSync(join(folder, `${name}.br`), brotliCompressSync(text));
    writeFileSync(join(folder, `${name}.gz`), gzipSync(text));
  }
  writeFileSync(join(folder, "assets/letters-3c4d.woff2"), "letters");
});

afterAll(() => rmSync(folder, { recursive: true }));

function get(url: string, headers: Record<string, string> = {}, method: "GET" | "HEAD" = "GET") {
  const { app } = startFake({}, { page: folder });
  return app.inject({ method, url, headers });
}

describe("the page", () => {
  test("is at /, asked for anew each time, and may load nothing but from its own origin", async () => {
    const { statusCode, headers, body } = await get("/");
    expect({ statusCode, body }).toEqual({ statusCode: 200, body: html });
    expect(headers).toMatchObject({ "content-type": "text/html; charset=utf-8", "cache-control": "no-cache" });
    expect(headers["content-security-policy"]).toMatch(/^default-src 'self';/);
    expect(headers["content-security-policy"]).not.toContain("unsafe");
  });

  test("has files that may be kept for ever", async () => {
    const { headers, body } = await get("/assets/main-1a2b.js");
    expect(body).toBe(script);
    expect(headers).toMatchObject({
      "content-type": "text/javascript; charset=utf-8",
      "cache-control": "public, max-age=31536000, immutable",
      "x-content-type-options": "nosniff",
      vary: "Accept-Encoding",
    });
  });

  test.for([
    ["gzip, deflate, br", "br"],
    ["gzip", "gzip"],
    ["br;q=0, gzip;q=0.5", "gzip"],
    ["br;q=0.0", undefined],
    ["deflate", undefined],
    ["", undefined],
  ] as const)("answers %j with the smallest form that it takes", async ([accepted, coding]) => {
    const { headers, rawPayload } = await get("/assets/main-1a2b.js", { "accept-encoding": accepted });
    expect(headers["content-encoding"]).toBe(coding);
    const decode = { br: brotliDecompressSync, gzip: gunzipSync };
    expect((coding ? decode[coding](rawPayload) : rawPayload).toString()).toBe(script);
  });

  test("is not sent again to who has it, in each form", async () => {
    for (const accepted of ["br", "gzip", "identity"]) {
      const headers = { "accept-encoding": accepted };
      const { etag } = (await get("/", headers)).headers;
      const again = await get("/", { ...headers, "if-none-match": `"other", W/${etag}` });
      expect([again.statusCode, again.body, again.headers.etag]).toEqual([304, "", etag]);
      expect((await get("/", { ...headers, "if-none-match": '"other"' })).statusCode).toBe(200);
    }
    expect((await get("/", { "if-none-match": "*" })).statusCode).toBe(304);
  });

  test("tells of itself without its bytes", async () => {
    const { statusCode, headers, body } = await get("/assets/letters-3c4d.woff2", {}, "HEAD");
    expect([statusCode, headers["content-type"], headers["content-length"], body]).toEqual([
      200,
      "font/woff2",
      "7",
      "",
    ]);
  });

  test("has no files but its own", async () => {
    for (const url of ["/assets/main-1a2b.js.br", "/assets/..%2findex.html", "/assets/", "/assets/other.js", "/key"]) {
      expect([url, (await get(url)).statusCode]).toEqual([url, 404]);
    }
  });
});

test("without a page / has links to the documents", async () => {
  for (const page of [undefined, join(folder, "nowhere")]) {
    const { app } = startFake({}, page === undefined ? {} : { page });
    expect((await app.inject({ url: "/" })).body).toContain('<a href="/docs">');
  }
});
