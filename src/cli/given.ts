import { createReadStream, readFileSync } from "node:fs";
import { extname } from "node:path";
import { bytesPerElement, type DType } from "../graph/dtype.ts";
import { elementCount } from "../graph/shape.ts";
import { NpyFault, type NpyHead, npyHeadBytesMax, readNpyHead } from "../wire/npy.ts";
import { readCsv } from "./csv.ts";
import { misused } from "./failure.ts";

/** A tensor of a file, which is sent apart where that is possible. */
export interface FileTensor extends NpyHead {
  readonly path: string;
}

/** Tensors by name as a command line gives them, and how many points a table of them has. */
export interface GivenTensors {
  readonly values: Readonly<Record<string, unknown>>;
  readonly files: Readonly<Record<string, FileTensor>>;
  readonly points: number | undefined;
}

/**
 * Reads `name=value`, where a value is a number, nested arrays in JSON, `@file.json` or `@file.npy`; and `@file`, which has
 * several: an object in JSON, or a table in CSV with a point in each row. Throws a `Failure` that names what cannot be read.
 */
export async function readTensors(words: readonly string[]): Promise<GivenTensors> {
  const values: Record<string, unknown> = {};
  const files: Record<string, FileTensor> = {};
  let points: number | undefined;
  const put = (name: string, value: unknown) => {
    if (Object.hasOwn(values, name) || Object.hasOwn(files, name)) throw misused(`${name} is given twice`);
    values[name] = value;
  };
  for (const word of words) {
    const equals = word.indexOf("=");
    if (word.startsWith("@")) {
      const path = word.slice(1);
      if (extname(path) === ".csv") {
        const table = readCsv(readText(path), path);
        if (points !== undefined && points !== table.points) {
          throw misused(`${path} has ${table.points} points, and the table before it ${points}`);
        }
        points = table.points;
        for (const [name, value] of Object.entries(table.tensors)) put(name, value);
      } else {
        const all = readJson(readText(path), path);
        if (typeof all !== "object" || all === null || Array.isArray(all)) {
          throw misused(`${path}: must hold an object of tensors by name; one tensor is given as name=@${path}`);
        }
        for (const [name, value] of Object.entries(all)) put(name, value);
      }
    } else if (equals > 0) {
      const [name, text] = [word.slice(0, equals), word.slice(equals + 1)];
      if (text.startsWith("@") && extname(text) === ".npy") {
        if (Object.hasOwn(values, name) || Object.hasOwn(files, name)) throw misused(`${name} is given twice`);
        files[name] = await readNpy(text.slice(1));
      } else put(name, readValue(text, name));
    } else
      throw misused(`${JSON.stringify(word)}: inputs are name=value, name=@file.json, name=@file.npy, or @file.csv`);
  }
  return { values, files, points };
}

/** A JSON value, or that of a file; numbers that JSON has not may be written as they are. */
export function readValue(text: string, name: string): unknown {
  if (text.startsWith("@")) return readJson(readText(text.slice(1)), text.slice(1));
  const bare = /^([+-]?)(nan|inf|infinity)$/i.exec(text);
  if (bare) return bare[2]!.toLowerCase() === "nan" ? "NaN" : `${bare[1] === "-" ? "-" : ""}Infinity`;
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return Number(text);
  if (!/^\s*([[{"]|(true|false|null)$)/.test(text)) {
    throw misused(
      `${name}: ${JSON.stringify(text)} is no number, and no JSON; a file is written as @${text || "file.json"}`,
    );
  }
  return readJson(text, name);
}

/** The text of a file. Throws a `Failure` that says why there is none. */
export function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** A tensor with its numbers, as requests have it. */
export async function tensorOf({ path, dtype, shape, headBytes }: FileTensor) {
  const pieces: Buffer[] = [];
  for await (const piece of createReadStream(path, { start: headBytes })) pieces.push(piece);
  return { shape, dtype, data: Buffer.concat(pieces).toString("base64") };
}

/** JSON. Throws a `Failure` that shows where it is none. */
export function readJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw misused(`${name}: ${(error as Error).message}`);
  }
}

async function readNpy(path: string): Promise<FileTensor> {
  let start = Buffer.alloc(0);
  let total = 0;
  try {
    const { stat } = await import("node:fs/promises");
    total = (await stat(path)).size;
    for await (const piece of createReadStream(path, { end: npyHeadBytesMax })) start = Buffer.concat([start, piece]);
  } catch (error) {
    throw unreadable(path, error);
  }
  try {
    const head = readNpyHead(start);
    if (!head) throw new NpyFault("the file ends within its head");
    const { dtype, shape, headBytes } = head;
    const wanted = elementCount(shape) * bytesPerElement[dtype as DType];
    if (total - headBytes !== wanted)
      throw new NpyFault(`${wanted} bytes should follow the head, and ${total - headBytes} do`);
    return { ...head, path };
  } catch (fault) {
    if (fault instanceof NpyFault) throw misused(`${path}: ${fault.message}`);
    throw fault;
  }
}

function unreadable(path: string, error: unknown) {
  const { code } = error as NodeJS.ErrnoException;
  return misused(`${path}: ${code === "ENOENT" ? "there is no such file" : (error as Error).message}`);
}
