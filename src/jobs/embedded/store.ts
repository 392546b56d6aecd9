import { mkdirSync } from "node:fs";
import { deadlineExceeded } from "../../errors.ts";
import { sha256 } from "../digest.ts";
import { blobNotFound } from "../faults.ts";
import { newJobId } from "../id.ts";
import {
  type Blob,
  type ChunkRecord,
  type ChunkResult,
  type Claim,
  type Draft,
  isFinal,
  type JobChange,
  type JobOptions,
  type JobRecord,
  type KeptError,
  lengthOf,
  type SentBlob,
} from "../model.ts";
import type { StoreLimits } from "../quota.ts";
import type { Accepted, JobStore, ListedJob, ListFilter, Receiving, StoreStats } from "../store.ts";
import {
  type Changed,
  cancelled,
  changeOf,
  computed,
  lost,
  overdue,
  returned,
  stopped,
  whereOf,
} from "../transitions.ts";
import { BlobRows } from "./blob-rows.ts";
import { BlobFiles } from "./blobs.ts";
import { ChunkRows } from "./chunk-rows.ts";
import { Database } from "./database.ts";
import { JobRows } from "./job-rows.ts";
import { takeLock } from "./lock.ts";
import { Writable } from "./unwritable.ts";

/** What an embedded store is opened with. */
export interface EmbeddedOptions {
  readonly dir: string;
  /** What the workers here compute in. */
  readonly arithmetic: string;
  readonly limits: StoreLimits;
}

/** Jobs in a folder of this machine: SQLite for what is small, files for what is not. One process has it. */
export class EmbeddedStore implements JobStore {
  private readonly options: EmbeddedOptions;
  private readonly unlock: () => void;
  private readonly db: Database;
  private readonly files: BlobFiles;
  private readonly jobs: JobRows;
  private readonly chunkRows: ChunkRows;
  private readonly blobs: BlobRows;
  private readonly place: Writable;
  private readonly watchers = new Set<(change: JobChange) => void>();
  private readonly recovered: number;

  /** Opens the folder and puts in order what a process left that did not end by itself. Throws where it cannot be used. */
  constructor(options: EmbeddedOptions) {
    const { dir, arithmetic, limits } = options;
    this.options = options;
    mkdirSync(dir, { recursive: true });
    this.unlock = takeLock(dir);
    try {
      this.db = new Database(dir);
    } catch (error) {
      this.unlock();
      throw error;
    }
    this.files = new BlobFiles(dir);
    this.jobs = new JobRows(this.db, arithmetic);
    this.chunkRows = new ChunkRows(this.db, this.jobs, arithmetic);
    this.blobs = new BlobRows(this.db, this.files);
    this.place = new Writable(dir, limits.diskFreeBytes);
    this.recovered = this.db.transaction(() => this.chunkRows.recover(Date.now()));
    for (const sha of this.files.olderThan(Date.now() - orphanMs)) if (!this.blobs.has(sha)) this.files.remove(sha);
  }

  async accept(tenant: string, draft: Draft, options: JobOptions): Promise<Accepted> {
    const { limits } = this.options;
    const replay = () => this.jobs.replay(tenant, options.idempotencyKey, draft.digest);
    const known = replay();
    if (known) return known;
    // Looked at before anything is written, and again within the transaction.
    this.jobs.checkQuotas(tenant, draft, limits);
    await this.place.checkDisk(draft.inputBytes + draft.resultBytes);
    const spec = new Uint8Array(Buffer.from(draft.spec));
    const isSmall = spec.length <= inlineBytesMax;
    const specBlob: Blob[] = isSmall ? [] : [{ sha: sha256([spec]), pieces: [spec] }];
    const blobs = [...draft.blobs, ...specBlob];
    const accepted = await this.place.guarded(() =>
      this.blobs.withFiles(blobs, () =>
        this.db.transaction((): Accepted => {
          const known = replay();
          if (known) return known;
          this.jobs.checkQuotas(tenant, draft, limits);
          const id = newJobId();
          for (const sha of draft.needs) {
            if (!this.blobs.sent(tenant, sha)) throw blobNotFound(`sha256:${sha}`);
            this.blobs.holdKnown(sha, id);
          }
          this.blobs.hold(blobs, id);
          if (isSmall) this.db.run("INSERT INTO specs VALUES (?, ?)", id, draft.spec);
          const job = this.jobs.insert(id, tenant, draft, options, specBlob[0]?.sha, Date.now());
          return { job, isReplay: false };
        }),
      ),
    );
    if (!accepted.isReplay) this.tell(changeOf(undefined, accepted.job));
    return accepted;
  }

