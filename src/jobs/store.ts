import type {
  Blob,
  ChunkRecord,
  ChunkResult,
  Claim,
  Draft,
  JobChange,
  JobOptions,
  JobRecord,
  JobState,
  KeptError,
  SentBlob,
} from "./model.ts";

/**
 * Where jobs are kept. What a promise of it resolves to is on disk. Everything that fails because the place cannot be
 * written throws `overloaded`, and nothing of it is kept. Where no tenant is named, jobs of all are meant.
 */
export interface JobStore {
  /** Keeps a job, its inputs and its key. Throws `idempotency_conflict`, `quota_exceeded`, `blob_not_found`. */
  accept(tenant: string, draft: Draft, options: JobOptions): Promise<Accepted>;
  find(tenant: string | undefined, id: string): Promise<JobRecord | undefined>;
  /** Jobs of a tenant, newest first. */
  list(tenant: string | undefined, filter: ListFilter): Promise<readonly ListedJob[]>;
  /** Ends a job that has not ended, at once or when its running chunks have stopped. */
  cancel(tenant: string | undefined, id: string): Promise<JobRecord | undefined>;
  /** Forgets a job that has ended, and its blobs; false if there is none. */
  remove(tenant: string | undefined, id: string): Promise<boolean>;
  /** Chunks of a job in order, from the one that holds point `from`. */
  chunks(job: JobRecord, from: number, limit: number): Promise<readonly ChunkRecord[]>;
  /** What a worker runs a job's chunks from. */
  spec(id: string): Promise<string>;

  /** Blobs that a tenant sent, or that jobs of its hold; undefined for others. */
  sentBlobs(tenant: string, shas: readonly string[]): Promise<readonly (SentBlob | undefined)[]>;
  /** The length of a blob; undefined for one that is not kept. */
  blobBytes(sha: string): Promise<number | undefined>;
  /** The bytes of a blob from `from` to before `to`. */
  readBlob(sha: string, from: number, to: number): Promise<Uint8Array<ArrayBuffer>>;
  /** Starts to receive a blob of a tenant, of so many bytes as far as that is known. Throws `quota_exceeded`. */
  receive(tenant: string, bytes: number): Promise<Receiving>;

  /** Takes a chunk to run it; undefined where none is to be had now. */
  claim(): Promise<Claim | undefined>;
  /** Ends a chunk with what it gave; false where the claim is stale, and nothing is kept. */
  complete(claim: Claim, result: ChunkResult): Promise<boolean>;
  /** Ends a chunk with an error; false where the claim is stale. */
  fail(claim: Claim, error: KeptError): Promise<boolean>;
  /** Has a chunk tried again after so long; `isLost` counts it as tried. */
  retry(claim: Claim, afterMs: number, isLost: boolean): Promise<boolean>;
  /** Says that a chunk of a job that was ended has stopped. */
  drop(claim: Claim): Promise<void>;
  /** Ends jobs whose deadline has passed, and forgets those whose time is over. */
  sweep(): Promise<void>;

  /**
   * Calls `onChange` for every change of a job, also one by another process, until the function that it gives is called.
   * Who names a job is told how it stands, too, when changes may have been missed; and may be told of others.
   */
  watch(onChange: (change: JobChange) => void, job?: string): () => void;
  /** Why nothing can be written now; undefined where it can. */
  unwritable(): Promise<string | undefined>;
  stats(): Promise<StoreStats>;
  close(): Promise<void>;
}

/** A job that was kept, or was already. */
export interface Accepted {
  readonly job: JobRecord;
  readonly isReplay: boolean;
}

/** Which jobs are listed. */
export interface ListFilter {
  readonly state?: JobState | undefined;
  /** All of them. */
  readonly labels?: readonly string[] | undefined;
  readonly limit: number;
  /** After this place. */
  readonly after?: number | undefined;
}

/** A job and its place in the list. */
export interface ListedJob {
  readonly job: JobRecord;
  readonly place: number;
}

/** A blob on its way; it is not kept before {@link keep}. */
export interface Receiving {
  write(bytes: Uint8Array): Promise<void>;
  /** Keeps the bytes under their digest for a day, of which those from `skip` on count; whether the tenant had sent them before. */
  keep(sha: string, skip: number): Promise<boolean>;
  /** Lets go of what was written. */
  drop(): Promise<void>;
}

/** Numbers for metrics. */
export interface StoreStats {
  readonly jobs: Readonly<Record<JobState, number>>;
  readonly chunks: { readonly queued: number; readonly running: number };
  /** Milliseconds for which the oldest job that has not begun has waited. */
  readonly queueAgeMs: number;
  readonly bytes: number;
  /** Chunks that wait again as the process that had them has ended, counted by this process since its start. */
  readonly recovered: number;
}

export type { Blob };
