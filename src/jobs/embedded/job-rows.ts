import { idempotencyConflict } from "../faults.ts";
import { type ChunkRecord, type Draft, type JobOptions, type JobRecord, type JobState, jobStates } from "../model.ts";
import { checkQuota, type StoreLimits } from "../quota.ts";
import {
  changingOf,
  chunkRange,
  chunksOf,
  jobInsertion,
  jobOf,
  listCondition,
  quotaQuestion,
  type Row,
  saveJob,
} from "../rows.ts";
import type { Accepted, ListedJob, ListFilter, StoreStats } from "../store.ts";
import type { Database } from "./database.ts";

/** Jobs by their rows. */
export class JobRows {
  private readonly db: Database;
  /** What the workers here compute in. */
  private readonly arithmetic: string;

  constructor(db: Database, arithmetic: string) {
    this.db = db;
    this.arithmetic = arithmetic;
  }

  job(row: Row): JobRecord {
    return jobOf(row, row.arithmetic === this.arithmetic);
  }

  find(id: string, tenant?: string): JobRecord | undefined {
    const row = this.db.get("SELECT * FROM jobs WHERE id = ?", id);
    return row && (tenant === undefined || row.tenant === tenant) ? this.job(row) : undefined;
  }

  save(job: JobRecord): void {
    this.db.run(saveJob, ...changingOf(job));
  }

  list(tenant: string | undefined, { limit, ...filter }: ListFilter): ListedJob[] {
    const hasLabel = "EXISTS (SELECT 1 FROM json_each(labels) WHERE value = ?)";
    const { sql: condition, values } = listCondition(tenant, filter, hasLabel);
    const sql = `SELECT * FROM jobs WHERE ${condition} ORDER BY place DESC LIMIT ?`;
    return this.db.all(sql, ...values, limit).map((row) => ({ job: this.job(row), place: row.place as number }));
  }

  chunks(job: JobRecord, from: number, limit: number): ChunkRecord[] {
    const range = chunkRange(job, from, limit);
    return chunksOf(
      job,
      range,
      this.db.all("SELECT * FROM chunks WHERE job = ? AND chunk >= ? AND chunk < ?", job.id, ...range),
    );
  }

  /** Throws `quota_exceeded`. */
  checkQuotas(tenant: string, draft: Draft, limits: StoreLimits): void {
    const { sql, values } = quotaQuestion(tenant);
    const { queued, own, kept } = this.db.get(sql, ...values)!;
    checkQuota(limits, draft, { queued: queued as number, ownBytes: own as number, keptBytes: kept as number });
  }

  /** The job that a key became. Throws `idempotency_conflict`. */
  replay(tenant: string, key: string | undefined, digest: string): Accepted | undefined {
    const row =
      key === undefined ? undefined : this.db.get("SELECT * FROM jobs WHERE tenant = ? AND key = ?", tenant, key);
    if (!row) return undefined;
    if (row.digest !== digest) throw idempotencyConflict(row.key as string, row.id as string);
    return { job: this.job(row), isReplay: true };
  }

  insert(
    id: string,
    tenant: string,
    draft: Draft,
    options: JobOptions,
    spec: string | undefined,
    now: number,
  ): JobRecord {
    const { arithmetic } = this;
    const { sql, values } = jobInsertion(id, tenant, draft, options, { arithmetic, spec, now });
    this.db.run(sql, ...values);
    return this.find(id)!;
  }

  stats(): Omit<StoreStats, "recovered"> {
    const counts = Object.fromEntries(jobStates.map((state) => [state, 0])) as Record<JobState, number>;
    for (const { state, count } of this.db.all("SELECT state, COUNT(*) AS count FROM jobs GROUP BY state")) {
      counts[state as JobState] = count as number;
    }
    const open = this.db.get(
      `SELECT TOTAL(chunks_running) AS running, TOTAL(chunks - next + waiting) AS queued,
        MIN(CASE state WHEN 'queued' THEN created END) AS oldest
        FROM jobs WHERE state IN ('queued', 'running', 'cancelling')`,
    )!;
    return {
      jobs: counts,
      chunks: { queued: open.queued as number, running: open.running as number },
      queueAgeMs: open.oldest === null ? 0 : Date.now() - (open.oldest as number),
      bytes: this.db.get("SELECT TOTAL(bytes) AS bytes FROM blobs")!.bytes as number,
    };
  }
}
