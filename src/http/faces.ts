import { after } from "../eventually.ts";
import type { Pool } from "../pool/pool.ts";
import type { UnreadBody } from "../pool/protocol.ts";
import type { OnCall } from "../rpc/dispatch.ts";
import { type Face, type Reply, readAndRun } from "../rpc/faces.ts";
import type { ReadLimits } from "../wire/codec.ts";
import { codecs } from "../wire/codecs.ts";
import type { Text } from "../wire/text.ts";
import type { HeldBody } from "./body.ts";
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
    const unread = pool && body && unreadOf(body, face, pool);
    if (!unread) {
      const reading = readings.get(codec)!;
      return after(readAndRun(face, body?.bytes, reading, visit), (reply) => {
        if (pool && body && body.length >= unreadBytesMin) pool.learnMoved(face, body.length, visit.isMoved);
        return textOf(reply, visit);
      });
    }
    return pool.serve(face, unread, codec, visit).then(({ reply, reports }) => {
      for (const report of reports) observe(report, visit);
      return textOf(reply, visit);
    });
  };
}

/** Shorter ones take no longer to read than to give away. */
const unreadBytesMin = 4096;

/** A body that is given away unread: because it is long, or as such bodies are not answered on this thread. */
function unreadOf({ port, length, bytes }: HeldBody, face: Face, pool: Pool): UnreadBody | undefined {
  if (port) return { port, length };
  if (length < unreadBytesMin || !pool.isMoveExpected(face, length)) return undefined;
  // A copy: it stays here until it is answered, and what it was read into may hold others.
  return new Uint8Array(bytes);
}

function textOf({ text, failure, head, method, calls, outcome }: Reply, visit: Visit): Text | undefined {
  visit.method = method;
  visit.calls = calls;
  visit.outcome = outcome;
  visit.head = head ?? visit.ownHead;
  if (failure) throw failure.error;
  return text;
}
