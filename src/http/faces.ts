import { after } from "../eventually.ts";
import type { Pool } from "../pool/pool.ts";
import type { OnCall } from "../rpc/dispatch.ts";
import { type Reply, readAndRun } from "../rpc/faces.ts";
import type { ReadLimits } from "../wire/codec.ts";
import { codecs } from "../wire/codecs.ts";
import type { Text } from "../wire/text.ts";
import type { Answerer } from "./calls.ts";
import type { Visit } from "./visit.ts";

/** What faces need to answer requests. */
export interface Host {
  readonly limits: ReadLimits;
  /** Hears of calls that ended. */
  readonly observe: OnCall;
  /** The threads that read what is long; absent, this one does. */
  readonly pool: Pool | undefined;
}

/** Longer bodies are not parsed on this thread. */
export const largeBytes = 64 * 1024;

/** Answers requests by their faces: what those leave to their host is thrown, to become a refusal. */
export function answererOf({ limits, observe, pool }: Host): Answerer {
  const readings = new Map(codecs.map((codec) => [codec, { codec, limits, onCall: observe }]));
  return (body, visit) => {
    const face = visit.face!;
    visit.method = face.method;
    const codec = body?.codec ?? codecs[0];
    if (!pool || !body?.port) {
      const reply = readAndRun(face, body?.bytes, readings.get(codec)!, visit);
      return after(reply, (reply) => textOf(reply, visit));
    }
    const { port, length } = body;
    return pool.serve(face, { port, length }, codec, visit).then(({ reply, reports }) => {
      for (const report of reports) observe(report, visit);
      return textOf(reply, visit);
    });
  };
}

function textOf({ text, failure, head, method, calls, outcome }: Reply, visit: Visit): Text | undefined {
  visit.method = method;
  visit.calls = calls;
  visit.outcome = outcome;
  visit.head = head ?? visit.ownHead;
  if (failure) throw failure.error;
  return text;
}
