import autocannon from "autocannon";

/** One server under one load. */
export interface Loaded {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** How long servers are loaded: a turn that does not count, then so many that do. */
export interface Turns {
  readonly rounds: number;
  readonly turnSeconds: number;
}

const json = { "content-type": "application/json" };
const warmSeconds = 2;

/** Loads several servers with the same bodies in turn, and sums up what each did. */
export async function alternate(
  urls: readonly string[],
  body: string | (() => string),
  connections: number,
  { rounds, turnSeconds }: Turns,
): Promise<Loaded[]> {
  const timesMs: number[][] = urls.map(() => []);
  const spentSeconds = urls.map(() => 0);
  const request =
    typeof body === "string"
      ? { method: "POST" as const, headers: json, body }
      : {
          method: "POST" as const,
          headers: json,
          body: body(),
          setupRequest: (request: object) => ({ ...request, body: body() }),
        };
  for (let round = -1; round < rounds; round++) {
    for (const [i, url] of urls.entries()) {
      const duration = round < 0 ? warmSeconds : turnSeconds;
      const run = autocannon({ url, requests: [request], connections, duration });
      if (round >= 0) {
        run.on("response", (_client, _status, _bytes, responseTimeMs) => timesMs[i]!.push(responseTimeMs));
      }
      const { errors, timeouts, non2xx, duration: took } = await run;
      if (errors + timeouts + non2xx > 0) {
        throw new Error(`${url}: ${errors} errors, ${timeouts} late, ${non2xx} refused`);
      }
      if (round >= 0) spentSeconds[i]! += took;
    }
  }
  return timesMs.map((times, i) => {
    const sorted = Float64Array.from(times).sort();
    const quantile = (q: number) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
    return { requestsPerSecond: times.length / spentSeconds[i]!, p50Ms: quantile(0.5), p99Ms: quantile(0.99) };
  });
}
