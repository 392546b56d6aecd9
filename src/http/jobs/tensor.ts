import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { LRUCache } from "lru-cache";
import { type ResultLeaf, resultOf } from "../../batches/results.ts";
import { clip, invalidParams, quote } from "../../errors.ts";
import type { StoreDesk } from "../../jobs/desk.ts";
import { jobNotReady } from "../../jobs/faults.ts";
import { isFinal, type JobRecord } from "../../jobs/model.ts";
import { letGo } from "../../own-bytes.ts";
import { npyHead, npyType } from "../../wire/npy.ts";
import { type Refusal, refuse } from "../problem.ts";
import type { Visit } from "../visit.ts";
import { Writing } from "./writing.ts";

/** The media types of one tensor. */
export const tensorTypes = [npyType, "application/octet-stream"] as const;

/** Sends one tensor of a job's answer, or a range of its bytes. */
export class TensorDownloads {
  private readonly desk: StoreDesk;
  private readonly stallMs: number;
  private readonly digests = new LRUCache<string, Promise<string>>({ max: 1000 });

  constructor(desk: StoreDesk, stallMs: number) {
    this.desk = desk;
    this.stallMs = stallMs;
  }

  async send(job: JobRecord, name: string, type: string, { request, reply }: Visit): Promise<void> {
    if (!isFinal(job.state)) throw jobNotReady(job.id, `the job is ${job.state}`);
    const leaf = await this.leafOf(job, name);
    const head = type === npyType ? npyHead(leaf.dtype, leaf.shape) : new Uint8Array();
    const length = head.length + leaf.bytes;
    const etag = `"${await this.digest(`${job.id} ${name} ${type}`, head, leaf)}"`;
    const { headers } = request;
    const common = { etag, "accept-ranges": "bytes", "content-type": type, "cache-control": "private, no-cache" };
    const isKnown = isNamed(headers["if-none-match"], etag);
    const isWhole = headers["if-range"] !== undefined && headers["if-range"] !== etag;
    const range = isKnown || isWhole || headers.range === undefined ? undefined : rangeOf(headers.range, length);
    if (range === "none") {
      const message = `the tensor has bytes 0 to ${length - 1}, received Range: ${clip(headers.range!, rangeBytesShown)}`;
      throw refuse(416, message, { "content-range": `bytes */${length}` });
    }
    const { raw } = reply.hijack();
    for (const [header, value] of Object.entries(reply.getHeaders())) raw.setHeader(header, value as string);
    if (isKnown) {
      raw.writeHead(304, { etag, "cache-control": "private, no-cache" }).end();
      return;
    }
    const { from, to } = range ?? { from: 0, to: length };
    raw.writeHead(range ? 206 : 200, {
      ...common,
      "content-length": String(to - from),
      "content-disposition": `attachment; filename="${fileName(name)}${type === npyType ? ".npy" : ".bin"}"`,
      ...(range ? { "content-range": `bytes ${from}-${to - 1}/${length}` } : {}),
    });
    if (request.method === "HEAD") {
      raw.end();
      return;
    }
    const writing = new Writing(raw, this.stallMs);
    let at = 0;
    for await (const piece of bytesOf(head, leaf)) {
      const part = piece.subarray(Math.max(0, from - at), Math.max(0, Math.min(piece.length, to - at)));
      at += piece.length;
      for (let start = 0; start < part.length; start += bytesPerWrite) {
        await writing.write(part.subarray(start, start + bytesPerWrite));
      }
      if (piece !== head) letGo(piece);
      if (at >= to) break;
    }
    writing.end();
  }

  private async leafOf(job: JobRecord, name: string): Promise<ResultLeaf> {
    const { leaves } = await resultOf(this.desk, job, 0, job.points.total);
    const leaf = leaves.find(({ path }) => path.join(".") === name);
    if (leaf) return leaf;
    const known = leaves.slice(0, namesShown).map(({ path }) => path.join("."));
    const more = leaves.length > namesShown ? ", …" : "";
    throw invalidParams({
      path: "/tensor",
      message: `must be one of ${known.join(", ")}${more}, received ${quote(name)}`,
    });
  }

  /** What ended never changes: its digest is taken once. */
  private digest(key: string, head: Uint8Array, leaf: ResultLeaf): Promise<string> {
    const known = this.digests.get(key);
    if (known) return known;
    const taken = digestOf(head, leaf);
    this.digests.set(key, taken);
    taken.catch(() => this.digests.delete(key));
    return taken;
  }
}

const bytesPerWrite = 256 * 1024;
const bytesPerDigest = 2 ** 20;
const namesShown = 20;
const rangeBytesShown = 64;

async function* bytesOf(head: Uint8Array<ArrayBuffer>, leaf: ResultLeaf): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  if (head.length > 0) yield head;
  yield* leaf.pieces();
}

async function digestOf(head: Uint8Array, leaf: ResultLeaf): Promise<string> {
  const hash = createHash("sha256").update(head);
  for await (const piece of leaf.pieces()) {
    for (let at = 0; at < piece.length; at += bytesPerDigest) {
      hash.update(piece.subarray(at, at + bytesPerDigest));
      await setImmediate();
    }
    letGo(piece);
  }
  return hash.digest("hex");
}

function isNamed(list: string | undefined, etag: string): boolean {
  const named = (list ?? "").split(",").map((one) => one.trim());
  return named.some((one) => one === "*" || one.replace(/^W\//, "") === etag);
}

/** The bytes of a `Range`; undefined where it is none that is served, `none` where it holds no byte. */
function rangeOf(header: string, length: number): { from: number; to: number } | "none" | undefined {
  const found = /^bytes=(\d*)-(\d*)$/.exec(header.trim());
  if (!found || (found[1] === "" && found[2] === "")) return undefined;
  const [first, last] = [found[1]!, found[2]!];
  const from = first === "" ? Math.max(0, length - Number(last)) : Number(first);
  const to = first === "" || last === "" ? length : Math.min(length, Number(last) + 1);
  return from >= length || from >= to ? "none" : { from, to };
}

function fileName(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9_.-]/g, "_");
}

/** 406 for what is asked in nothing that there is. */
export function notAcceptable(offered: readonly string[]): Refusal {
  return refuse(406, `answers are ${offered.join(", ")}`);
}
