import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { readConfig } from "../../src/config.ts";
import { buildApp } from "../../src/http/app.ts";
import { methods } from "../../src/methods/index.ts";
import { assemble } from "../../src/service.ts";
import { startTracing } from "../../src/tracing/tracing.ts";
import { keysFile } from "../access/keys.ts";
import { large } from "../pool/service.ts";

const client = { traceId: "4bf92f3577b34da6a3ce929d0e0e4736", spanId: "00f067aa0ba902b7" };
const traceparent = `00-${client.traceId}-${client.spanId}-01`;
const formula = { graph: { expression: "sin(x)" }, inputs: { x: 1 } };

test("a request is a span of its client's trace, with what was done for it as spans of that", async () => {
  const collected = await collector();
  const { port, close } = await start(collected.url);
  const send = (path: string, body: string, headers = {}) =>
    fetch(`http://127.0.0.1:${port}${path}`, { method: "POST", body, headers: { traceparent, ...headers } });
  const small = await send("/v1/evaluate", JSON.stringify(formula));
  const moved = await send("/v1/check", JSON.stringify(formula));
  const long = await send("/v1/evaluate", large(formula));
  const refused = await send("/v1/evaluate", "{");
  const others = await fetch(`http://127.0.0.1:${port}/livez`);
  expect([small, moved, long, refused, others].map(({ status }) => status)).toEqual([200, 200, 200, 400, 200]);
  await close();

  const spans = collected.spans();
  const roots = [small, moved, long, refused].map((response) => {
    const [, traceId, spanId] = response.headers.get("traceparent")!.split("-");
    expect(traceId).toBe(client.traceId);
    return spans.find((span) => span.spanId === spanId)!;
  });
  for (const root of roots) expect(root).toMatchObject({ traceId: client.traceId, parentId: client.spanId });
  expect(roots.map(({ name }) => name)).toEqual([
    "POST /v1/evaluate",
    "POST /v1/check",
    "POST /v1/evaluate",
    "POST /v1/evaluate",
  ]);
  const phases = roots.map((root) => spans.filter(({ parentId }) => parentId === root.spanId).map(({ name }) => name));
  expect(phases).toEqual([
    ["read", "plan", "run", "write"],
    ["read", "plan", "queue", "plan", "run", "write"],
    ["read", "queue", "read", "plan", "run", "write"],
    ["read"],
  ]);
  const own = spans.find(({ name }) => name === "GET /livez")!;
  expect(own.traceId).not.toBe(client.traceId);
  expect(own.parentId).toBe("");
});

test("what is not well-formed begins a trace of its own, and what is not sampled is not sent", async () => {
  const collected = await collector();
  const { port, close } = await start(collected.url);
  const headers = [
    "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
    "00-xyz",
    "",
    `ff-${client.traceId}-${client.spanId}-01`,
    `00-${client.traceId}-${client.spanId}-00`,
  ];
  const told = [];
  for (const traceparent of headers) {
    told.push(
      (await fetch(`http://127.0.0.1:${port}/livez`, { headers: { traceparent } })).headers.get("traceparent")!,
    );
  }
  await close();
  for (const each of told) expect(each).toMatch(/^00-[\da-f]{32}-[\da-f]{16}-0[01]$/);
  expect(told.slice(0, 4).some((each) => each.includes(client.traceId))).toBe(false);
  expect(told[4]).toMatch(new RegExp(`^00-${client.traceId}-.*-00$`));
  expect(collected.spans().filter(({ name }) => name === "GET /livez").length).toBe(4);
});

test("neither keys nor tensors are in any trace", async () => {
  const collected = await collector();
  const { file, keys } = keysFile({ call: {} });
  const { port, close } = await start(collected.url, { KEYS_FILE: file });
  const authorization = `Bearer ${keys.call}`;
  for (const body of [
    { ...formula, inputs: { x: 8675309.125 } },
    { ...formula, inputs: { x: [8675309.125] } },
  ]) {
    for (const headers of [{ authorization }, { authorization: `${authorization}x` }]) {
      await fetch(`http://127.0.0.1:${port}/v1/evaluate?k=${keys.call}`, {
        method: "POST",
        body: JSON.stringify(body),
        headers,
      });
    }
  }
  await close();
  const bytes = collected.bytes().toString("latin1");
  expect(collected.spans().length).toBeGreaterThan(4);
  for (const secret of [keys.call.slice(4), "8675309"]) expect(bytes).not.toContain(secret);
});

test("without an endpoint nothing of it is loaded", () => {
  const source = (name: string) => readFileSync(new URL(`../../src/${name}`, import.meta.url), "utf8");
  for (const name of ["main.ts", "http/app.ts", "http/visit.ts", "tracing/tracing.ts"]) {
    expect(source(name)).not.toMatch(/^import (?!type).*(tracing|opentelemetry)/m);
  }
});

async function start(endpoint: string, env: Readonly<Record<string, string>> = {}) {
  const config = readConfig({ DRAIN_MS: "0", WORKERS: "1", ...env });
  const service = assemble(config, (fault) => {
    throw fault;
  });
  const app = buildApp({ config, methods, ...service, tracing: await startTracing(endpoint) });
  let isClosed = false;
  const close = async () => {
    if (isClosed) return;
    isClosed = true;
    await app.close();
  };
  onTestFinished(close);
  await app.listen({ host: "127.0.0.1", port: 0 });
  return { port: (app.server.address() as AddressInfo).port, close };
}

/** What collects traces, as OTLP over HTTP has it. */
async function collector() {
  const bodies: Buffer[] = [];
  const server = createServer(async (request, response) => {
    if (request.url === "/v1/traces") bodies.push(await buffer(request));
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bytes: () => Buffer.concat(bodies),
    spans: () =>
      bodies
        .flatMap((body) => fieldsOf(body, 1).flatMap((resource) => fieldsOf(resource, 2)))
        .flatMap((scope) => fieldsOf(scope, 2))
        .map((span) => ({
          traceId: fieldsOf(span, 1)[0]!.toString("hex"),
          spanId: fieldsOf(span, 2)[0]!.toString("hex"),
          parentId: fieldsOf(span, 4)[0]?.toString("hex") ?? "",
          name: fieldsOf(span, 5)[0]!.toString("utf8"),
        })),
  };
}

/** The parts of a Protobuf message that have a number and a length. */
function fieldsOf(message: Buffer, wanted: number): Buffer[] {
  const found: Buffer[] = [];
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = message[at++]!;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return Number(value);
    }
  };
  while (at < message.length) {
    const tag = varint();
    if ((tag & 7) === 0) varint();
    else if ((tag & 7) === 1) at += 8;
    else if ((tag & 7) === 5) at += 4;
    else {
      const length = varint();
      if (tag >> 3 === wanted) found.push(message.subarray(at, at + length));
      at += length;
    }
  }
  return found;
}
