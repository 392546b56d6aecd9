import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { digestOf, newKey } from "../../src/access/key.ts";
import { standard } from "../../src/methods/schemas/examples.ts";
import { Server } from "../server.ts";
import { duration } from "../table.ts";
import { atLeast, atMost, msOf, type Target } from "../target.ts";
import type { Group, Orders, Report, Seen } from "./crowd.ts";

const clients = 400;
const smallShare = 0.8;
const points = 1000;
const few = 16;
const restSeconds = 30;
// At a thousand points more than the thread that serves does itself.
const batched = { expression: "log(x1) + x1*x2 - sin(x2) + exp(x1*x2/10) * tanh(x1 - x2) + atan2(x1, x2)^3" };
// All come from one address, which may by itself have fewer.
const env = { CONNECTIONS_PER_ADDRESS: "2000", REQUESTS_PER_ADDRESS: "2000", LOG_LEVEL: "error" };

/**
 * Ten times as many clients as saturate the service, which ask again as soon as they are answered: most for a small call by
 * id, the others for a Jacobian at a thousand points, which a worker thread runs. Then two tenants, one with ten times the
 * clients of the other.
 */
export async function overload(seconds: number): Promise<Target[]> {
  return [...(await crowded(seconds)), ...(await unequal(seconds))];
}

async function crowded(seconds: number): Promise<Target[]> {
  const server = await Server.service(env);
  const [small, pool] = await bodies(server);
  // What a few can be served, with nothing else to do, is the peak.
  const peak = await crowd(server, seconds, [{ ...pool, clients: few }]);
  await setTimeout(2000);
  const beforeBytes = server.residentBytes() ?? 0;
  const isSmall = Math.round(smallShare * clients);
  const all = await crowd(server, seconds, [
    { ...small, clients: isSmall },
    { ...pool, clients: clients - isSmall },
  ]);
  const recoveryMs = await msOf(() => server.post(pool.path, pool.body));
  await setTimeout(1000 * restSeconds);
  const afterBytes = server.residentBytes() ?? 0;
  await server.stop();
  const [smalls, pools] = all.groups as readonly [Seen, Seen];
  const [peakRate, rate] = [rateOf(peak, "pool", seconds), rateOf(all, "pool", seconds)];
  const share = `the crowd took ${percent(all.processorShare)} of a processor, at the peak ${percent(peak.processorShare)}, of ${availableParallelism()}`;
  const shown = (x: number) => `${percent(x)} of ${Math.round(peakRate)}/s (${share})`;
  const counted = ({ accepted, refused, failed }: Seen) => `${accepted} served, ${refused} refused, ${failed} failed`;
  const refusedP99 = Math.max(smalls.refusedP99Ms, pools.refusedP99Ms);
  return [
    atLeast(`pool calls served while ${clients} clients ask, beside their peak`, rate / peakRate, 0.8, shown),
    noted(atMost("p99 of pool calls that are served", pools.acceptedP99Ms / 1000, 2, duration), counted(pools)),
    noted(atMost("p99 of small calls", smalls.acceptedP99Ms / 1000, 0.05, duration), counted(smalls)),
    atMost("p99 of refusals", refusedP99 / 1000, 0.02, duration),
    atMost("memory 30 s later above that before", (afterBytes - beforeBytes) / 2 ** 20, 150, mebibytes),
    atMost("a pool call when the crowd has gone", recoveryMs / 1000, 1, duration),
  ];
}

async function unequal(seconds: number): Promise<Target[]> {
  const folder = mkdtempSync(join(tmpdir(), "cotangent-load-"));
  const keys = [newKey(), newKey()] as const;
  const lines = keys.map((key, i) =>
    JSON.stringify({ id: `${i}`, tenant: ["many", "few"][i], sha256: digestOf(key), scopes: ["call", "metrics"] }),
  );
  const file = join(folder, "keys.jsonl");
  writeFileSync(file, lines.join("\n"));
  const server = await Server.service({ ...env, KEYS_FILE: file });
  const [, pool] = await bodies(server, keys);
  const [many, little] = keys.map((key, i) => ({ ...pool, key, name: `${i}`, clients: i === 0 ? 10 * few : few }));
  const alone = await crowd(server, seconds, [little!]);
  const both = await crowd(server, seconds, [many!, little!]);
  await server.stop();
  rmSync(folder, { recursive: true });
  const fair = rateOf(both, "1", seconds) / (rateOf(both, "0", seconds) + rateOf(both, "1", seconds));
  const shown = (x: number) =>
    `${percent(x)} (${Math.round(rateOf(both, "1", seconds))}/s beside ${Math.round(rateOf(both, "0", seconds))}/s; alone ${Math.round(rateOf(alone, "1", seconds))}/s)`;
  return [atLeast("what a tenant is served beside one that sends ten times as much", fair, 0.45, shown)];
}

/** The two requests of the crowd; the graph is sent beforehand, on behalf of each key. */
async function bodies(
  server: Server,
  keys: readonly string[] = [],
): Promise<[Omit<Group, "clients">, Omit<Group, "clients">]> {
  const put = async (graph: object) => {
    let answer = "";
    for (const key of keys.length === 0 ? [undefined] : keys) {
      answer = (await server.post("/v1/graph.put", JSON.stringify({ graph }), undefined, key)).toString();
    }
    return JSON.parse(answer).graph as string;
  };
  const column = (start: number) => Array.from({ length: points }, (_, i) => start + Math.sqrt(i + 2) / 7);
  const inputs = { x1: column(1), x2: column(2) };
  const path = "/v1/jacobian";
  return [
    { name: "small", path, body: JSON.stringify({ graph: await put(standard.graph), inputs: standard.inputs }) },
    { name: "pool", path, body: JSON.stringify({ graph: await put(batched), batch: points, inputs }) },
  ];
}

async function crowd(server: Server, seconds: number, groups: readonly Group[]): Promise<Report> {
  const path = fileURLToPath(new URL("crowd.ts", import.meta.url));
  const child = spawn(process.execPath, [path], { stdio: ["pipe", "pipe", "inherit"] });
  const orders: Orders = { port: Number(new URL(server.url).port), seconds, groups };
  child.stdin.end(JSON.stringify(orders));
  return JSON.parse(await text(child.stdout));
}

function rateOf({ groups }: Report, name: string, seconds: number): number {
  return groups.find((group) => group.name === name)!.accepted / seconds;
}

function noted(target: Target, note: string): Target {
  return { ...target, measured: `${target.measured} (${note})` };
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

function mebibytes(amount: number): string {
  return `${Math.round(amount)} MiB`;
}
