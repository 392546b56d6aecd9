import { deadlineExceeded } from "../../errors.ts";
import { blobNotFound } from "../faults.ts";
import { newJobId } from "../id.ts";
import {
  type ChunkRecord,
  type ChunkResult,
  type Claim,
  type Draft,
  isFinal,
  type JobChange,
  type JobOptions,
  type JobRecord,
  type KeptError,
  type SentBlob,
} from "../model.ts";
import type { StoreLimits } from "../quota.ts";
import type { Accepted, JobStore, ListedJob, ListFilter, Receiving, StoreStats } from "../store.ts";
import { cancelled, changeOf, overdue } from "../transitions.ts";
import { Blobs } from "./blobs.ts";
import { Changes } from "./changes.ts";
import { ChunkRows } from "./chunk-rows.ts";
import { Claims } from "./claims.ts";
import { type Address, Connection, type Statements } from "./connection.ts";
import {
  checkQuotas,
  findJob,
  insertJob,
  listChunks,
  listJobs,
  lockJob,
  replayOf,
  statsOf,
  writeJob,
} from "./job-rows.ts";
import { Life } from "./life.ts";
import { News } from "./news.ts";
import { Queues } from "./queues.ts";
import { makeTables } from "./tables.ts";

/** What a store of several machines is opened with. */
export interface PostgresOptions extends Address {
  /** What the workers here compute in. */
  readonly arithmetic: string;
  /** Whether this process computes chunks. */
  readonly isWorker: boolean;
  readonly limits: Omit<StoreLimits, "diskFreeBytes">;
  readonly onFault: (error: unknown) => void;
}

/** Jobs in PostgreSQL, for any number of processes on any number of machines; pg-boss hands out their chunks. */
export class PostgresStore implements JobStore {
  private readonly options: PostgresOptions;
  private readonly connection: Connection;
  private readonly queues: Queues;
  private readonly chunkRows: ChunkRows;
  private readonly blobs: Blobs;
  private readonly news: News;
  private readonly life: Life;
  private readonly changes: Changes;
  private readonly claims: Claims;
  private beat: NodeJS.Timeout | undefined;

  private constructor(options: PostgresOptions) {
    const { arithmetic, onFault } = options;
    this.options = options;
    this.connection = new Connection(options, onFault);
    this.life = new Life(this.connection);
    const { owner } = this.life;
    this.queues = new Queues(this.connection, onFault);
    this.chunkRows = new ChunkRows(this.queues, arithmetic, owner);
    this.blobs = new Blobs(this.connection);
    const changes = new Changes(this.connection, () => this.news);
    this.changes = changes;
    const onAgain = () => void changes.catchUp(this.claims.jobs()).catch(onFault);
    this.news = new News(options, owner, { onChange: (change) => changes.hear(change), onAgain, onFault });
    const { connection, queues, chunkRows, blobs, life } = this;
    this.claims = new Claims({ connection, changes, queues, chunkRows, blobs, life });
  }

  /** Connects, and makes the tables where there are none. Throws `overloaded` where the database cannot be used. */
  static async open(options: PostgresOptions): Promise<PostgresStore> {
    const store = new PostgresStore(options);
    try {
      await store.connection.guarded(async () => {
        await makeTables(store.connection);
        await store.queues.start();
        await store.news.start();
        await store.appear();
      });
    } catch (error) {
      await store.close();
      throw error;
    }
    store.beat = setInterval(() => void store.giveSign(), beatMs).unref();
    return store;
  }

  async accept(tenant: string, draft: Draft, options: JobOptions): Promise<Accepted> {
    const { arithmetic, limits } = this.options;
    const { idempotencyKey: key, priority } = options;
    const replay = (statements: Statements) => replayOf(statements, tenant, key, draft.digest);
    const quotas = (statements: Statements) => checkQuotas(statements, tenant, draft, { ...limits, diskFreeBytes: 0 });
    const known = await replay(this.connection);
    if (known) return known;
    // Looked at before anything is written, and again when no other can be accepted.
    await quotas(this.connection);
    const queue = await this.connection.guarded(() => this.queues.make({ tenant, priority, arithmetic }));
    return this.changes.make(async (statements, tell) => {
      if (key !== undefined) {
        await statements.get("SELECT pg_advisory_xact_lock(?, hashtext(?)) AS locked", keyLocks, `${tenant}|${key}`);
      }
      const known = await replay(statements);
      if (known) return known;
      const id = newJobId();
      await this.blobs.write(statements, draft.blobs);
      for (const sha of draft.needs) {
        if (!(await this.blobs.sent(statements, tenant, sha))) throw blobNotFound(`sha256:${sha}`);
      }
      await this.blobs.hold(statements, [...draft.blobs.map(({ sha }) => sha), ...draft.needs], id);
      await statements.get("SELECT pg_advisory_xact_lock(?, 0) AS locked", acceptLock);
      await quotas(statements);
      const place = await insertJob(statements, id, tenant, draft, options, arithmetic);
      const job = (await findJob(statements, id))!;
      await this.chunkRows.add(statements, queue, { id, place, next: 0, chunks: job.chunks.total });
      await tell(changeOf(undefined, job));
      return { job, isReplay: false };
    });
  }

