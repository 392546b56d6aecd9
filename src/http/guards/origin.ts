import type { FastifyRequest } from "fastify";
import type { Config } from "../../config.ts";
import { refuse } from "../problem.ts";
import type { Guard } from "./guard.ts";

/**
 * Refuses, with 403 and before any body is read, what a web page of another origin sends: on somebody's own machine such
 * a page must not drive the service. Pages of `allowedOrigins` may call, and are answered as CORS asks. Documents may be
 * navigated to from anywhere. `requestHeaders` are those that other guards read.
 */
export function originGuard(config: Pick<Config, "allowedOrigins">, requestHeaders: readonly string[] = []): Guard {
  const allowed = new Set(config.allowedOrigins);

  return {
    admit({ request, reply }) {
      const { origin, host, "sec-fetch-site": site } = request.headers;
      if (origin !== undefined && allowed.has(origin)) {
        reply.headers({ ...corsHeaders, "access-control-allow-origin": origin });
        if (isPreflight(request)) reply.code(204).headers(preflightHeaders(request, requestHeaders)).send();
        return;
      }
      if (request.method !== "GET" && request.method !== "HEAD") {
        if (site === "cross-site") throw refuse(403, "calls from other sites are refused");
        if (origin !== undefined && !isOwn(origin, host)) throw refuse(403, "calls from other origins are refused");
      }
    },
  };
}

const corsHeaders = {
  vary: "Origin",
  "access-control-expose-headers": "Retry-After, RateLimit, RateLimit-Policy, WWW-Authenticate",
};

function isPreflight(request: FastifyRequest): boolean {
  return request.method === "OPTIONS" && request.headers["access-control-request-method"] !== undefined;
}

function preflightHeaders(
  request: FastifyRequest,
  requestHeaders: readonly string[],
): Readonly<Record<string, string>> {
  return {
    "access-control-allow-methods": "GET, POST",
    "access-control-allow-headers": ["Content-Type", ...requestHeaders].join(", "),
    "access-control-max-age": "600",
    // Browsers ask before a page of the public network may reach a private one.
    ...(request.headers["access-control-request-private-network"] === "true"
      ? { "access-control-allow-private-network": "true" }
      : {}),
  };
}

function isOwn(origin: string, host: string | undefined): boolean {
  if (host === undefined || !URL.canParse(origin)) return false;
  const { protocol, host: originHost } = new URL(origin);
  // The origin names no default port; parsed under its protocol, neither does the Host.
  return URL.canParse(`${protocol}//${host}`) && new URL(`${protocol}//${host}`).host === originHost;
}
