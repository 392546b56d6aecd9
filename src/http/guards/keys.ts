import type { FastifyRequest } from "fastify";
import type { Credentials } from "../../access/credentials.ts";
import type { Verdict } from "../../access/tokens.ts";
import { forbidden, unauthorized } from "../../errors.ts";
import type { Scope } from "../../rpc/caller.ts";
import { keySchemes } from "../../rpc/documents/security.ts";
import type { Audit } from "../audit.ts";
import { pathOf, Refusal } from "../problem.ts";
import type { Visit } from "../visit.ts";
import type { Guard } from "./guard.ts";

/** What a route asks of who calls it: any one of some scopes, or nothing. */
export type Needs = readonly Scope[];

declare module "fastify" {
  interface FastifyContextConfig {
    /** Absent, the scope of calls. */
    needs?: Needs;
  }
}

/** For routes that everybody may have. */
export const open = { config: { needs: [] } } as const satisfies { readonly config: { readonly needs: Needs } };

/** What a route asks of who calls it. */
export function needsOf(request: FastifyRequest): Needs {
  const { needs } = request.routeOptions.config;
  if (needs) return needs;
  if (request.is404 && !isCall(request)) return [];
  return calls;
}

/**
 * Asks for a key or a token wherever a route needs one: 401 without one that is valid, 403 where it lacks the scope. Nothing
 * more of the request is read then.
 */
export function keysGuard(credentials: Credentials, audit: Audit): Guard {
  return {
    admit(visit) {
      const { request } = visit;
      const needs = needsOf(request);
      if (needs.length === 0) return undefined;
      const verdict = credentials.identify(request.headers.authorization);
      if (!(verdict instanceof Promise)) return decide(visit, verdict, needs);
      return verdict.then((verdict) => decide(visit, verdict, needs));
    },
    headers: ["Authorization"],
    security: keySchemes,
    close: () => credentials.close(),
  };

  function decide(visit: Visit, verdict: Verdict, needs: Needs): void {
    if ("refused" in verdict) {
      audit("key refused", { ...placeOf(visit), key: verdict.key, reason: verdict.refused });
      throw new Refusal(401, unauthorized(verdict.refused), challenge);
    }
    visit.caller = verdict;
    if (needs.some((scope) => verdict.scopes.has(scope)) || (visit.request.is404 && verdict.scopes.size > 0)) return;
    const { tenant, key } = verdict;
    audit("key refused", { ...placeOf(visit), tenant, key, reason: `it lacks the scope ${needs.join(" or ")}` });
    throw new Refusal(403, forbidden(needs[0]!));
  }
}

const calls: Needs = ["call"];
const challenge = { "www-authenticate": "Bearer" };

function isCall(request: FastifyRequest): boolean {
  const path = pathOf(request);
  return path === "/rpc" || path.startsWith("/v1/");
}

function placeOf({ request, requestId }: Visit) {
  return { requestId, address: request.ip, verb: request.method, route: request.routeOptions.url ?? "_other" };
}
