import { once } from "node:events";
import { createServer } from "node:net";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { addressOf, startMain, startWith } from "./process.ts";
import { until } from "./service.ts";

/** How a process that does not start says so. */
async function failure(env: Record<string, string>): Promise<{ code: number; said: string }> {
  const child = startMain(env);
  const [said, [code]] = await Promise.all([text(child.stderr!), once(child, "exit")]);
  return { code, said };
}

test("the service says where it listens and what to try, and drains when told to end", async () => {
  const child = startMain({});
  const [first] = await once(child.stdout!.setEncoding("utf8"), "data");
  expect(first).toMatch(/curl -s http:\/\/127\.0\.0\.1:\d+\/v1\/jacobian -d '\{"graph"/);
  const address = /http:\/\/127\.0\.0\.1:\d+/.exec(first)![0];
  expect((await fetch(`${address}/readyz`)).status).toBe(200);
  child.kill("SIGTERM");
  expect(await once(child, "exit")).toEqual([0, null]);
});

test("lines of the log come soon, and those that did not come yet at the end", async () => {
  const child = startMain({ LOG_LEVEL: "info" });
  let said = "";
  child.stdout!.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  const lines = () => said.split("\n").filter((line) => line.startsWith("{"));
  await until(() => /listens on http:\/\/\S+:\d+/.test(said));
  const address = /http:\/\/\S+:\d+/.exec(said)![0];
  const call = () => fetch(`${address}/v1/operators`, { method: "POST" });
  await call();
  await until(() => lines().length === 1);
  await call();
  child.kill("SIGTERM");
  await once(child.stdout!, "close");
  const line = { level: 30, msg: "request", pid: child.pid, verb: "POST", route: "/v1/operators", outcome: "ok" };
  expect(lines().map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining(line),
    expect.objectContaining(line),
  ]);
});

test("a busy port and bad settings are one clear line each", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  expect(await failure({ PORT: String(port) })).toEqual({
    code: 1,
    said: `Cotangent cannot start: port ${port} of 127.0.0.1 is in use; set PORT to another\n`,
  });
  server.close();
  const { code, said } = await failure({ PORT: "http", LIMIT_DEPTH: "-1" });
  expect(code).toBe(1);
  expect(said).toMatch(/^Cotangent cannot start: bad settings: LIMIT_DEPTH: .*, PORT: .*\n$/);
});

// npm hands signals to the shell that it starts, so that shell must have become the service.
test.each(["SIGTERM", "SIGINT"] as const)(
  "the service ends when npm, which started it, is told to by %s",
  async (signal) => {
    const npm = startWith("npm", ["start", "--silent"], {});
    const address = await addressOf(npm);
    expect((await fetch(`${address}/livez`)).status).toBe(200);
    npm.kill(signal);
    await once(npm, "exit");
    const port = Number(new URL(address).port);
    const server = createServer().listen(port, "127.0.0.1");
    await once(server, "listening");
    server.close();
  },
);
