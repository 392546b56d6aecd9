import type { FastifyInstance } from "fastify";
import { describe, expect, onTestFinished, test } from "vitest";
import { readConfig } from "../../src/config.ts";
import { buildApp } from "../../src/http/app.ts";
import { methods } from "../../src/methods/index.ts";
import { alone } from "../support/alone.ts";
import { temporaryFolder } from "../support/folders.ts";
import { large, send, startPooled } from "./service.ts";

const matrix = { name: "a", shape: [3, 3] };
const calls: [string, object][] = [
  ...methods.flatMap(({ name, examples }) =>
    examples.flatMap(({ params, isStory }): [string, object][] => (isStory ? [] : [[name, params]])),
  ),
  [
    "evaluate",
    {
      graph: { inputs: [matrix], nodes: [{ id: "y", op: "matmul", args: ["a", "a"] }], outputs: ["y"] },
      inputs: {
        a: [
          [1, 2, 3],
          [4, 5, 6],
          [7, 8, "NaN"],
        ],
      },
      encoding: "base64",
    },
  ],
  ["jacobian", { graph: { expression: "x^3 * sin(y)" }, inputs: { x: [1, 2, 3], y: 4 }, batch: 3, format: "csr" }],
  ["hessian", { graph: { expression: "x^3 * sin(y)" }, inputs: { x: 1e-7, y: 4 }, layout: "matrix" }],
  ["graph.put", { graph: { nodes: [{ id: "y", op: "add", args: [{ shape: [1], data: [-0] }, 1] }], outputs: ["y"] } }],
  ["graph.list", {}],
  ["evaluate", { graph: `sha256:${"0".repeat(64)}` }],
  ["evaluate", { graph: { expression: "x +" } }],
  ["gradient", { graph: { expression: "x" }, inputs: {} }],
  ["jacobian", { graph: { expression: "x" }, inputs: { x: 1 }, mode: "sideways" }],
  ["evaluate", { graph: { expression: "x" }, inputs: { x: 1 }, timeoutMs: 1e9 }],
  ["no.such", {}],
];

test("answers are the same bytes, wherever a call is run", async () => {
  const plain = startPlain();
  const bodies = calls.map(([method, params], id) => ({ jsonrpc: "2.0", id, method, params }));
  const { app: pooled, pool } = await startPooled();
  const { app: reading } = await startPooled();
  for (const body of bodies) {
    const expected = await ask(plain, "/rpc", JSON.stringify(body));
    expect(await ask(pooled, "/rpc", JSON.stringify(body))).toEqual(expected);
    expect(await ask(reading, "/rpc", large(body))).toEqual(expected);
  }
  expect(pool.stats().workers).toBe(1);
  const all = JSON.stringify(bodies);
  const expected = await ask(plain, "/rpc", all);
  expect(await ask(pooled, "/rpc", all)).toEqual(expected);
  expect(await ask(reading, "/rpc", large(bodies))).toEqual(expected);
});

describe("a large body", () => {
  test.each([
    ["/rpc", "[", 200, -32700],
    ["/rpc", "[]", 200, -32600],
    ["/rpc", '{"jsonrpc":"2.0","id":1,"method":"x","params":[]}', 200, -32601],
    ["/rpc", "1", 200, -32600],
    ["/v1/evaluate", "[", 400, -32700],
    ["/v1/evaluate", "[]", 400, -32602],
    ["/v1/evaluate", "1", 400, -32602],
  ])("to %s of %s is refused as a small one is", async (path, text, status, code) => {
    const { app } = await startPooled();
    const expected = await ask(startPlain(), path, text);
    const actual = await ask(app, path, text + " ".repeat(70_000));
    expect(actual.status).toBe(status);
    expect((JSON.parse(actual.body).error ?? JSON.parse(actual.body)).code).toBe(code);
    // Where JSON ends early, the position is another.
    if (code !== -32700) expect(actual).toEqual(expected);
  });

  test("of notifications is answered with nothing", async () => {
    const { app } = await startPooled();
    const body = { jsonrpc: "2.0", method: "evaluate", params: { graph: { expression: "x" }, inputs: { x: 1 } } };
    expect(await ask(app, "/rpc", large([body, body]))).toEqual({ status: 204, body: "" });
    const { body: metrics } = await app.inject({ url: "/metrics" });
    expect(metrics).toContain('cotangent_requests_total{method="evaluate",outcome="ok"} 2');
  });

  test("is counted as a small one is", async () => {
    const { app } = await startPooled();
    const params = { graph: { expression: "x" }, inputs: { x: 1 } };
    await ask(app, "/v1/evaluate", large(params));
    const { body: metrics } = await app.inject({ url: "/metrics" });
    expect(metrics).toContain('cotangent_requests_total{method="evaluate",outcome="ok"} 1');
  });
});

function startPlain(): FastifyInstance {
  const config = readConfig({ DRAIN_MS: "0", DATA_DIR: temporaryFolder() });
  const app = buildApp({ config, methods, dispatch: alone(config).dispatch });
  onTestFinished(async () => {
    await app.close();
  });
  return app;
}

async function ask(app: FastifyInstance, url: string, payload: string) {
  const { statusCode, body } = await app.inject({
    method: "POST",
    url,
    payload,
    headers: { "content-type": "application/json" },
  });
  // Times are measured.
  return {
    status: statusCode,
    body: body.replaceAll(/"timeMs":[-\d.e]+/g, '"timeMs":0').replaceAll(/"urn:uuid:[^"]*"/g, '""'),
  };
}

test("ids beyond what a number holds are echoed as they were written, wherever a call is run", async () => {
  const { port } = await startPooled();
  const of = (id: string, graph: object) =>
    `{"jsonrpc":"2.0","id":${id},"method":"evaluate","params":${JSON.stringify({ graph, inputs: { x: 1 } })}}`;
  const ids = ["12345678901234567890", "1.50"];
  const batch = `[${of(ids[0]!, { expression: "x" })},${of(ids[1]!, { expression: "x +" })}]`;
  for (const body of [batch, batch + " ".repeat(70_000)]) {
    const answer = await send(port, "/rpc", body).answer;
    expect([...answer.body.matchAll(/"id":([\d.]+)/g)].map(([, id]) => id)).toEqual(ids);
  }
});
