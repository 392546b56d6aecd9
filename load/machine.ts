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

/** Holds this process and those that it will start on one core, where the system has a command for it. */
export function pinToOneCore(): boolean {
  const core = availableParallelism() - 1;
  const { status } = spawnSync("taskset", ["-a", "-c", "-p", `${core}`, `${process.pid}`], { stdio: "ignore" });
  return status === 0;
}
