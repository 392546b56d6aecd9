import type { FastifyReply, FastifyRequest } from "fastify";
import { ServiceError } from "../errors.ts";
import type { Pool, Served } from "../pool/pool.ts";
import type { LargeBody } from "../pool/protocol.ts";
import type { Answer, Dispatcher } from "../rpc/dispatch.ts";
import { errorText } from "../rpc/envelope.ts";
import { parseJson } from "../rpc/parse.ts";
import type { BodyReader, HeldBody } from "./body.ts";
import type { InFlight } from "./exchange.ts";
import type { Metrics } from "./metrics.ts";
import { jsonType } from "./problem.ts";
import { sendJson } from "./send.ts";

/** What both faces need to answer a request. */
export interface Faces {
  readonly dispatcher: Dispatcher;
  readonly bodies: BodyReader;
  readonly inFlight: InFlight;
  readonly metrics: Metrics;
  readonly depthMax: number;
  readonly pool: Pool | undefined;
}

/** Longer bodies are not parsed on this thread. */
export const largeBytes = 64 * 1024;

/** The result of a large body, served by a worker thread where there are some. */
export async function moveLarge<T>(
  { pool, metrics }: Faces,
  body: HeldBody | undefined,
  serve: (pool: Pool, body: LargeBody) => Promise<Served<T>>,
): Promise<T | undefined> {
  if (!pool || !body?.port) return undefined;
  const { result, reports } = await serve(pool, { port: body.port, length: body.length });
  for (const report of reports) metrics.observe(report);
  return result;
}

/** The handler of `POST /rpc`: 200 with every outcome of JSON-RPC, 204 when there is nothing to say. */
export function createRpcHandler(faces: Faces) {
  const { dispatcher, bodies, inFlight, metrics, depthMax } = faces;
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const body = await bodies.read(request.raw);
    if (body) reply.raw.once("close", body.release);
    const exchange = inFlight.open(request, reply);
    const moved = await moveLarge(faces, body, (pool, large) => pool.rpc(large, exchange));
    if (moved) return answer(request, reply, moved);
    let value: unknown;
    try {
      value = parseJson(body?.bytes ?? noBytes, depthMax);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      Object.assign(request.facts, { calls: 0, outcome: error.type });
      metrics.observe({ method: "_other", outcome: error.type, durationMs: 0 });
      return reply.type(jsonType).send(errorText(null, error));
    }
    return answer(request, reply, await dispatcher.answer(value, exchange));
  };
}

function answer(request: FastifyRequest, reply: FastifyReply, { text, ...facts }: Answer): FastifyReply {
  Object.assign(request.facts, facts);
  return text === undefined ? reply.code(204).send() : sendJson(reply, text);
}

const noBytes = new Uint8Array();
