import type { FastifyReply, FastifyRequest } from "fastify";
import { parseJson } from "../rpc/parse.ts";
import { type Faces, moveLarge } from "./rpc.ts";
import { sendJson } from "./send.ts";

/** The handler of `POST /v1/<method>`: 200 with the bare result; errors are thrown, to become problem documents. */
export function createRestHandler(name: string, faces: Faces) {
  const { dispatcher, bodies, inFlight, depthMax } = faces;
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    request.facts.method = name;
    const body = await bodies.read(request.raw);
    if (body) reply.raw.once("close", body.release);
    const exchange = inFlight.open(request, reply);
    const moved = await moveLarge(faces, body, (pool, large) => pool.rest(name, large, exchange));
    const params = body === undefined || moved ? {} : parseJson(body.bytes, depthMax);
    const outcome = moved ?? (await dispatcher.run(name, params, exchange));
    if (!outcome.ok) {
      request.facts.outcome = outcome.cancelled ? "cancelled" : outcome.error.type;
      throw outcome.error;
    }
    request.facts.outcome = "ok";
    return sendJson(reply, outcome.text);
  };
}
