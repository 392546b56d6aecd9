import type { Config } from "../config.ts";
import type { Ledger } from "../engine/ledger.ts";
import type { Library } from "../engine/library.ts";
import { ServiceError } from "../errors.ts";
import type { Desk } from "../jobs/desk.ts";
import type { CallReport } from "../rpc/dispatch.ts";
import type { Reply } from "../rpc/faces.ts";
import type { GivenReply } from "./protocol.ts";
import { takeText } from "./text.ts";

/** What a pool is made of. */
export interface PoolOptions {
  readonly config: Config;
  /** Where the graphs are kept, and the planned bytes of all threads are counted. */
  readonly library: Library;
  readonly ledger: Ledger;
  /** Where jobs are. */
  readonly desk: Desk;
  /** Hears of errors that are ours: of a worker that died, or of what one ran into. */
  readonly onFault: (error: unknown, where: Readonly<Record<string, unknown>>) => void;
}

/** Numbers for `/metrics`. */
export interface PoolStats {
  readonly workers: number;
  readonly busy: number;
  readonly queued: number;
  /** Parts of jobs that are being computed. */
  readonly chunks: number;
  readonly terminated: number;
  /** Threads that were replaced as they held too much. */
  readonly recycled: number;
  /** Of all that waits: counted operations, milliseconds on one thread, and tenants. */
  readonly queuedOperations: number;
  readonly queuedMs: number;
  readonly queuedTenants: number;
}

/** The reply to a body that was read by a worker, and the calls to be counted. */
export interface Served {
  readonly reply: Reply;
  readonly reports: readonly CallReport[];
}

/** A reply as the thread that serves has it. */
export function takenReply({ text, failure, ...facts }: GivenReply): Reply {
  const error = failure && new ServiceError(failure.error.type, failure.error.message, failure.error.data);
  return {
    ...facts,
    text: text === undefined ? undefined : takeText(text),
    failure: error && { ok: false, error, cancelled: failure.cancelled },
  };
}
