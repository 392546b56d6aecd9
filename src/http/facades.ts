import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Facade, FacadeRoute, Tell } from "../rpc/facade.ts";
import { cbor } from "../wire/cbor/cbor.ts";
import { codecs, readerOf } from "../wire/codecs.ts";
import { json } from "../wire/json/json.ts";
import { refuse } from "./problem.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** How a route's errors are told, where not as problem documents. */
    tell?: Tell | undefined;
  }
}

type Hook = (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void) => void;

/**
 * Serves the routes of facades: answers are JSON, as bodies are that do not call themselves CBOR, `HEAD` is answered everywhere, and other verbs are refused in
 * the facade's own form. `enter` counts a call, `serve` answers it.
 */
export function registerFacades(app: FastifyInstance, facades: readonly Facade[], enter: Hook, serve: Hook): void {
  for (const { routes } of facades) for (const route of routes) registerRoute(app, route, enter, serve);
}

function registerRoute(app: FastifyInstance, route: FacadeRoute, enter: Hook, serve: Hook): void {
  const { path, verb, tell } = route;
  const accept: Hook = ({ method, visit, headers, params }, reply, done) => {
    if (method === "HEAD") return void reply.send();
    if (verb && method !== verb)
      throw refuse(405, `use ${verb}`, { allow: verb === "GET" ? "GET, HEAD" : "POST, HEAD" });
    visit.face = route.face({ params: params as Readonly<Record<string, string>>, accept: headers.accept });
    if (!visit.face) throw refuse(406, "the answer is written in nothing that Accept asks for");
    visit.codec = codecs[0];
    visit.reader = readerOf(headers["content-type"]) === cbor ? cbor : json;
    done();
  };
  app.route({
    method: app.supportedMethods,
    url: path,
    exposeHeadRoute: false,
    config: { tell },
    onRequest: [accept, enter, serve],
    handler() {
      throw new Error("calls are answered before fastify handles them");
    },
  });
}
