import { describeMachine, type Machine } from "../machine.ts";
import { table } from "../table.ts";
import type { ChaosReport } from "./chaos.ts";
import type { StoreName } from "./fleet.ts";

/** A run of chaos. */
export interface ChaosRun extends ChaosReport {
  readonly store: StoreName;
  readonly seed: number;
  readonly minutes: number;
}

/** All runs that are kept. */
export interface ChaosRuns {
  readonly machine: Machine;
  readonly runs: readonly ChaosRun[];
}

/** What was killed, what came of it, and with which command. */
export function chaosTable({ machine, runs }: ChaosRuns): string {
  const heads = ["command", "killed", "jobs", "sent again", "cancelled", "events", "minutes", "violations"];
  const rows = runs.map((run) => [
    `\`npm run chaos -- --store ${run.store} --kills ${run.kills} --seed ${run.seed}\``,
    Object.entries(run.killed)
      .map(([what, count]) => `${what} ${count}`)
      .join(", "),
    run.accepted,
    run.replayed,
    run.cancelled,
    run.events,
    run.minutes.toFixed(1),
    run.violations.length,
  ]);
  return `${describeMachine(machine)}. Each job is held to its bits, its key, its progress and its end.\n\n${table(heads, rows)}`;
}
