import { describe, expect, test } from "vitest";
import { post, startFake, subtractCall } from "./service.ts";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe("POST /rpc", () => {
  test("answers a call", async () => {
    const response = await post(startFake().app, "/rpc", subtractCall);
    expect(response.statusCode).toBe(200);
    expect(response.headers["content-type"]).toBe("application/json; charset=utf-8");
    expect(response.json()).toEqual({ jsonrpc: "2.0", id: 1, result: 19 });
  });

  test("answers 200 with every outcome of JSON-RPC", async () => {
    const { app } = startFake();
    for (const [body, code] of [
      ["{", -32700],
      ["", -32700],
      [Buffer.from([0x22, 0xff, 0x22]), -32700],
      ["[".repeat(65) + "]".repeat(65), -32700],
      [[], -32600],
      [{}, -32600],
      [{ ...subtractCall, method: "x" }, -32601],
      [{ ...subtractCall, params: {} }, -32602],
      [{ ...subtractCall, method: "fail", params: {} }, -32603],
      [{ ...subtractCall, method: "fail", params: { type: "overloaded" } }, -32006],
    ] as const) {
      const response = await post(app, "/rpc", body);
      expect([response.statusCode, response.json().error.code]).toEqual([200, code]);
    }
  });

  test("answers a parse error with id null", async () => {
    const response = await post(
      startFake().app,
      "/rpc",
      '{"jsonrpc": "2.0", "method": "foobar, "params": "bar", "baz]',
    );
    expect(response.json()).toMatchObject({
      jsonrpc: "2.0",
      id: null,
      error: { code: -32700, data: { type: "parse_error" } },
    });
  });

  test("answers 204 when there is nothing to say", async () => {
    const { app, journal } = startFake();
    const response = await post(app, "/rpc", [{ jsonrpc: "2.0", method: "update" }]);
    expect([response.statusCode, response.body]).toEqual([204, ""]);
    expect(journal).toEqual(["update starts", "update ends"]);
  });

  test("says 405 to every other verb, as a JSON-RPC error", async () => {
    const { app } = startFake();
    for (const method of ["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND"] as const) {
      const response = await app.inject({ method, url: "/rpc" });
      expect([response.statusCode, response.headers.allow]).toEqual([405, "POST"]);
      expect(response.json()).toEqual({
        jsonrpc: "2.0",
        id: null,
        error: { code: -32600, message: "use POST", data: { type: "invalid_request" } },
      });
    }
  });
});

describe("POST /v1/<method>", () => {
  test("answers the bare result", async () => {
    const response = await post(startFake().app, "/v1/subtract", subtractCall.params);
    expect([response.statusCode, response.body]).toEqual([200, "19"]);
    expect(response.headers["content-type"]).toBe("application/json; charset=utf-8");
  });

  test("takes no body for empty params", async () => {
    const { app } = startFake();
    expect((await app.inject({ method: "POST", url: "/v1/update" })).body).toBe("null");
    expect((await app.inject({ method: "POST", url: "/v1/update?verbose=1" })).body).toBe("null");
  });

  test("answers an error as a problem document", async () => {
    const response = await post(startFake().app, "/v1/subtract", { minuend: 1, subtrahend: 2, x: 3 });
    expect(response.statusCode).toBe(400);
    expect(response.headers["content-type"]).toBe("application/problem+json; charset=utf-8");
    const { instance, ...document } = response.json();
    expect(document).toEqual({
      type: "urn:cotangent:error:invalid_params",
      title: "Invalid params",
      status: 400,
      detail: '/x: unknown: "x"',
      code: -32602,
      data: { type: "invalid_params", issues: [{ path: "/x", message: 'unknown: "x"' }] },
    });
    expect(instance.replace("urn:uuid:", "")).toMatch(uuid);
  });

  test("gives each error its status", async () => {
    const { app } = startFake();
    for (const [type, status] of [
      ["invalid_graph", 422],
      ["graph_not_found", 404],
      ["response_too_large", 413],
      ["limit_exceeded", 413],
      ["deadline_exceeded", 504],
      ["overloaded", 503],
      ["input_mismatch", 422],
      ["not_differentiable", 422],
    ] as const) {
      const response = await post(app, "/v1/fail", { type });
      expect([response.statusCode, response.json().type]).toEqual([status, `urn:cotangent:error:${type}`]);
    }
    for (const [body, type] of [
      ["{", "parse_error"],
      ["[1]", "invalid_params"],
      ["null", "invalid_params"],
    ] as const) {
      const response = await post(app, "/v1/subtract", body);
      expect([response.statusCode, response.json().data.type]).toEqual([400, type]);
    }
  });

  test("says when to come back", async () => {
    const response = await post(startFake().app, "/v1/fail", { type: "overloaded" });
    expect(response.headers["retry-after"]).toBe("3");
  });

  test("tells the request id of a fault, and logs the fault under it with its stack", async () => {
    const { app, lines } = startFake();
    const { data, instance, ...rest } = (await post(app, "/v1/fail", {})).json();
    expect(rest).toMatchObject({ status: 500, code: -32603 });
    expect(instance).toBe(`urn:uuid:${data.requestId}`);
    const fault = lines.find((line) => line.msg === "fault");
    expect(fault).toMatchObject({ requestId: data.requestId, method: "fail", err: { message: "secret: /etc/passwd" } });
    expect((fault!.err as { stack: string }).stack).toMatch(/fake\.ts/);
  });

  test("says 405 to other verbs and 404 to other methods", async () => {
    const { app } = startFake();
    const get = await app.inject({ url: "/v1/subtract" });
    expect([get.statusCode, get.headers.allow, get.json().type]).toEqual([
      405,
      "POST",
      "urn:cotangent:error:invalid_request",
    ]);
    for (const name of ["foo", "constructor", "__proto__", "toString", "admin.only", "subtract/", ""]) {
      const response = await post(app, `/v1/${name}`, {});
      expect([response.statusCode, response.json().code]).toEqual([404, -32601]);
    }
  });
});

