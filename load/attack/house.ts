import { spawn } from "node:child_process";
import { once } from "node:events";
import { request } from "node:http";
import { connect, type Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { Server } from "../server.ts";
import type { Pings } from "../targets/liveness.ts";

/** What came back of a request. */
export interface Told {
  /** 0 where the connection ended without an answer. */
  readonly status: number;
  /** The error's type; undefined where there was none. */
  readonly type: string | undefined;
  /** The limit that was passed. */
  readonly limit: string | undefined;
  readonly bytes: number;
  readonly tookMs: number;
}

const others = JSON.stringify({
  graph: { expression: "sum(sin(x)*x)", inputs: [{ name: "x", shape: [2000] }] },
  inputs: { x: new Array(2000).fill(0.5) },
});
const answerMsMax = 60_000;
const shownBytes = 4096;
// What is cached is kept on purpose: little of it, so that other memory shows.
const cacheBytes = 64 * 2 ** 20;

/** A served instance on loopback, and what attackers do to it. */
export class House {
  readonly server: Server;
  private sent = 0;

  private constructor(server: Server) {
    this.server = server;
  }

  static async open(): Promise<House> {
    const house = new House(await Server.service({ LOG_LEVEL: "silent", CACHE_BYTES: String(cacheBytes) }));
    for (let i = 0; i < 20; i++) await house.ask("/v1/check", '{"graph":{"expression":"sin(x)"},"inputs":{"x":1}}');
    return house;
  }

  /** Sends a body on a connection of its own, as JSON unless the headers say otherwise, and reads the answer. */
  ask(path: string, body: string | Buffer, headers: Readonly<Record<string, string>> = {}): Promise<Told> {
    const startedAtMs = performance.now();
    return new Promise((resolve) => {
      const end = (status: number, text: string, bytes: number) => {
        const tookMs = performance.now() - startedAtMs;
        resolve({ status, type: typeIn(text), limit: /"limit":"(\w+)"/.exec(text)?.[1], bytes, tookMs });
      };
      const client = request(`${this.server.url}${path}`, {
        method: "POST",
        agent: false,
        timeout: answerMsMax,
        localAddress: this.address(),
        headers: { "content-type": "application/json", "content-length": Buffer.byteLength(body), ...headers },
      });
      client.on("timeout", () => client.destroy());
      client.on("error", () => end(0, "", 0));
      client.on("response", (response) => {
        let head = "";
        let bytes = 0;
        response.on("data", (chunk: Buffer) => {
          bytes += chunk.length;
          if (head.length < shownBytes) head += chunk.toString("latin1");
        });
        response.on("close", () => end(response.complete ? response.statusCode! : 0, head.slice(0, shownBytes), bytes));
      });
      client.end(body);
    });
  }

  /** A bare connection, of one address or of one of its own. */
  async connect(): Promise<Socket> {
    const { hostname, port } = new URL(this.server.url);
    const socket = connect({ host: hostname, port: Number(port), localAddress: this.address() });
    socket.on("error", () => undefined);
    await Promise.race([once(socket, "connect"), once(socket, "close")]).catch(() => undefined);
    return socket;
  }

  /** A number of the service's metrics. */
  async metric(name: string): Promise<number> {
    const text = await (await fetch(`${this.server.url}/metrics`)).text();
    return Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1]);
  }

  /** Whether it answers a small call. */
  async isServing(): Promise<boolean> {
    const { status } = await this.ask("/v1/evaluate", '{"graph":{"expression":"2*x"},"inputs":{"x":1}}');
    return status === 200;
  }

  /** Serves other calls for a while, as memory is not collected of who only waits; the least bytes that it had. */
  async quiet(ms: number): Promise<number> {
    const endMs = performance.now() + ms;
    let least = Number.POSITIVE_INFINITY;
    while (performance.now() < endMs) {
      for (let i = 0; i < 10; i++) await this.ask("/v1/check", others);
      least = Math.min(least, this.server.residentBytes() ?? 0);
    }
    return least;
  }

  /** Asks `/livez` from another process while something is done. */
  async watched<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly pings: Pings }> {
    const file = fileURLToPath(new URL("../targets/pinger.ts", import.meta.url));
    const pinger = spawn(process.execPath, [file, this.server.url], { stdio: ["pipe", "pipe", "inherit"] });
    const said = pinger.stdout.setEncoding("utf8")[Symbol.asyncIterator]();
    await said.next();
    const result = await work();
    pinger.stdin.end();
    return { result, pings: JSON.parse((await said.next()).value) };
  }

  /** Of loopback all addresses are ours: attackers have many, so that no bound of one address stops them. */
  private address(): string {
    this.sent++;
    return `127.${1 + ((this.sent >> 16) & 127)}.${(this.sent >> 8) & 255}.${1 + (this.sent & 127)}`;
  }
}

/** The type of error of an answer's beginning: a problem document's or JSON-RPC's. */
function typeIn(text: string): string | undefined {
  if (/^\[?\{"jsonrpc":"2.0","id":[^,]*,"result"/.test(text)) return undefined;
  return /"urn:cotangent:error:(\w+)"/.exec(text)?.[1] ?? /"error":\{.*?"type":"(\w+)"/.exec(text)?.[1];
}
