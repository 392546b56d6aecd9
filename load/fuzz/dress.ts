import { brotliCompressSync, gzipSync, zstdCompressSync } from "node:zlib";
import { encode } from "cborg";
import type { Random } from "../../test/support/random.ts";

/** A body as it is sent, and what its headers say of it. */
export interface Dressed {
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

const types = [
  "application/json",
  "application/json; charset=utf-8",
  "text/plain",
  "",
  "application/x-npy",
  "image/png",
];
const accepted = [
  "application/json",
  "application/cbor",
  "application/x-npy",
  "*/*",
  "application/json;q=0.5, application/cbor",
  "text/html",
  ";;q=x,",
];
const makers = {
  gzip: gzipSync,
  br: (bytes: Buffer) => brotliCompressSync(bytes, {}),
  zstd: (bytes: Buffer) => zstdCompressSync(bytes),
} as const;

/** Keys that fuzzed requests show; the fuzzer's service knows the first two. */
export interface FuzzKeys {
  readonly all: string;
  readonly call: string;
}

/** The bytes of a value as CBOR, its longer arrays of numbers as typed arrays now and then. */
export function cborOf(value: unknown, random: Random): Buffer {
  return Buffer.from(encode(typed(value, random)));
}

/** Chooses how a JSON body is sent: compressed, damaged on the way, under another name, with headers that guards read. */
export function dressed(json: Buffer, cbor: (() => Buffer) | undefined, random: Random, keys: FuzzKeys): Dressed {
  const headers: Record<string, string> = { "content-type": "application/json" };
  let body = json;
  if (cbor && random.unit() < 0.25) {
    body = cbor();
    headers["content-type"] = "application/cbor";
  } else if (random.unit() < 0.05) headers["content-type"] = random.pick(types);
  if (random.unit() < 0.2) {
    const coding = random.pick(Object.keys(makers) as (keyof typeof makers)[]);
    body = makers[coding](body);
    headers["content-encoding"] = random.unit() < 0.05 ? random.pick(["deflate", "gzip, gzip", "x"]) : coding;
    if (random.unit() < 0.1) body = damaged(body, random);
  }
  if (random.unit() < 0.4) headers.accept = random.pick(accepted);
  if (random.unit() < 0.2) headers["accept-encoding"] = random.pick(["gzip", "br", "zstd;q=1, gzip;q=0", "*"]);
  if (random.unit() < 0.05) headers.origin = random.pick(["https://example.org", "null", "http://127.0.0.1"]);
  if (random.unit() < 0.05) headers["sec-fetch-site"] = random.pick(["cross-site", "same-origin", "none"]);
  if (random.unit() < 0.1) headers["idempotency-key"] = random.pick(["k1", "k2", "x".repeat(300), "é"]);
  if (random.unit() < 0.1)
    headers.traceparent = random.pick(["00-0-0-00", `00-${"a".repeat(32)}-${"b".repeat(16)}-01`]);
  const shown = shownKey(random, keys);
  if (shown !== undefined) headers.authorization = shown;
  return { body, headers };
}

function shownKey(random: Random, { all, call }: FuzzKeys): string | undefined {
  const chance = random.unit();
  if (chance < 0.9) return `Bearer ${all}`;
  if (chance < 0.94) return `Bearer ${call}`;
  if (chance < 0.96) return `Basic ${Buffer.from(`${random.pick([all, call, ":", "x:y"])}:`).toString("base64")}`;
  if (chance < 0.98) return random.pick(["Bearer ", "Bearer ctg_x", "Bearer a.b.c", "Basic !!", `Bearer ${all}x`]);
  return undefined;
}

function typed(value: unknown, random: Random): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (!Array.isArray(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, typed(item, random)]));
  }
  const isFlat = value.length > 0 && value.every((item) => typeof item === "number");
  if (!isFlat || random.unit() < 0.5) return value.map((item) => typed(item, random));
  const make = random.pick([
    () => Float64Array.from(value),
    () => Float32Array.from(value),
    () => Int32Array.from(value),
    () => Uint8Array.from(value),
  ]);
  return { shape: [value.length], dtype: random.pick(["float64", "float32", "int32", "bool"]), data: make() };
}

/** Bytes of which some are others, are missing or come twice. */
export function damaged(bytes: Buffer, random: Random): Buffer {
  if (bytes.length === 0) return bytes;
  const at = random.below(bytes.length);
  const end = Math.min(bytes.length, at + random.below(8));
  const kind = random.below(3);
  if (kind === 0) return Buffer.concat([bytes.subarray(0, at), bytes.subarray(end)]);
  if (kind === 1) return Buffer.concat([bytes.subarray(0, end), bytes.subarray(at)]);
  const copy = Buffer.from(bytes);
  copy[at] = random.below(256);
  return copy;
}