test("whoever takes one face for the other is told of it", async () => {
  const { app } = startFake();
  const bare = await post(app, "/rpc", subtractCall.params);
  expect(bare.json().error.message).toMatch("params alone go to /v1/<method>");
  const elsewhere = await post(app, "/subtract", subtractCall.params);
  expect([elsewhere.statusCode, elsewhere.json().detail]).toEqual([404, "no such route: it is POST /v1/subtract"]);
});

test("an unknown route is a problem document, whatever the verb and without reading the body", async () => {
  const { app } = startFake();
  for (const method of ["GET", "POST", "DELETE"] as const) {
    const response = await app.inject({ method, url: "/nowhere?q=1", ...(method === "POST" ? { payload: "{" } : {}) });
    expect([response.statusCode, response.headers["content-type"]]).toEqual([
      404,
      "application/problem+json; charset=utf-8",
    ]);
  }
  const bad = await app.inject({ url: "/%zz" });
  expect([bad.statusCode, bad.headers["content-type"]]).toEqual([400, "application/problem+json; charset=utf-8"]);
});

test("no answer is to be kept by anybody, whatever it says", async () => {
  const { app } = startFake({ ALLOWED_ORIGINS: "https://app.example" });
  const answers = [
    await post(app, "/rpc", subtractCall),
    await post(app, "/rpc", subtractCall, { origin: "https://app.example" }),
    await post(app, "/rpc", "{"),
    await post(app, "/rpc", [{ jsonrpc: "2.0", method: "update" }]),
    await post(app, "/v1/subtract", subtractCall.params),
    await post(app, "/v1/subtract", {}),
    await post(app, "/v1/subtract", {}, { origin: "https://evil.example" }),
    await post(app, "/v1/nothing", {}),
    await app.inject("/readyz"),
  ];
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 204, 200, 400, 403, 404, 200]);
  for (const { headers } of answers) expect(headers["cache-control"]).toBe("no-store");
});

