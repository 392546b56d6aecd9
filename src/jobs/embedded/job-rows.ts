import { idempotencyConflict } from "../faults.ts";
import {
  type ChunkRecord,
  chunkCount,
  type Draft,
  type JobOptions,
  type JobRecord,
  type JobState,
  jobStates,
} from "../model.ts";
import { checkQuota, type StoreLimits } from "../quota.ts";
import type { Accepted, ListedJob, ListFilter, StoreStats } from "../store.ts";
import type { Database, Row } from "./database.ts";
import { changingOf, chunkOf, jobOf, saveJob } from "./rows.ts";

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
    return jobOf(row, this.arithmetic);
  }

  find(id: string, tenant?: string): JobRecord | undefined {
    const row = this.db.get("SELECT * FROM jobs WHERE id = ?", id);
    return row && (tenant === undefined || row.tenant === tenant) ? this.job(row) : undefined;
  }

  save(job: JobRecord): void {
    this.db.run(saveJob, ...changingOf(job));
  }

  list(tenant: string, { state, labels = [], limit, after }: ListFilter): ListedJob[] {
    const conditions = ["tenant = ?"];
    const values: (string | number)[] = [tenant];
    if (after !== undefined) conditions.push("place < ?") && values.push(after);
    if (state !== undefined) conditions.push("state = ?") && values.push(state);
    for (const label of labels) {
      conditions.push("EXISTS (SELECT 1 FROM json_each(labels) WHERE value = ?)");
      values.push(label);
    }
    const sql = `SELECT * FROM jobs WHERE ${conditions.join(" AND ")} ORDER BY place DESC LIMIT ?`;
    return this.db.all(sql, ...values, limit).map((row) => ({ job: this.job(row), place: row.place as number }));
  }

  chunks(job: JobRecord, from: number, limit: number): ChunkRecord[] {
    const first = Math.min(Math.floor(from / job.chunkPoints), job.chunks.total - 1);
    const end = Math.min(job.chunks.total, first + limit);
    const sql = "SELECT * FROM chunks WHERE job = ? AND chunk >= ? AND chunk < ?";
    const rows = new Map(this.db.all(sql, job.id, first, end).map((row) => [row.chunk as number, row]));
    return Array.from({ length: Math.max(0, end - first) }, (_, i) => chunkOf(job, first + i, rows.get(first + i)));
  }

  /** Throws `quota_exceeded`. */
  checkQuotas(tenant: string, draft: Draft, limits: StoreLimits): void {
    const queued = this.db.get("SELECT COUNT(*) AS count FROM jobs WHERE tenant = ? AND state = 'queued'", tenant)!;
    const kept = this.db.get("SELECT TOTAL(bytes) AS bytes FROM jobs")!;
    checkQuota(limits, draft, { queued: queued.count as number, keptBytes: kept.bytes as number });
  }

  /** The job that a key became. Throws `idempotency_conflict`. */
  replay(tenant: string, key: string | undefined, digest: string): Accepted | undefined {
    const row =
      key === undefined ? undefined : this.db.get("SELECT * FROM jobs WHERE tenant = ? AND key = ?", tenant, key);
    if (!row) return undefined;
    if (row.digest !== digest) throw idempotencyConflict(row.id as string);
    return { job: this.job(row), isReplay: true };
  }

  insert(
    id: string,
    tenant: string,
    draft: Draft,
    { idempotencyKey, priority, onError, deadlineMs, retainMs, labels }: JobOptions,
    spec: string | undefined,
    now: number,
  ): JobRecord {
    const chunks = chunkCount(draft.points, draft.chunkPoints);
    const points = { total: draft.points, done: 0, failed: 0 };
    const progress = { points, chunks: { total: chunks, done: 0, running: 0, failed: 0, retried: 0 } };
    const values: Readonly<Record<string, string | number | null>> = {
      id,
      tenant,
      key: idempotencyKey ?? null,
      digest: draft.digest,
      method: draft.method,
      graph: draft.graph ?? null,
      labels: JSON.stringify(labels),
      priority,
      on_error: onError,
      arithmetic: this.arithmetic,
      state: "queued",
      created: now,
      deadline: now + deadlineMs,
      retain: retainMs,
      points: draft.points,
      chunk_points: draft.chunkPoints,
      chunks,
      bytes: draft.inputBytes + draft.resultBytes,
      version: 1,
      history: JSON.stringify([{ version: 1, state: "queued", progress }]),
      spec: spec ?? null,
    };
    const names = Object.keys(values);
    const marks = names.map(() => "?").join();
    this.db.run(`INSERT INTO jobs (${names.join()}) VALUES (${marks})`, ...names.map((name) => values[name]!));
    return this.find(id)!;
  }

  stats(): StoreStats {
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
