import type { Context } from "../calls/context.ts";
import type { QuestionParams } from "../calls/question.ts";
import { type PackedDocument, unpackDocument } from "../engine/library.ts";
import { ServiceError } from "../errors.ts";
import { sha256 } from "../jobs/digest.ts";
import type { Call } from "../rpc/method.ts";
import type { Answer } from "../wire/answer.ts";
import type { JobMethod } from "./draft.ts";
import { parted } from "./form.ts";
import type { SpecCall } from "./spec.ts";

/** A chunk to be run: some points of one call, or some calls. */
export interface ChunkOrder {
  readonly tenant: string;
  readonly kind: "points" | "calls";
  readonly calls: readonly SpecCall[];
  readonly documents: Readonly<Record<string, PackedDocument>>;
  readonly from: number;
  readonly to: number;
  /** The bytes of the tensors of all calls, in order: of a batched one those of the points. */
  readonly bytes: readonly Uint8Array[];
  /** Whether the first call that fails fails the chunk. */
  readonly stopsAtError: boolean;
  readonly timeoutMs: number;
}

/** What a chunk gave. */
export interface ChunkMade {
  readonly form: string;
  readonly sha: string;
  readonly pieces: readonly Uint8Array<ArrayBuffer>[];
  /** Calls that failed. */
  readonly failed: number;
}

/** Runs a chunk. Throws as its methods do. */
export async function runChunk(
  order: ChunkOrder,
  methods: ReadonlyMap<string, JobMethod>,
  context: Context,
  call: Call,
): Promise<ChunkMade> {
  const { kind, calls, from, to } = order;
  let next = 0;
  const bytesFor = ({ tensors }: SpecCall) => {
    const first = next;
    next += tensors.length;
    return order.bytes.slice(first, next);
  };
  let failed = 0;
  const answers: Answer[] = [];
  for (const [i, one] of calls.entries()) {
    const points = kind === "points" && one.batch !== undefined ? to - from : one.batch;
    try {
      const result = await runCall(one, points, bytesFor(one), order, methods, context, call);
      if (kind === "points") {
        const hasPoints = one.batch !== undefined;
        return made(parted(shifted(result, from), hasPoints), 0);
      }
      answers.push({ ...keyOf(one), result: result as Answer });
    } catch (error) {
      if (kind === "points" || !(error instanceof ServiceError) || !isOfCall(error)) throw error;
      const data = { ...error.data, call: from + i };
      if (order.stopsAtError) throw new ServiceError(error.type, `call ${from + i}: ${error.message}`, data);
      failed++;
      const { code, message } = error;
      answers.push({ ...keyOf(one), error: { code, message, data: { type: error.type, ...error.data } } as Answer });
    }
  }
  return made(parted(answers, false), failed);
}

function made({ form, pieces }: ReturnType<typeof parted>, failed: number): ChunkMade {
  return { form: JSON.stringify(form), sha: sha256(pieces), pieces, failed };
}

async function runCall(
  { method, graph, settings, hasSeedList, seeds, tensors }: SpecCall,
  batch: number | undefined,
  bytes: readonly Uint8Array[],
  { documents, timeoutMs }: ChunkOrder,
  methods: ReadonlyMap<string, JobMethod>,
  context: Context,
  call: Call,
): Promise<{ readonly [name: string]: unknown }> {
  const inputs: Record<string, unknown> = {};
  const weights: Record<string, unknown> = {};
  const seedList = Array.from({ length: seeds ?? 0 }, (): Record<string, unknown> => ({}));
  tensors.forEach(({ role, seed = 0, name, shape, dtype, isBatched }, i) => {
    const target = role === "inputs" ? inputs : role === "weights" ? weights : seedList[seed]!;
    target[name] = { shape: isBatched ? [batch, ...shape] : shape, dtype, data: bytes[i] };
  });
  const params = {
    ...settings,
    inputs,
    ...(batch === undefined ? {} : { batch }),
    ...(seeds === undefined ? {} : { seeds: hasSeedList ? seedList : (seedList[0] ?? {}) }),
    ...(Object.keys(weights).length > 0 ? { weights } : {}),
    timeoutMs,
  };
  const { steady } = methods.get(method)!;
  const whole = unbounded(context);
  const run = (source: unknown) => steady.run({ ...params, graph: source } as QuestionParams, whole, call);
  try {
    return await run(graph);
  } catch (error) {
    const document = documents[graph];
    if (!document || !(error instanceof ServiceError) || error.type !== "graph_not_found") throw error;
    return run(unpackDocument(document));
  }
}

/** What was checked when the job was accepted need not be again: points, bytes of the answer, time. */
function unbounded(context: Context): Context {
  const known = contexts.get(context);
  if (known) return known;
  const { config } = context;
  const none = Number.POSITIVE_INFINITY;
  const limits = { ...config.limits, points: none, responseBytes: none, timeoutMs: none };
  const whole = { ...context, config: { ...config, limits } };
  contexts.set(context, whole);
  return whole;
}

const contexts = new WeakMap<Context, Context>();

/** Points of warnings count from the first of the job. */
function shifted(result: { readonly [name: string]: unknown }, from: number): Answer {
  const { warnings } = result as { readonly warnings?: readonly { readonly points?: readonly number[] }[] };
  if (!warnings || from === 0) return result as Answer;
  const moved = warnings.map(({ points, ...warning }) => ({
    ...warning,
    ...(points ? { points: points.map((point) => point + from) } : {}),
  }));
  return { ...result, warnings: moved } as Answer;
}

function keyOf({ key }: SpecCall): { readonly key?: string } {
  return key === undefined ? {} : { key };
}

/** Whether an error is of the call itself, and would come again. */
function isOfCall({ type }: ServiceError): boolean {
  return type !== "internal_error" && type !== "overloaded" && type !== "deadline_exceeded";
}
