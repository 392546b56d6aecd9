import type { FastifyReply, FastifyRequest } from "fastify";
import { parseJson } from "../rpc/parse.ts";
import { jsonType } from "./problem.ts";
import type { Faces } from "./rpc.ts";

/** The handler of `POST /v1/<method>`: 200 with the bare result; errors are thrown, to become problem documents. */
export function createRestHandler(name: string, { dispatcher, bodies, inFlight, depthMax }: Faces) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    request.facts.method = name;
    const body = await bodies.read(request.raw);
    if (body) reply.raw.once("close", body.release);
    const exchange = inFlight.open(request, reply);
    const params = body === undefined ? {} : parseJson(body.bytes, depthMax);
    const outcome = await dispatcher.run(name, params, exchange);
    if (!outcome.ok) {
      request.facts.outcome = outcome.cancelled ? "cancelled" : outcome.error.type;
      throw outcome.error;
    }
    request.facts.outcome = "ok";
    return reply.type(jsonType).send(outcome.text);
  };
}
