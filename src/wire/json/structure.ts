import { limitExceeded, ServiceError } from "../../errors.ts";
import type { ReadLimits, Weight } from "../codec.ts";

/** What JSON bytes are made of, counted before anything is parsed. */
export interface Structure {
  /** The deepest nesting of arrays and objects. */
  readonly depth: number;
  /** Arrays and objects. */
  readonly containers: number;
  /** Members of objects. */
  readonly members: number;
  /** Strings, names of members included. */
  readonly strings: number;
  /** Bytes of all strings. */
  readonly stringBytes: number;
  /** Commas: as good as what arrays and objects hold. Of a few flat arrays no more is known than how many fit. */
  readonly items: number;
  /** The largest number called `timeoutMs` in an object so deep, by depth. */
  readonly timeoutsMs: ReadonlyMap<number, number>;
}

/**
 * Counts what JSON bytes are made of, whatever is in their strings, until a count passes its limit. Counts of bytes that are
 * not JSON mean nothing, and do no harm.
 */
export function structureOf(bytes: Uint8Array, limits: Omit<ReadLimits, "depth"> = unlimited): Structure {
  return new Scan(bytes, limits).walk();
}

const unlimited = {
  jsonContainers: Number.POSITIVE_INFINITY,
  jsonMembers: Number.POSITIVE_INFINITY,
  jsonStrings: Number.POSITIVE_INFINITY,
};

/** Weighs JSON bytes. Throws `parse_error` for their depth, else `limit_exceeded`. */
export function weighJson(bytes: Uint8Array, limits: ReadLimits): Weight {
  const structure = structureOf(bytes, limits);
  check(structure, limits);
  const isList = bytes[afterBlanks(bytes, 0)] === openBracket;
  return { memoryBytes: parsedBytes(structure, bytes.length), isList, timeoutsMs: structure.timeoutsMs };
}

function check({ depth, ...counts }: Structure, limits: ReadLimits): void {
  if (depth > limits.depth) {
    throw new ServiceError("parse_error", `the body nests ${depth} deep, ${limits.depth} allowed`, {
      limit: "depth",
      allowed: limits.depth,
      received: depth,
    });
  }
  const checked = [
    ["jsonContainers", counts.containers],
    ["jsonMembers", counts.members],
    ["jsonStrings", counts.strings],
  ] as const;
  for (const [limit, count] of checked) {
    if (count > limits[limit]) throw limitExceeded(limit, limits[limit], count);
  }
}

/**
 * Bytes of memory that parsing takes, as V8 does it: the bytes and their text; then an empty object and its place, a member
 * whose name nobody else has, a text, an item and its place on the way there, and of what is not text at most every fourth
 * byte ends a number that takes 16.
 */
export function parsedBytes(structure: Structure, length: number): number {
  const { containers, members, strings, stringBytes, items } = structure;
  const values = Math.max(0, strings - members);
  return 2 * length + 96 * containers + 80 * members + 40 * values + 16 * items + 4 * (length - stringBytes);
}

// Of less, a walk takes no longer.
const bytesPerSearch = 1000;
const bytesPerPosition = 64;
const shortString = 64;
const timeoutName = Buffer.from('timeoutMs"');

const quotation = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const backslash = 0x5c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

class Scan {
  private readonly bytes: Uint8Array;
  private readonly limits: Omit<ReadLimits, "depth">;
  private readonly timeoutsMs = new Map<number, number>();
  private depth = 0;
  private deepest = 0;
  private containers = 0;
  private members = 0;
  private strings = 0;
  private stringBytes = 0;

  constructor(bytes: Uint8Array, limits: Omit<ReadLimits, "depth">) {
    this.bytes = bytes;
    this.limits = limits;
  }

  walk(): Structure {
    const marks = marksOf(this.bytes);
    const items = marks ? this.walkMarks(marks) : this.walkBytes();
    const { deepest, containers, members, strings, stringBytes, timeoutsMs } = this;
    return { depth: deepest, containers, members, strings, stringBytes, items, timeoutsMs };
  }

