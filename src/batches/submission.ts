import type { Context } from "../calls/context.ts";
import type { Limits } from "../config.ts";
import { invalidParams, limitExceeded, quote, ServiceError } from "../errors.ts";
import { bytesPerElement, type DType } from "../graph/dtype.ts";
import { sha256 } from "../jobs/digest.ts";
import type { Blob, Draft, JobOptions, SentBlob } from "../jobs/model.ts";
import type { TenantLimits } from "../rpc/caller.ts";
import type { Call } from "../rpc/method.ts";
import { blobsNamed, type CheckedCall, checkCall, type JobMethod } from "./draft.ts";
import { callsPerChunk, chunkPointsOf } from "./sizes.ts";
import type { Spec, SpecCall, SpecTensor } from "./spec.ts";
import { type SentBlobs, type TakenTensor, takeTensor } from "./tensors.ts";

/** What a job is to compute, as it was sent: one call at many points, or many calls. */
export interface Submission {
  readonly method?: string | undefined;
  readonly params?: unknown;
  readonly calls?:
    | readonly { readonly method: string; readonly params?: unknown; readonly key?: string | undefined }[]
    | undefined;
  readonly chunkPoints?: number | undefined;
}

/** The blobs of a service, as far as a submission needs them. */
export interface BlobSource {
  sentBlobs(tenant: string, shas: readonly string[]): Promise<readonly (SentBlob | undefined)[]>;
  readBlob(sha: string, from: number, to: number): Promise<Uint8Array<ArrayBuffer>>;
}

/** Checks a submission and reads its tensors; nothing is kept. Throws as {@link checkCall} does. */
export async function draftOf(
  submission: Submission,
  options: JobOptions,
  methods: ReadonlyMap<string, JobMethod>,
  context: Context,
  call: Call,
  source: BlobSource,
): Promise<Draft> {
  const { config } = context;
  const limits = { ...config.limits, ...jobLimitsOf(call.limits) };
  const bounded = { ...context, config: { ...config, limits } };
  const given = givenOf(submission);
  if (given.kind === "calls" && given.calls.length > limits.jobCalls) {
    throw limitExceeded("jobCalls", limits.jobCalls, given.calls.length);
  }
  const named = [...new Set(given.calls.flatMap(({ params }) => blobsNamed(params)))];
  const found = named.length === 0 ? [] : await source.sentBlobs(call.tenant, named);
  const sent: SentBlobs = new Map(named.map((sha, i) => [sha, found[i]]));
  const checked = given.calls.map(({ method, params, key, path }, index): CheckedCall => {
    const found = methods.get(method);
    if (!found) {
      const known = [...methods.keys()].join(", ");
      throw invalidParams({
        path: path.replace(/\/params$/, "/method"),
        message: `${quote(method)} is none of ${known}`,
      });
    }
    const isWhole = given.kind === "points";
    try {
      return { ...checkCall(found, params ?? {}, bounded, call, { path, isWhole, sent }), key };
    } catch (error) {
      if (isWhole || !(error instanceof ServiceError)) throw error;
      throw new ServiceError(error.type, `call ${index}: ${error.message}`, { ...error.data, call: index });
    }
  });
  const tensors = checked.flatMap((one) => one.tensors);
  const inputBytes = tensors.reduce((sum, { bytes }) => sum + bytes, 0);
  if (inputBytes > limits.jobInputBytes) throw limitExceeded("jobInputBytes", limits.jobInputBytes, inputBytes);
  const points = given.kind === "points" ? (checked[0]!.batch ?? 1) : checked.length;
  const pointsOf = (one: CheckedCall) => one.batch ?? 1;
  const resultBytes = checked.reduce((sum, one) => sum + one.size.answerBytes(pointsOf(one)), 0);
  if (resultBytes > limits.jobResultBytes) throw limitExceeded("jobResultBytes", limits.jobResultBytes, resultBytes);
  // All of it at once: what was accepted is computed whatever comes after it.
  call.account?.charge(checked.reduce((sum, one) => sum + one.size.operations(pointsOf(one)), 0));
  const chunkPoints =
    given.kind === "points"
      ? chunkPointsOf(checked[0]!.size, points, tensors, submission.chunkPoints, limits)
      : callsPerChunk(checked.map(weighed), submission.chunkPoints);
  const laid = await layOut(tensors, source);
  const calls = specCalls(checked, laid.tensors);
  const documents = Object.fromEntries(checked.map(({ graph, document }) => [graph, document]));
  const spec: Spec = {
    kind: given.kind,
    calls,
    documents: Object.fromEntries(Object.entries(documents).map(([id, document]) => [id, document()])),
  };
  const digests = checked.map((one) => one.tensors.map((tensor) => laid.digests.get(tensor)));
  const identity = [
    given.kind,
    calls.map(({ tensors, ...rest }) => [rest, tensors.map(({ at: _, ...tensor }) => tensor)]),
    digests,
    submission.chunkPoints,
    { ...options, idempotencyKey: undefined },
  ];
  const graphs = Object.keys(documents);
  return {
    method: given.kind === "calls" ? "calls" : checked[0]!.method,
    graph: graphs.length === 1 ? graphs[0] : undefined,
    spec: JSON.stringify(spec),
    points,
    chunkPoints,
    inputBytes,
    resultBytes,
    blobs: laid.blobs,
    needs: laid.needs,
    digest: sha256([JSON.stringify(identity)]),
    ...(call.limits ? { quotas: { jobsQueued: call.limits.jobsQueued, jobsBytes: call.limits.jobsBytes } } : {}),
  };
}

