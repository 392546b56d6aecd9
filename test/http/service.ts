import type { AddressInfo } from "node:net";
import type { FastifyInstance } from "fastify";
import { pino } from "pino";
import { onTestFinished } from "vitest";
import { readConfig } from "../../src/config.ts";
import { type AppOptions, buildApp } from "../../src/http/app.ts";
import { createDispatcher } from "../../src/rpc/dispatch.ts";
import { type FakeContext, fakeMethods } from "../rpc/fake.ts";

/** A fake service, its journal and the lines it logs; closed when the test is over. */
export function startFake(
  env: Readonly<Record<string, string>> = {},
  options: Partial<AppOptions<FakeContext>> = {},
): { app: FastifyInstance; journal: string[]; lines: Record<string, unknown>[] } {
  const journal: string[] = [];
  const lines: Record<string, unknown>[] = [];
  const logger = pino({ level: "debug" }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const config = readConfig({ DRAIN_MS: "0", ...env });
  const { limits } = config;
  const context = { journal, admin: false };
  const app = buildApp({
    config,
    methods: fakeMethods,
    dispatch: (observers) => createDispatcher({ methods: fakeMethods, context, limits, ...observers }),
    logger,
    ...options,
  });
  onTestFinished(async () => {
    await app.close();
  });
  return { app, journal, lines };
}

/** Sends a body to a path, as JSON unless told otherwise. */
export function post(app: FastifyInstance, url: string, body: unknown, headers: Record<string, string> = {}) {
  const payload = typeof body === "string" || body instanceof Buffer ? body : JSON.stringify(body);
  return app.inject({ method: "POST", url, payload, headers: { "content-type": "application/json", ...headers } });
}

/** Listens on any port and tells which. */
export async function listen(app: FastifyInstance): Promise<number> {
  await app.listen({ host: "127.0.0.1", port: 0 });
  return (app.server.address() as AddressInfo).port;
}

/** Waits until something is so. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}

/** A call of the fake `subtract`. */
export const subtractCall = { jsonrpc: "2.0", id: 1, method: "subtract", params: { minuend: 42, subtrahend: 23 } };
