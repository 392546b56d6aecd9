import { isIP } from "node:net";
import { z } from "zod";
import { count, flag, list, rate, setting } from "./setting.ts";

/** Who may call, how much, and over what. */
export const accessSettings = {
  keysFile: {
    env: "KEYS_FILE",
    schema: z
      .string()
      .optional()
      .describe("file of keys, one JSON object a line, as `npm run keys` writes them; read again when it changes"),
  },
  auth: {
    env: "AUTH",
    schema: z
      .enum(["none"])
      .optional()
      .describe("`none` says that everybody may call without a key, though the service listens beyond loopback"),
  },
  jwtIssuer: {
    env: "JWT_ISSUER",
    schema: z
      .url({ protocol: /^https?$/, error: "must be a URL" })
      .optional()
      .describe("issuer of JWTs that count as keys; its keys are found by OpenID discovery"),
  },
  jwtAudience: {
    env: "JWT_AUDIENCE",
    schema: z.string().optional().describe("audience that a JWT has to be meant for; goes with `JWT_ISSUER`"),
  },
  jwtTenantClaim: {
    env: "JWT_TENANT_CLAIM",
    schema: setting(z.string().min(1), "sub", "claim of a JWT that names its tenant"),
  },
  sharePrograms: {
    env: "SHARE_PROGRAMS",
    schema: setting(
      flag,
      "false",
      "let tenants share the programs of equal graphs, and so learn by the time that a call takes what others have sent",
    ),
  },
  metricsTenants: {
    env: "METRICS_TENANTS",
    schema: setting(flag, "false", "count calls by tenant too, in metrics that name the tenants"),
  },
  requestsPerSecond: {
    env: "QUOTA_REQUESTS_PER_SECOND",
    schema: rate.optional().describe("requests a second of one tenant, unless its key says otherwise (default: any)"),
  },
  burst: {
    env: "QUOTA_BURST",
    schema: count
      .optional()
      .describe("requests that a tenant may send at once after a pause (default: those of one second)"),
  },
  operationsPerSecond: {
    env: "QUOTA_OPERATIONS_PER_SECOND",
    schema: rate
      .optional()
      .describe("counted operations a second of one tenant, charged before a call runs (default: any)"),
  },
  bytesInFlight: {
    env: "QUOTA_BYTES_IN_FLIGHT",
    schema: count.optional().describe("bytes of all bodies of one tenant that are being read or served (default: any)"),
  },
  concurrentCalls: {
    env: "QUOTA_CONCURRENT_CALLS",
    schema: count.optional().describe("requests of one tenant that are read or served at once (default: any)"),
  },
  apiProcesses: {
    env: "API_PROCESSES",
    schema: setting(count, 1, "processes that share the quotas: each allows its part of them"),
  },
  trustProxy: {
    env: "TRUST_PROXY",
    schema: setting(
      z.string().transform(readProxies),
      "",
      "proxies whose `X-Forwarded-For` is believed: how many there are in a row, or their addresses and networks between commas",
    ),
  },
  tlsCert: {
    env: "TLS_CERT",
    schema: z
      .string()
      .optional()
      .describe("file of the certificate chain in PEM, for TLS 1.2 and later; read again when it changes"),
  },
  tlsKey: {
    env: "TLS_KEY",
    schema: z.string().optional().describe("file of its private key; goes with `TLS_CERT`"),
  },
  allowedHosts: {
    env: "ALLOWED_HOSTS",
    schema: setting(list, "", "comma-separated names that `Host` may have beside what it listens on; `*` for any"),
  },
  metricsPort: {
    env: "METRICS_PORT",
    schema: z.coerce
      .number()
      .int()
      .min(0)
      .max(65535)
      .optional()
      .describe("port for `/metrics` alone, which the other port then has not"),
  },
} as const;

/** Which proxies are believed: none, so many in a row, or those of some addresses and networks. */
export type TrustedProxies = false | number | readonly string[];

function readProxies(text: string, context: z.RefinementCtx<string>): TrustedProxies {
  const entry = text.trim().toLowerCase();
  if (entry === "" || entry === "false" || entry === "0") return false;
  if (entry === "true") return 1;
  if (/^\d{1,3}$/.test(entry)) return Number(entry);
  const networks = entry.split(",").map((network) => network.trim());
  for (const network of networks) {
    const [address = "", bits] = network.split("/");
    const version = isIP(address);
    const isNetwork =
      version > 0 && (bits === undefined || (/^\d+$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128)));
    if (isNetwork || named.has(network)) continue;
    context.addIssue({ code: "custom", message: `${JSON.stringify(network)} is no address, network or number` });
    return z.NEVER;
  }
  return networks;
}

/** Names that fastify knows for networks. */
const named: ReadonlySet<string> = new Set(["loopback", "linklocal", "uniquelocal"]);