/** What a tenant may have of a job, where that is not what all may. */
function jobLimitsOf(limits: TenantLimits = {}): Partial<Limits> {
  const names = ["jobPoints", "jobInputBytes", "jobResultBytes", "jobCalls"] as const;
  return Object.fromEntries(names.flatMap((name) => (limits[name] === undefined ? [] : [[name, limits[name]]])));
}

interface GivenCall {
  readonly method: string;
  readonly params: unknown;
  readonly key: string | undefined;
  readonly path: string;
}

function givenOf({ method, params, calls }: Submission): { kind: Spec["kind"]; calls: readonly GivenCall[] } {
  if (calls !== undefined && method === undefined && params === undefined) {
    const given = calls.map((call, i) => ({ ...call, params: call.params, key: call.key, path: `/calls/${i}/params` }));
    return { kind: "calls", calls: given };
  }
  if (calls === undefined && method !== undefined) {
    return { kind: "points", calls: [{ method, params, key: undefined, path: "/params" }] };
  }
  const message =
    calls === undefined ? 'required: "method" and "params", or "calls"' : 'either "method" and "params", or "calls"';
  throw invalidParams({ path: calls === undefined ? "/method" : "/calls", message });
}

function weighed({ size, batch, tensors }: CheckedCall) {
  const points = batch ?? 1;
  return {
    inputBytes: tensors.reduce((sum, { bytes }) => sum + bytes, 0),
    answerBytes: size.answerBytes(points),
    operations: size.operations(points),
  };
}

