import { LRUCache } from "lru-cache";
import { type PackedDocument, packDocument } from "../engine/library.ts";
import { bytesPerElement } from "../graph/dtype.ts";
import { elementCount } from "../graph/shape.ts";
import type { ChunkResult, Claim } from "../jobs/model.ts";
import type { JobStore } from "../jobs/store.ts";
import type { ChunkMade, ChunkOrder } from "./run.ts";
import type { Spec, SpecCall, SpecTensor } from "./spec.ts";

/** Runs a chunk, here or on another thread. */
export type RunOrder = (order: ChunkOrder, signal: AbortSignal) => Promise<ChunkMade>;

/** Computes chunks of a store's jobs: reads what they take, and has them run. */
export function computeChunks(
  store: JobStore,
  run: RunOrder,
  timeoutMs: number,
): (claim: Claim, signal: AbortSignal) => Promise<ChunkResult> {
  const loaded = new LRUCache<string, Promise<Loaded>>({ max: specsMax });

  async function load(id: string): Promise<Loaded> {
    const known = loaded.get(id);
    if (known) return known;
    const loading = store.spec(id).then((text) => new Loaded(JSON.parse(text), store));
    loaded.set(id, loading);
    loading.catch(() => loaded.delete(id));
    return loading;
  }

  return async (claim, signal) => {
    const { job, from, to } = claim;
    const spec = await load(job.id);
    const { kind } = spec;
    const calls = kind === "points" ? spec.calls : spec.calls.slice(from, to);
    const bytes = await spec.bytesOf(calls, from, to);
    signal.throwIfAborted();
    const order: ChunkOrder = {
      tenant: job.tenant,
      kind,
      calls: calls.map((call) => ({ ...call, tensors: call.tensors.map(withoutPlace) })),
      documents: spec.documentsOf(calls),
      from,
      to,
      bytes,
      stopsAtError: job.onError === "stop",
      timeoutMs,
    };
    const { form, sha, pieces, failed } = await run(order, signal);
    return { form, data: { sha, pieces }, failed };
  };
}

const specsMax = 8;
const sharedBytesMax = 2 ** 26;

/** A spec while chunks of it run. */
class Loaded {
  readonly kind: Spec["kind"];
  readonly calls: readonly SpecCall[];
  private readonly spec: Spec;
  private readonly store: JobStore;
  private readonly packed = new Map<string, PackedDocument>();
  private readonly shared = new Map<SpecTensor, Uint8Array>();
  private sharedBytes = 0;

  constructor(spec: Spec, store: JobStore) {
    this.kind = spec.kind;
    this.calls = spec.calls;
    this.spec = spec;
    this.store = store;
  }

  documentsOf(calls: readonly SpecCall[]): Record<string, PackedDocument> {
    return Object.fromEntries([...new Set(calls.map(({ graph }) => graph))].map((id) => [id, this.document(id)]));
  }

  async bytesOf(calls: readonly SpecCall[], from: number, to: number): Promise<Uint8Array[]> {
    const all: Uint8Array[] = [];
    for (const call of calls) {
      for (const tensor of call.tensors) all.push(await this.read(tensor, call.batch, from, to));
    }
    return all;
  }

  private document(id: string): PackedDocument {
    let packed = this.packed.get(id);
    if (!packed) {
      packed = packDocument(this.spec.documents[id]);
      this.packed.set(id, packed);
    }
    return packed;
  }

  private async read(tensor: SpecTensor, batch: number | undefined, from: number, to: number): Promise<Uint8Array> {
    const perPoint = elementCount(tensor.shape) * bytesPerElement[tensor.dtype];
    const isPart = this.kind === "points" && tensor.isBatched;
    const [first, end] = isPart
      ? [from * perPoint, to * perPoint]
      : [0, perPoint * (tensor.isBatched ? (batch ?? 1) : 1)];
    if ("base64" in tensor.at) return Uint8Array.fromBase64(tensor.at.base64).slice(first, end);
    const { blob, offset } = tensor.at;
    if (isPart || this.kind === "calls") return this.store.readBlob(blob, offset + first, offset + end);
    const known = this.shared.get(tensor);
    if (known) return known;
    const bytes = await this.store.readBlob(blob, offset, offset + end);
    // Read once and given to all threads, where it is not so much that it should not stay.
    if (this.sharedBytes + bytes.length > sharedBytesMax) return bytes;
    this.sharedBytes += bytes.length;
    const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
    shared.set(bytes);
    this.shared.set(tensor, shared);
    return shared;
  }
}

/** Where a tensor lies is of no use to who is given its bytes. */
function withoutPlace(tensor: SpecTensor): SpecTensor {
  return { ...tensor, at: nowhere };
}

const nowhere = { base64: "" };
