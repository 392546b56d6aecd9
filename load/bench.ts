import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type BenchReport, benchTables, type KernelRow, type Measured } from "./bench-table.ts";
import { makeRunner } from "./kernel.ts";
import { kernels } from "./kernels/index.ts";
import type { Kernel } from "./kernels/kernel.ts";
import { measureLinearAlgebra } from "./linear-algebra/measure.ts";
import { pinToOneCore, thisMachine } from "./machine.ts";
import { allOurs, kernelFile } from "./ours.ts";
import { startPeers } from "./peers/install.ts";
import type { Contestant } from "./peers/peer.ts";
import { save } from "./results.ts";
import { measureSparse } from "./sparse.ts";

// Kernels without HTTP: what functions and their derivatives take, in each of our ways and, with --peers, beside other
// libraries. All run on the same core, in turns, and of all turns the least time counts; sparse matrices, which nobody
// else computes here, have the whole machine.

const { values: options } = parseArgs({
  options: {
    peers: { type: "boolean", default: false },
    quick: { type: "boolean", default: false },
    only: { type: "string" },
    seconds: { type: "string" },
    rounds: { type: "string" },
  },
});
const seconds = Number(options.seconds ?? (options.quick ? 0.05 : 0.3));
const rounds = Number(options.rounds ?? (options.quick ? 1 : 5));
if (!(seconds > 0 && rounds >= 1)) throw new Error("--seconds and --rounds take positive numbers");
const only = options.only?.split(",");
const [sparse, linearAlgebra] = ["sparse", "linear-algebra"];
const names = [...kernels.map((kernel) => kernel.name), sparse, linearAlgebra];
const unknown = only?.filter((name) => !names.includes(name)) ?? [];
if (unknown.length > 0) throw new Error(`--only ${unknown}: the rows are ${names.join(", ")}`);
const isWanted = (name: string) => !only || only.includes(name);

const unpin = pinToOneCore();
const ours = allOurs(kernels);
const { peers, absent } = options.peers ? startPeers() : { peers: [], absent: [] };
const contestants: readonly Contestant[] = [...ours, ...peers];
const folder = mkdtempSync(join(tmpdir(), "cotangent-bench-"));
process.once("exit", () => rmSync(folder, { recursive: true }));

const rows: KernelRow[] = [];
for (const kernel of kernels) {
  if (isWanted(kernel.name)) rows.push(await measure(kernel));
}
const matrices = isWanted(linearAlgebra)
  ? await measureLinearAlgebra(
      options.quick,
      seconds,
      peers.some(({ name }) => name === "JAX"),
    )
  : [];
unpin?.();
const report: BenchReport = {
  machine: thisMachine(),
  command: `npm run bench${options.peers ? " -- --peers" : ""}`,
  settings: { rounds, seconds, isPinned: unpin !== undefined },
  ours: ours.map(({ name }) => name),
  peers: peers.map(({ name }) => name),
  absent,
  rows,
  sparse: isWanted(sparse) ? await measureSparse(options.quick) : [],
  linearAlgebra: matrices,
};
console.log(benchTables(report));
if (options.quick || only) console.error("a part of the measurements, or quick ones: not kept");
else save("bench", report);
process.exit(0);

/** Measures one kernel with everybody, in turns. */
async function measure(kernel: Kernel): Promise<KernelRow> {
  const runner = makeRunner(kernel, "interpreter");
  const path = join(folder, `${kernel.name}.json`);
  writeFileSync(path, JSON.stringify(kernelFile(kernel, await runner.answer())));
  const found = new Map<string, Measured>();
  const faults: Record<string, string> = {};
  for (const contestant of contestants) {
    const { name } = contestant;
    console.error(`${kernel.name}: ${name} compiles`);
    try {
      const preparation = await contestant.prepare(path);
      const never = Number.POSITIVE_INFINITY;
      found.set(name, { ...preparation, primalSeconds: never, derivativeSeconds: never });
    } catch (error) {
      // A peer may be unable; that we are is a fault.
      if (!peers.includes(contestant)) throw error;
      faults[name] = (error as Error).message;
    }
  }
  for (let round = 0; round < rounds; round++) {
    console.error(`${kernel.name}: round ${round + 1} of ${rounds}`);
    for (const contestant of contestants) {
      const best = found.get(contestant.name);
      if (!best) continue;
      const primalSeconds = Math.min(best.primalSeconds, await contestant.time("primal", seconds));
      const derivativeSeconds = Math.min(best.derivativeSeconds, await contestant.time("derivative", seconds));
      found.set(contestant.name, { ...best, primalSeconds, derivativeSeconds });
    }
  }
  const { name, title, points = 1 } = kernel;
  return { name, title, points, passes: runner.passes, measured: Object.fromEntries(found), faults };
}
