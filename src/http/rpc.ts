import type { FastifyReply, FastifyRequest } from "fastify";
import { ServiceError } from "../errors.ts";
import type { Dispatcher } from "../rpc/dispatch.ts";
import { errorText } from "../rpc/envelope.ts";
import { parseJson } from "../rpc/parse.ts";
import type { BodyReader } from "./body.ts";
import type { InFlight } from "./exchange.ts";
import type { Metrics } from "./metrics.ts";
import { jsonType } from "./problem.ts";

/** What both faces need to answer a request. */
export interface Faces {
  readonly dispatcher: Dispatcher;
  readonly bodies: BodyReader;
  readonly inFlight: InFlight;
  readonly metrics: Metrics;
  readonly depthMax: number;
}

/** The handler of `POST /rpc`: 200 with every outcome of JSON-RPC, 204 when there is nothing to say. */
export function createRpcHandler({ dispatcher, bodies, inFlight, metrics, depthMax }: Faces) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const body = await bodies.read(request.raw);
    if (body) reply.raw.once("close", body.release);
    const exchange = inFlight.open(request, reply);
    let value: unknown;
    try {
      value = parseJson(body?.bytes ?? noBytes, depthMax);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      Object.assign(request.facts, { calls: 0, outcome: error.type });
      metrics.observe({ method: "_other", outcome: error.type, durationMs: 0 });
      return reply.type(jsonType).send(errorText(null, error));
    }
    const { text, ...facts } = await dispatcher.answer(value, exchange);
    Object.assign(request.facts, facts);
    return text === undefined ? reply.code(204).send() : reply.type(jsonType).send(text);
  };
}

const noBytes = new Uint8Array();
