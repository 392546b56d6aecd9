import type { Config } from "../config.ts";
import { digestOf, keyPrefix, readKeys } from "./key.ts";
import { createTokens, type Verdict } from "./tokens.ts";
import { type FileEvents, watchFiles } from "./watched-file.ts";

/** What requests show to say who sends them: keys of a file, or tokens of an issuer. */
export interface Credentials {
  /** Who shows so; a promise only for a token that is to be verified. */
  identify(authorization: string | undefined): Verdict | Promise<Verdict>;
  close(): void;
}

const needed = { refused: "a key is needed: send it as Authorization: Bearer" };
const unknown = { refused: "the key is not known" };
const unreadable = {
  refused: "the Authorization header must be Bearer and a key, or Basic with a key as name or password",
};

/**
 * Makes what knows keys and tokens; undefined where the settings name neither. Throws an Error that says what is wrong with
 * the file of keys.
 */
export function createCredentials(
  { keysFile, jwtIssuer, jwtAudience, jwtTenantClaim }: Config,
  events: FileEvents,
): Credentials | undefined {
  const keys = keysFile === undefined ? undefined : openKeys(keysFile, events);
  const tokens =
    jwtIssuer !== undefined && jwtAudience !== undefined
      ? createTokens({ jwtIssuer, jwtAudience, jwtTenantClaim })
      : undefined;
  if (!keys && !tokens) return undefined;

  return {
    identify(authorization) {
      if (authorization === undefined) return needed;
      const secret = secretOf(authorization);
      if (secret === undefined) return unreadable;
      const record = keys?.value.get(digestOf(secret));
      if (record) return Date.now() < record.expiresAtMs ? record : { refused: "the key has expired", key: record.key };
      if (!tokens || secret.startsWith(keyPrefix)) return unknown;
      return tokens.known(secret) ?? tokens.verify(secret);
    },
    close: () => keys?.close(),
  };
}

function openKeys(file: string, events: FileEvents) {
  try {
    return watchFiles([file], readKeys, events);
  } catch (error) {
    throw new Error(`KEYS_FILE ${file}: ${(error as Error).message}`);
  }
}

/** The key or token in a header; undefined where there is none. */
function secretOf(authorization: string): string | undefined {
  const space = authorization.indexOf(" ");
  const [scheme, rest] = [authorization.slice(0, space).toLowerCase(), authorization.slice(space + 1).trim()];
  if (scheme === "bearer") return rest === "" ? undefined : rest;
  if (scheme !== "basic") return undefined;
  const decoded = Buffer.from(rest, "base64").toString("utf8");
  const colon = decoded.indexOf(":");
  const [user, password] = colon < 0 ? [decoded, ""] : [decoded.slice(0, colon), decoded.slice(colon + 1)];
  return [user, password].find((part) => part.startsWith(keyPrefix));
}
