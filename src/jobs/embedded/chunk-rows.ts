import { processLost } from "../faults.ts";
import { type Claim, isFinal, type JobRecord, spanOf } from "../model.ts";
import type { Row } from "../rows.ts";
import { type Changed, lost, returned, stopped, taken, whereOf } from "../transitions.ts";
import { delaysMs, retryDelayMs } from "../tries.ts";
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

  /**
   * Takes the chunk whose turn it is, in a transaction of the caller; undefined where none is to be had. One with which a
   * process has ended runs alone, so that no other is lost with it.
   */
  take(now: number): (Changed & { readonly claim: Claim }) | undefined {
    const running = this.db.get(
      "SELECT COUNT(*) AS count, TOTAL(crashes) AS crashes FROM chunks WHERE state = 'running'",
    )!;
    if (running.crashes !== 0) return undefined;
    const suspect = this.db.get(
      `SELECT chunks.* FROM chunks JOIN jobs ON jobs.id = chunks.job WHERE chunks.state = 'queued' AND crashes > 0
        AND not_before <= ? AND jobs.state IN ('queued', 'running') AND arithmetic = ? ORDER BY not_before LIMIT 1`,
      now,
      this.arithmetic,
    );
    if (suspect) {
      if (running.count !== 0) return undefined;
      return this.takeOf(this.db.get("SELECT * FROM jobs WHERE id = ?", suspect.job!)!, suspect, now);
    }
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
    const again =
      row &&
      this.db.get(
        "SELECT * FROM chunks WHERE job = ? AND state = 'queued' AND not_before <= ? ORDER BY chunk LIMIT 1",
        row.id!,
        now,
      );
    return row && this.takeOf(row, again, now);
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

  /**
   * Chunks that ran when a process ended have been tried, in a transaction of the caller; those who ran them cannot end
   * them. They wait again, each as long as its tries tell and so long after this start, so that whoever ends processes
   * faster than that is not taken for them. Gives how many.
   */
  recover(now: number): number {
    const running = this.db.all("SELECT * FROM chunks WHERE state = 'running'");
    for (const row of running) this.jobs.save(this.lose(row, now));
    for (const [i, delayMs] of delaysMs.entries()) {
      this.db.run(
        "UPDATE chunks SET not_before = MAX(not_before, ?) WHERE state = 'queued' AND crashes > 0 AND attempt = ?",
        now + delayMs,
        i + 1,
      );
    }
    return running.length;
  }

  private lose({ job: id, chunk: number, attempt, crashes, fence }: Row, now: number): JobRecord {
    const job = this.jobs.find(id as string)!;
    const chunk = number as number;
    const tries = attempt as number;
    if (job.state === "cancelling" || isFinal(job.state)) {
      this.set(job.id, chunk, { state: "cancelled" });
      return isFinal(job.state) ? job : stopped(job, now);
    }
    const delayMs = retryDelayMs(tries);
    const counted = { fence: (fence as number) + 1, crashes: (crashes as number) + 1 };
    if (delayMs === undefined) {
      const span = spanOf(job.points.total, job.chunkPoints, chunk);
      const error = whereOf(processLost(), span);
      this.set(job.id, chunk, { state: "failed", error: JSON.stringify(error), ...counted });
      return lost(job, span.to - span.from, error, now);
    }
    this.set(job.id, chunk, { state: "queued", not_before: now + delayMs, ...counted });
    this.wait(job.id);
    return returned(job, true);
  }

  /** Takes a chunk of a job again, or the next. */
  private takeOf(row: Row, again: Row | undefined, now: number): Changed & { readonly claim: Claim } {
    const before = this.jobs.job(row);
    const { id } = before;
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
