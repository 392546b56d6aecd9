import { parseArgs } from "node:util";
import { chaos } from "./chaos/chaos.ts";

// Kills a service again and again while it has jobs to do, and holds it to what is promised of them:
// npm run chaos -- --kills 1000 --seed 1

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "1000" },
    seconds: { type: "string", default: "36000" },
    seed: { type: "string", default: "1" },
  },
});
const options = { kills: Number(values.kills), seconds: Number(values.seconds), seed: Number(values.seed) };
const started = performance.now();
const { kills, accepted, replayed, cancelled, events, violations } = await chaos({ ...options, log: console.log });
const minutes = ((performance.now() - started) / 60_000).toFixed(1);
console.log("| store | seed | kills | jobs accepted | sent again | cancelled | events | violations | minutes |");
console.log("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
const row = ["sqlite", options.seed, kills, accepted, replayed, cancelled, events, violations.length, minutes];
console.log(`| ${row.join(" | ")} |`);
for (const violation of violations) console.error(violation);
process.exitCode = violations.length === 0 ? 0 : 1;