  async find(tenant: string | undefined, id: string): Promise<JobRecord | undefined> {
    return this.jobs.find(id, tenant);
  }

  async list(tenant: string | undefined, filter: ListFilter): Promise<readonly ListedJob[]> {
    return this.jobs.list(tenant, filter);
  }

  async cancel(tenant: string | undefined, id: string): Promise<JobRecord | undefined> {
    if (!this.jobs.find(id, tenant)) return undefined;
    return this.change(id, (job) => cancelled(job, Date.now()));
  }

  async remove(tenant: string | undefined, id: string): Promise<boolean> {
    const job = this.jobs.find(id, tenant);
    if (!job || !isFinal(job.state)) return false;
    await this.place.guarded(async () => this.forget([id]));
    return true;
  }

  async chunks(job: JobRecord, from: number, limit: number): Promise<readonly ChunkRecord[]> {
    return this.jobs.chunks(job, from, limit);
  }

  async spec(id: string): Promise<string> {
    const inline = this.db.get("SELECT spec FROM specs WHERE job = ?", id);
    if (inline) return inline.spec as string;
    const sha = this.db.get("SELECT spec FROM jobs WHERE id = ?", id)?.spec as string | undefined;
    if (sha === undefined) throw new Error(`job ${id} is gone`);
    return Buffer.from(await this.readBlob(sha, 0, this.blobs.bytes(sha)!)).toString();
  }

  async sentBlobs(tenant: string, shas: readonly string[]): Promise<readonly (SentBlob | undefined)[]> {
    return shas.map((sha) => this.blobs.sent(tenant, sha));
  }

  async blobBytes(sha: string): Promise<number | undefined> {
    return this.blobs.bytes(sha);
  }

  async readBlob(sha: string, from: number, to: number): Promise<Uint8Array<ArrayBuffer>> {
    if (!this.blobs.has(sha)) throw blobNotFound(`sha256:${sha}`);
    return this.files.read(sha, from, to);
  }

  async receive(tenant: string, bytes: number): Promise<Receiving> {
    await this.place.checkDisk(bytes);
    const file = await this.place.guarded(() => this.files.begin());
    return {
      write: (bytes) => this.place.guarded(() => file.write(bytes)),
      keep: (sha, skip) =>
        this.place.guarded(async () => {
          const isThere = this.blobs.has(sha);
          if (isThere) await file.drop();
          const release = isThere ? () => {} : await this.files.end(file, sha);
          try {
            const until = Date.now() + blobKeptMs;
            return this.db.transaction(() => this.blobs.keep(tenant, sha, file.bytes, skip, until));
          } finally {
            release();
          }
        }),
      drop: () => file.drop(),
    };
  }

  async claim(): Promise<Claim | undefined> {
    const taken = await this.place.guarded(async () => this.db.transaction(() => this.chunkRows.take(Date.now())));
    if (taken) this.tell(changeOf(taken.before, taken.job, { claim: taken.claim, state: "running" }));
    return taken?.claim;
  }

  async complete(claim: Claim, { form, data, failed }: ChunkResult): Promise<boolean> {
    const bytes = new Uint8Array(Buffer.from(form));
    const blobs = [{ sha: sha256([bytes]), pieces: [bytes] }, data];
    return this.place.guarded(() =>
      this.blobs.withFiles(blobs, () =>
        this.end(claim, { state: "done", form: blobs[0]!.sha, data: data.sha }, (job) => {
          this.blobs.hold(blobs, job.id);
          const sql = "UPDATE jobs SET result_bytes = result_bytes + ? WHERE id = ?";
          this.db.run(sql, lengthOf(data.pieces), job.id);
          return computed(job, claim.to - claim.from, failed, Date.now());
        }),
      ),
    );
  }

