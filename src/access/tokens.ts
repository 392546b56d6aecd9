import type { JWTPayload, JWTVerifyGetKey } from "jose";
import { LRUCache } from "lru-cache";
import { type Caller, type Scope, scopes } from "../rpc/caller.ts";
import { digestOf, isTenant } from "./key.ts";

/** Whose tokens are believed, and what they are read for. */
export interface TokenSettings {
  readonly jwtIssuer: string;
  readonly jwtAudience: string;
  readonly jwtTenantClaim: string;
}

/** Whom a token is of, or in a few words why it is not valid. */
export type Verdict = Caller | Refused;

/** That nobody is believed to send it; `key` is the id of a key that is known and no longer valid. */
export interface Refused {
  readonly refused: string;
  readonly key?: string;
}

/** Verifies tokens. */
export interface Tokens {
  /** What is known of a token without waiting: it was verified a moment ago. */
  known(token: string): Caller | undefined;
  /** Verifies a token: its signature by the keys of its issuer, then issuer, audience and time. */
  verify(token: string): Promise<Verdict>;
}

const algorithms = ["RS256", "ES256", "EdDSA", "Ed25519"];
const fetchMs = 2000;
const retryMs = 2000;
// Keys that an issuer has withdrawn are believed for no longer than this.
const knownMs = 60_000;
const knownMax = 10_000;
const unavailable = "the keys of its issuer cannot be had now, so that it cannot be verified";

/**
 * Makes what verifies the tokens of one issuer. The issuer is asked for its keys when the first token comes, and again when
 * they are old or do not have the one that is named; one that cannot be reached is left alone for a while.
 */
export function createTokens(settings: TokenSettings): Tokens {
  const { jwtIssuer: issuer, jwtAudience: audience } = settings;
  const known = new LRUCache<string, { readonly caller: Caller; readonly untilMs: number }>({ max: knownMax });
  let failedAtMs = Number.NEGATIVE_INFINITY;
  let discovered: Promise<JWTVerifyGetKey> | undefined;

  const keyOf: JWTVerifyGetKey = async (header, token) => {
    if (performance.now() - failedAtMs < retryMs) throw new Unavailable();
    const { errors } = await import("jose");
    discovered ??= discover(issuer);
    try {
      return await (await discovered)(header, token);
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) throw error;
      failedAtMs = performance.now();
      discovered = undefined;
      throw new Unavailable();
    }
  };

  return {
    known(token) {
      const digest = digestOf(token);
      const entry = known.get(digest);
      if (entry && Date.now() < entry.untilMs) return entry.caller;
      known.delete(digest);
      return undefined;
    },
    async verify(token) {
      const { jwtVerify } = await import("jose");
      let payload: JWTPayload;
      try {
        ({ payload } = await jwtVerify(token, keyOf, { issuer, audience, algorithms, requiredClaims: ["exp"] }));
      } catch (error) {
        return { refused: reasonOf(error) };
      }
      const caller = callerOf(payload, settings);
      if ("refused" in caller) return caller;
      known.set(digestOf(token), { caller, untilMs: Math.min(payload.exp! * 1000, Date.now() + knownMs) });
      return caller;
    },
  };
}

class Unavailable extends Error {}

/** Finds the keys of an issuer by OpenID discovery. */
async function discover(issuer: string): Promise<JWTVerifyGetKey> {
  const url = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
  const response = await fetch(url, { signal: AbortSignal.timeout(fetchMs), redirect: "error" });
  if (!response.ok) throw new Unavailable();
  const found = (await response.json()) as { readonly issuer?: unknown; readonly jwks_uri?: unknown };
  if (found.issuer !== issuer || typeof found.jwks_uri !== "string") throw new Unavailable();
  const { createRemoteJWKSet } = await import("jose");
  return createRemoteJWKSet(new URL(found.jwks_uri), { timeoutDuration: fetchMs });
}

const reasons: Readonly<Record<string, string>> = {
  ERR_JWT_EXPIRED: "the token has expired",
  ERR_JOSE_ALG_NOT_ALLOWED: "the token is signed by an algorithm that is not accepted",
  ERR_JWKS_NO_MATCHING_KEY: "the token names a key that its issuer does not have",
  ERR_JWKS_MULTIPLE_MATCHING_KEYS: "the token does not say which key it is signed with",
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: "the token's signature is wrong",
};

const claims: Readonly<Record<string, string>> = {
  iss: "the token is of another issuer",
  aud: "the token is for another audience",
  nbf: "the token is not valid yet",
  exp: "the token does not say when it expires",
};

/** Says why a token was refused; the library's own messages may quote it. */
function reasonOf(error: unknown): string {
  if (error instanceof Unavailable) return unavailable;
  const { code = "", claim = "" } = error as { readonly code?: string; readonly claim?: string };
  if (code === "ERR_JWT_CLAIM_VALIDATION_FAILED") return claims[claim] ?? "a claim of the token is wrong";
  return reasons[code] ?? "the token is not well-formed";
}

function callerOf(payload: JWTPayload, { jwtTenantClaim }: TokenSettings): Verdict {
  const tenant = payload[jwtTenantClaim];
  if (!isTenant(tenant)) return { refused: `the token names no tenant in its claim ${jwtTenantClaim}` };
  const words = typeof payload.scope === "string" ? payload.scope.split(" ") : payload.scope;
  const allowed = Array.isArray(words) ? scopes.filter((scope: Scope) => words.includes(scope)) : [];
  return { tenant, scopes: new Set(allowed), key: "jwt" };
}
