import { spawnSync } from "node:child_process";
import { availableParallelism, cpus } from "node:os";

/** Where and when something was measured. */
export interface Machine {
  readonly node: string;
  readonly cpu: string;
  readonly cores: number;
  readonly date: string;
}

/** This machine, now. */
export function thisMachine(): Machine {
  return {
    node: process.version,
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: cpus().length,
    date: new Date().toISOString().slice(0, 10),
  };
}

/** A machine in words. */
export function describeMachine({ node, cpu, cores, date }: Machine): string {
  return `${cores} cores of ${cpu}, Node ${node}, ${date}`;
}

/** Holds this process and those that it starts on one core, where the system has a command for it; gives what undoes it. */
export function pinToOneCore(): (() => void) | undefined {
  const cores = availableParallelism();
  const all = `0-${cpus().length - 1}`;
  if (!allowOnly(`${cores - 1}`)) return undefined;
  return () => {
    allowOnly(all);
  };
}

function allowOnly(list: string): boolean {
  return spawnSync("taskset", ["-a", "-c", "-p", list, `${process.pid}`], { stdio: "ignore" }).status === 0;
}
