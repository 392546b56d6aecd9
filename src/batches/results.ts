import { LRUCache } from "lru-cache";
import { ServiceError } from "../errors.ts";
import { allocate, bytesOfElements, bytesPerElement, type DType, elementsOfBytes, isFloat } from "../graph/dtype.ts";
import { ndarray } from "../graph/ndarray.ts";
import { elementCount, type Shape } from "../graph/shape.ts";
import type { Desk } from "../jobs/desk.ts";
import { jobNotReady } from "../jobs/faults.ts";
import { type ChunkRecord, isFinal, type JobRecord } from "../jobs/model.ts";
import { type Answer, PlainAnswer, TensorLeaf } from "../wire/answer.ts";
import type { LeafEncoding } from "../wire/json/tensor-value.ts";
import { type Form, type FormLeaf, leavesOf, treeOf } from "./form.ts";

/** Where chunks and their bytes are had. */
export type ResultSource = Pick<Desk, "chunks" | "readBlob" | "blobBytes">;

/** A tensor of a job's answer over a range of points: its bytes are read piece by piece. */
export interface ResultLeaf extends Pick<FormLeaf, "path" | "dtype" | "encoding"> {
  readonly shape: Shape;
  readonly bytes: number;
  /** The bytes in order; NaN, or 0, where chunks failed. */
  pieces(): AsyncGenerator<Uint8Array<ArrayBuffer>>;
}

/** The answer of a job over a range of points, or calls: as the method's own, but for its tensors. */
export interface ResultTree {
  readonly leaves: readonly ResultLeaf[];
  /** The answer, with something in place of each tensor. */
  tree(leafAt: (leaf: ResultLeaf) => Answer): Answer;
}

const chunksPerLook = 256;
const pieceBytesMax = 4 * 2 ** 20;

/** All chunks of a job that hold points from `from` to before `to`. */
export async function* chunksIn(
  source: ResultSource,
  job: JobRecord,
  from: number,
  to: number,
): AsyncGenerator<ChunkRecord> {
  for (let at = from; at < to; ) {
    const found = await source.chunks(job, at, chunksPerLook);
    if (found.length === 0) return;
    for (const chunk of found) {
      if (chunk.from >= to) return;
      yield chunk;
      at = chunk.to;
    }
  }
}

/**
 * The answer of a job from a point to before another. Throws `job_not_ready` where some of it is not computed, and the
 * job's own error where it will never be.
 */
export async function resultOf(source: ResultSource, job: JobRecord, from: number, to: number): Promise<ResultTree> {
  const chunks: ChunkRecord[] = [];
  for await (const chunk of chunksIn(source, job, from, to)) chunks.push(chunk);
  const missing = chunks.find(({ state }) => state !== "done" && !(state === "failed" && job.onError === "continue"));
  if (missing) throw whyMissing(job, missing);
  const first = chunks.find(({ state }) => state === "done");
  if (!first) throw whyMissing(job, chunks[0]!);
  const forms = new Forms(source);
  if (job.method === "calls") return callsTree(source, forms, chunks, from, to);
  const form = await forms.of(first);
  const warnings = await warningsOf(forms, chunks, from, to);
  const leaves = leavesOf(form).map((leaf, i) => leafOver(source, forms, chunks, leaf, i, from, to));
  return {
    leaves,
    tree: (leafAt) => {
      const answer = treeOf(form, (i) => leafAt(leaves[i]!)) as { readonly [name: string]: Answer };
      const { warnings: _, ...rest } = answer;
      return warnings.length > 0 ? { ...rest, warnings: new PlainAnswer(warnings) } : rest;
    },
  };
}

/** The answer of one chunk that is done. */
export async function chunkResult(source: ResultSource, forms: Forms, chunk: ChunkRecord): Promise<ResultTree> {
  const form = await forms.of(chunk);
  const leaves = leavesOf(form).map((leaf) => ({
    ...leaf,
    pieces: () => blobPieces(source, chunk.data!, leaf.offset, leaf.offset + leaf.bytes),
  }));
  return { leaves, tree: (leafAt) => treeOf(form, (i) => leafAt(leaves[i]!)) };
}

/** The forms of chunks; few differ. */
export class Forms {
  private readonly source: ResultSource;
  private readonly known = new LRUCache<string, Promise<Form>>({ max: 64 });

  constructor(source: ResultSource) {
    this.source = source;
  }

  of({ form }: ChunkRecord): Promise<Form> {
    const known = this.known.get(form!);
    if (known) return known;
    const read = this.read(form!);
    this.known.set(form!, read);
    return read;
  }

  private async read(sha: string): Promise<Form> {
    const bytes = await this.source.blobBytes(sha);
    return JSON.parse(Buffer.from(await this.source.readBlob(sha, 0, bytes!)).toString());
  }
}

/** A tensor in memory. */
export async function arrayOf(leaf: ResultLeaf, encoding: LeafEncoding = leaf.encoding): Promise<TensorLeaf> {
  const whole = new Uint8Array(leaf.bytes);
  let at = 0;
  for await (const piece of leaf.pieces()) {
    whole.set(piece, at);
    at += piece.length;
  }
  const data = elementsOfBytes(leaf.dtype, whole.buffer, elementCount(leaf.shape))!;
  return new TensorLeaf(ndarray(leaf.dtype, leaf.shape, data), encoding);
}

