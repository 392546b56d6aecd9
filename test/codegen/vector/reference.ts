import { readFileSync } from "node:fs";

/** Points, the correctly rounded values there, and the rest of the true value in units of the value's last place. */
export interface Reference {
  readonly operands: readonly Float64Array[];
  readonly value: Float64Array;
  readonly rest: Float64Array;
}

/** The table of a function, made by a script in `data/`; of more points where $FOLDER has one. */
export function reference(name: string): Reference {
  const folder = process.env.FOLDER ?? new URL("data/", import.meta.url).pathname;
  const table = JSON.parse(readFileSync(`${folder}/${name}.json`, "utf8"));
  const operands = [table.x, table.y].filter((column) => column !== undefined).map(numbers);
  return { operands, value: numbers(table.value), rest: numbers(table.rest) };
}

/** The largest error of computed values, in units in the last place, and where; infinite where NaN or a sign is wrong. */
export function worstError(
  computed: Float64Array,
  { operands, value, rest }: Reference,
): { ulp: number; at: number[] } {
  let worst = { ulp: 0, at: [] as number[] };
  for (let i = 0; i < value.length; i++) {
    const ulp = errorOf(computed[i]!, value[i]!, rest[i]!);
    if (ulp > worst.ulp) worst = { ulp, at: operands.map((column) => column[i]!) };
  }
  return worst;
}

function errorOf(computed: number, value: number, rest: number): number {
  if (Object.is(computed, value)) return Math.abs(rest);
  if (!Number.isFinite(computed) || !Number.isFinite(value) || value === 0) return Number.POSITIVE_INFINITY;
  if (Math.sign(computed) !== Math.sign(value) && computed !== 0) return Number.POSITIVE_INFINITY;
  return Math.abs((computed - value) / lastPlace(value) - rest);
}

const bits = new DataView(new ArrayBuffer(8));

/** The distance from |x| to the next larger double. */
function lastPlace(x: number): number {
  bits.setFloat64(0, Math.abs(x));
  const exponent = Number(bits.getBigUint64(0) >> 52n);
  return 2 ** (Math.max(exponent, 1) - 1075);
}

function numbers(base64: string): Float64Array {
  const bytes = Buffer.from(base64, "base64");
  return new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}
