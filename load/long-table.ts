import { describeMachine, type Machine } from "./machine.ts";
import { table } from "./table.ts";

/** A long run that looks for faults rather than for speed. */
export interface LongRun {
  readonly command: string;
  readonly machine: Machine;
  /** What was done, in words and figures. */
  readonly done: string;
  readonly violations: number;
}

/** The latest run of each command. */
export interface LongReport {
  readonly runs: readonly LongRun[];
}

/** The table of long runs, in Markdown. */
export function longTable({ runs }: LongReport): string {
  const rows = runs.map(({ command, machine, done, violations }) => [
    `\`${command}\``,
    describeMachine(machine),
    done,
    violations,
  ]);
  return table(["Command", "Machine", "Done", "Violations"], rows);
}
