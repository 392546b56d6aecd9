import { type ClientRequest, request } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { FastifyInstance } from "fastify";
import { pino } from "pino";
import { onTestFinished } from "vitest";
import { readConfig } from "../../src/config.ts";
import { buildApp } from "../../src/http/app.ts";
import { methods } from "../../src/methods/index.ts";
import type { Pool } from "../../src/pool/pool.ts";
import { assemble, type Service } from "../../src/service.ts";
import { temporaryFolder } from "../support/folders.ts";

/** A service with worker threads, listening on a port. */
export interface Pooled extends Service {
  readonly pool: Pool;
  readonly app: FastifyInstance;
  readonly port: number;
  /** What was reported as our fault. */
  readonly faults: unknown[];
}

/** Starts a service with one worker thread, unless told otherwise; closed when the test is over. */
export async function startPooled(env: Readonly<Record<string, string>> = {}): Promise<Pooled> {
  const config = readConfig({ DRAIN_MS: "0", WORKERS: "1", DATA_DIR: temporaryFolder(), ...env });
  const faults: unknown[] = [];
  const service = assemble(config, (error) => faults.push(error));
  const pool = service.pool!;
  const logger = pino({ level: "error" }, { write: (line: string) => void faults.push(JSON.parse(line)) });
  const app = buildApp({ config, methods, ...service, logger });
  onTestFinished(async () => {
    await app.close();
  });
  await app.listen({ host: "127.0.0.1", port: 0 });
  return { ...service, pool, app, faults, port: (app.server.address() as AddressInfo).port };
}

/** An answer, as far as tests look at it. */
export interface Answered {
  readonly status: number;
  readonly body: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test knows what it reads
  readonly json: any;
}

/** Sends a body; the request can be destroyed before its answer comes. */
export function send(port: number, path: string, body: string): { client: ClientRequest; answer: Promise<Answered> } {
  const client = request({ port, host: "127.0.0.1", path, method: "POST", agent: false });
  const answer = new Promise<Answered>((resolve, reject) => {
    client.on("error", reject);
    client.on("response", async (response) => {
      const read = await text(response).catch(reject);
      if (read !== undefined) resolve({ status: response.statusCode!, body: read, json: read && JSON.parse(read) });
    });
  });
  answer.catch(() => undefined);
  client.end(body);
  return { client, answer };
}

/** Calls a method of the plain face. */
export function call({ port }: { port: number }, method: string, params: unknown): Promise<Answered> {
  return send(port, `/v1/${method}`, JSON.stringify(params)).answer;
}

/** The text of a body made so long, by white space, that it is not read on the thread that serves. */
export function large(body: unknown): string {
  return JSON.stringify(body) + " ".repeat(70_000);
}

/** Waits until something is so. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}

/** A call of so many steps, of some 50 ms each, that looks at its budget all the while. */
export const slow = (steps = 180) => ({
  graph: {
    inputs: [{ name: "x" }],
    nodes: [
      { id: "f", op: "full", attrs: { shape: [400, 400], value: 0.001 } },
      { id: "v0", op: "multiply", args: ["x", "f"] },
      ...Array.from({ length: steps }, (_, i) => ({ id: `v${i + 1}`, op: "matmul", args: [`v${i}`, "f"] })),
      { id: "y", op: "sum", args: [`v${steps}`] },
    ],
    outputs: ["y"],
  },
  inputs: { x: 1 },
});

/** A call whose answer is written for a second or two without anything being looked at. */
export const deaf = {
  graph: { nodes: [{ id: "y", op: "full", attrs: { shape: [18_000_000], value: 0.1234567891 } }], outputs: ["y"] },
};

/** A call that is small, but of a kind that always goes to a worker. */
export const quick = { graph: { expression: "sin(x)" }, inputs: { x: 1 } };
