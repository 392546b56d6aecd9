import type { StoreDesk } from "../../jobs/desk.ts";
import { isFinal, type JobChange, type JobRecord } from "../../jobs/model.ts";
import { viewOf } from "../../jobs/view.ts";
import type { Visit } from "../visit.ts";
import { Writing } from "./writing.ts";

/** What a stream of events is made with. */
export interface EventOptions {
  readonly desk: StoreDesk;
  readonly stallMs: number;
  /** The last event that the client has. */
  readonly after: number;
  readonly hasChunks: boolean;
  readonly stop: AbortSignal;
}

interface Event {
  readonly id: number;
  readonly name: "state" | "progress" | "chunk" | "end";
  readonly data: unknown;
}

const retryMs = 2000;
const pingMs = 15_000;
const progressMs = 500;

/** Sends a job's events behind one that the client has, until its end. What has no more events is 204. */
export async function sendEvents(job: JobRecord, options: EventOptions, visit: Visit): Promise<void> {
  const { desk, stallMs, after, hasChunks, stop } = options;
  const { request, reply } = visit;
  if (isFinal(job.state) && after >= job.version) {
    await reply.code(204).send();
    return;
  }
  const chunks: Event[] = [];
  let changed = Promise.withResolvers<void>();
  const wake = () => changed.resolve();
  const unwatch = await desk.watch(job.tenant, job.id, ({ chunk }: JobChange) => {
    if (hasChunks && chunk) {
      const { version, ...data } = chunk;
      chunks.push({ id: version, name: "chunk", data });
    }
    wake();
  });
  const { raw } = reply.hijack();
  for (const [header, value] of Object.entries(reply.getHeaders())) raw.setHeader(header, value as string);
  raw.writeHead(200, { "content-type": "text/event-stream", "x-accel-buffering": "no" });
  const writing = new Writing(raw, stallMs);
  const ping = setInterval(() => void writing.write(": ping\n\n").catch(() => undefined), pingMs);
  stop.addEventListener("abort", wake, { once: true });
  raw.once("close", wake);
  try {
    if (request.method === "HEAD") return;
    await writing.write(`retry: ${retryMs}\n\n`);
    let last = after;
    let toldAtMs = Number.NEGATIVE_INFINITY;
    while (!writing.isGone && !stop.aborted) {
      const now = await desk.status(job.tenant, job.id);
      const events: Event[] = [...chunks.splice(0), ...statesOf(now)];
      const waitMs = toldAtMs + progressMs - performance.now();
      if (waitMs <= 0 && !isFinal(now.state))
        events.push({ id: now.version, name: "progress", data: viewOf(now).progress });
      if (isFinal(now.state)) events.push({ id: now.version, name: "end", data: viewOf(now) });
      for (const event of events.sort((a, b) => a.id - b.id)) {
        if (event.id <= last) continue;
        last = event.id;
        if (event.name === "progress") toldAtMs = performance.now();
        await writing.write(`id: ${event.id}\nevent: ${event.name}\ndata: ${JSON.stringify(event.data)}\n\n`);
      }
      if (isFinal(now.state)) return;
      // The newest progress is told when its time has come, also if nothing follows it.
      const isOwed = now.version > last;
      const timer = isOwed ? setTimeout(wake, Math.max(1, waitMs)) : undefined;
      await changed.promise;
      clearTimeout(timer);
      changed = Promise.withResolvers();
    }
  } finally {
    clearInterval(ping);
    unwatch();
    writing.end();
  }
}

function statesOf(job: JobRecord): Event[] {
  return job.history.map((change) => ({ id: change.version, name: "state", data: viewOf(job, change) }));
}
