import { setTimeout as sleep } from "node:timers/promises";
import type { EventSourceMessage } from "eventsource-parser";
import { call, type JobTold, type Service, unreachable } from "../client.ts";
import { exitCodes, Failure } from "../failure.ts";

/** Hears how far a job is. */
export type OnTold = (told: Pick<JobTold, "progress"> & Partial<JobTold>) => void;

/** How patient it is, in milliseconds. */
export interface Patience {
  /** Until the next try where nobody answered. */
  readonly againMs: number;
  /** For which nobody may answer. */
  readonly silentMs: number;
  /** For which a stream that lives may say nothing; services write something each 15 s. */
  readonly quietMs: number;
}

const patient: Patience = { againMs: 2000, silentMs: 300_000, quietMs: 40_000 };
const streamsMax = 3;
const waitSeconds = 20;

const finals: ReadonlySet<string> = new Set(["succeeded", "partial", "failed", "cancelled"]);

/** Whether a job has ended; what is not known has not. */
export function isEnded({ state }: Pick<JobTold, "state">): boolean {
  return finals.has(state);
}

/**
 * Follows a job to its end: by its events, from behind the last one that came where the connection breaks; where events do
 * not come through, by asking and waiting. Throws a `Failure` where nobody has answered for long, what the service refuses,
 * and what `signal` was aborted with.
 */
export async function follow(
  service: Service,
  job: string,
  onTold: OnTold,
  signal: AbortSignal,
  { againMs, silentMs, quietMs }: Patience = patient,
): Promise<JobTold> {
  let last = "";
  let answeredAtMs = performance.now();
  let fruitless = 0;
  for (;;) {
    signal.throwIfAborted();
    try {
      const before = last;
      let ended: JobTold | undefined;
      if (fruitless < streamsMax) {
        for await (const { id, event, data } of eventsOf(service, job, last, signal, quietMs)) {
          answeredAtMs = performance.now();
          if (id !== undefined) last = id;
          if (event === "progress") onTold({ progress: JSON.parse(data) });
          else if (event === "state" || event === "end") onTold(JSON.parse(data));
          if (event === "end") ended = JSON.parse(data);
        }
        if (ended) return ended;
        fruitless = last === before ? fruitless + 1 : 0;
      }
      // What ended the stream, or keeps it from coming through: the state tells, and how far it is.
      const wait = fruitless < streamsMax ? 0 : waitSeconds;
      const told = (await call(service, "job.status", { job, wait }, signal)) as JobTold;
      answeredAtMs = performance.now();
      onTold(told);
      if (isEnded(told)) return told;
      if (fruitless > 0 && fruitless < streamsMax) await sleep(againMs, undefined, { signal });
    } catch (error) {
      signal.throwIfAborted();
      if (!isPassing(error) || performance.now() - answeredAtMs > silentMs) {
        throw error instanceof Failure ? error : unreachable(service.url, error as Error);
      }
      await sleep(againMs, undefined, { signal }).catch(() => undefined);
    }
  }
}

/** Whether what went wrong may be over soon: nobody answered, or the service is full or ending. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof Failure)) return error instanceof TypeError || (error as Error).name === "TimeoutError";
  return error.exitCode === exitCodes.unreachable || /^(overloaded|quota_exceeded|status 50[234])/.test(error.message);
}

/** The events of a job behind one. */
async function* eventsOf({ api }: Service, job: string, last: string, signal: AbortSignal, quietMs: number) {
  const { createParser } = await import("eventsource-parser");
  const quiet = new AbortController();
  const over = () => quiet.abort(new DOMException("the stream says nothing", "TimeoutError"));
  let timer = setTimeout(over, quietMs);
  try {
    const { data: body, response } = await api.GET("/v1/jobs/{job}/events", {
      params: { path: { job }, header: last === "" ? {} : { "Last-Event-ID": last } },
      parseAs: "stream",
      signal: AbortSignal.any([signal, quiet.signal]),
    });
    const isStream = response.headers.get("content-type")?.startsWith("text/event-stream") === true;
    if (!response.ok || !body || !isStream) return;
    const come: EventSourceMessage[] = [];
    const parser = createParser({ onEvent: (event) => come.push(event) });
    const decoder = new TextDecoder();
    for await (const bytes of body) {
      clearTimeout(timer);
      timer = setTimeout(over, quietMs);
      parser.feed(decoder.decode(bytes, { stream: true }));
      yield* come.splice(0);
    }
  } finally {
    clearTimeout(timer);
  }
}
