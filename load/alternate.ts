import autocannon from "autocannon";
import type { Server } from "./server.ts";

/** One server under one load. */
export interface Loaded {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Processor time of its process for each request; undefined where the system does not tell. */
  readonly processorSeconds: number | undefined;
}

/** How long servers are loaded: so many turns each. */
export interface Turns {
  readonly rounds: number;
  readonly turnSeconds: number;
}

/** Where to send what. */
export interface Load {
  readonly server: Server;
  readonly path: string;
  readonly body: string | (() => string);
}

/** One turn of a server. */
export interface Turn {
  readonly timesMs: number[];
  readonly seconds: number;
  readonly processorSeconds: number | undefined;
}

const json = { "content-type": "application/json" };
const warmSeconds = 2;

/** Loads several servers in turn, after turns that do not count, and sums up what each did. */
export async function alternate(
  loads: readonly Load[],
  connections: number,
  { rounds, turnSeconds }: Turns,
): Promise<Loaded[]> {
  await takeTurns(loads, connections, { rounds: 1, turnSeconds: warmSeconds });
  return (await takeTurns(loads, connections, { rounds, turnSeconds })).map(sumUp);
}

/** Loads several servers in turn; gives the turns of each. */
export async function takeTurns(
  loads: readonly Load[],
  connections: number,
  { rounds, turnSeconds }: Turns,
): Promise<Turn[][]> {
  const turns: Turn[][] = loads.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, load] of loads.entries()) turns[i]!.push(await takeTurn(load, connections, turnSeconds));
  }
  return turns;
}

/** What a server did in all of its turns. */
export function sumUp(turns: readonly Turn[]): Loaded {
  const sorted = Float64Array.from(turns.flatMap(({ timesMs }) => timesMs)).sort();
  const quantile = (q: number) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
  const seconds = turns.reduce((sum, turn) => sum + turn.seconds, 0);
  const processorSeconds = turns.reduce((sum, turn) => sum + (turn.processorSeconds ?? Number.NaN), 0);
  return {
    requestsPerSecond: sorted.length / seconds,
    p50Ms: quantile(0.5),
    p99Ms: quantile(0.99),
    processorSeconds: Number.isNaN(processorSeconds) ? undefined : processorSeconds / sorted.length,
  };
}

async function takeTurn({ server, path, body }: Load, connections: number, duration: number): Promise<Turn> {
  const request =
    typeof body === "string"
      ? { method: "POST" as const, headers: json, body }
      : {
          method: "POST" as const,
          headers: json,
          body: body(),
          setupRequest: (request: object) => ({ ...request, body: body() }),
        };
  const timesMs: number[] = [];
  const url = `${server.url}${path}`;
  const before = server.processorSeconds();
  const run = autocannon({ url, requests: [request], connections, duration });
  run.on("response", (_client, _status, _bytes, responseTimeMs) => timesMs.push(responseTimeMs));
  const { errors, timeouts, non2xx, duration: seconds } = await run;
  const after = server.processorSeconds();
  if (errors + timeouts + non2xx > 0) {
    throw new Error(`${url}: ${errors} errors, ${timeouts} late, ${non2xx} refused`);
  }
  return { timesMs, seconds, processorSeconds: after === undefined ? undefined : after - before! };
}
