import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { VectorFunction } from "../../../src/codegen/vector/function.ts";
import { applied } from "./apply.ts";

/** Points, the correctly rounded values of a function there, and what the rounding left, in units in the last place. */
export interface Table {
  readonly operands: readonly Float64Array[];
  readonly value: Float64Array;
  readonly rest: Float64Array;
}

/** Where the tables are that are part of the repository; `TABLES` names a folder of larger ones. */
export const tablesFolder = process.env.TABLES ?? new URL("data", import.meta.url).pathname;

/** The name of the table for each result of a function; none where it is only a part of others. */
export function tableNames({ name, parts, ulpMax }: VectorFunction): readonly string[] {
  return ulpMax === undefined ? [] : (parts ?? [name]);
}

export function readTable(name: string): Table {
  const columns = JSON.parse(readFileSync(join(tablesFolder, `${name}.json`), "utf8")) as Record<string, string>;
  const numbers = (key: string) => {
    const bytes = Uint8Array.from(Buffer.from(columns[key]!, "base64"));
    return new Float64Array(bytes.buffer);
  };
  const operands = ["x", "y"].filter((key) => key in columns).map(numbers);
  return { operands, value: numbers("value"), rest: numbers("rest") };
}

/** The largest error of a function's result, in units in the last place of the true value, and the operands it is at. */
export interface Worst {
  readonly ulps: number;
  readonly at: readonly number[];
}

/** Compares a function with the tables of its results; the worst error for each. */
export function worstErrors(
  functions: readonly VectorFunction[],
  declared: VectorFunction,
  { isFused = true } = {},
): readonly Worst[] {
  const apply = applied(functions, declared.name, { isFused });
  return tableNames(declared).map((name, result) => {
    const { operands, value, rest } = readTable(name);
    const computed = apply(...operands)[result]!;
    let worst: Worst = { ulps: 0, at: [] };
    for (let i = 0; i < value.length; i++) {
      const at = operands.map((list) => list[i]!);
      const unit = ulp(name === "logaddexp" ? Math.max(...[...at, value[i]!].map(Math.abs)) : value[i]!);
      const scale = ulp(value[i]!) / unit;
      const equal = computed[i] === value[i];
      const ulps = equal ? Math.abs(rest[i]! * scale) : Math.abs((computed[i]! - value[i]!) / unit - rest[i]! * scale);
      // Not ≥, so that NaN counts.
      if (!(ulps <= worst.ulps)) worst = { ulps, at };
    }
    return worst;
  });
}

/** The distance from a number to the next one away from zero. */
export function ulp(x: number): number {
  const magnitude = Math.abs(x);
  if (!(magnitude >= 2 ** -1022)) return 2 ** -1074;
  if (magnitude === Number.POSITIVE_INFINITY) return 2 ** 971;
  const bits = new BigUint64Array(Float64Array.of(magnitude).buffer)[0]!;
  const binade = new Float64Array(BigUint64Array.of((bits >> 52n) << 52n).buffer)[0]!;
  return binade * 2 ** -52;
}
