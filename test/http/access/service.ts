import { randomUUID } from "node:crypto";
import type { FastifyInstance, InjectOptions } from "fastify";
import { pino } from "pino";
import { onTestFinished } from "vitest";
import { readConfig } from "../../../src/config.ts";
import { buildApp } from "../../../src/http/app.ts";
import { methods } from "../../../src/methods/index.ts";
import { alone } from "../../support/alone.ts";

/** The whole service on one thread, as settings have it, and the lines that it logs; closed when the test is over. */
export function startService(env: Readonly<Record<string, string>> = {}): {
  readonly app: FastifyInstance;
  readonly lines: Record<string, unknown>[];
} {
  const lines: Record<string, unknown>[] = [];
  const logger = pino({ level: "debug" }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const config = readConfig({ DRAIN_MS: "0", ...env });
  const { dispatch, stats, ledger } = alone(config);
  const app = buildApp({ config, methods, dispatch, stats, ledger, logger });
  onTestFinished(async () => {
    await app.close();
  });
  return { app, lines };
}

/** Calls a method of the plain face, showing a key. */
export function callAs(app: FastifyInstance, key: string | undefined, method: string, params: unknown) {
  return app.inject(requestAs(key, `/v1/${method}`, params));
}

/** A request with a body, showing a key. */
export function requestAs(key: string | undefined, url: string, body: unknown): InjectOptions {
  const headers = {
    "content-type": "application/json",
    ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
  };
  return { method: "POST", url, headers, payload: typeof body === "string" ? body : JSON.stringify(body) };
}

/** A formula that nobody else has sent. */
export function newFormula(): { readonly expression: string } {
  return { expression: `x * ${randomUUID().replaceAll(/\D/g, "").slice(0, 9)}.5` };
}
