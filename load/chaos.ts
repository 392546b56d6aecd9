import { parseArgs } from "node:util";
import { chaos } from "./chaos/chaos.ts";
import { type StoreName, stores } from "./chaos/fleet.ts";
import { type ChaosRun, chaosTable } from "./chaos/table.ts";
import { thisMachine } from "./machine.ts";
import { kept, save } from "./results.ts";

// Kills services, workers and databases again and again while they have jobs to do, and holds them to what is promised:
// npm run chaos -- --store postgres --kills 1000 --seed 1

const { values } = parseArgs({
  options: {
    store: { type: "string", default: "sqlite" },
    kills: { type: "string", default: "1000" },
    seconds: { type: "string", default: "36000" },
    seed: { type: "string", default: "1" },
    save: { type: "boolean", default: false },
  },
});
const store = stores.find((name): name is StoreName => name === values.store);
if (!store) throw new Error(`--store is one of ${stores.join(", ")}`);
const options = { store, kills: Number(values.kills), seconds: Number(values.seconds), seed: Number(values.seed) };
const started = performance.now();
const report = await chaos({ ...options, log: console.log });
const run: ChaosRun = { ...report, store, seed: options.seed, minutes: (performance.now() - started) / 60_000 };
console.log(chaosTable({ machine: thisMachine(), runs: [run] }));
for (const violation of run.violations) console.error(violation);
if (values.save) {
  const others = (kept("chaos")?.runs ?? []).filter((other) => other.store !== store || other.seed !== run.seed);
  save("chaos", { machine: thisMachine(), runs: [...others, run] });
}
process.exitCode = run.violations.length === 0 ? 0 : 1;
