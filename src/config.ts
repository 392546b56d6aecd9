import { availableParallelism } from "node:os";
import { z } from "zod";
import packageJson from "../package.json" with { type: "json" };
import { accessSettings } from "./settings/access.ts";
import { jobLimitSettings, jobSettings } from "./settings/jobs.ts";
import { loadSettings } from "./settings/load.ts";
import { count, flag, type Parsed, setting } from "./settings/setting.ts";

/** What the service calls itself in its documents and at its start. */
export const about = {
  title: "Cotangent",
  version: packageJson.version,
  description: packageJson.description,
  license: packageJson.license,
} as const;

const MiB = 2 ** 20;
const GiB = 2 ** 30;

// A body and an answer are each one string, and V8's strings end at 512 MiB.
const textBytesMax = 500 * MiB;

/** Limits that a call meets; the key is the name given in `limit_exceeded`. */
export const limitSettings = {
  bodyBytes: {
    env: "LIMIT_BODY_BYTES",
    schema: setting(count.max(textBytesMax), 64 * MiB, "bytes of one request body"),
  },
  bodyBytesInFlight: {
    env: "LIMIT_BODY_BYTES_IN_FLIGHT",
    schema: setting(count, 256 * MiB, "bytes of all request bodies being read or served"),
  },
  jsonContainers: {
    env: "LIMIT_JSON_CONTAINERS",
    schema: setting(count, 5_000_000, "arrays and objects of a JSON body"),
  },
  jsonMembers: {
    env: "LIMIT_JSON_MEMBERS",
    schema: setting(count, 6_000_000, "members of all objects of a JSON body"),
  },
  jsonStrings: {
    env: "LIMIT_JSON_STRINGS",
    schema: setting(count, 16_000_000, "strings of a JSON body, names of members included"),
  },
  heapBytes: {
    env: "LIMIT_HEAP_BYTES",
    schema: setting(
      count.min(256 * MiB),
      4 * GiB,
      "bytes of JavaScript's heap of one worker thread, of which parsing may take half",
    ),
  },
  depth: { env: "LIMIT_DEPTH", schema: setting(count.max(1000), 64, "nesting depth of a JSON body") },
  nodes: { env: "LIMIT_NODES", schema: setting(count, 1_000_000, "nodes of a graph") },
  functionDepth: {
    env: "LIMIT_FUNCTION_DEPTH",
    schema: setting(count.max(256), 64, "how deep functions of a graph use each other"),
  },
  iterations: {
    env: "LIMIT_ITERATIONS",
    schema: setting(count, 10_000_000, "steps of a loop, times those of the loops in it"),
  },
  nameLength: { env: "LIMIT_NAME_LENGTH", schema: setting(count.max(128), 128, "characters of a name") },
  rank: { env: "LIMIT_RANK", schema: setting(count.max(32), 32, "axes of a tensor") },
  elements: { env: "LIMIT_ELEMENTS", schema: setting(count, 2 ** 27, "elements of one tensor") },
  liveBytes: { env: "LIMIT_LIVE_BYTES", schema: setting(count, 2 * GiB, "planned bytes of one call") },
  liveBytesTotal: {
    env: "LIMIT_LIVE_BYTES_TOTAL",
    schema: setting(count, 4 * GiB, "planned bytes of all running calls"),
  },
  calls: { env: "LIMIT_CALLS", schema: setting(count, 100, "calls in a JSON-RPC batch") },
  points: { env: "LIMIT_POINTS", schema: setting(count, 10_000_000, "points of a `batch`") },
  seeds: { env: "LIMIT_SEEDS", schema: setting(count, 10_000, "seeds of one call") },
  responseBytes: {
    env: "LIMIT_RESPONSE_BYTES",
    schema: setting(count.max(textBytesMax), 256 * MiB, "bytes of one response"),
  },
  answerBytesInFlight: {
    env: "LIMIT_ANSWER_BYTES_IN_FLIGHT",
    schema: setting(count, GiB, "bytes of all long answers being sent; one more is turned away"),
  },
  operations: { env: "LIMIT_OPERATIONS", schema: setting(count, 1e11, "counted operations of one call") },
  patternEntries: {
    env: "LIMIT_PATTERN_ENTRIES",
    schema: setting(count, 2 ** 25, "entries of a sparsity pattern, and of what is computed on the way to it"),
  },
  formulaLength: { env: "LIMIT_FORMULA_LENGTH", schema: setting(count, MiB, "characters of a formula") },
  formulaDepth: { env: "LIMIT_FORMULA_DEPTH", schema: setting(count, 256, "nesting depth of a formula") },
  traceNodes: { env: "LIMIT_TRACE_NODES", schema: setting(count, 1000, "inputs, constants and nodes of a trace") },
  traceElements: { env: "LIMIT_TRACE_ELEMENTS", schema: setting(count, 100_000, "elements of all values of a trace") },
  aliases: { env: "LIMIT_ALIASES", schema: setting(count, 1000, "names that one tenant gives to graphs") },
  symbolicNodes: {
    env: "LIMIT_SYMBOLIC_NODES",
    schema: setting(count, 10_000, "nodes and inputs of all formulas of `symbolic`"),
  },
  ...jobLimitSettings,
  timeoutMs: { env: "LIMIT_TIMEOUT_MS", schema: setting(count, 300_000, "milliseconds a call may ask for") },
} as const;

