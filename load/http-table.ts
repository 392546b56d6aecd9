import type { Loaded, Turns } from "./alternate.ts";
import { describeMachine, type Machine } from "./machine.ts";
import { digits, duration, table } from "./table.ts";
import { atLeast, atMost, type Target, targetTable } from "./target.ts";

/** One server under one load, and its memory afterwards. */
export interface LoadedProcess extends Loaded {
  readonly residentBytes: number | undefined;
}

/** One kind of request on so many connections. */
export interface HttpRow {
  readonly name: string;
  readonly title: string;
  readonly connections: number;
  readonly service: LoadedProcess;
  readonly bare: LoadedProcess;
  /** The service's requests a second, of the bare server's. */
  readonly ratio: number;
  /** The bare server's processor time for each request, divided by the service's; absent where the system does not tell. */
  readonly processorRatio?: number;
}

/** All that `npm run load` measures. */
export interface HttpReport extends Turns {
  readonly machine: Machine;
  readonly command: string;
  readonly rows: readonly HttpRow[];
  readonly targets: readonly Target[];
}

/** The targets that rows themselves reach or not. */
export function rowTargets(rows: readonly HttpRow[]): Target[] {
  const row = (connections: number) => rows.find((row) => row.name === "jacobian" && row.connections === connections);
  const [one, many] = [row(1), row(16)];
  return [
    ...(many
      ? [atLeast("small cached Jacobian by id, 16 connections, of the bare server", many.ratio, 0.7, digits)]
      : []),
    ...(one ? [atMost("the same on one connection, p50", one.service.p50Ms / 1000, 0.0005, duration)] : []),
  ];
}

/** The tables of a report, in Markdown. */
export function httpTables({ machine, command, rounds, turnSeconds, rows, targets }: HttpReport): string {
  const turns = `${rounds} turns of ${turnSeconds} s for each number`;
  return [
    `\`${command}\`, ${describeMachine(machine)}; ${turns}, default log level, memory resident after the row.`,
    ...(rows.length > 0 ? [rowTable(rows)] : []),
    ...(targets.length > 0 ? [targetTable(targets)] : []),
  ].join("\n\n");
}

function rowTable(rows: readonly HttpRow[]): string {
  const each = ["Requests/s", "p50", "p99", "MiB"];
  const cells = ({ requestsPerSecond, p50Ms, p99Ms, residentBytes }: LoadedProcess) => [
    digits(requestsPerSecond),
    duration(p50Ms / 1000),
    duration(p99Ms / 1000),
    residentBytes === undefined ? "–" : Math.round(residentBytes / 2 ** 20),
  ];
  return table(
    ["Request", "Connections", ...each, "Bare: requests/s", ...each.slice(1), "Ratio", "of processor time"],
    rows.map(({ title, connections, service, bare, ratio, processorRatio }) => [
      title,
      connections,
      ...cells(service),
      ...cells(bare),
      digits(ratio),
      processorRatio === undefined ? "–" : digits(processorRatio),
    ]),
  );
}
