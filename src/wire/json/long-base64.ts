import { randomUUID } from "node:crypto";

/** JSON bytes without their long base64 texts. */
export interface Cut {
  /** The bytes with short strings in place of those texts; JSON if and only if the whole was. */
  readonly rest: Uint8Array;
  /** Puts what the texts stand for into the value of the rest. */
  restore(value: unknown): void;
}

/**
 * Takes the long base64 texts out of JSON bytes and decodes them, so that they need not become strings on the way. They
 * come back as bytes where they are `data` beside a `shape`, or a `buffer` whose `encoding` is base64, as the text that
 * they were elsewhere. Undefined where there are none. Only texts of the strict alphabet with padding, and without a byte more, are taken: what is wrong with others
 * is for whoever reads them to say.
 */
export function cutLongBase64(bytes: Uint8Array): Cut | undefined {
  if (bytes.length < lengthMin) return undefined;
  const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const pieces: Buffer[] = [];
  const found = new Map<string, Uint8Array>();
  let kept = 0;
  let shortOnes = 0;
  const nextKey = keyFinder(body);
  for (let key = nextKey(0), at = 0; key; key = nextKey(at)) {
    // Whatever stands before it, in JSON these bytes end the name of a member: the text that follows is a whole string.
    at = afterBlanks(body, key.end);
    if (body[at] !== colon) continue;
    at = afterBlanks(body, at + 1);
    if (body[at] !== quotation) continue;
    const start = at + 1;
    at = body.indexOf(quotation, start);
    if (at < 0) break;
    if (at - start < lengthMin) {
      if (++shortOnes > shortOnesMax) break;
      continue;
    }
    const decoded = strictlyDecoded(body, start, at);
    if (!decoded) continue;
    const name = `${prefix}${found.size}`;
    found.set(name, decoded);
    pieces.push(body.subarray(kept, start), Buffer.from(name));
    kept = at;
  }
  if (found.size === 0) return undefined;
  pieces.push(body.subarray(kept));
  return { rest: Buffer.concat(pieces), restore: (value) => restore(value, found) };
}

const lengthMin = 8 * 1024;
// Looking for them one by one takes longer than parsing them.
const shortOnesMax = 10_000;
// Nobody outside knows what stands for a text, so that nobody can write it.
const prefix = randomUUID();
const keys = ['"data"', '"buffer"'].map((key) => Buffer.from(key));
const quotation = 0x22;
const colon = 0x3a;
const charactersPerPiece = 64 * 1024;

/** Finds where the next of the names ends, from a byte on; each is looked for once in all. */
function keyFinder(body: Buffer): (from: number) => { readonly end: number } | undefined {
  const places = keys.map((key) => body.indexOf(key));
  return (from) => {
    let next = -1;
    keys.forEach((key, i) => {
      if (places[i]! >= 0 && places[i]! < from) places[i] = body.indexOf(key, from);
      if (places[i]! >= 0 && (next < 0 || places[i]! < places[next]!)) next = i;
    });
    return next < 0 ? undefined : { end: places[next]! + keys[next]!.length };
  };
}

function afterBlanks(body: Buffer, start: number): number {
  let at = start;
  while (body[at] === 0x20 || body[at] === 0x0a || body[at] === 0x0d || body[at] === 0x09) at++;
  return at;
}

/** The bytes of a base64 text from `start` to before `end`; undefined where that is not what it is to the letter. */
function strictlyDecoded(body: Buffer, start: number, end: number): Uint8Array | undefined {
  const length = end - start;
  if (length % 4 !== 0) return undefined;
  const padding = body[end - 1] !== equals ? 0 : body[end - 2] !== equals ? 1 : 2;
  const decoded = new Uint8Array((length / 4) * 3 - padding);
  try {
    for (let from = start, to = 0; from < end; from += charactersPerPiece) {
      const text = body.toString("latin1", from, Math.min(from + charactersPerPiece, end));
      const { read, written } = decoded.subarray(to).setFromBase64(text, { lastChunkHandling: "strict" });
      to += written;
      // White space would yield fewer bytes.
      if (read !== text.length || to !== Math.min(((from - start + text.length) / 4) * 3, decoded.length)) {
        return undefined;
      }
    }
  } catch {
    return undefined;
  }
  return decoded;
}

const equals = 0x3d;

function restore(value: unknown, found: ReadonlyMap<string, Uint8Array>): void {
  const holders: object[] = typeof value === "object" && value !== null ? [value] : [];
  for (let holder = holders.pop(); holder; holder = holders.pop()) {
    if (Array.isArray(holder)) {
      // In arrays nothing follows the name of a member.
      for (const item of holder) if (typeof item === "object" && item !== null) holders.push(item);
      continue;
    }
    const members = holder as Record<string, unknown>;
    for (const name of Object.keys(members)) {
      const member = members[name];
      if (typeof member === "object" && member !== null) holders.push(member);
      else if (typeof member === "string" && member.startsWith(prefix)) {
        const bytes = found.get(member);
        if (bytes) members[name] = isBytes(members, name) ? bytes : bytes.toBase64();
      }
    }
  }
}

/** Whether a member is an array object's data, or a buffer that is said to be in base64. */
function isBytes(members: Readonly<Record<string, unknown>>, name: string): boolean {
  if (name === "buffer") return members.encoding === "base64" && hasOnly(members, bufferNames);
  return name === "data" && Array.isArray(members.shape) && hasOnly(members, arrayObjectNames);
}

function hasOnly(members: object, names: ReadonlySet<string>): boolean {
  return Object.keys(members).every((name) => names.has(name));
}

const arrayObjectNames: ReadonlySet<string> = new Set(["shape", "dtype", "data"]);
const bufferNames: ReadonlySet<string> = new Set(["buffer", "encoding"]);
