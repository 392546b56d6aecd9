import { misused } from "./failure.ts";

/** A table of numbers: tensors by name, each with an axis of rows in front. */
export interface CsvTable {
  readonly points: number;
  readonly tensors: Readonly<Record<string, unknown>>;
}

interface Column {
  readonly name: string;
  readonly at: readonly number[];
}

/**
 * Reads a table whose first line has names: a column `x` is a scalar, columns `x[0]`, `x[1]` are a vector, `A[0,0]` and so on
 * a matrix. A point is a row. Throws a `Failure` that names the line and column.
 */
export function readCsv(text: string, path: string): CsvTable {
  const lines = text.split(/\r\n|\n|\r/);
  while (lines.at(-1)?.trim() === "") lines.pop();
  const [head, ...rows] = lines;
  if (head === undefined || rows.length === 0)
    throw misused(`${path}: needs a line of names and a line for each point`);
  const columns = cellsOf(head.replace(/^\uFEFF/, "")).map((cell, i) => columnOf(cell, `${path}: column ${i + 1}`));
  const numbers = rows.map((row, i) => {
    const cells = cellsOf(row);
    const where = `${path}, line ${i + 2}`;
    if (cells.length !== columns.length) {
      throw misused(`${where}: has ${cells.length} cells, and the first line has ${columns.length}`);
    }
    return cells.map((cell, k) => numberOf(cell, `${where}, column ${k + 1}`));
  });
  const tensors: Record<string, unknown> = {};
  for (const [name, own] of Map.groupBy(columns.keys(), (i) => columns[i]!.name)) {
    const places = own.map((i) => columns[i]!.at);
    const shape = shapeOf(places, `${path}: ${name}`);
    const order = own.toSorted((a, b) => flat(columns[a]!.at, shape) - flat(columns[b]!.at, shape));
    tensors[name] = numbers.map((row) =>
      nested(
        order.map((i) => row[i]!),
        shape,
      ),
    );
  }
  return { points: rows.length, tensors };
}

function cellsOf(line: string): string[] {
  // Names like A[0,1] hold a comma, so they are quoted, or their brackets keep it.
  const cells = line.match(/(?:"(?:[^"]|"")*"|\[[^\]]*\]|[^,"[])+|(?<=^|,)(?=,|$)/g) ?? [];
  return cells.map((cell) =>
    cell
      .trim()
      .replace(/^"(.*)"$/s, "$1")
      .replaceAll('""', '"')
      .trim(),
  );
}

function columnOf(cell: string, where: string): Column {
  const found = /^([^[\]]+?)(?:\[(\d+(?:\s*,\s*\d+)*)\])?$/.exec(cell);
  if (!found) throw misused(`${where}: ${JSON.stringify(cell)} is no name, and none with a place as x[0]`);
  return { name: found[1]!, at: found[2] === undefined ? [] : found[2].split(",").map(Number) };
}

function numberOf(cell: string, where: string): number | string {
  const text = cell.toLowerCase();
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/.test(text)) return Number(text);
  if (text === "nan") return "NaN";
  const infinite = /^([+-]?)inf(inity)?$/.exec(text);
  if (infinite) return `${infinite[1] === "-" ? "-" : ""}Infinity`;
  throw misused(`${where}: ${JSON.stringify(cell)} is no number`);
}

/** The lengths that places fill, each once. */
function shapeOf(places: readonly (readonly number[])[], where: string): number[] {
  const rank = places[0]!.length;
  if (places.some(({ length }) => length !== rank))
    throw misused(`${where}: its columns have different numbers of places`);
  const shape = Array.from({ length: rank }, (_, axis) => 1 + Math.max(...places.map((at) => at[axis]!)));
  const size = shape.reduce((a, b) => a * b, 1);
  const distinct = new Set(places.map((at) => at.join()));
  if (distinct.size !== places.length || size !== places.length) {
    throw misused(`${where}: ${places.length} columns do not fill [${shape.join(", ")}], each place once`);
  }
  return shape;
}

function flat(at: readonly number[], shape: readonly number[]): number {
  return at.reduce((sum, i, axis) => sum * shape[axis]! + i, 0);
}

function nested(values: readonly unknown[], [length, ...rest]: readonly number[]): unknown {
  if (length === undefined) return values[0];
  const size = values.length / length;
  return Array.from({ length }, (_, i) => nested(values.slice(i * size, (i + 1) * size), rest));
}