/** Everything that can be set besides the limits. */
export const serviceSettings = {
  host: { env: "HOST", schema: setting(z.string().min(1), "127.0.0.1", "address to listen on") },
  port: { env: "PORT", schema: setting(z.coerce.number().int().min(0).max(65535), 3000, "port to listen on") },
  timeoutDefaultMs: {
    env: "TIMEOUT_MS",
    schema: setting(count, 30_000, "milliseconds a call gets unless it asks for another time"),
  },
  cacheBytesMax: {
    env: "CACHE_BYTES",
    schema: setting(
      count,
      512 * MiB,
      "bytes of graphs and programs cached by all threads, least recently used out first",
    ),
  },
  workers: {
    env: "WORKERS",
    schema: z
      .preprocess(
        (text) => (text === undefined ? undefined : Number(text)),
        z.number().int().min(0).max(256).optional(),
      )
      .describe(
        "worker threads for calls that are not small; with 0 all run on the thread that serves (default: processors less one, at least 1)",
      ),
  },
  deadlyMs: {
    env: "DEADLY_MS",
    schema: setting(count, 600_000, "milliseconds for which what has ended two worker threads is refused"),
  },
  queueMax: {
    env: "QUEUE",
    schema: setting(z.coerce.number().int().min(0), 256, "calls that wait for a worker thread; more are turned away"),
  },
  programs: {
    env: "PROGRAMS",
    schema: setting(
      z.enum(["auto", "compiled", "interpreted"]),
      "auto",
      "how graphs are run: compiled once that pays, always, or never",
    ),
  },
  allowedOrigins: {
    env: "ALLOWED_ORIGINS",
    schema: setting(
      z.string().transform((text, context) =>
        text
          .split(",")
          .map((origin) => origin.trim())
          .filter((origin) => origin !== "")
          .map((origin) => {
            // As browsers write it: in lower case, without a default port or a slash at the end.
            if (URL.canParse(origin)) return new URL(origin).origin;
            context.addIssue({ code: "custom", message: `${JSON.stringify(origin)} is no origin` });
            return z.NEVER;
          }),
      ),
      "",
      "comma-separated origins whose web pages may call",
    ),
  },
  graphAdmin: {
    env: "GRAPH_ADMIN",
    schema: flag
      .optional()
      .describe(
        "serve `graph.list` and `graph.delete` (default: when listening on loopback, and where keys are needed)",
      ),
  },
  compress: {
    env: "COMPRESS",
    schema: setting(flag, "true", "compress answers of more than a packet for clients that take that"),
  },
  umbridge: {
    env: "UMBRIDGE",
    schema: setting(flag, "true", "serve UM-Bridge's routes: `/Info`, `/Evaluate` and so on"),
  },
  umbridgeNonfinite: {
    env: "UMBRIDGE_NONFINITE",
    schema: setting(
      z.enum(["error", "literal"]),
      "error",
      "what UM-Bridge's answers are where a value is not finite: an error, or the literals `NaN` and `Infinity`, which Python reads and JSON has not",
    ),
  },
  logLevel: {
    env: "LOG_LEVEL",
    schema: setting(z.enum(["fatal", "error", "warn", "info", "debug", "silent"]), "info", "level of the log"),
  },
  connectionsPerAddress: {
    env: "CONNECTIONS_PER_ADDRESS",
    schema: setting(count, 200, "connections that one address may have open; of IPv6, one network of 64 bits"),
  },
  requestsPerAddress: {
    env: "REQUESTS_PER_ADDRESS",
    schema: setting(count, 200, "requests of one address that are read or served at once"),
  },
  bodyBeginMs: {
    env: "BODY_BEGIN_MS",
    schema: setting(count, 15_000, "milliseconds that a body has to begin"),
  },
  bodyPaceMs: {
    env: "BODY_PACE_MS",
    schema: setting(count, 5000, "milliseconds over which the rate of a body is taken, again and again"),
  },
  bodyBytesPerSecond: {
    env: "BODY_BYTES_PER_SECOND",
    schema: setting(
      z.coerce.number().int().min(0),
      1024,
      "bytes a second that a body has to come with, once it has begun",
    ),
  },
  answerStallMs: {
    env: "ANSWER_STALL_MS",
    schema: setting(count, 30_000, "milliseconds in which a client has to take the next 256 KiB of its answer"),
  },
  ...jobSettings,
  drainMs: {
    env: "DRAIN_MS",
    schema: setting(z.coerce.number().int().min(0), 10_000, "milliseconds that running calls get after SIGTERM"),
  },
} as const;

