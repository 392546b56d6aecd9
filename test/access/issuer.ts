import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { onTestFinished } from "vitest";

/** An issuer of tokens that can be asked for its keys. */
export interface Issuer {
  readonly url: string;
  /** Requests that it got. */
  readonly asked: string[];
  /** What goes wrong from now on. */
  fault: "none" | "refuses" | "hangs" | "lies" | "is not JSON";
  /** A token for `us`, of tenant `acme` for an hour, unless told otherwise; signed by a key of the issuer. */
  token(claims?: Readonly<Record<string, unknown>>, alg?: string, kid?: string): Promise<string>;
}

/** Starts an issuer with a key for each algorithm that is accepted; closed when the test is over. */
export async function startIssuer(): Promise<Issuer> {
  const asked: string[] = [];
  const keys = new Map<string, Awaited<ReturnType<typeof makeKey>>>();
  for (const alg of ["RS256", "ES256", "EdDSA"]) keys.set(alg, await makeKey(alg, alg));
  const server: Server = createServer((request, response) => {
    asked.push(request.url!);
    if (issuer.fault === "hangs") return;
    const isKeys = request.url === "/keys";
    response.statusCode = issuer.fault === "refuses" ? 500 : 200;
    if (issuer.fault === "is not JSON") response.end("<html>");
    else if (isKeys) response.end(JSON.stringify({ keys: [...keys.values()].map(({ jwk }) => jwk) }));
    else {
      const told = issuer.fault === "lies" ? "https://another.example" : issuer.url;
      response.end(JSON.stringify({ issuer: told, jwks_uri: `${issuer.url}/keys` }));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const issuer: Issuer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    fault: "none",
    async token(claims = {}, alg = "RS256", kid = keys.get(alg)?.jwk.kid ?? "none") {
      const payload = { iss: issuer.url, aud: "us", sub: "acme", scope: "call jobs", exp: inAnHour(), ...claims };
      return new SignJWT(payload as JWTPayload).setProtectedHeader({ alg, kid }).sign(keys.get(alg)!.privateKey);
    },
  };
  return issuer;
}

/** A moment from now, in seconds since 1970. */
export function inAnHour(): number {
  return Math.floor(Date.now() / 1000) + 3600;
}

async function makeKey(alg: string, kid: string) {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  return { privateKey, jwk: { ...(await exportJWK(publicKey)), alg, kid, use: "sig" } };
}
