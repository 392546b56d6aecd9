import { setTimeout } from "node:timers/promises";
import { parseArgs } from "node:util";
import { standard } from "../src/methods/schemas/examples.ts";
import { Random } from "../test/support/random.ts";
import { House } from "./attack/house.ts";
import { coldGraph } from "./cold-graph.ts";
import { faultOf, randomCall } from "./fuzz/bodies.ts";
import { thisMachine } from "./machine.ts";
import { saveRun } from "./results.ts";

// With --keep the run goes into results.md.
//
// Serves a mixture of calls for a long time and watches memory: small calls, batches of points, graphs that nobody has sent
// before, bodies over 64 KiB, whatever the fuzzer makes, and clients that leave. Ends with 1 where something is the service's
// fault, or where memory grows by more than so much a minute once caches are full.

const { values: options } = parseArgs({
  options: {
    minutes: { type: "string", default: "30" },
    seed: { type: "string", default: "1" },
    keep: { type: "boolean", default: false },
    "mb-per-minute": { type: "string", default: "1" },
  },
});
const minutes = Number(options.minutes);
const seed = Number(options.seed);
const slopeMax = Number(options["mb-per-minute"]);
if (!(minutes > 0) || !Number.isSafeInteger(seed)) throw new Error("--minutes and --seed take numbers");

const clients = 4;
/** Of less, no slope is told from chance. */
const minutesJudged = 10;
const sampleMs = Math.min(10_000, (60_000 * minutes) / 12);
const random = new Random(seed);
const cold = coldGraph(300);
const house = await House.open();
const points = (count: number) =>
  JSON.stringify({ graph: standard.graph, batch: count, inputs: { x1: random.numbers(count, 1, 2), x2: 3 } });
const kinds: readonly (readonly [share: number, make: () => { path: string; body: string | Buffer }])[] = [
  [
    50,
    () => ({
      path: "/v1/jacobian",
      body: JSON.stringify({ graph: standard.graph, inputs: { x1: random.between(1, 2), x2: 5 } }),
    }),
  ],
  [20, () => ({ path: "/v1/gradient", body: cold.next() })],
  [10, () => ({ path: "/v1/jacobian", body: points(1000) })],
  [2, () => ({ path: "/v1/jacobian", body: points(20_000) })],
  [
    18,
    () => {
      const { path, value } = randomCall(random);
      return { path, body: JSON.stringify(value) ?? "" };
    },
  ],
];
const total = kinds.reduce((sum, [share]) => sum + share, 0);

const noBytes = Buffer.alloc(0);
const endMs = performance.now() + 60_000 * minutes;
const faults: string[] = [];
let sent = 0;
const samples: (readonly [minute: number, megabytes: number])[] = [];
await Promise.all([...Array.from({ length: clients }, client), leaver(), sampler()]);
await house.server.stop();

const judged = samples.slice(samples.length >> 1);
const slope = slopeOf(judged);
const isGrowing = minutes >= minutesJudged && !(slope <= slopeMax);
for (const [minute, megabytes] of samples.filter((_, i) => i % Math.ceil(samples.length / 12) === 0)) {
  console.log(`${minute.toFixed(1)} min: ${megabytes.toFixed(0)} MB`);
}
const judgement = minutes < minutesJudged ? " (too short to judge)" : isGrowing ? " **more than it may**" : "";
const done = `${sent} calls; memory grows by ${slope.toFixed(2)} MB a minute in the second half`;
console.log(`${done}${judgement}`);
if (options.keep) {
  const command = `npm run soak -- --minutes ${minutes} --seed ${seed}`;
  saveRun({ command, machine: thisMachine(), done, violations: faults.length + Number(isGrowing) });
}
console.log(`seed ${seed}: ${faults.length + Number(isGrowing)} violations`);
process.exit(faults.length > 0 || isGrowing ? 1 : 0);

async function client(): Promise<void> {
  while (performance.now() < endMs) {
    const { path, body } = drawn();
    sent++;
    const told = await house.ask(path, body);
    const fault =
      told.status === 0 ? "no answer" : told.type === "internal_error" ? told.type : faultOf(told.status, "", noBytes);
    if (!fault) continue;
    faults.push(fault);
    console.error(`${path}: ${fault}: ${body.toString("latin1", 0, 300)}`);
  }
}

function drawn() {
  let left = random.below(total);
  for (const [share, make] of kinds) {
    if (left < share) return make();
    left -= share;
  }
  throw new Error("shares do not add up");
}

/** Begins bodies and leaves. */
async function leaver(): Promise<void> {
  const part = Buffer.alloc(100_000, " ");
  while (performance.now() < endMs) {
    const socket = await house.connect();
    socket.write("POST /rpc HTTP/1.1\r\nHost: localhost\r\nContent-Length: 200000\r\n\r\n");
    socket.write(part);
    await setTimeout(50);
    socket.destroy();
  }
}

async function sampler(): Promise<void> {
  const startMs = performance.now();
  while (performance.now() < endMs) {
    await setTimeout(sampleMs);
    samples.push([(performance.now() - startMs) / 60_000, (house.server.residentBytes() ?? 0) / 1e6]);
  }
}

/** The slope of the straight line that fits best. */
function slopeOf(points: readonly (readonly [number, number])[]): number {
  const [x, y] = [0, 1].map((k) => points.reduce((sum, point) => sum + point[k]!, 0) / points.length) as [
    number,
    number,
  ];
  const products = points.reduce((sum, [a, b]) => sum + (a - x) * (b - y), 0);
  return products / points.reduce((sum, [a]) => sum + (a - x) ** 2, 0);
}
