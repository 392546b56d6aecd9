import { spawn } from "node:child_process";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { standard } from "../../src/methods/schemas/examples.ts";
import { bundle } from "../kernels/bundle.ts";
import type { Kernel } from "../kernels/kernel.ts";
import { mixture } from "../kernels/mixture.ts";
import { wireTensor } from "../numbers.ts";
import { Server } from "../server.ts";
import { duration } from "../table.ts";
import { atMost, type Target } from "../target.ts";

/** What the pinger tells at its end. */
export interface Pings {
  readonly count: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

const heavyAtOnce = 4;
const bodyBytes = 50e6;
const bodies = 2;

/** How late `/livez` answers while heavy calls saturate the service, and while very large bodies are served. */
export async function liveness(heavySeconds: number): Promise<Target[]> {
  const server = await Server.service();
  const heavy = [await heavyCall(server, mixture), await heavyCall(server, bundle)];
  const saturated = await pingWhile(server, async () => {
    const endMs = performance.now() + 1000 * heavySeconds;
    const callAgain = async (k: number) => {
      while (performance.now() < endMs) await heavy[k % heavy.length]!();
    };
    await Promise.all(Array.from({ length: heavyAtOnce }, (_, k) => callAgain(k)));
  });
  const body = await largeBody(server);
  const withBody = await pingWhile(server, async () => {
    for (let i = 0; i < bodies; i++) await server.post("/v1/jacobian", body);
  });
  const idle = await pingWhile(server, () => setTimeout(1000));
  await server.stop();
  return [
    target("slowest `/livez` while heavy calls saturate the service", saturated, idle),
    target(`slowest \`/livez\` while a body of ${bodyBytes / 1e6} MB is served`, withBody, idle),
  ];
}

function target(what: string, { maxMs, p99Ms, count }: Pings, idle: Pings): Target {
  const target = atMost(what, maxMs / 1000, 0.005, duration);
  const shown = `${count} pings, p99 ${duration(p99Ms / 1000)}; slowest when idle ${duration(idle.maxMs / 1000)}`;
  return { ...target, measured: `${target.measured} (${shown})` };
}

/** Pings a service from another process, whose clock does not wait for what this one does. */
export async function pingWhile(server: Server, work: () => Promise<unknown>): Promise<Pings> {
  const pinger = spawn(process.execPath, [fileURLToPath(new URL("pinger.ts", import.meta.url)), server.url], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const said = pinger.stdout.setEncoding("utf8")[Symbol.asyncIterator]();
  // An empty line when it has warmed up, and what it found at the end.
  await said.next();
  await work();
  pinger.stdin.end();
  return JSON.parse((await said.next()).value);
}

async function heavyCall(server: Server, kernel: Kernel): Promise<() => Promise<unknown>> {
  const { derivative, wrt, points, inputs } = kernel;
  const body = Buffer.from(
    JSON.stringify({
      graph: await server.put(kernel.graph),
      wrt,
      encoding: "base64",
      ...(points === undefined ? {} : { batch: points }),
      inputs: Object.fromEntries(Object.entries(inputs).map(([name, tensor]) => [name, wireTensor(tensor)])),
    }),
  );
  return () => server.post(`/v1/${derivative}`, body);
}

/** A request whose numbers are long in JSON. */
async function largeBody(server: Server): Promise<Buffer> {
  const graph = await server.put(standard.graph);
  const few = Array.from({ length: 1000 }, (_, i) => 1 + Math.sqrt(i + 2) / 7).join();
  const repeats = Math.floor(bodyBytes / 2 / (few.length + 1));
  const list = `[${Array(repeats).fill(few).join()}]`;
  const head = JSON.stringify({ graph, batch: 1000 * repeats, encoding: "base64" }).slice(0, -1);
  return Buffer.from(`${head},"inputs":{"x1":${list},"x2":${list}}}`);
}
