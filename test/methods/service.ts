import type { FastifyInstance } from "fastify";
import { expect, onTestFinished } from "vitest";
import type { Context } from "../../src/calls/context.ts";
import { readConfig } from "../../src/config.ts";
import { buildApp } from "../../src/http/app.ts";
import { methods } from "../../src/methods/index.ts";
import { errorsOf } from "../../src/rpc/documents/openrpc.ts";
import { alone } from "../support/alone.ts";
import { temporaryFolder } from "../support/folders.ts";

/** The parameters of a call. */
export type Params = Readonly<Record<string, unknown>>;

// biome-ignore lint/suspicious/noExplicitAny: a test knows what it reads
export type Json = any;

/** The whole service, and ways to call it. */
export interface Service {
  readonly app: FastifyInstance;
  readonly context: Context;
  /** The JSON-RPC answer to a call. */
  rpc(method: string, params?: unknown): Promise<Json>;
  /** The result of a call that must succeed. */
  ok(method: string, params?: unknown): Promise<Json>;
  /** The error of a call that must fail, its `data` spread. */
  fails(method: string, params?: unknown): Promise<Json>;
  /** The answer to a body of `/rpc` as text. */
  body(text: string): Promise<Json>;
  /** A metric by its name. */
  metric(name: string): Promise<number>;
}

/** Starts the service with the real methods; closed when the test is over. */
export function start(env: Readonly<Record<string, string>> = {}): Service {
  const config = readConfig({ DRAIN_MS: "0", DATA_DIR: temporaryFolder(), ...env });
  const { context, dispatch, facades, jobs, stats } = alone(config);
  const app = buildApp({ config, methods, dispatch, facades, jobs, stats });
  onTestFinished(async () => {
    await app.close();
  });
  const headers = { "content-type": "application/json" };
  const body = async (payload: string) => (await app.inject({ method: "POST", url: "/rpc", payload, headers })).json();
  const rpc = async (method: string, params: unknown = {}): Promise<Json> => {
    const answer = await body(JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }));
    expectDeclared(method, answer.error);
    return answer;
  };
  return {
    app,
    context,
    body,
    rpc,
    async ok(method, params) {
      const answer = await rpc(method, params);
      if (answer.error) throw new Error(`${method}: ${JSON.stringify(answer.error).slice(0, 1000)}`);
      return answer.result;
    },
    async fails(method, params) {
      const { result, error } = await rpc(method, params);
      if (!error) throw new Error(`${method} succeeded: ${JSON.stringify(result).slice(0, 1000)}`);
      return { code: error.code, message: error.message, ...error.data };
    },
    async metric(name) {
      const { body: text } = await app.inject({ url: "/metrics" });
      const value = new RegExp(`^${name} (.*)$`, "m").exec(text)?.[1];
      return Number(value);
    },
  };
}

/** Fails for an error that a method does not declare. */
export function expectDeclared(name: string, error: Json): void {
  const method = methods.find((one) => one.name === name);
  if (method && error) expect(errorsOf(method), `errors of ${name}`).toContain(error.data.type);
}

/** Sends a call as plain HTTP. */
export function post(app: FastifyInstance, method: string, params: unknown) {
  return app.inject({ method: "POST", url: `/v1/${method}`, payload: JSON.stringify(params) });
}

/** Whether two JSON values are equal, numbers to a relative 1e-12 and times at all; if not, where and how. */
export function difference(actual: unknown, expected: unknown, path = "$"): string | undefined {
  if (typeof actual === "number" && typeof expected === "number") {
    if (path.endsWith(".timeMs")) return undefined;
    const isClose = Math.abs(actual - expected) <= 1e-12 * Math.max(1, Math.abs(expected));
    return isClose ? undefined : `${path}: ${actual} is not ${expected}`;
  }
  if (typeof actual !== "object" || typeof expected !== "object" || actual === null || expected === null) {
    return actual === expected ? undefined : `${path}: ${JSON.stringify(actual)} is not ${JSON.stringify(expected)}`;
  }
  const [a, b] = [Object.keys(actual).sort(), Object.keys(expected).sort()];
  if (Array.isArray(actual) !== Array.isArray(expected) || a.join() !== b.join()) {
    return `${path}: members ${a} are not ${b}`;
  }
  for (const key of a) {
    const found = difference((actual as Params)[key], (expected as Params)[key], `${path}.${key}`);
    if (found) return found;
  }
  return undefined;
}
