import { once } from "node:events";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { pipelinedMax } from "../../src/http/sockets/pipeline.ts";
import { listen, startFake, until } from "./service.ts";

const post = (path: string, body: string) =>
  `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

async function sends(port: number, bytes: string) {
  const socket = connect(port, "127.0.0.1").on("error", () => undefined);
  onTestFinished(() => void socket.destroy());
  await once(socket, "connect");
  socket.write(bytes);
  return socket;
}

test("calls on one connection end with it, those too whose answers stand behind another's", async () => {
  const { app, journal } = startFake();
  const socket = await sends(await listen(app), post("/v1/wait", "{}").repeat(5));
  await until(() => journal.length === 5);
  socket.destroy();
  await until(() => journal.length === 10);
  expect(journal.slice(5)).toEqual(new Array(5).fill("aborted"));
  expect((await app.inject("/metrics")).body).toMatch(/^cotangent_requests_in_flight 0$/m);
});

test("a long answer behind another's is let go with its connection", async () => {
  const { app, journal } = startFake();
  const long = JSON.stringify({ value: "x".repeat(1_000_000) });
  const socket = await sends(await listen(app), post("/v1/wait", "{}") + post("/v1/echo", long));
  const held = async () =>
    Number(/^cotangent_answer_bytes_in_flight (\d+)$/m.exec((await app.inject("/metrics")).body)![1]);
  while ((await held()) === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(journal).toContain("waiting");
  socket.destroy();
  while ((await held()) > 0) await new Promise((resolve) => setTimeout(resolve, 5));
});

test("so many requests may stand behind another, of which one more is told so and ends the connection", async () => {
  const { app, journal } = startFake();
  const port = await listen(app);
  const get = "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n";
  const few = await sends(port, get.repeat(pipelinedMax) + get.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));
  expect(statusesIn(await text(few))).toEqual(new Array(pipelinedMax + 1).fill("200"));
  const many = await sends(port, post("/v1/wait", '{"waitMs":50}').repeat(20 * pipelinedMax));
  const answers = statusesIn(await text(many));
  expect(journal.filter((entry) => entry === "waiting")).toHaveLength(pipelinedMax + 1);
  expect(answers).toEqual([...new Array(pipelinedMax + 1).fill("200"), "503"]);
});

test("requests that come one after the other on one connection are not counted together", async () => {
  const { app } = startFake();
  const socket = await sends(await listen(app), "");
  for (let i = 0; i < 3 * pipelinedMax; i++) {
    socket.write(post("/v1/subtract", '{"minuend":3,"subtrahend":1}').repeat(2));
    let told = "";
    while (statusesIn(told).length < 2) told += (await once(socket, "data")).toString();
    expect(statusesIn(told)).toEqual(["200", "200"]);
  }
});

const statusesIn = (text: string) => [...text.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => status);