  find(tenant: string | undefined, id: string): Promise<JobRecord | undefined> {
    return findJob(this.connection, id, tenant);
  }

  list(tenant: string | undefined, filter: ListFilter): Promise<readonly ListedJob[]> {
    return listJobs(this.connection, tenant, filter);
  }

  async cancel(tenant: string | undefined, id: string): Promise<JobRecord | undefined> {
    if (!(await this.find(tenant, id))) return undefined;
    return this.change(id, cancelled);
  }

  async remove(tenant: string | undefined, id: string): Promise<boolean> {
    const job = await this.find(tenant, id);
    if (!job || !isFinal(job.state)) return false;
    return this.connection.transaction((statements) => this.forget(statements, id));
  }

  chunks(job: JobRecord, from: number, limit: number): Promise<readonly ChunkRecord[]> {
    return listChunks(this.connection, job, from, limit);
  }

  async spec(id: string): Promise<string> {
    const row = await this.connection.get("SELECT spec FROM specs WHERE job = ?", id);
    if (!row) throw new Error(`job ${id} is gone`);
    return row.spec as string;
  }

  async sentBlobs(tenant: string, shas: readonly string[]): Promise<readonly (SentBlob | undefined)[]> {
    return Promise.all(shas.map((sha) => this.blobs.sent(this.connection, tenant, sha)));
  }

  blobBytes(sha: string): Promise<number | undefined> {
    return this.blobs.bytes(sha);
  }

  readBlob(sha: string, from: number, to: number): Promise<Uint8Array<ArrayBuffer>> {
    return this.blobs.read(sha, from, to);
  }

  receive(tenant: string): Promise<Receiving> {
    return this.blobs.receive(tenant);
  }

  async claim(): Promise<Claim | undefined> {
    // Whoever gives no sign of life is taken for dead at once.
    return this.news.isHeard ? this.claims.take() : undefined;
  }

  complete(claim: Claim, result: ChunkResult): Promise<boolean> {
    return this.claims.complete(claim, result);
  }

  fail(claim: Claim, error: KeptError): Promise<boolean> {
    return this.claims.fail(claim, error);
  }

  retry(claim: Claim, afterMs: number, isLost: boolean): Promise<boolean> {
    return this.claims.retry(claim, afterMs, isLost);
  }

  drop(claim: Claim): Promise<void> {
    return this.claims.drop(claim);
  }

  async sweep(): Promise<void> {
    const over = await this.connection.all("SELECT id FROM jobs WHERE expires <= now_ms() LIMIT ?", sweptMax);
    for (const { id } of over) await this.connection.transaction((all) => this.forget(all, id as string));
    const open = "state IN ('queued', 'running', 'cancelling') AND deadline <= now_ms()";
    for (const { id, created, deadline } of await this.connection.all(`SELECT * FROM jobs WHERE ${open}`)) {
      const { type, message, data } = deadlineExceeded((deadline as number) - (created as number));
      await this.change(id as string, (job, now) =>
        isFinal(job.state) ? job : overdue(job, { type, message, data }, now),
      );
    }
    await this.connection.transaction((statements) => this.blobs.sweep(statements, sweptMax));
    await this.claims.takeOver();
  }

  watch(onChange: (change: JobChange) => void, job?: string): () => void {
    return this.changes.watch(onChange, job);
  }

  unwritable(): Promise<string | undefined> {
    return this.life.unwritable();
  }

  async stats(): Promise<StoreStats> {
    return { ...(await statsOf(this.connection)), recovered: this.claims.recovered };
  }

  async close(): Promise<void> {
    clearInterval(this.beat);
    await this.news.end();
    await this.queues.stop().catch(() => undefined);
    await this.life.leave();
    await this.connection.end();
  }

  private async change(id: string, change: (job: JobRecord, now: number) => JobRecord): Promise<JobRecord | undefined> {
    return this.changes.make(async (statements, tell) => {
      const locked = await lockJob(statements, id);
      if (!locked) return undefined;
      const { job: before, now } = locked;
      const job = change(before, now);
      if (job === before) return findJob(statements, id);
      await writeJob(statements, job);
      await tell(changeOf(before, job));
      return findJob(statements, id);
    });
  }

  /** Forgets a job that has ended, and blobs that nobody holds. */
  private async forget(statements: Statements, id: string): Promise<boolean> {
    await this.chunkRows.forget(statements, id);
    if (!(await lockJob(statements, id))) return false;
    await this.blobs.release(statements, id);
    await statements.run("DELETE FROM specs WHERE job = ?", id);
    await statements.run("DELETE FROM jobs WHERE id = ?", id);
    return true;
  }

  private async appear(): Promise<void> {
    const { arithmetic, isWorker } = this.options;
    if (isWorker) await this.life.appear(arithmetic);
  }

  private async giveSign(): Promise<void> {
    try {
      await this.news.check();
      await this.claims.touch();
      await this.appear();
    } catch (error) {
      this.options.onFault(error);
    }
  }
}

const beatMs = 3000;
const sweptMax = 100;

// Of advisory locks with two numbers; those of processes have one.
const acceptLock = 1_131_377_779;
const keyLocks = 1_131_377_780;