  async fail(claim: Claim, error: KeptError): Promise<boolean> {
    const told = whereOf(error, claim);
    return this.place.guarded(async () =>
      this.end(claim, { state: "failed", error: JSON.stringify(told) }, (job) =>
        lost(job, claim.to - claim.from, told, Date.now()),
      ),
    );
  }

  async retry(claim: Claim, afterMs: number, isLost: boolean): Promise<boolean> {
    const attempt = isLost ? claim.attempt : claim.attempt - 1;
    return this.place.guarded(async () =>
      this.end(claim, { state: "queued", not_before: Date.now() + afterMs, attempt }, (job) => {
        this.chunkRows.wait(job.id);
        return returned(job, isLost);
      }),
    );
  }

  async drop(claim: Claim): Promise<void> {
    await this.place.guarded(async () => this.end(claim, { state: "cancelled" }, (job) => stopped(job, Date.now())));
  }

  async sweep(): Promise<void> {
    await this.place.guarded(async () => {
      const now = Date.now();
      const open = "state IN ('queued', 'running', 'cancelling')";
      for (const { id, created, deadline } of this.db.all(`SELECT * FROM jobs WHERE ${open} AND deadline <= ?`, now)) {
        const { type, message, data } = deadlineExceeded((deadline as number) - (created as number));
        await this.change(id as string, (job) => overdue(job, { type, message, data }, now));
      }
      const over = this.db.all("SELECT id FROM jobs WHERE expires <= ? LIMIT ?", now, sweptMax);
      this.forget(over.map(({ id }) => id as string));
    });
  }

  watch(onChange: (change: JobChange) => void): () => void {
    this.watchers.add(onChange);
    return () => this.watchers.delete(onChange);
  }

  unwritable(): Promise<string | undefined> {
    return this.place.reason();
  }

  async stats(): Promise<StoreStats> {
    return { ...this.jobs.stats(), recovered: this.recovered };
  }

  async close(): Promise<void> {
    this.db.close();
    this.unlock();
  }

  /** Ends a chunk in one transaction; false where its claim is stale. */
  private end(claim: Claim, columns: Parameters<ChunkRows["end"]>[1], end: (job: JobRecord) => JobRecord): boolean {
    const changed: Changed | undefined = this.db.transaction(() => this.chunkRows.end(claim, columns, end));
    if (changed) this.tell(changeOf(changed.before, changed.job, { claim, state: columns.state as string }));
    return changed !== undefined;
  }

  private async change(id: string, change: (job: JobRecord) => JobRecord): Promise<JobRecord | undefined> {
    return this.place.guarded(async () => {
      const changed = this.db.transaction((): Changed | undefined => {
        const before = this.jobs.find(id);
        const job = before && change(before);
        if (job && job !== before) this.jobs.save(job);
        return before && job && { before, job };
      });
      if (changed && changed.job !== changed.before) this.tell(changeOf(changed.before, changed.job));
      return changed?.job;
    });
  }

  /** Forgets jobs, and blobs that nobody holds. */
  private forget(ids: readonly string[]): void {
    const gone = this.db.transaction(() => {
      const found = this.blobs.releaseSent(Date.now(), sweptMax);
      for (const id of ids) {
        found.push(...this.blobs.release(id));
        for (const table of ["chunks", "specs"]) this.db.run(`DELETE FROM ${table} WHERE job = ?`, id);
        this.db.run("DELETE FROM jobs WHERE id = ?", id);
      }
      return found;
    });
    for (const sha of gone) this.files.remove(sha);
  }

  private tell(change: JobChange): void {
    for (const watcher of this.watchers) watcher(change);
  }
}

const inlineBytesMax = 2048;
const blobKeptMs = 24 * 3_600_000;
const orphanMs = 3_600_000;
const sweptMax = 100;
