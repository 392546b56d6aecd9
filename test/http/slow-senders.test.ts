import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { networkOf } from "../../src/http/addresses.ts";
import { createBodyReader } from "../../src/http/body.ts";
import { createPace } from "../../src/http/pace.ts";
import { listen, startFake, subtractCall, until } from "./service.ts";

const head = (length: number, path = "/rpc") =>
  `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`;
const whole = JSON.stringify(subtractCall);

async function open(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1").on("error", () => undefined);
  onTestFinished(() => void socket.destroy());
  await once(socket, "connect");
  return socket;
}

async function call(port: number): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${port}/rpc`, { method: "POST", body: whole });
  await answer.text();
  return answer.status;
}

const many = { CONNECTIONS_PER_ADDRESS: "5000", REQUESTS_PER_ADDRESS: "5000" };
const hasty = { BODY_BEGIN_MS: "300", BODY_PACE_MS: "200", BODY_BYTES_PER_SECOND: "1000" };

describe("bodies of which little has come", () => {
  test("shut nobody out, however many they are", async () => {
    const { app } = startFake(many);
    const port = await listen(app);
    const sockets = await Promise.all(Array.from({ length: 1500 }, () => open(port)));
    for (const socket of sockets) socket.write(`${head(1000)}[`);
    const being = async () => /^cotangent_requests_being_read (\d+)$/m.exec((await app.inject("/metrics")).body)![1];
    while ((await being()) !== "1500") await setTimeout(5);
    expect(await call(port)).toBe(200);
    expect((await app.inject("/readyz")).statusCode).toBe(200);
  });

  test("are 408 when none of them comes, and their connection is closed", async () => {
    const port = await listen(startFake(hasty).app);
    const socket = await open(port);
    socket.write(head(1000));
    const startedAtMs = performance.now();
    expect(await text(socket)).toMatch(/^HTTP\/1.1 408 .*connection: close.*"the body came too slowly"/s);
    expect(performance.now() - startedAtMs).toBeGreaterThan(200);
  });

  test("are 408 when they drip, however much came at first", async () => {
    const port = await listen(startFake(hasty).app);
    const socket = await open(port);
    socket.write(head(1_000_000) + " ".repeat(400_000));
    const dripping = setInterval(() => socket.write(" "), 20);
    expect(await text(socket)).toMatch(/^HTTP\/1.1 408 /);
    clearInterval(dripping);
  });

  test("are served when they come slowly, but steadily", async () => {
    const { app } = startFake({ ...hasty, BODY_BYTES_PER_SECOND: "100" });
    const socket = await open(await listen(app));
    const body = whole.padEnd(1000);
    socket.write(head(body.length));
    for (let at = 0; at < body.length; at += 50) {
      socket.write(body.slice(at, at + 50));
      await setTimeout(40);
    }
    const [answer] = await once(socket.setEncoding("utf8"), "data");
    expect(answer).toMatch(/^HTTP\/1.1 200 .*"result":19/s);
  });

  test.each([
    ["of a route that does not exist", head(1_000_000, "/nowhere"), 404],
    ["that is too long", head(1e12), 413],
  ])("of a request %s are thrown away for a while only", async (_, bytes, status) => {
    const socket = await open(await listen(startFake(hasty).app));
    socket.write(`${bytes}[`);
    const dripping = setInterval(() => socket.write(" "), 20);
    expect(await text(socket)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    clearInterval(dripping);
  });

  test.each([
    ["that does not come in time", hasty, head(1_000_000), 408],
    ["that is too long", hasty, head(1e12), 413],
    ["of a route that does not exist", hasty, head(1_000_000, "/nowhere"), 404],
    ["after headers that are too long", {}, `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${"x".repeat(100_000)}`, 431],
  ])("%s end no connection before its client has ended it too", async (_, env, bytes, status) => {
    const socket = connect({ port: await listen(startFake(env).app), host: "127.0.0.1", allowHalfOpen: true });
    onTestFinished(() => void socket.destroy());
    socket.write(bytes);
    // So many that some are always on their way when the service ends its side.
    const dripping = setInterval(() => socket.write(" "), 1);
    let answer = "";
    // Read as text() does it, it would be closed with its end.
    socket.setEncoding("utf8").on("data", (piece) => {
      answer += piece;
    });
    await once(socket, "end");
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    await setTimeout(200);
    clearInterval(dripping);
    expect(socket.writable).toBe(true);
    socket.end();
    await once(socket, "close");
    expect(socket.errored).toBe(null);
  });

  test("of a refused request are thrown away as far as a body may be long", async () => {
    const socket = await open(await listen(startFake({ LIMIT_BODY_BYTES: "1000000" }).app));
    const answer = text(socket);
    const chunk = Buffer.alloc(65_536, " ");
    socket.write(head(1e12));
    let sent = 0;
    const send = () => {
      while (!socket.destroyed && socket.write(chunk)) sent += chunk.length;
    };
    socket.on("drain", send);
    send();
    expect(await answer).toMatch(/^HTTP\/1.1 413 /);
    // What a connection holds on its way is some megabytes.
    expect(sent).toBeLessThan(50e6);
  });
});

describe("an address", () => {
  test("may have so many connections, of which one more is told so and is closed", async () => {
    const { app } = startFake({ CONNECTIONS_PER_ADDRESS: "3" });
    const port = await listen(app);
    const sockets = await Promise.all(Array.from({ length: 3 }, () => open(port)));
    const excess = await open(port);
    excess.write(head(whole.length) + whole);
    expect(await text(excess)).toMatch(/^HTTP\/1.1 503 .*retry-after: 1\r.*connection: close\r.*-32006/s);
    const silent = await open(port);
    expect(await text(silent)).toBe("");
    sockets[0]!.destroy();
    await setTimeout(20);
    expect(await call(port)).toBe(200);
  });

  test("is closed to at once when it has twice as many", async () => {
    const port = await listen(startFake({ CONNECTIONS_PER_ADDRESS: "3" }).app);
    await Promise.all(Array.from({ length: 6 }, () => open(port)));
    const startedAtMs = performance.now();
    const seventh = await open(port);
    await text(seventh).catch(() => "");
    expect(performance.now() - startedAtMs).toBeLessThan(500);
  });

  test("may have so many requests at once, on however many connections", async () => {
    const { app, journal } = startFake({ REQUESTS_PER_ADDRESS: "2" });
    const port = await listen(app);
    const sockets = await Promise.all([open(port), open(port)]);
    for (const socket of sockets) socket.write(`${head(2, "/v1/wait")}{}`);
    await until(() => journal.length === 2);
    expect(await call(port)).toBe(503);
    expect((await app.inject("/livez")).statusCode).toBe(200);
    sockets[0]!.destroy();
    await until(() => journal.includes("aborted"));
    expect(await call(port)).toBe(200);
  });

  test.each([
    ["10.1.2.3", "10.1.2.3"],
    ["::ffff:10.1.2.3", "10.1.2.3"],
    ["::1", "0:0:0:0"],
    ["2001:db8::1", "2001:db8:0:0"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
    ["2001:db8:1:2::", "2001:db8:1:2"],
    ["fe80::1%eth0", "fe80:0:0:0"],
    ["", ""],
  ])("%j belongs to the network %j", (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});

test("a body that is held has to come whole in time, however steadily it comes, and a blob has not", async () => {
  const pace = createPace({ bodyBeginMs: 200, bodyPaceMs: 200, bodyBytesPerSecond: 10 });
  const settled = { bodyBytes: 1e6, bodyBytesInFlight: 1e6 };
  const reader = createBodyReader(settled, pace, Number.POSITIVE_INFINITY, 400);
  const ended = Promise.withResolvers<string>();
  const blob = { bytes: 1 };
  let isBlobSlow = false;
  const unwatch = pace.watch(blob, () => {
    isBlobSlow = true;
  });
  const server = createServer((request, response) => {
    request.on("error", () => undefined);
    reader.read(request, (error) => {
      ended.resolve(error?.message ?? "whole");
      response.end();
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const socket = await open((server.address() as AddressInfo).port);
  socket.write(head(100_000));
  const dripping = setInterval(() => {
    socket.write(" ".repeat(50));
    blob.bytes += 50;
  }, 10);
  expect(await ended.promise).toBe("the body came too slowly");
  await setTimeout(500);
  clearInterval(dripping);
  unwatch();
  expect(isBlobSlow).toBe(false);
});
