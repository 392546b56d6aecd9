import { once } from "node:events";
import { Agent, request } from "node:http";
import { setTimeout } from "node:timers/promises";
import type { Pings } from "./liveness.ts";

// Asks a service's /livez every few milliseconds until standard input ends, and then tells how long answers took.

const [, , url] = process.argv;
const msBetweenPings = 3;
const warmPings = 20;

const agent = new Agent({ keepAlive: true });
let isOver = false;
process.stdin.once("end", () => {
  isOver = true;
});
process.stdin.resume();
for (let i = 0; i < warmPings; i++) await ping();
console.log();
const taken: number[] = [];
while (!isOver) {
  taken.push(await ping());
  await setTimeout(msBetweenPings);
}
const sorted = taken.toSorted((a, b) => a - b);
const pings: Pings = {
  count: sorted.length,
  p99Ms: sorted[Math.floor(0.99 * sorted.length)]!,
  maxMs: sorted.at(-1)!,
};
console.log(JSON.stringify(pings));
agent.destroy();

async function ping(): Promise<number> {
  const startMs = performance.now();
  const sent = request(`${url}/livez`, { agent });
  sent.end();
  const [response] = await once(sent, "response");
  response.resume();
  await once(response, "end");
  return performance.now() - startMs;
}
