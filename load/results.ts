import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { type BenchReport, benchTables } from "./bench-table.ts";
import { type ChaosRuns, chaosTable } from "./chaos/table.ts";
import { type HttpReport, httpTables } from "./http-table.ts";
import { type LongReport, type LongRun, longTable } from "./long-table.ts";
import { type SmallReport, smallTables } from "./small.ts";

interface Reports {
  readonly bench: BenchReport;
  readonly http: HttpReport;
  readonly small: SmallReport;
  readonly long: LongReport;
  readonly chaos: ChaosRuns;
}

const folder = new URL("results/", import.meta.url);

/** Keeps a report as JSON, and writes the tables of all that are kept, and why targets were missed, into `results.md`. */
export function save<Name extends keyof Reports>(name: Name, report: Reports[Name]): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL(`${name}.json`, folder), `${JSON.stringify(report, null, 2)}\n`);
  const http = kept("http");
  const bench = kept("bench");
  const small = kept("small");
  const long = kept("long");
  const killed = kept("chaos");
  const parts = [
    "# What was measured",
    ...(bench ? ["## Kernels, without HTTP", benchTables(bench)] : []),
    ...(http ? ["## The service, over HTTP", httpTables(http)] : []),
    ...(small ? ["## Small calls", smallTables(small)] : []),
    ...(killed ? ["## Jobs, while all is killed", chaosTable(killed)] : []),
    ...(long ? ["## Long runs", longTable(long)] : []),
    readFileSync(new URL("../misses.md", folder), "utf8").trimEnd(),
  ];
  writeFileSync(new URL("../results.md", folder), `${parts.join("\n\n")}\n`);
}

/** Keeps a long run, in the place of an earlier one of the same command. */
export function saveRun(run: LongRun): void {
  const others = kept("long")?.runs.filter(({ command }) => command !== run.command) ?? [];
  save("long", { runs: [...others, run].sort((a, b) => a.command.localeCompare(b.command)) });
}

/** A report that was kept; undefined where there is none. */
export function kept<Name extends keyof Reports>(name: Name): Reports[Name] | undefined {
  const file = new URL(`${name}.json`, folder);
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
}
