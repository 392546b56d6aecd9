import { table } from "./table.ts";

/** Something that was to be reached: a number that should not be above a limit, or not below. */
export interface Target {
  readonly what: string;
  readonly wanted: string;
  readonly measured: string;
  readonly isMet: boolean;
}

/** The target that a number does not pass a limit; `show` writes both. */
export function atMost(what: string, measured: number, limit: number, show: (x: number) => string): Target {
  return { what, wanted: `≤ ${show(limit)}`, measured: show(measured), isMet: measured <= limit };
}

/** The target that a number reaches a limit. */
export function atLeast(what: string, measured: number, limit: number, show: (x: number) => string): Target {
  return { what, wanted: `≥ ${show(limit)}`, measured: show(measured), isMet: measured >= limit };
}

/** The middle one of some numbers. */
export function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1]!;
}

/** Milliseconds that something takes. */
export async function msOf(run: () => unknown): Promise<number> {
  const startMs = performance.now();
  await run();
  return performance.now() - startMs;
}

/** Targets as a table. */
export function targetTable(targets: readonly Target[]): string {
  return table(
    ["Target", "Wanted", "Measured", "Met"],
    targets.map(({ what, wanted, measured, isMet }) => [what, wanted, measured, isMet ? "yes" : "no"]),
  );
}
