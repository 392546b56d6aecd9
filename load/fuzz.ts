import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from "node:zlib";
import { digestOf, newKey } from "../src/access/key.ts";
import { Random } from "../test/support/random.ts";
import { faultOf, type Request, randomRequest } from "./fuzz/bodies.ts";
import type { FuzzKeys } from "./fuzz/dress.ts";
import type { GraphNews, GraphTask } from "./fuzz/graph-thread.ts";
import { models } from "./fuzz/programs.ts";
import { thisMachine } from "./machine.ts";
import { saveRun } from "./results.ts";
import { Server } from "./server.ts";

// Sends bodies of a seed to a served instance on loopback, and compares what random graphs give each way they can be run;
// half of the time each. Tells each violation with the seed that makes it again, and ends with 1 where there is one.

const { values: options } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    seed: { type: "string", default: "1" },
    only: { type: "string" },
    keep: { type: "boolean", default: false },
  },
});
const seconds = Number(options.seconds);
const seed = Number(options.seed);
if (!(seconds > 0) || !Number.isSafeInteger(seed)) throw new Error("--seconds and --seed take numbers");
const parts = { bodies: fuzzBodies, graphs: fuzzGraphs };
const names = Object.keys(parts).filter((name) => options.only === undefined || name === options.only);
if (names.length === 0) throw new Error(`--only takes ${Object.keys(parts).join(" or ")}`);

/** What was done, for `--keep`, which puts it into results.md. */
const figures: string[] = [];
const violationsMax = 20;
const silentMsMax = 60_000;
const violations: string[] = [];
const tell = (violation: string) => {
  violations.push(violation);
  console.error(violation);
};
for (const name of names) await parts[name as keyof typeof parts]((1000 * seconds) / names.length);
console.log(`seed ${seed}: ${violations.length} violations`);
if (options.keep) {
  const only = options.only === undefined ? "" : `--only ${options.only} `;
  const command = `npm run fuzz -- ${only}--seconds ${seconds} --seed ${seed}`;
  saveRun({ command, machine: thisMachine(), done: figures.join("; "), violations: violations.length });
}
process.exit(violations.length > 0 ? 1 : 0);

async function fuzzBodies(ms: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "cotangent-load-"));
  const keys: FuzzKeys = { all: newKey(), call: newKey() };
  const lines = Object.entries(keys).map(([id, key]) =>
    JSON.stringify({
      id,
      tenant: id,
      sha256: digestOf(key),
      scopes: id === "all" ? ["call", "jobs", "admin"] : ["call"],
    }),
  );
  const keysFile = join(folder, "keys.jsonl");
  writeFileSync(keysFile, lines.join("\n"));
  const server = await Server.service({
    LOG_LEVEL: "silent",
    TIMEOUT_MS: "2000",
    LIMIT_TIMEOUT_MS: "2000",
    LIMIT_ELEMENTS: "10000",
    LIMIT_RESPONSE_BYTES: "1000000",
    KEYS_FILE: keysFile,
    DATA_DIR: join(folder, "data"),
  });
  const agent = new Agent({ keepAlive: true });
  for (const [alias, { graph }] of Object.entries(models)) {
    await server.post("/v1/graph.put", JSON.stringify({ graph, alias }), undefined, keys.all);
  }
  const endMs = performance.now() + ms;
  const outcomes = new Map<string, number>();
  let sent = 0;
  const client = async () => {
    while (performance.now() < endMs && violations.length < violationsMax) {
      const number = sent++;
      const asked = randomRequest(new Random(seed * 1_000_003 + number), keys);
      const { status, type, bytes } = await send(`${server.url}${asked.path}`, asked, agent);
      const fault = status === 0 ? `the connection ended: ${bytes}` : faultOf(status, type, bytes);
      if (fault) tell(`body ${number} to ${asked.path}: ${fault}: ${shown(asked)}`);
      outcomes.set(String(status), (outcomes.get(String(status)) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: 8 }, client));
  await server
    .post("/v1/evaluate", '{"graph":{"expression":"1"}}', undefined, keys.all)
    .catch(() => tell("it serves no more"));
  agent.destroy();
  await server.stop();
  rmSync(folder, { recursive: true });
  const told = [...outcomes].sort().map(([status, count]) => `${count} × ${status}`);
  figures.push(`${sent} bodies: ${told.join(", ")}`);
  console.log(figures.at(-1));
}

/** A request without its keys. */
function shown({ verb, headers, body }: Request): string {
  const { authorization: _, ...others } = headers;
  return `${verb} ${JSON.stringify(others)} ${body.toString("latin1", 0, 500)}`;
}

function send(url: string, { verb, headers, body }: Request, agent: Agent): Promise<Told> {
  return new Promise((resolve) => {
    const sent = { ...headers, "content-length": body.length };
    const client = request(url, { method: verb, agent, headers: sent, timeout: silentMsMax }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("close", () => {
        const bytes = inflated(Buffer.concat(parts), response.headers["content-encoding"]);
        const type = response.headers["content-type"] ?? "";
        if (response.complete) resolve({ status: response.statusCode!, type, bytes });
        else resolve({ status: 0, type, bytes: Buffer.from("cut off") });
      });
    });
    client.on("timeout", () => client.destroy(new Error("no answer")));
    client.on("error", (error) => resolve({ status: 0, type: "", bytes: Buffer.from(error.message) }));
    client.end(body);
  });
}

interface Told {
  readonly status: number;
  readonly type: string;
  readonly bytes: Buffer;
}

function inflated(bytes: Buffer, coding: string | undefined): Buffer {
  if (coding === "gzip") return gunzipSync(bytes);
  if (coding === "br") return brotliDecompressSync(bytes);
  if (coding === "zstd") return zstdDecompressSync(bytes);
  return bytes;
}

async function fuzzGraphs(ms: number): Promise<void> {
  const threads = availableParallelism();
  const counts = await Promise.all(Array.from({ length: threads }, (_, first) => thread(first, threads, ms)));
  const count = counts.reduce((sum, each) => sum + each, 0);
  figures.push(`${count} graphs, each interpreted, compiled, forward, in reverse and in a batch`);
  console.log(figures.at(-1));
}

function thread(first: number, step: number, ms: number): Promise<number> {
  const worker = new Worker(new URL("fuzz/graph-thread.ts", import.meta.url), {
    workerData: { seed, first, step, ms } satisfies GraphTask,
  });
  return new Promise((resolve, reject) => {
    worker.on("error", reject);
    worker.on("message", (news: GraphNews) => {
      if ("count" in news) resolve(news.count);
      else tell(news.violation);
      // What is wrong so often is told often enough.
      if (violations.length >= violationsMax) void worker.terminate().then(() => resolve(0));
    });
  });
}
