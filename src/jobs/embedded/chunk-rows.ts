import { type Claim, isFinal, type JobRecord, spanOf } from "../model.ts";
import type { Row } from "../rows.ts";
import { type Changed, crashDelayMs, returned, stopped, taken } from "../transitions.ts";
import { Turns, type Waiting } from "../turns.ts";
import type { Database } from "./database.ts";
import type { JobRows } from "./job-rows.ts";

/** Chunks by their rows; one that was never taken has none. */
export class ChunkRows {
  private readonly db: Database;
  private readonly jobs: JobRows;
  private readonly arithmetic: string;
  private readonly turns = new Turns();

  constructor(db: Database, jobs: JobRows, arithmetic: string) {
    this.db = db;
    this.jobs = jobs;
    this.arithmetic = arithmetic;
  }

  /** Takes the chunk whose turn it is, in a transaction of the caller; undefined where none waits. */
  take(now: number): (Changed & { readonly claim: Claim }) | undefined {
    const waiting = this.db
      .all(`SELECT DISTINCT tenant, priority FROM jobs WHERE ${hasWork}`, this.arithmetic, now)
      .map((row) => ({ tenant: row.tenant, priority: row.priority }) as Waiting);
    const turn = this.turns.next(waiting);
    if (!turn) return undefined;
    const row = this.db.get(
      `SELECT * FROM jobs WHERE ${hasWork} AND priority = ? AND tenant = ? ORDER BY place LIMIT 1`,
      this.arithmetic,
      now,
      turn.priority,
      turn.tenant,
    );
    return row && this.takeOf(row, now);
  }

  /**
   * Ends a chunk, in a transaction of the caller, if its claim is not stale: sets columns, and changes the job by `end`.
   */
  end(
    claim: Claim,
    columns: Readonly<Record<string, string | number>>,
    end: (job: JobRecord) => JobRecord,
  ): Changed | undefined {
    const {
      job: { id },
      chunk,
      fence,
    } = claim;
    const before = this.jobs.find(id);
    const row = this.db.get("SELECT state, fence FROM chunks WHERE job = ? AND chunk = ?", id, chunk);
    if (!before || isFinal(before.state) || row?.state !== "running" || row.fence !== fence) return undefined;
    this.set(id, chunk, columns);
    const job = end(before);
    this.jobs.save(job);
    return { before, job };
  }

  /** Counts one more chunk of a job that waits again. */
  wait(id: string): void {
    this.db.run("UPDATE jobs SET waiting = waiting + 1 WHERE id = ?", id);
  }

  /** Chunks that ran when a process ended wait again, in a transaction of the caller; those who ran them cannot end them. Gives how many. */
  recover(): number {
    const running = this.db.all("SELECT * FROM chunks WHERE state = 'running'");
    for (const { job: id, chunk, attempt, crashes, fence } of running) {
      const job = this.jobs.find(id as string)!;
      const count = (crashes as number) + 1;
      if (job.state === "cancelling" || isFinal(job.state)) {
        this.set(job.id, chunk as number, { state: "cancelled" });
        if (!isFinal(job.state)) this.jobs.save(stopped(job, Date.now()));
        continue;
      }
      const not_before = Date.now() + crashDelayMs(count);
      const again = { fence: (fence as number) + 1, crashes: count, attempt: (attempt as number) - 1, not_before };
      this.set(job.id, chunk as number, { state: "queued", ...again });
      this.wait(job.id);
      this.jobs.save(returned(job, true));
    }
    return running.length;
  }

  private takeOf(row: Row, now: number): Changed & { readonly claim: Claim } {
    const before = this.jobs.job(row);
    const { id } = before;
    const again = this.db.get(
      "SELECT * FROM chunks WHERE job = ? AND state = 'queued' AND not_before <= ? ORDER BY chunk LIMIT 1",
      id,
      now,
    );
    const chunk = (again?.chunk ?? row.next) as number;
    const fence = ((again?.fence as number | undefined) ?? 0) + 1;
    const attempt = ((again?.attempt as number | undefined) ?? 0) + 1;
    if (again) {
      this.set(id, chunk, { state: "running", fence, attempt });
      this.db.run("UPDATE jobs SET waiting = waiting - 1 WHERE id = ?", id);
    } else {
      this.db.run("INSERT INTO chunks (job, chunk, state, fence, attempt) VALUES (?, ?, 'running', 1, 1)", id, chunk);
      this.db.run("UPDATE jobs SET next = next + 1 WHERE id = ?", id);
    }
    const job = taken(before, now);
    this.jobs.save(job);
    return { before, job, claim: { job, fence, attempt, ...spanOf(job.points.total, job.chunkPoints, chunk) } };
  }

  private set(job: string, chunk: number, columns: Readonly<Record<string, string | number>>): void {
    const names = Object.keys(columns);
    const sql = `UPDATE chunks SET ${names.map((name) => `${name} = ?`).join()} WHERE job = ? AND chunk = ?`;
    this.db.run(sql, ...names.map((name) => columns[name]!), job, chunk);
  }
}

const hasWork = `state IN ('queued', 'running') AND arithmetic = ? AND (next < chunks OR (waiting > 0 AND EXISTS
  (SELECT 1 FROM chunks AS c WHERE c.job = jobs.id AND c.state = 'queued' AND c.not_before <= ?)))`;
