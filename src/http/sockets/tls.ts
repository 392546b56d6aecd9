import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { createSecureContext } from "node:tls";
import { type Watched, watchFiles } from "../../access/watched-file.ts";
import type { Config } from "../../config.ts";
import type { Audit } from "../audit.ts";
import { boundPipeline } from "./pipeline.ts";

/** What a server is bounded by before anything of a request is known. */
export interface ServerTimes {
  /** A whole request, in milliseconds. */
  readonly requestTimeout: number;
  readonly headersTimeout: number;
  readonly keepAliveTimeout: number;
  /** How often requests are looked at. */
  readonly connectionsCheckingInterval: number;
}

/**
 * The times of all servers, against clients that send slowly to hold a connection. How fast bodies come is watched apart, and
 * those that are held are bounded there: a blob of gigabytes takes hours over a thin line.
 */
export const serverTimes: ServerTimes = {
  requestTimeout: 24 * 3_600_000,
  headersTimeout: 20_000,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 5_000,
};

/**
 * Makes what makes the server: of HTTP, or of HTTPS where the settings name a certificate, which is then read again when it
 * changes. Throws an Error that says what is wrong with the certificate or its key.
 */
export function serverFactory(
  { tlsCert, tlsKey }: Pick<Config, "tlsCert" | "tlsKey">,
  times: ServerTimes,
  audit: Audit,
) {
  if (tlsCert === undefined || tlsKey === undefined) {
    return {
      make: (handler: RequestListener) => createServer(times, boundPipeline(handler)),
      close: () => undefined,
    };
  }
  const servers = new Set<ReturnType<typeof createTlsServer>>();
  const setting = "TLS_CERT";
  let files: Watched<Pair>;
  try {
    files = watchFiles([tlsCert, tlsKey], readPair, {
      onChange() {
        for (const server of servers) server.setSecureContext(files.value);
        audit("setting changed", { setting });
      },
      onBroken: (_, reason) => audit("setting kept", { setting, reason }),
    });
  } catch (error) {
    throw new Error(`TLS_CERT ${tlsCert} and TLS_KEY ${tlsKey}: ${(error as Error).message}`);
  }
  return {
    make(handler: RequestListener) {
      const server = createTlsServer({ ...times, ...files.value }, boundPipeline(handler));
      servers.add(server);
      return server;
    },
    close: () => files.close(),
  };
}

interface Pair {
  readonly cert: string;
  readonly key: string;
  readonly minVersion: "TLSv1.2";
}

function readPair(cert: string, key: string): Pair {
  if (!cert.includes("-----BEGIN CERTIFICATE-----")) throw new Error("the certificate is not one in PEM");
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(key)) throw new Error("the key is not a private key in PEM");
  const pair = { cert, key, minVersion: "TLSv1.2" } as const;
  try {
    createSecureContext(pair);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const differ = code === "ERR_OSSL_X509_KEY_VALUES_MISMATCH" || code === "ERR_OSSL_X509_KEY_TYPE_MISMATCH";
    // The library's words may quote what they are about.
    throw new Error(differ ? "the key is not the certificate's" : "the certificate or the key cannot be read");
  }
  return pair;
}