describe("bodies", () => {
  test.each([
    undefined,
    "application/json",
    "application/json; charset=utf-8",
    "Application/JSON;charset=UTF-8",
    "application/x-www-form-urlencoded",
    "text/plain",
    "text/plain;charset=us-ascii",
    "application/vnd.api+json",
  ])("of content type %s are read as JSON", async (type) => {
    const { app } = startFake();
    const headers = type === undefined ? {} : { "content-type": type };
    const response = await app.inject({ method: "POST", url: "/rpc", payload: JSON.stringify(subtractCall), headers });
    expect(response.json()).toMatchObject({ result: 19 });
  });

  test.each(["multipart/form-data; boundary=x", "application/octet-stream", "image/png", "application/xml", "garbage"])(
    "of content type %s are 415 on both faces",
    async (type) => {
      const { app } = startFake();
      const rpc = await post(app, "/rpc", subtractCall, { "content-type": type });
      expect([rpc.statusCode, rpc.json().error.code, rpc.json().id]).toEqual([415, -32600, null]);
      const plain = await post(app, "/v1/subtract", subtractCall.params, { "content-type": type });
      expect([plain.statusCode, plain.json().type]).toEqual([415, "urn:cotangent:error:invalid_request"]);
    },
  );

  test("whose answer may be nothing that there is are 406 on both faces", async () => {
    const { app } = startFake();
    const accept = { accept: "text/html, application/xml;q=0.9" };
    const rpc = await post(app, "/rpc", subtractCall, accept);
    expect([rpc.statusCode, rpc.json().error.code]).toEqual([406, -32600]);
    const plain = await post(app, "/v1/subtract", subtractCall.params, accept);
    expect([plain.statusCode, plain.json().type]).toEqual([406, "urn:cotangent:error:invalid_request"]);
    expect((await post(app, "/rpc", subtractCall, { accept: "text/html, */*;q=0.1" })).statusCode).toBe(200);
    expect(
      (await post(app, "/rpc", subtractCall, { accept: "application/json;q=0, */*" })).headers["content-type"],
    ).toBe("application/cbor");
  });

  test("are told on /rpc as a JSON-RPC error, whatever single tensor the client takes only", async () => {
    const { app } = startFake();
    const accept = { accept: "application/x-npy" };
    const refused = await post(app, "/rpc", subtractCall, accept);
    expect(refused.statusCode).toBe(406);
    expect(refused.headers["content-type"]).toMatch("application/json");
    expect(refused.json()).toMatchObject({ jsonrpc: "2.0", id: null, error: { code: -32600 } });
    const verb = await app.inject({ method: "GET", url: "/rpc", headers: accept });
    expect([verb.statusCode, verb.json().id]).toEqual([405, null]);
  });

  test("are 415 when compressed in a way that nobody here knows", async () => {
    const { app } = startFake();
    const send = (encoding: string) => post(app, "/rpc", subtractCall, { "content-encoding": encoding });
    for (const encoding of ["compress", "deflate", "identity, gzip"])
      expect((await send(encoding)).statusCode).toBe(415);
    expect((await send("Identity")).json()).toMatchObject({ result: 19 });
  });

  test("may be as long as allowed, and not a byte longer", async () => {
    const { app } = startFake({ LIMIT_BODY_BYTES: "1000" });
    const padded = (bytes: number) => JSON.stringify(subtractCall).padEnd(bytes);
    expect((await post(app, "/rpc", padded(999))).statusCode).toBe(200);
    expect((await post(app, "/rpc", padded(1000))).statusCode).toBe(200);
    const long = await post(app, "/rpc", padded(1001));
    expect(long.statusCode).toBe(413);
    expect(long.json()).toEqual({
      jsonrpc: "2.0",
      id: null,
      error: {
        code: -32004,
        message: "bodyBytes: 1001 received, 1000 allowed",
        data: { type: "limit_exceeded", limit: "bodyBytes", allowed: 1000, received: 1001 },
      },
    });
    const plain = await post(app, "/v1/subtract", padded(1001));
    expect([plain.statusCode, plain.json().data.limit]).toEqual([413, "bodyBytes"]);
  });

  test("that are too many together are 503, until others are done", async () => {
    const { app, journal } = startFake({ LIMIT_BODY_BYTES_IN_FLIGHT: "1000" });
    const waiting = post(app, "/v1/wait", JSON.stringify({ waitMs: 30 }).padEnd(600));
    while (journal.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    const refused = await post(app, "/rpc", JSON.stringify(subtractCall).padEnd(500));
    expect([refused.statusCode, refused.headers["retry-after"]]).toEqual([503, "1"]);
    expect(refused.json()).toMatchObject({ id: null, error: { code: -32006, data: { retryAfterMs: 1000 } } });
    expect((await waiting).body).toBe('"done"');
    expect((await post(app, "/rpc", JSON.stringify(subtractCall).padEnd(1000))).statusCode).toBe(200);
  });
});

describe("the log", () => {
  test("has one line for a request, with what the handler noted and nothing that the client sent", async () => {
    const { app, lines } = startFake();
    const params = { label: { text: "confidential" }, tensor: [1] };
    await post(app, "/v1/graph.put?token=confidential", params, { authorization: "confidential" });
    await post(app, "/rpc", [subtractCall, { ...subtractCall, method: "confidential" }]);
    await post(app, "/rpc", { ...subtractCall, method: "confidential" });
    await post(app, "/rpc", "confidential");
    await app.inject({ url: "/confidential" });
    const told = lines.map(({ msg, level, verb, route, method, calls, outcome, status, graph, cached }) => ({
      ...{ msg, level, verb, route, method, calls, outcome, status, graph, cached },
    }));
    expect(told).toMatchInlineSnapshot(`
      [
        {
          "cached": true,
          "calls": undefined,
          "graph": "sha256:0",
          "level": 30,
          "method": "graph.put",
          "msg": "request",
          "outcome": "ok",
          "route": "/v1/graph.put",
          "status": 200,
          "verb": "POST",
        },
        {
          "cached": undefined,
          "calls": 2,
          "graph": undefined,
          "level": 30,
          "method": "batch",
          "msg": "request",
          "outcome": "method_not_found",
          "route": "/rpc",
          "status": 200,
          "verb": "POST",
        },
        {
          "cached": undefined,
          "calls": 1,
          "graph": undefined,
          "level": 30,
          "method": "_other",
          "msg": "request",
          "outcome": "method_not_found",
          "route": "/rpc",
          "status": 200,
          "verb": "POST",
        },
        {
          "cached": undefined,
          "calls": 0,
          "graph": undefined,
          "level": 30,
          "method": undefined,
          "msg": "request",
          "outcome": "parse_error",
          "route": "/rpc",
          "status": 200,
          "verb": "POST",
        },
        {
          "cached": undefined,
          "calls": undefined,
          "graph": undefined,
          "level": 30,
          "method": undefined,
          "msg": "request",
          "outcome": "method_not_found",
          "route": "_other",
          "status": 404,
          "verb": "GET",
        },
      ]
    `);
    expect(lines.every((line) => typeof line.durationMs === "number" && uuid.test(String(line.requestId)))).toBe(true);
    expect(JSON.stringify(lines)).not.toMatch(/confidential/);
  });
});
