import { parseArgs } from "node:util";
import { alternate, type Loaded } from "./alternate.ts";
import { type HttpReport, type HttpRow, httpTables, rowTargets } from "./http-table.ts";
import { thisMachine } from "./machine.ts";
import { save } from "./results.ts";
import { scenarios } from "./scenarios.ts";
import { Server } from "./server.ts";
import { measureSmall, type SmallReport, smallCalls, smallTables } from "./small.ts";
import type { Target } from "./target.ts";
import { base64BesideDecoding, cborBesideBase64, jsonBesideParsing } from "./targets/encodings.ts";
import { firstAnswers } from "./targets/first-answers.ts";
import { jobTargets } from "./targets/jobs.ts";
import { liveness } from "./targets/liveness.ts";
import { memoryOfDenseJacobian } from "./targets/memory.ts";
import { overload } from "./targets/overload.ts";
import { startToReady } from "./targets/start.ts";

// Requests a second of the service, and beside it of a bare server that parses the same bodies and answers the same bytes:
// the ratio tells what computing costs, whatever the machine. Both run in processes of their own; measurements alternate,
// so that what else the machine does falls on both. Small calls are measured by processor time. Then what else was to be
// reached, each with a service of its own.

const { values: options } = parseArgs({
  options: { seconds: { type: "string" }, only: { type: "string" } },
});
const seconds = Number(options.seconds ?? 4);
if (!(seconds > 0)) throw new Error("--seconds takes a positive number");

const connectionCounts = [1, 16];
const rounds = 2;
// The load generator looks at its clock once a second.
const turns = { rounds, turnSeconds: Math.max(1, Math.round(seconds / rounds)) };

const smallSeconds = Number(options.seconds ?? 5);
const smallTurns = { rounds: 3, turnSeconds: smallSeconds, warmSeconds: smallSeconds };

const others: Readonly<Record<string, () => Promise<Target[]>>> = {
  "json-floor": () => jsonBesideParsing(),
  "base64-floor": () => base64BesideDecoding(),
  cbor: () => cborBesideBase64(),
  first: firstAnswers,
  memory: memoryOfDenseJacobian,
  livez: () => liveness(seconds),
  start: () => startToReady(),
  // In a hurry the long ones are a tenth as long.
  jobs: () => jobTargets(options.seconds === undefined ? 1 : 0.1),
  overload: () => overload(Number(options.seconds ?? 20)),
};
const only = options.only?.split(",");
const names = [...scenarios, ...smallCalls].map(({ name }) => name).concat(Object.keys(others));
/** A row goes by its name and by the beginning of it: `small` is all rows of small calls. */
const isNamed = (name: string, part: string) => name === part || (part === "small" && name.startsWith("small-"));
const unknown = only?.filter((part) => !names.some((name) => isNamed(name, part))) ?? [];
if (unknown.length > 0) throw new Error(`--only ${unknown}: the rows are ${names.join(", ")}; small, all small ones`);
const isWanted = (name: string) => !only || only.some((part) => isNamed(name, part));

const small = smallCalls.filter(({ name }) => isWanted(name));
const smallRows = small.length > 0 ? await measureSmall(small, smallTurns) : [];
if (!smallRows) console.error("no processor times here (/proc is absent): small calls are not measured");
if (smallRows && smallRows.length > 0) {
  const command = "npm run load -- --only small";
  const report: SmallReport = { machine: thisMachine(), command, ...smallTurns, rows: smallRows };
  console.log(smallTables(report));
  if (small.length === smallCalls.length && options.seconds === undefined) save("small", report);
  else console.error("a part of the small calls, or in a hurry: not kept");
}

const rows = await measureRows();
const targets = [...rowTargets(rows)];
for (const [name, measure] of Object.entries(others)) {
  if (!isWanted(name)) continue;
  console.error(name);
  targets.push(...(await measure()));
}
const command = `npm run load${options.seconds === undefined ? "" : ` -- --seconds ${options.seconds}`}`;
const report: HttpReport = { machine: thisMachine(), command, ...turns, rows, targets };
const isEmpty = rows.length + targets.length === 0;
if (!isEmpty) console.log(httpTables(report));
if (only) {
  if (!isEmpty) console.error("a part of the measurements: not kept");
} else save("http", report);
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
  const bare = await Server.bare(answers);
  const rows: HttpRow[] = [];
  for (const { name, title, path, body } of prepared) {
    for (const connections of connectionCounts) {
      const loads = [
        { server: service, path, body },
        { server: bare, path: `/bare/${name}`, body },
      ];
      const [ours, theirs] = await alternate(loads, connections, turns);
      rows.push({
        name,
        title,
        connections,
        service: { ...ours!, residentBytes: service.residentBytes() },
        bare: { ...theirs!, residentBytes: bare.residentBytes() },
        ratio: ours!.requestsPerSecond / theirs!.requestsPerSecond,
        ...processorRatio(ours!, theirs!),
      });
      console.error(`${title}, ${connections} connections: ${Math.round(ours!.requestsPerSecond)} requests/s`);
    }
  }
  await Promise.all([service.stop(), bare.stop()]);
  return rows;
}

function processorRatio(ours: Loaded, bare: Loaded): { readonly processorRatio?: number } {
  if (ours.processorSeconds === undefined || bare.processorSeconds === undefined) return {};
  return { processorRatio: bare.processorSeconds / ours.processorSeconds };
}
