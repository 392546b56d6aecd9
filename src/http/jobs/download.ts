import { createHash } from "node:crypto";
import { resultText } from "../../batches/json-stream.ts";
import { chunkResult, Forms, resultOf } from "../../batches/results.ts";
import type { StoreDesk } from "../../jobs/desk.ts";
import { type ChunkRecord, isFinal, type JobRecord } from "../../jobs/model.ts";
import { errorView } from "../../jobs/view.ts";
import { type Answer, PlainAnswer } from "../../wire/answer.ts";
import type { Encoding } from "../../wire/json/tensor-value.ts";
import type { Visit } from "../visit.ts";
import { Writing } from "./writing.ts";

/** How a whole answer is sent. */
export interface DownloadOptions {
  readonly desk: StoreDesk;
  readonly stallMs: number;
  readonly encoding: Encoding | undefined;
  /** Ends waiting for more. */
  readonly stop: AbortSignal;
}

/** The media type of one JSON text a line. */
export const ndjsonType = "application/x-ndjson";

/** Sends the whole answer as one JSON document. Throws `job_not_ready` before anything is sent. */
export async function sendJson(
  job: JobRecord,
  { desk, stallMs, encoding }: DownloadOptions,
  visit: Visit,
): Promise<void> {
  const result = await resultOf(desk, job, 0, job.points.total);
  const writing = begin(visit, "application/json; charset=utf-8", stallMs);
  if (!writing) return;
  for await (const text of resultText(result, encoding)) await writing.write(text);
  writing.end();
}

/**
 * Sends a line for each chunk, in order, and one for the end, with the digest of all before it. `follow` waits for chunks
 * that are still to come; without it the lines end with the first of those.
 */
export async function sendLines(
  job: JobRecord,
  follow: boolean,
  options: DownloadOptions,
  visit: Visit,
): Promise<void> {
  const { desk, stallMs, encoding, stop } = options;
  const forms = new Forms(desk);
  const hash = createHash("sha256");
  const changes = follow ? await watched(desk, job, stop) : undefined;
  try {
    const writing = begin(visit, ndjsonType, stallMs);
    if (!writing) return;
    const write = async (text: string) => {
      hash.update(text);
      await writing.write(text);
    };
    let now = job;
    let at = 0;
    while (at < job.points.total && !writing.isGone) {
      now = await desk.status(job.tenant, job.id);
      for (const chunk of await desk.chunks(now, at, chunksPerLook)) {
        if (chunk.state === "queued" || chunk.state === "running") break;
        at = chunk.to;
        if (chunk.state === "done") await writeResult(chunk, forms, options, write, encoding);
        else if (chunk.error) await write(`${JSON.stringify({ ...spanOf(chunk), error: errorView(chunk.error) })}\n`);
      }
      if (at >= job.points.total) break;
      const isWaiting = changes && !isFinal(now.state) && !stop.aborted;
      if (isWaiting) await changes.next();
      else if (!isFinal(now.state) || (await isOver(desk, now, at))) break;
    }
    const { state } = await desk.status(job.tenant, job.id);
    const sha256 = hash.digest("hex");
    await writing.write(`${JSON.stringify({ end: true, state, sha256 })}\n`);
    writing.end();
  } finally {
    changes?.end();
  }
}

const chunksPerLook = 64;

async function writeResult(
  chunk: ChunkRecord,
  forms: Forms,
  { desk }: DownloadOptions,
  write: (text: string) => Promise<void>,
  encoding: Encoding | undefined,
): Promise<void> {
  const result = await chunkResult(desk, forms, chunk);
  const around = (answer: Answer): Answer => ({
    ...spanOf(chunk),
    // Calls are a list, as they are in the whole answer.
    result: Array.isArray(answer) || answer instanceof PlainAnswer ? { results: answer } : answer,
  });
  for await (const text of resultText(result, encoding, around)) await write(text);
  await write("\n");
}

/** Whether nothing is left of a job that has ended from a point on. */
async function isOver(desk: StoreDesk, job: JobRecord, at: number): Promise<boolean> {
  const [chunk] = await desk.chunks(job, at, 1);
  return chunk === undefined || chunk.state === "queued" || chunk.state === "running";
}

function spanOf({ chunk, from, to }: ChunkRecord) {
  return { chunk, from, to };
}

/** Writes the head; undefined where nothing may follow it. */
function begin({ request, reply }: Visit, type: string, stallMs: number): Writing | undefined {
  const { raw } = reply.hijack();
  for (const [header, value] of Object.entries(reply.getHeaders())) raw.setHeader(header, value as string);
  raw.writeHead(200, { "content-type": type });
  if (request.method !== "HEAD") return new Writing(raw, stallMs);
  raw.end();
  return undefined;
}

/** Tells of changes of a job, none of which is missed between two looks at it. */
async function watched(desk: StoreDesk, { tenant, id }: JobRecord, stop: AbortSignal) {
  let changed = Promise.withResolvers<void>();
  const end = await desk.watch(tenant, id, () => changed.resolve());
  stop.addEventListener("abort", () => changed.resolve(), { once: true });
  return {
    end,
    async next(): Promise<void> {
      await changed.promise;
      changed = Promise.withResolvers();
    },
  };
}