function leafOver(
  source: ResultSource,
  forms: Forms,
  chunks: readonly ChunkRecord[],
  { path, dtype, encoding, shape, isBatched }: FormLeaf,
  index: number,
  from: number,
  to: number,
): ResultLeaf {
  if (!isBatched) {
    const done = chunks.find(({ state }) => state === "done")!;
    const bytes = elementCount(shape) * bytesPerElement[dtype];
    async function* pieces() {
      const leaf = leavesOf(await forms.of(done))[index]!;
      yield* blobPieces(source, done.data!, leaf.offset, leaf.offset + leaf.bytes);
    }
    return { path, dtype, encoding, shape, bytes, pieces };
  }
  const perPoint = elementCount(shape.slice(1)) * bytesPerElement[dtype];
  async function* pieces() {
    for (const chunk of chunks) {
      const [first, end] = [Math.max(from, chunk.from) - chunk.from, Math.min(to, chunk.to) - chunk.from];
      if (chunk.state !== "done") {
        yield* nothing(dtype, (end - first) * perPoint);
        continue;
      }
      const leaf = leavesOf(await forms.of(chunk))[index]!;
      yield* blobPieces(source, chunk.data!, leaf.offset + first * perPoint, leaf.offset + end * perPoint);
    }
  }
  return { path, dtype, encoding, shape: [to - from, ...shape.slice(1)], bytes: (to - from) * perPoint, pieces };
}

/** The answers of calls, one after another. */
async function callsTree(
  source: ResultSource,
  forms: Forms,
  chunks: readonly ChunkRecord[],
  from: number,
  to: number,
): Promise<ResultTree> {
  const parts: { readonly form: Form; readonly leaves: readonly ResultLeaf[] }[] = [];
  for (const chunk of chunks) {
    const [first, end] = [Math.max(from, chunk.from) - chunk.from, Math.min(to, chunk.to) - chunk.from];
    if (chunk.state !== "done") {
      const error = { error: chunk.error ?? { type: "worker_lost", message: "the chunk failed" } };
      for (let i = first; i < end; i++) parts.push({ form: ["v", error], leaves: [] });
      continue;
    }
    const form = await forms.of(chunk);
    const leaves = leavesOf(form);
    const items = form[0] === "l" ? form[1] : (form[1] as readonly unknown[]).map((value): Form => ["v", value]);
    let next = 0;
    items.forEach((item, i) => {
      const count = leavesOf(item).length;
      const own = leaves.slice(next, next + count);
      next += count;
      if (i < first || i >= end) return;
      parts.push({
        form: item,
        leaves: own.map((leaf) => ({
          ...leaf,
          path: ["results", String(chunk.from + i), ...leaf.path.slice(1)],
          pieces: () => blobPieces(source, chunk.data!, leaf.offset, leaf.offset + leaf.bytes),
        })),
      });
    });
  }
  return {
    leaves: parts.flatMap(({ leaves }) => leaves),
    tree: (leafAt) => ({ results: parts.map(({ form, leaves }) => treeOf(form, (i) => leafAt(leaves[i]!))) }),
  };
}

async function* blobPieces(source: ResultSource, sha: string, from: number, to: number) {
  for (let at = from; at < to; at += pieceBytesMax) yield source.readBlob(sha, at, Math.min(to, at + pieceBytesMax));
}

/** What stands for numbers that were never computed. */
function* nothing(dtype: DType, bytes: number): Generator<Uint8Array<ArrayBuffer>> {
  const width = bytesPerElement[dtype];
  for (let at = 0; at < bytes; at += pieceBytesMax) {
    const elements = allocate(dtype, Math.min(pieceBytesMax, bytes - at) / width);
    yield bytesOfElements(dtype, isFloat(dtype) ? elements.fill(Number.NaN) : elements);
  }
}

interface KeptWarning {
  readonly type: string;
  readonly points?: readonly number[];
  readonly [name: string]: unknown;
}

const warningsMax = 20;
const warningOrder = ["nonfinite", "indeterminate", "kink"];

/** The warnings of all chunks: of those that differ in their points only there is one. */
async function warningsOf(
  forms: Forms,
  chunks: readonly ChunkRecord[],
  from: number,
  to: number,
): Promise<KeptWarning[]> {
  const found = new Map<string, KeptWarning>();
  for (const chunk of chunks) {
    if (chunk.state !== "done") continue;
    const form = await forms.of(chunk);
    const warnings = form[0] === "o" ? form[1].find(([name]) => name === "warnings")?.[1] : undefined;
    if (warnings?.[0] !== "v") continue;
    for (const { points, ...warning } of warnings[1] as readonly KeptWarning[]) {
      const inside = points?.filter((point) => point >= from && point < to).map((point) => point - from);
      if (points && inside!.length === 0) continue;
      const key = JSON.stringify(warning);
      const known = found.get(key)?.points ?? [];
      found.set(key, {
        ...(warning as KeptWarning),
        ...(inside ? { points: [...known, ...inside].slice(0, warningsMax) } : {}),
      });
    }
  }
  const rank = ({ type }: KeptWarning) =>
    (warningOrder.indexOf(type) + warningOrder.length + 1) % (warningOrder.length + 1);
  return [...found.values()].sort((a, b) => rank(a) - rank(b)).slice(0, warningsMax);
}

function whyMissing(job: JobRecord, chunk: ChunkRecord): ServiceError {
  const kept = chunk.error ?? job.error;
  if (isFinal(job.state) && kept) return new ServiceError(kept.type, kept.message, { ...kept.data, job: job.id });
  const state = isFinal(job.state) ? `${job.state}, and has no answer for all of these points` : job.state;
  return jobNotReady(job.id, `the job is ${state}`);
}