/** Where tensors lie: long ones that came as numbers each in a blob, others one after the other in one, or in the spec where they are few. */
async function layOut(tensors: readonly TakenTensor[], source: BlobSource) {
  const places = new Map<TakenTensor, SpecTensor["at"]>();
  const digests = new Map<TakenTensor, string>();
  const blobs: Blob[] = [];
  const needs = new Set<string>();
  const sent = tensors.flatMap((tensor) => ("data" in tensor.from ? [{ tensor, data: tensor.from.data }] : []));
  const total = sent.reduce((sum, { data }) => sum + data.length, 0);
  for (const { tensor, data } of sent) digests.set(tensor, sha256([data]));
  const [long, short] = [sent.filter(({ data }) => isLong(data)), sent.filter(({ data }) => !isLong(data))];
  // One of its own is named by the digest that it has already.
  for (const { tensor, data } of long) {
    const sha = digests.get(tensor)!;
    blobs.push({ sha, pieces: [data] });
    places.set(tensor, { blob: sha, offset: 0 });
  }
  if (total <= inlineBytesMax) {
    for (const { tensor, data } of sent) places.set(tensor, { base64: data.toBase64() });
  } else {
    const pieces: Uint8Array<ArrayBuffer>[] = [];
    let offset = 0;
    const offsets = short.map(({ data }) => {
      const start = offset;
      const gap = (alignment - (data.length % alignment)) % alignment;
      pieces.push(data);
      if (gap > 0) pieces.push(new Uint8Array(gap));
      offset += data.length + gap;
      return start;
    });
    const sha = sha256(pieces);
    if (short.length > 0) blobs.push({ sha, pieces });
    short.forEach(({ tensor }, i) => {
      places.set(tensor, { blob: sha, offset: offsets[i]! });
    });
  }
  for (const tensor of tensors) {
    if ("data" in tensor.from) continue;
    const { blob, skip } = tensor.from;
    const converted = await convertedBlob(tensor, tensor.from, source);
    if (converted) blobs.push(converted);
    else needs.add(blob);
    const sha = converted?.sha ?? blob;
    digests.set(tensor, sha);
    places.set(tensor, { blob: sha, offset: converted ? 0 : skip });
  }
  return { tensors: places, digests, blobs, needs: [...needs] };
}

/** The bytes of a tensor's blob in its declared dtype; undefined where they are that already. Throws `input_mismatch`. */
async function convertedBlob(
  tensor: TakenTensor,
  { blob, sent, skip }: { readonly blob: string; readonly sent: DType; readonly skip: number },
  source: BlobSource,
): Promise<Blob | undefined> {
  const { dtype, bytes } = tensor;
  // Of others every bit pattern is a value that can be computed with.
  if (sent === dtype && dtype !== "bool" && dtype !== "int64") return undefined;
  const isChecked = sent === dtype;
  if (!isChecked && bytes > convertedBytesMax) {
    throw limitExceeded("convertedBytes", convertedBytesMax, bytes);
  }
  const count = bytes / bytesPerElement[dtype];
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  for (let first = 0; first < count; first += elementsPerPiece) {
    const end = Math.min(count, first + elementsPerPiece);
    const data = await source.readBlob(blob, skip + first * bytesPerElement[sent], skip + end * bytesPerElement[sent]);
    const piece = { shape: [end - first], dtype: sent, data };
    const taken = takeTensor(piece, tensor, { shape: [end - first], dtype }, undefined, new Map());
    if (!isChecked && "data" in taken.from) pieces.push(taken.from.data);
  }
  return isChecked ? undefined : { sha: sha256(pieces), pieces };
}

function specCalls(checked: readonly CheckedCall[], places: ReadonlyMap<TakenTensor, SpecTensor["at"]>): SpecCall[] {
  return checked.map(({ method, graph, settings, batch, seeds, tensors, key }) => ({
    method,
    graph,
    settings,
    ...(batch === undefined ? {} : { batch }),
    ...(seeds === undefined ? {} : { hasSeedList: seeds.isList, seeds: seeds.count }),
    ...(key === undefined ? {} : { key }),
    tensors: tensors.map((tensor): SpecTensor => {
      const { role, seed, name, shape, dtype, isBatched } = tensor;
      return { role, ...(seed === undefined ? {} : { seed }), name, shape, dtype, isBatched, at: places.get(tensor)! };
    }),
  }));
}

function isLong(data: Uint8Array): boolean {
  return data.length >= longBytesMin;
}

const inlineBytesMax = 512;
const longBytesMin = 2 ** 20;
const alignment = 8;
const convertedBytesMax = 256 * 2 ** 20;
const elementsPerPiece = 2 ** 19;
