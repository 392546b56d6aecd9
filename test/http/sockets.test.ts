import { type ClientRequest, request } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import { listen, startFake, subtractCall, until } from "./service.ts";

const open = (port: number, path: string, headers: Record<string, string> = {}): ClientRequest =>
  request({ port, host: "127.0.0.1", path, method: "POST", agent: false, headers });

const answerOf = (client: ClientRequest) =>
  new Promise<{ status: number; body: string }>((resolve, reject) => {
    client.on("response", async (response) => resolve({ status: response.statusCode!, body: await text(response) }));
    client.on("error", reject);
  });

const speak = (port: number, bytes: string) =>
  new Promise<string>((resolve) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(bytes));
    resolve(text(socket));
  });

describe("a client that goes away", () => {
  test("aborts the signal of its call", async () => {
    const { app, journal, lines } = startFake();
    const client = open(await listen(app), "/v1/wait");
    client.on("error", () => undefined).end("{}");
    await until(() => journal.includes("waiting"));
    client.destroy();
    await until(() => journal.includes("aborted"));
    await until(() => lines.some((line) => line.outcome === "cancelled"));
  });

  test("in the middle of its body frees what it held", async () => {
    const { app, lines } = startFake();
    const client = open(await listen(app), "/rpc", { "content-length": "1000" });
    client.on("error", () => undefined).write("[1, 2");
    const held = async () => (await app.inject({ url: "/metrics" })).body.match(/body_bytes_in_flight (\d+)/)?.[1];
    while ((await held()) !== "5") await new Promise((resolve) => setTimeout(resolve, 2));
    client.destroy();
    await until(() => lines.some((line) => line.outcome === "cancelled"));
    expect(await held()).toBe("0");
  });
});

describe("a body without an announced length", () => {
  test("is read to its end", async () => {
    const { app } = startFake();
    const client = open(await listen(app), "/rpc", { "transfer-encoding": "chunked" });
    const answer = answerOf(client);
    for (const chunk of JSON.stringify(subtractCall).match(/.{1,7}/g)!) client.write(chunk);
    client.end();
    expect(await answer).toEqual({ status: 200, body: '{"jsonrpc":"2.0","id":1,"result":19}' });
  });

  test("is refused as soon as it is too long", async () => {
    const { app } = startFake({ LIMIT_BODY_BYTES: "1000" });
    const client = open(await listen(app), "/rpc", { "transfer-encoding": "chunked" });
    const answer = answerOf(client);
    client.write(" ".repeat(900));
    client.write(" ".repeat(900));
    const { status, body } = await answer;
    expect(status).toBe(413);
    expect(JSON.parse(body)).toMatchObject({
      id: null,
      error: { code: -32004, data: { limit: "bodyBytes", allowed: 1000 } },
    });
    client.destroy();
  });

  test("that goes on after it was refused lets its sender read why", async () => {
    const { app } = startFake({ LIMIT_BODY_BYTES: "1000" });
    const client = open(await listen(app), "/v1/subtract");
    const answer = answerOf(client);
    client.end(" ".repeat(8e6));
    expect((await answer).status).toBe(413);
  });
});

test("a body of which the announced length is too long is refused before it is sent", async () => {
  const { app } = startFake();
  const client = open(await listen(app), "/rpc", { "content-length": "999999999999" });
  const answer = answerOf(client);
  client.flushHeaders();
  expect((await answer).status).toBe(413);
  client.destroy();
});

test("bytes that are not HTTP are answered with a problem document", async () => {
  const { app } = startFake();
  const port = await listen(app);
  for (const [bytes, status] of [
    ["what?\r\n\r\n", 400],
    [`GET / HTTP/1.1\r\nHost: localhost\r\nX: ${"x".repeat(100_000)}\r\n\r\n`, 431],
  ] as const) {
    const [head, body] = (await speak(port, bytes)).split("\r\n\r\n");
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} .*\r\nContent-Type: application/problem\\+json`));
    expect(JSON.parse(body!)).toMatchObject({ status, code: -32600 });
  }
});

describe("draining", () => {
  test("lets running calls finish, takes no more, and says that it is not ready", async () => {
    const { app, journal } = startFake({ DRAIN_MS: "5000" });
    const port = await listen(app);
    const client = open(port, "/v1/wait");
    const answer = answerOf(client);
    client.end('{"waitMs": 300}');
    await until(() => journal.includes("waiting"));
    const closed = app.close();
    const base = `http://127.0.0.1:${port}`;
    const refused = await fetch(`${base}/rpc`, { method: "POST", body: JSON.stringify(subtractCall) });
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "1"]);
    expect(await refused.json()).toMatchObject({
      id: null,
      error: { code: -32006, message: "the service is draining" },
    });
    expect((await fetch(`${base}/readyz`)).status).toBe(503);
    expect((await fetch(`${base}/livez`)).status).toBe(200);
    expect(await answer).toEqual({ status: 200, body: '"done"' });
    await closed;
    await expect(fetch(`${base}/livez`)).rejects.toThrow();
  });

  test("aborts what has not finished in time", async () => {
    const { app, journal } = startFake({ DRAIN_MS: "20" });
    const client = open(await listen(app), "/v1/wait");
    const answer = answerOf(client);
    client.end("{}");
    await until(() => journal.includes("waiting"));
    await app.close();
    expect(journal).toEqual(["waiting", "aborted"]);
    expect((await answer).status).toBe(503);
  });
});

test("more requests than can be served are shed", async () => {
  const { app, journal } = startFake({ CONNECTIONS_PER_ADDRESS: "2000", REQUESTS_PER_ADDRESS: "2000" });
  const port = await listen(app);
  const clients = Array.from({ length: 1000 }, () => open(port, "/v1/wait").on("error", () => undefined));
  for (const client of clients) client.end("{}");
  await until(() => journal.length === 1000);
  const base = `http://127.0.0.1:${port}`;
  const shed = await fetch(`${base}/v1/subtract`, { method: "POST", body: JSON.stringify(subtractCall.params) });
  expect([shed.status, (await shed.json()).type]).toEqual([503, "urn:cotangent:error:overloaded"]);
  expect((await fetch(`${base}/readyz`)).status).toBe(503);
  for (const client of clients) client.destroy();
  await until(() => journal.length === 2000);
  expect((await fetch(`${base}/readyz`)).status).toBe(200);
});

describe("a body that is refused unread", () => {
  const head = (bytes: number) =>
    `POST /rpc HTTP/1.1\r\nhost: 127.0.0.1\r\nsec-fetch-site: cross-site\r\ncontent-length: ${bytes}\r\n\r\n`;

  test("is refused on a connection that says that it ends, and ends, however much still comes", async () => {
    const { app } = startFake();
    const port = await listen(app);
    const answer = await speak(port, `${head(300_000)}${" ".repeat(300_000)}`);
    expect(answer).toMatch(/^HTTP\/1.1 403 .*\r\nconnection: close\r\n.*-32600/is);
  });

  test("and is short leaves its connection as it was", async () => {
    const { app } = startFake();
    const port = await listen(app);
    const body = JSON.stringify(subtractCall);
    const good = `POST /rpc HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
    const answers = await speak(port, `${head(5000)}${" ".repeat(5000)}${good}`);
    expect(answers).toMatch(/^HTTP\/1.1 403 .*\r\nconnection: keep-alive\r\n.*HTTP\/1.1 200 .*"result":19/is);
  });
});
