import { parseArgs } from "node:util";
import { alternate } from "./alternate.ts";
import { type HttpReport, type HttpRow, httpTables, rowTargets } from "./http-table.ts";
import { thisMachine } from "./machine.ts";
import { save } from "./results.ts";
import { scenarios } from "./scenarios.ts";
import { Server } from "./server.ts";
import type { Target } from "./target.ts";
import { base64BesideDecoding, jsonBesideParsing } from "./targets/encodings.ts";
import { firstAnswers } from "./targets/first-answers.ts";
import { liveness } from "./targets/liveness.ts";
import { memoryOfDenseJacobian } from "./targets/memory.ts";
import { startToReady } from "./targets/start.ts";

// Requests a second of the service, and beside it of a bare server that parses the same bodies and answers the same bytes:
// the ratio tells what computing costs, whatever the machine. Both run in processes of their own; measurements alternate,
// so that what else the machine does falls on both. Then what else was to be reached, each with a service of its own.

const { values: options } = parseArgs({
  options: { seconds: { type: "string", default: "4" }, only: { type: "string" } },
});
const seconds = Number(options.seconds);
if (!(seconds > 0)) throw new Error("--seconds takes a positive number");

const connectionCounts = [1, 16];
const rounds = 2;
// The load generator looks at its clock once a second.
const turns = { rounds, turnSeconds: Math.max(1, Math.round(seconds / rounds)) };

const others: Readonly<Record<string, () => Promise<Target[]>>> = {
  "json-floor": () => jsonBesideParsing(),
  "base64-floor": () => base64BesideDecoding(),
  first: firstAnswers,
  memory: memoryOfDenseJacobian,
  livez: () => liveness(seconds),
  start: () => startToReady(),
};
const only = options.only?.split(",");
const names = [...scenarios.map(({ name }) => name), ...Object.keys(others)];
const unknown = only?.filter((name) => !names.includes(name)) ?? [];
if (unknown.length > 0) throw new Error(`--only ${unknown}: the rows are ${names.join(", ")}`);
const isWanted = (name: string) => !only || only.includes(name);

const rows = await measureRows();
const targets = [...rowTargets(rows)];
for (const [name, measure] of Object.entries(others)) {
  if (!isWanted(name)) continue;
  console.error(name);
  targets.push(...(await measure()));
}
const report: HttpReport = { machine: thisMachine(), command: "npm run load", ...turns, rows, targets };
console.log(httpTables(report));
if (only) console.error("a part of the measurements: not kept");
else save("http", report);
process.exit(0);

/** Loads the service and the bare server with every scenario that is wanted. */
async function measureRows(): Promise<HttpRow[]> {
  const wanted = scenarios.filter(({ name }) => isWanted(name));
  if (wanted.length === 0) return [];
  const service = await Server.service();
  const prepared = [];
  const answers: Record<string, string> = {};
  for (const { name, title, path, graph, body } of wanted) {
    const made = body(graph ? await service.put(graph) : "");
    const answer = (await service.post(path, typeof made === "string" ? made : made())).toString();
    // A call in a batch can fail behind status 200.
    if (answer.includes('"error"')) throw new Error(`${name}: ${answer.slice(0, 500)}`);
    answers[`/bare/${name}`] = answer;
    prepared.push({ name, title, path, body: made });
  }
  const bare = await Server.start("./bare.ts", {}, JSON.stringify(answers));
  const rows: HttpRow[] = [];
  for (const { name, title, path, body } of prepared) {
    for (const connections of connectionCounts) {
      const urls = [`${service.url}${path}`, `${bare.url}/bare/${name}`];
      const [ours, theirs] = await alternate(urls, body, connections, turns);
      rows.push({
        name,
        title,
        connections,
        service: { ...ours!, residentBytes: service.residentBytes() },
        bare: { ...theirs!, residentBytes: bare.residentBytes() },
        ratio: ours!.requestsPerSecond / theirs!.requestsPerSecond,
      });
      console.error(`${title}, ${connections} connections: ${Math.round(ours!.requestsPerSecond)} requests/s`);
    }
  }
  await Promise.all([service.stop(), bare.stop()]);
  return rows;
}