/** The limits of contract §5, by the names that `limit_exceeded` uses. */
export type Limits = Parsed<typeof limitSettings>;

/** The whole configuration; read once at the start, passed down, never global. */
export interface Config
  extends Omit<Parsed<typeof serviceSettings>, "graphAdmin" | "workers">,
    Parsed<typeof accessSettings>,
    Parsed<typeof loadSettings> {
  readonly graphAdmin: boolean;
  readonly workers: number;
  readonly limits: Limits;
}

/** Reads the configuration from environment variables; throws an Error that names each bad variable. */
export function readConfig(env: Readonly<Record<string, string | undefined>> = {}): Config {
  const faults: string[] = [];
  const read = (settings: Record<string, { env: string; schema: z.ZodType }>) =>
    Object.fromEntries(
      Object.entries(settings).map(([key, { env: name, schema }]) => {
        const text = env[name];
        const parsed = schema.safeParse(text === undefined || text === "" ? undefined : text);
        if (!parsed.success) faults.push(`${name}: ${parsed.error.issues.map((i) => i.message).join("; ")}`);
        return [key, parsed.data];
      }),
    );
  const limits = read(limitSettings) as Limits;
  const service = read(serviceSettings) as Parsed<typeof serviceSettings>;
  const access = read(accessSettings) as Parsed<typeof accessSettings>;
  const load = read(loadSettings) as Parsed<typeof loadSettings>;
  if (faults.length === 0) faults.push(...contradictions(service, access));
  if (faults.length > 0) throw new Error(`bad settings: ${faults.join(", ")}`);
  const hasKeys = access.keysFile !== undefined || access.jwtIssuer !== undefined;
  return {
    ...service,
    ...access,
    ...load,
    graphAdmin: service.graphAdmin ?? (hasKeys || isLoopback(service.host)),
    workers: service.workers ?? Math.max(1, availableParallelism() - 1),
    limits,
  };
}

/** What settings say together that none of them does alone. */
function contradictions(
  { host, databaseUrl, databasePasswordFile, jobSlots }: Parsed<typeof serviceSettings>,
  access: Parsed<typeof accessSettings>,
): string[] {
  const { keysFile, auth, jwtIssuer, jwtAudience, tlsCert, tlsKey } = access;
  const hasKeys = keysFile !== undefined || jwtIssuer !== undefined;
  const found: string[] = [];
  if (databaseUrl === undefined && jobSlots === 0) {
    found.push("JOB_SLOTS: 0 leaves jobs to other processes, which need a DATABASE_URL");
  }
  if (databaseUrl === undefined && databasePasswordFile !== undefined) {
    found.push("DATABASE_PASSWORD_FILE: there is no DATABASE_URL");
  }
  if ((jwtIssuer === undefined) !== (jwtAudience === undefined)) {
    found.push("JWT_ISSUER and JWT_AUDIENCE: set both or neither");
  }
  if ((tlsCert === undefined) !== (tlsKey === undefined)) found.push("TLS_CERT and TLS_KEY: set both or neither");
  if (auth === "none" && hasKeys) found.push("AUTH: none, though KEYS_FILE or JWT_ISSUER says that keys are needed");
  if (!hasKeys && auth === undefined && !isLoopback(host)) {
    found.push(
      `HOST: ${host} is beyond loopback, and whoever reaches it could call: set KEYS_FILE to a file of keys ` +
        "(npm run keys -- new --tenant NAME makes one), or say AUTH=none where everybody may",
    );
  }
  return found;
}

/** Whether an address or host name is this machine's loopback. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host);
}
