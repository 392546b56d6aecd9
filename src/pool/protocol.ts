import type { MessagePort } from "node:worker_threads";
import type { GivenAccount } from "../access/account.ts";
import type { ChunkMade, ChunkOrder } from "../batches/run.ts";
import type { Config } from "../config.ts";
import type { SharedCells } from "../engine/ledger.ts";
import type { Library } from "../engine/library.ts";
import type { ErrorData, ErrorType } from "../errors.ts";
import type { Caller } from "../rpc/caller.ts";
import type { CallReport, MovedCall } from "../rpc/dispatch.ts";
import type { Glance, Reply } from "../rpc/faces.ts";
import type { Head } from "../rpc/method.ts";
import type { Mark } from "../rpc/phases.ts";
import type { GivenText } from "./text.ts";

/** What a worker is given to do: a call that has been read, a body that has not, of the face at a path, or a part of a job. */
export type Work =
  | { readonly kind: "chunk"; readonly chunk: ChunkOrder }
  | { readonly kind: "call"; readonly call: MovedCall }
  | { readonly kind: "body"; readonly path: string; readonly reader: string; readonly body: UnreadBody };

/** A body that has not been looked at: its bytes, or their number and where their chunks wait. */
export type UnreadBody = { readonly length: number; readonly port: MessagePort } | Uint8Array;

/** One piece of work and its surroundings. */
export interface Order {
  readonly id: number;
  readonly work: Work;
  readonly requestId: string;
  readonly caller: Caller;
  /** What its calls are paid from; absent, they cost nothing. */
  readonly account: GivenAccount | undefined;
  readonly idempotencyKey: string | undefined;
  /** The name of the codec that answers are written with. */
  readonly codec: string;
  /** Milliseconds since 1970, for each thread's own clock starts when the thread does. */
  readonly receivedAtEpochMs: number;
  /** Whether what is done for it is to be told. */
  readonly isTraced: boolean;
  /** Digests of bodies that are refused, as they ended threads before. */
  readonly refused: readonly string[];
  /** Two numbers: not 0 once the work is no longer wanted; how far it is, of {@link waiting}. */
  readonly stop: Int32Array;
}

/**
 * How far an order is: nobody has begun with it; it was taken back first, and nobody will; or it was done, and that is on its
 * way. Any other number is the thread that does it. Whoever exchanges the first for another decides.
 */
export const waiting = 0;
export const takenBack = -1;
export const wasDone = -2;

/** What a worker gives back; the reply to a call is like that of a face which leaves failures to its host. */
export interface Done {
  readonly thread: number;
  readonly order: number;
  readonly reply: GivenReply;
  /** What a part of a job gave. */
  readonly made?: ChunkMade | undefined;
  readonly noted: Readonly<Record<string, string | number | boolean>>;
  readonly head: Head | undefined;
  readonly reports: readonly CallReport[];
  readonly faults: readonly Fault[];
  readonly cache: CacheStats;
  readonly marks: readonly Mark[];
  /** What it took, in milliseconds and in counted operations of all its calls. */
  readonly ms: number;
  readonly operations: number;
}

/** A reply as threads pass it on. */
export interface GivenReply extends Pick<Reply, "method" | "calls" | "outcome" | "head"> {
  readonly text: GivenText | undefined;
  readonly failure: { readonly error: PlainError; readonly cancelled: boolean } | undefined;
}

/** An error of the service as threads pass it on. */
export interface PlainError {
  readonly type: ErrorType;
  readonly message: string;
  readonly data: ErrorData;
}

/** A fault of ours, for the log. */
export interface Fault {
  readonly message: string;
  readonly stack: string | undefined;
  readonly method: string;
}

/** What a thread's cache tells of itself. */
export interface CacheStats {
  readonly hits: number;
  readonly misses: number;
  readonly evictions: number;
  readonly bytes: number;
  readonly entries: number;
}

/** What a worker is started with. */
export interface WorkerStart {
  readonly config: Config;
  readonly ledger: SharedCells;
}

/**
 * A worker's first message: where it asks, and the cell that becomes 1 when it is answered; where it asks of jobs; and where
 * it looks for more to do before it says that it has nothing left.
 */
export interface Hello {
  readonly thread: number;
  readonly port: MessagePort;
  readonly answered: Int32Array;
  readonly desk: MessagePort;
  readonly ahead: MessagePort;
}

/** What a worker says through its port: a question that it waits for, the key of a graph that it used, what it found in a body, before and after parsing it, or what it did while it has more to do. */
export type Message =
  | Question
  | { readonly done: Done }
  | { readonly leaving: Done }
  | { readonly used: string }
  | { readonly begun: Begun }
  | { readonly seen: Seen };

/** A call of a method of the library. */
export interface Question {
  readonly ask: keyof Library;
  readonly args: readonly unknown[];
}

/** What is known of a body before it is parsed, so that parsing can be stopped in time. */
export interface Begun {
  readonly order: number;
  /** No less than any of its calls has. */
  readonly timeoutMs: number;
  /** SHA-256 of its bytes. */
  readonly digest: string;
}

/** What a body turned out to hold, so that the work can be stopped in time and refused to the right ids. */
export interface Seen extends Omit<Glance, "params"> {
  readonly order: number;
  readonly timeoutMs: number;
}
