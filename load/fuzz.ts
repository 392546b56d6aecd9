import { Agent, request } from "node:http";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { Random } from "../test/support/random.ts";
import { faultOf, type Request, randomRequest } from "./fuzz/bodies.ts";
import type { GraphNews, GraphTask } from "./fuzz/graph-thread.ts";
import { Server } from "./server.ts";

// Sends bodies of a seed to a served instance on loopback, and compares what random graphs give each way they can be run;
// half of the time each. Tells each violation with the seed that makes it again, and ends with 1 where there is one.

const { values: options } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    seed: { type: "string", default: "1" },
    only: { type: "string" },
  },
});
const seconds = Number(options.seconds);
const seed = Number(options.seed);
if (!(seconds > 0) || !Number.isSafeInteger(seed)) throw new Error("--seconds and --seed take numbers");
const parts = { bodies: fuzzBodies, graphs: fuzzGraphs };
const names = Object.keys(parts).filter((name) => options.only === undefined || name === options.only);
if (names.length === 0) throw new Error(`--only takes ${Object.keys(parts).join(" or ")}`);

const violationsMax = 20;
const violations: string[] = [];
const tell = (violation: string) => {
  violations.push(violation);
  console.error(violation);
};
for (const name of names) await parts[name as keyof typeof parts]((1000 * seconds) / names.length);
console.log(`seed ${seed}: ${violations.length} violations`);
process.exit(violations.length > 0 ? 1 : 0);

async function fuzzBodies(ms: number): Promise<void> {
  const server = await Server.service({
    LOG_LEVEL: "silent",
    TIMEOUT_MS: "2000",
    LIMIT_TIMEOUT_MS: "2000",
    LIMIT_ELEMENTS: "10000",
    LIMIT_RESPONSE_BYTES: "1000000",
  });
  const agent = new Agent({ keepAlive: true });
  const endMs = performance.now() + ms;
  const outcomes = new Map<string, number>();
  let sent = 0;
  const client = async () => {
    while (performance.now() < endMs && violations.length < violationsMax) {
      const number = sent++;
      const asked = randomRequest(new Random(seed * 1_000_003 + number));
      const { status, text } = await send(`${server.url}${asked.path}`, asked, agent);
      const fault = status === 0 ? `the connection ended: ${text}` : faultOf(status, text);
      if (fault) tell(`body ${number} to ${asked.path}: ${fault}: ${asked.body.toString("latin1", 0, 500)}`);
      outcomes.set(String(status), (outcomes.get(String(status)) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: 8 }, client));
  const { status } = await send(
    `${server.url}/v1/evaluate`,
    { path: "", body: Buffer.from('{"graph":{"expression":"1"}}') },
    agent,
  );
  if (status !== 200) tell("it serves no more");
  agent.destroy();
  await server.stop();
  const told = [...outcomes].sort().map(([status, count]) => `${count} × ${status}`);
  console.log(`${sent} bodies: ${told.join(", ")}`);
}

function send(url: string, { body }: Request, agent: Agent): Promise<{ status: number; text: string }> {
  return new Promise((resolve) => {
    const headers = { "content-type": "application/json", "content-length": body.length };
    const client = request(url, { method: "POST", agent, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("close", () => {
        const text = Buffer.concat(parts).toString();
        resolve(response.complete ? { status: response.statusCode!, text } : { status: 0, text: "cut off" });
      });
    });
    client.on("error", (error) => resolve({ status: 0, text: error.message }));
    client.end(body);
  });
}

async function fuzzGraphs(ms: number): Promise<void> {
  const threads = availableParallelism();
  const counts = await Promise.all(Array.from({ length: threads }, (_, first) => thread(first, threads, ms)));
  const count = counts.reduce((sum, each) => sum + each, 0);
  console.log(`${count} graphs, each interpreted, compiled, forward, in reverse and in a batch`);
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
