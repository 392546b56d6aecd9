import { hash, randomBytes } from "node:crypto";
import { z } from "zod";
import { type Caller, scopes, type TenantLimits } from "../rpc/caller.ts";

/** What a file of keys says of one key. The key itself is in no file: it is known by its hash. */
export interface KeyRecord extends Caller {
  /** What the key is called in logs. */
  readonly key: string;
  /** SHA-256 of the key, in hexadecimal. */
  readonly sha256: string;
  /** Milliseconds since 1970 at which it is no longer valid. */
  readonly expiresAtMs: number;
}

/** What every key begins with. */
export const keyPrefix = "ctg_";

/** A new key of 256 random bits. */
export function newKey(): string {
  return keyPrefix + randomBytes(32).toString("base64url");
}

/** What a key is looked up by, so that no comparison takes longer the more of a key is right. */
export function digestOf(key: string): string {
  return hash("sha256", key);
}

/** The line of a file of keys that says so. Throws an Error that names the member. */
export function lineOf(entry: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(checkEntry(entry));
}

/** Reads a file of keys. Throws an Error that names the line and the member, and quotes nothing of either. */
export function readKeys(text: string): ReadonlyMap<string, KeyRecord> {
  const records = new Map<string, KeyRecord>();
  const ids = new Set<string>();
  text.split("\n").forEach((line, i) => {
    if (line.trim() === "") return;
    const record = readLine(line, `line ${i + 1}`);
    if (ids.has(record.key)) throw new Error(`line ${i + 1}: another line has this id`);
    if (records.has(record.sha256)) throw new Error(`line ${i + 1}: another line has this key`);
    ids.add(record.key);
    records.set(record.sha256, record);
  });
  if (records.size === 0) throw new Error("there is no key in it");
  return records;
}

/** Whether a text can name a tenant. */
export function isTenant(text: unknown): text is string {
  return typeof text === "string" && name.safeParse(text).success;
}

// Names go into logs, metrics and keys of the cache.
const name = z.string().regex(/^[\x21-\x7e]([\x20-\x7e]{0,126}[\x21-\x7e])?$/, "must be 1 to 128 printable characters");
const amount = z.number().positive();
const whole = z.int().min(1);

const limitsSchema = z.strictObject({
  requestsPerSecond: amount.optional(),
  burst: whole.optional(),
  operationsPerSecond: amount.optional(),
  bytesInFlight: whole.optional(),
  concurrentCalls: whole.optional(),
  jobsQueued: whole.optional(),
  jobPoints: whole.optional(),
  jobInputBytes: whole.optional(),
  jobResultBytes: whole.optional(),
  jobsBytes: whole.optional(),
  jobCalls: whole.optional(),
}) satisfies z.ZodType<TenantLimits>;

const entrySchema = z.strictObject({
  id: name,
  tenant: name,
  sha256: z.string().regex(/^[0-9a-f]{64}$/i, "must be 64 hexadecimal digits"),
  scopes: z.array(z.enum(scopes)).min(1),
  limits: limitsSchema.optional(),
  expiresAt: z.iso.datetime({ offset: true, error: "must be a time as in 2030-01-31T12:00:00Z" }).optional(),
});

function checkEntry(value: unknown, where = "") {
  const parsed = entrySchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!;
  throw new Error(`${where}${path.length === 0 ? "" : `${path.join(".")}: `}${message}`);
}

function readLine(line: string, where: string): KeyRecord {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new Error(`${where}: it is not JSON`);
  }
  const { id, tenant, sha256, scopes: allowed, limits, expiresAt } = checkEntry(value, `${where}: `);
  return {
    key: id,
    tenant,
    sha256: sha256.toLowerCase(),
    scopes: new Set(allowed),
    ...(limits ? { limits } : {}),
    expiresAtMs: expiresAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(expiresAt),
  };
}
