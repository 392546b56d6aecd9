import { createHash } from "node:crypto";
import type { AddressInfo } from "node:net";
import type { FastifyInstance, LightMyRequestResponse as Response } from "fastify";
import { pino } from "pino";
import { expect, onTestFinished } from "vitest";
import { readConfig } from "../../src/config.ts";
import { buildApp } from "../../src/http/app.ts";
import { methods } from "../../src/methods/index.ts";
import { assemble, type Service } from "../../src/service.ts";
import { temporaryFolder } from "../support/folders.ts";
import { freshDatabase } from "./postgres/shared.ts";

// biome-ignore lint/suspicious/noExplicitAny: a test knows what it reads
export type Json = any;

/** A service that keeps jobs, and ways to ask it. */
export interface JobService extends Service {
  readonly app: FastifyInstance;
  readonly dir: string;
  readonly faults: unknown[];
  /** What it logs. */
  readonly lines: Json[];
  ok(method: string, params: unknown): Promise<Json>;
  fails(method: string, params: unknown): Promise<Json>;
  /** A job, once it has ended. */
  ended(job: string): Promise<Json>;
  /** Submits, and waits for the end. */
  done(params: unknown): Promise<Json>;
  get(url: string, headers?: Record<string, string>): Promise<Response>;
  port(): Promise<number>;
}

/** Where jobs are kept. */
export const stores = ["sqlite", "postgres"] as const;
export type StoreName = (typeof stores)[number];

/** Starts a service with a place of its own in a store. As {@link start}. */
export async function startOn(store: StoreName, env: Readonly<Record<string, string>> = {}): Promise<JobService> {
  return start(store === "sqlite" ? env : { DATABASE_URL: await freshDatabase(), ...env });
}

/** Starts a service that computes jobs on its own thread, unless told otherwise; closed when the test is over. */
export function start(env: Readonly<Record<string, string>> = {}): JobService {
  const dir = env.DATA_DIR ?? temporaryFolder();
  const config = readConfig({ DRAIN_MS: "0", WORKERS: "0", DISK_FREE_BYTES: "0", DATA_DIR: dir, ...env });
  const faults: unknown[] = [];
  const service = assemble(config, (error) => faults.push(error));
  const lines: Json[] = [];
  const logger = pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const app = buildApp({ config, methods, logger, ...service });
  onTestFinished(async () => {
    await app.close();
  });
  const call = async (method: string, params: unknown) => {
    const payload = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
    const headers = { "content-type": "application/json" };
    return (await app.inject({ method: "POST", url: "/rpc", payload, headers })).json();
  };
  const ok = async (method: string, params: unknown): Promise<Json> => {
    const { result, error } = await call(method, params);
    if (error) throw new Error(`${method}: ${JSON.stringify(error).slice(0, 1000)}`);
    return result;
  };
  const ended = async (job: string): Promise<Json> => {
    for (;;) {
      const told = await ok("job.status", { job, wait: 20 });
      if (["succeeded", "partial", "failed", "cancelled"].includes(told.state)) return told;
    }
  };
  return {
    ...service,
    app,
    dir,
    faults,
    lines,
    ok,
    ended,
    async fails(method, params) {
      const { result, error } = await call(method, params);
      if (!error) throw new Error(`${method} succeeded: ${JSON.stringify(result).slice(0, 1000)}`);
      return { code: error.code, message: error.message, ...error.data };
    },
    done: async (params) => ended((await ok("job.submit", params)).job),
    get: (url, headers = {}) => app.inject({ url, headers }),
    async port() {
      if (!app.server.listening) await app.listen({ host: "127.0.0.1", port: 0 });
      return (app.server.address() as AddressInfo).port;
    },
  };
}

/** The standard example at so many points, as parameters of a job. */
export function standardJob(points: number, more: Readonly<Record<string, unknown>> = {}) {
  const x1 = Array.from({ length: points }, (_, i) => 1 + (i % 97) / 7);
  const params = { graph: { expression: "log(x1) + x1*x2 - sin(x2)" }, inputs: { x1, x2: 5 }, batch: points };
  return { method: "jacobian", params, ...more };
}

/** Sends bytes as a blob. */
export async function putBlob(
  { app }: Pick<JobService, "app">,
  bytes: Uint8Array,
  type?: string,
  name = digest(bytes),
) {
  const headers = type === undefined ? {} : { "content-type": type };
  return app.inject({ method: "PUT", url: `/v1/blobs/${name}`, payload: Buffer.from(bytes), headers });
}

/** SHA-256 in hexadecimal. */
export function digest(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** The numbers of an answer in JSON, in order. */
export function numbersOf(value: Json): number[] {
  if (typeof value === "number") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(numbersOf);
}

/** Expects a problem document of a status and type. */
export function expectProblem(response: { statusCode: number; body: string }, status: number, type: string): Json {
  const problem = JSON.parse(response.body);
  expect([response.statusCode, problem.data?.type]).toEqual([status, type]);
  return problem;
}
