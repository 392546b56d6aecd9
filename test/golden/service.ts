import type { AddressInfo } from "node:net";
import { pino } from "pino";
import { afterAll, beforeAll } from "vitest";
import { readConfig } from "../../src/config.ts";
import { buildApp } from "../../src/http/app.ts";
import { methods } from "../../src/methods/index.ts";
import { alone } from "../support/alone.ts";
import type { Nested, Tensors } from "./cases.ts";

/** What methods answer, as far as the golden cases look at it. */
export interface Result {
  readonly outputs: Tensors;
  readonly tangents: Tensors;
  readonly cotangents: Tensors;
  readonly gradient: Tensors;
  readonly hvp: Tensors;
  readonly jacobian: Readonly<Record<string, Tensors>> & Nested;
  readonly hessian: Readonly<Record<string, Tensors>> & Nested;
  readonly rowRanges: readonly Range[];
  readonly columnRanges: readonly Range[];
  readonly plan: { readonly mode: string };
}

interface Range {
  readonly name: string;
  readonly start: number;
  readonly size: number;
}

/** Calls methods of a service that runs for the tests of one file, over a socket. */
export function useService(): (method: string, params: unknown) => Promise<Result> {
  const config = readConfig({ DRAIN_MS: "0" });
  const app = buildApp({ config, methods, dispatch: alone(config).dispatch, logger: pino({ level: "silent" }) });
  let url: string;
  let calls = 0;
  beforeAll(async () => {
    await app.listen({ host: "127.0.0.1", port: 0 });
    url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/rpc`;
  });
  afterAll(() => app.close());
  return async (method, params) => {
    const body = JSON.stringify({ jsonrpc: "2.0", id: ++calls, method, params });
    const response = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
    const { result, error } = (await response.json()) as {
      result?: Result;
      error?: { message: string; data: unknown };
    };
    if (!result) throw new Error(`${method}: ${error?.message} ${JSON.stringify(error?.data)}`);
    return result;
  };
}