  private walkBytes(): number {
    const { bytes, limits } = this;
    const { jsonContainers, jsonMembers, jsonStrings } = limits;
    let items = 0;
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i]!;
      if (byte === comma) items++;
      else if (byte === quotation) {
        i = this.string(i);
        if (this.strings > jsonStrings) break;
      } else if (byte === colon) {
        if (++this.members > jsonMembers) break;
      } else if (byte > 0x5a) {
        this.bracket(byte);
        if (this.containers > jsonContainers) break;
      }
    }
    return items + this.containers;
  }

  /** The same, where only these positions hold quotation marks or brackets. */
  private walkMarks(marks: Float64Array): number {
    const { bytes } = this;
    let at = 0;
    for (const mark of marks) {
      if (mark < at) continue;
      if (bytes[mark] === quotation) {
        at = this.string(mark) + 1;
        if (bytes[afterBlanks(bytes, at)] === colon) this.members++;
      } else this.bracket(bytes[mark]!);
    }
    return bytes.length / 2;
  }

  private bracket(byte: number): void {
    // `[` and `{`, like `]` and `}`, differ in this one bit only.
    const bracket = byte | 0x20;
    if (bracket === openBrace) {
      this.containers++;
      if (++this.depth > this.deepest) this.deepest = this.depth;
    } else if (bracket === closeBrace) this.depth--;
  }

  /** Counts the string that begins at a quotation mark; where it ends. */
  private string(start: number): number {
    const { bytes } = this;
    this.strings++;
    let end = start + 1;
    const shortEnd = Math.min(bytes.length, end + shortString);
    while (end < shortEnd && bytes[end] !== quotation) end += bytes[end] === backslash ? 2 : 1;
    if (end >= shortEnd) end = this.longStringEnd(end);
    this.stringBytes += end - start;
    if (bytes[start + 1] === timeoutName[0] && end - start === timeoutName.length) this.timeout(start + 1);
    return end;
  }

  /** Where a string ends of which all before a byte has been looked at. */
  private longStringEnd(from: number): number {
    const { bytes } = this;
    for (let end = from; ; ) {
      const quote = bytes.indexOf(quotation, end);
      if (quote < 0) return bytes.length;
      let escapes = 0;
      while (quote - escapes > end && bytes[quote - escapes - 1] === backslash) escapes++;
      if (escapes % 2 === 0) return quote;
      end = quote + 1;
    }
  }

  /** Notes the number of a member whose name begins at a byte, if it is the time that a call asks for. */
  private timeout(start: number): void {
    const { bytes, depth, timeoutsMs } = this;
    const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    // The body may end in the middle of a name.
    if (start + timeoutName.length > body.length) return;
    if (timeoutName.compare(body, start, start + timeoutName.length) !== 0) return;
    const at = afterBlanks(bytes, start + timeoutName.length);
    if (bytes[at] !== colon) return;
    const from = afterBlanks(bytes, at + 1);
    const number = Number.parseFloat(body.toString("latin1", from, from + shortString));
    if (number > (timeoutsMs.get(depth) ?? 0)) timeoutsMs.set(depth, number);
  }
}

/**
 * Where quotation marks and brackets are, in order, if they are few: the many numbers of a few flat arrays, and long
 * strings, are passed over as fast as memory is read. Undefined where looking for them takes longer than a walk.
 */
function marksOf(bytes: Uint8Array): Float64Array | undefined {
  if (bytes.length < bytesPerSearch) return undefined;
  const marksMax = bytes.length / bytesPerPosition;
  const marks: number[] = [];
  for (const kind of [quotation, openBracket, openBrace, closeBracket, closeBrace]) {
    for (let at = bytes.indexOf(kind); at >= 0; at = bytes.indexOf(kind, at + 1)) {
      if (marks.push(at) > marksMax) return undefined;
    }
  }
  return Float64Array.from(marks).sort();
}

function afterBlanks(bytes: Uint8Array, start: number): number {
  let at = start;
  while (bytes[at] === 0x20 || bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x09) at++;
  return at;
}
