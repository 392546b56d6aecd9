import { parseArgs } from "node:util";
import { type Attack, must, Violation } from "./attack/attack.ts";
import { hostileCalls } from "./attack/hostile.ts";
import { House } from "./attack/house.ts";
import { describe, named } from "./attack/named.ts";
import { wires } from "./attack/wires.ts";
import { table } from "./table.ts";

// Attacks a served instance on loopback with what once hurt it, and with calls that are meant to: none may end it, be answered
// as its fault or keep others waiting; and what all of them together leave behind may not grow from one round to the next.
// Bounded in count and time; ends with 1 where something happened that must not.

const { values: options } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    only: { type: "string" },
    "livez-ms": { type: "string", default: "250" },
    "memory-mb": { type: "string", default: "150" },
    rounds: { type: "string", default: "2" },
  },
});
const seed = Number(options.seed);
const livezMsMax = Number(options["livez-ms"]);
const memoryBytes = 1e6 * Number(options["memory-mb"]);
const rounds = Number(options.rounds);
const timeoutMs = 2000;
/** How much later than its deadline a call may be answered: what takes long to send is in it. */
const lateMs = 2000;
const settleMs = 20_000;

const families = Map.groupBy(hostileCalls(seed, timeoutMs), ({ family }) => family);
const attacks: readonly Attack[] = [
  ...named,
  ...wires,
  ...[...families].map(([family, calls]) => ({
    name: `${calls.length} calls: ${family}`,
    async run(house: House) {
      const outcomes = new Map<string, number>();
      for (const { path, body } of calls) {
        const told = await house.ask(path, body);
        try {
          describe(told, timeoutMs + lateMs);
        } catch (error) {
          throw new Violation(`${body.toString("latin1").slice(0, 100)}: ${(error as Error).message}`);
        }
        const outcome = told.type ?? "ok";
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      }
      return [...outcomes].map(([outcome, count]) => `${count} ${outcome}`).join(", ");
    },
  })),
].filter(({ name }) => options.only === undefined || name.includes(options.only));
must(attacks.length > 0, `no attack is called ${options.only}`);

const house = await House.open();
const rows: string[][] = [];
const roundBytes = [await house.quiet(settleMs)];
let violations = 0;
for (let round = 1; round <= rounds; round++) {
  for (const attack of attacks) await run(attack, round);
  roundBytes.push(await house.quiet(settleMs));
}
const growth = roundBytes.at(-1)! - roundBytes.at(-2)!;
if (growth > memoryBytes) violations++;
await house.server.stop();
const heads = ["Attack", "What came of it", "Took", "Slowest `/livez`", "Memory"];
console.log(table(heads, rows));
const told = roundBytes.map((bytes) => `${Math.round(bytes / 1e6)} MB`).join(" → ");
console.log(`\nmemory at rest, before and after each round: ${told}${growth > memoryBytes ? " **it grows**" : ""}`);
console.log(`seed ${seed}: ${attacks.length} attacks, ${rounds} times, ${violations} violations`);
process.exit(violations > 0 ? 1 : 0);

async function run({ name, run }: Attack, round: number): Promise<void> {
  const faults: string[] = [];
  const startedAtMs = performance.now();
  const { result, pings } = await house.watched(() =>
    run(house).catch((error: unknown) => {
      faults.push(error instanceof Violation ? error.message : String(error));
      return "";
    }),
  );
  const tookMs = performance.now() - startedAtMs;
  if (!(await house.isServing().catch(() => false))) faults.push("it serves no more");
  if (!(pings.maxMs <= livezMsMax)) faults.push(`/livez took ${Math.round(pings.maxMs)} ms`);
  violations += faults.length;
  const memory = `${Math.round((house.server.residentBytes() ?? 0) / 1e6)} MB`;
  const row = [
    name,
    faults.length > 0 ? `**${faults.join("; ")}**` : result,
    seconds(tookMs),
    `${pings.maxMs.toFixed(0)} ms`,
    memory,
  ];
  console.error(`${round}: ${row.join(" | ")}`);
  if (round === rounds || faults.length > 0) rows.push(row);
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
