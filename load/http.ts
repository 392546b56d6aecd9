import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { availableParallelism, cpus } from "node:os";
import { parseArgs } from "node:util";
import autocannon from "autocannon";
import { type Scenario, scenarios } from "./scenarios.ts";

// Requests a second of the service, and beside it of a bare server that parses the same bodies and answers the same bytes:
// the ratio tells what computing costs, whatever the machine. Both run in processes of their own; measurements alternate,
// so that what else the machine does falls on both.

const { values } = parseArgs({ options: { seconds: { type: "string", default: "5" } } });
const seconds = Number(values.seconds);
if (!(seconds > 0)) throw new Error("--seconds takes a positive number");

const json = { "content-type": "application/json" };
const connectionCounts = [1, 16];
const rounds = 2;
// The load generator looks at its clock once a second.
const turnSeconds = Math.max(1, Math.round(seconds / rounds));

/** One server under one load. */
interface Measured {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

interface Row {
  readonly scenario: string;
  readonly connections: number;
  readonly service: Measured;
  readonly bare: Measured;
  /** The service's requests a second, of the bare server's. */
  readonly ratio: number;
}

const children: ChildProcess[] = [];
process.once("exit", () => {
  for (const child of children) child.kill();
});

const serviceUrl = await start("../src/main.ts", { PORT: "0", LOG_LEVEL: "error" });
const requests = await Promise.all(scenarios.map((scenario, i) => prepare(scenario, i)));
const bareUrl = await start(
  "./bare.ts",
  {},
  JSON.stringify(Object.fromEntries(requests.map((r) => [r.barePath, r.answer]))),
);

const rows: Row[] = [];
for (const { name, path, barePath, body } of requests) {
  for (const connections of connectionCounts) {
    const [service, bare] = await alternate([`${serviceUrl}${path}`, `${bareUrl}${barePath}`], body, connections);
    const ratio = service!.requestsPerSecond / bare!.requestsPerSecond;
    rows.push({ scenario: name, connections, service: service!, bare: bare!, ratio });
    console.error(`${name}, ${connections} connections: ${Math.round(service!.requestsPerSecond)} requests/s`);
  }
}

const machine = {
  node: process.version,
  cpu: cpus()[0]?.model ?? "unknown",
  cores: availableParallelism(),
  rounds,
  turnSeconds,
};
const report = render(rows);
console.log(report);
await writeFile(new URL("results.json", import.meta.url), `${JSON.stringify({ machine, rows }, null, 2)}\n`);
await writeFile(new URL("results.md", import.meta.url), `${report}\n`);
process.exit(0);

/** Starts a server in a process of its own, on a free port, and gives its address. */
async function start(file: string, env: Record<string, string>, input = ""): Promise<string> {
  const { PATH } = process.env;
  const child = spawn(process.execPath, [new URL(file, import.meta.url).pathname], {
    env: { PATH, NODE_ENV: "production", ...env },
    stdio: ["pipe", "pipe", "inherit"],
  });
  children.push(child);
  child.stdin.end(input);
  const [said] = await once(child.stdout.setEncoding("utf8"), "data");
  child.stdout.resume();
  const address = /listens on (http:\S+\d)/.exec(said)?.[1];
  if (!address) throw new Error(`${file} did not start: ${said}`);
  return address;
}

/** The request of a scenario, as bytes, and what the service answers to it. */
async function prepare({ name, method, graph, byId, params }: Scenario, i: number) {
  const named = byId ? JSON.parse(await post("/v1/graph.put", JSON.stringify({ graph }))).graph : graph;
  const path = `/v1/${method}`;
  const body = JSON.stringify({ graph: named, ...params });
  return { name, path, barePath: `/bare/${i}`, body, answer: await post(path, body) };
}

async function post(path: string, body: string): Promise<string> {
  const response = await fetch(`${serviceUrl}${path}`, { method: "POST", headers: json, body });
  const answer = await response.text();
  if (!response.ok) throw new Error(`${path} answers ${response.status}: ${answer}`);
  return answer;
}

/** Loads several servers in turn, after a turn that does not count, and sums up what each did. */
async function alternate(urls: readonly string[], body: string, connections: number): Promise<Measured[]> {
  const timesMs: number[][] = urls.map(() => []);
  const spentSeconds = urls.map(() => 0);
  for (let round = -1; round < rounds; round++) {
    for (const [i, url] of urls.entries()) {
      const duration = round < 0 ? 1 : turnSeconds;
      const run = autocannon({ url, method: "POST", headers: json, body, connections, duration });
      if (round >= 0)
        run.on("response", (_client, _status, _bytes, responseTimeMs) => timesMs[i]!.push(responseTimeMs));
      const { errors, timeouts, non2xx, duration: took } = await run;
      if (errors + timeouts + non2xx > 0)
        throw new Error(`${url}: ${errors} errors, ${timeouts} late, ${non2xx} refused`);
      if (round >= 0) spentSeconds[i]! += took;
    }
  }
  return timesMs.map((times, i) => {
    const sorted = Float64Array.from(times).sort();
    const quantile = (q: number) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
    return { requestsPerSecond: times.length / spentSeconds[i]!, p50Ms: quantile(0.5), p99Ms: quantile(0.99) };
  });
}

function render(rows: readonly Row[]): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(" | ")} |`;
  const ms = (x: number) => x.toFixed(2);
  return [
    `Node ${machine.node}, ${machine.cores} cores of ${machine.cpu}, ${rounds} turns of ${turnSeconds} s for each number, log level error.`,
    "",
    line(["Request", "Connections", "Requests/s", "p50 ms", "p99 ms", "Bare requests/s", "p50 ms", "p99 ms", "Ratio"]),
    line(["---", ...Array(8).fill("---:")]),
    ...rows.map(({ scenario, connections, service, bare, ratio }) =>
      line([
        scenario,
        connections,
        Math.round(service.requestsPerSecond),
        ms(service.p50Ms),
        ms(service.p99Ms),
        Math.round(bare.requestsPerSecond),
        ms(bare.p50Ms),
        ms(bare.p99Ms),
        ratio.toFixed(2),
      ]),
    ),
  ].join("\n");
}
