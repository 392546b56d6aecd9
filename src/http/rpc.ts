import { ServiceError } from "../errors.ts";
import { after } from "../eventually.ts";
import type { Pool, Served } from "../pool/pool.ts";
import type { LargeBody } from "../pool/protocol.ts";
import { type Dispatcher, otherMethod, type RpcAnswer } from "../rpc/dispatch.ts";
import { errorText } from "../rpc/envelope.ts";
import { parseJson } from "../wire/json/read.ts";
import type { Text } from "../wire/text.ts";
import type { HeldBody } from "./body.ts";
import type { Face } from "./calls.ts";
import type { Metrics } from "./metrics.ts";
import type { Visit } from "./visit.ts";

/** What both faces need to answer a request. */
export interface Faces {
  readonly dispatcher: Dispatcher;
  readonly metrics: Metrics;
  readonly depthMax: number;
  readonly pool: Pool | undefined;
}

/** Longer bodies are not parsed on this thread. */
export const largeBytes = 64 * 1024;

/** The result of a body that a worker thread reads and serves; undefined where that is not to be. */
export function serveLarge<T>(
  { pool, metrics }: Faces,
  body: HeldBody | undefined,
  serve: (pool: Pool, body: LargeBody) => Promise<Served<T>>,
): Promise<T> | undefined {
  if (!pool || !body?.port) return undefined;
  return serve(pool, { port: body.port, length: body.length }).then(({ result, reports }) => {
    for (const report of reports) metrics.observe(report);
    return result;
  });
}

/** The face of `POST /rpc`: text with every outcome of JSON-RPC, none when there is nothing to say. */
export function createRpcFace(faces: Faces): Face {
  const { dispatcher, metrics, depthMax } = faces;
  return (body, visit) => {
    const large = serveLarge(faces, body, (pool, large) => pool.rpc(large, visit));
    if (large) return large.then((answer) => textOf(answer, visit));
    let value: unknown;
    try {
      value = parseJson(body?.bytes ?? noBytes, depthMax);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      visit.calls = 0;
      visit.outcome = error.type;
      metrics.observe({ method: otherMethod, outcome: error.type, durationMs: 0 });
      return errorText(null, error, visit.codec);
    }
    return after(dispatcher.answer(value, visit), (answer) => textOf(answer, visit));
  };
}

function textOf({ text, method, calls, outcome }: RpcAnswer, visit: Visit): Text | undefined {
  visit.method = method;
  visit.calls = calls;
  visit.outcome = outcome;
  return text;
}

const noBytes = new Uint8Array();
