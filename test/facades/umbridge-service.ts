import { type Json, type Service, start } from "../methods/service.ts";

/** An answer of the facade. */
export interface Told {
  readonly status: number;
  readonly json: Json;
  readonly text: string;
  readonly type: string;
}

/** A service, and ways to ask it as clients of UM-Bridge do. */
export interface Bridge extends Service {
  put(alias: string, graph: unknown): Promise<string>;
  /** Posts a body, as JSON unless it is a text already. */
  ask(route: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Told>;
  /** The answer to a body, which must succeed. */
  good(route: string, body: unknown): Promise<Json>;
  /** The status, type and message of an error. */
  bad(route: string, body?: unknown): Promise<{ status: number; type: string; message: string }>;
}

/** Starts the whole service. */
export function bridge(env: Readonly<Record<string, string>> = {}): Bridge {
  const service = start(env);
  const { app, ok } = service;
  const ask: Bridge["ask"] = async (route, body, headers = {}) => {
    const payload = body === undefined || typeof body === "string" ? (body ?? "") : JSON.stringify(body);
    const answer = await app.inject({ method: "POST", url: route, payload, headers });
    const { statusCode: status, body: text } = answer;
    return { status, text, type: String(answer.headers["content-type"]), json: parsed(text) };
  };
  return {
    ...service,
    ask,
    put: async (alias, graph) => (await ok("graph.put", { graph, alias })).graph,
    async good(route, body) {
      const { status, json, text } = await ask(route, body);
      if (status !== 200) throw new Error(`${route}: ${status} ${text}`);
      return json;
    },
    async bad(route, body) {
      const { status, json, text } = await ask(route, body);
      if (Object.keys(json ?? {}).join() !== "error" || Object.keys(json.error).join() !== "type,message") {
        throw new Error(`${route}: ${status} ${text} is no error of the protocol`);
      }
      return { status, ...json.error };
    },
  };
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
