import { randomUUID } from "node:crypto";
import { type ChunkRecord, type Claim, isFinal, type JobRecord, spanOf } from "../model.ts";
import type { Row } from "../rows.ts";
import { type Changed, crashDelayMs, returned, stopped, taken } from "../transitions.ts";
import { Turns, type Waiting } from "../turns.ts";
import type { Statements } from "./connection.ts";
import { lockJob, writeJob } from "./job-rows.ts";
import type { Entry, Queues, Ticket } from "./queues.ts";

/** A chunk that was taken, and what pg-boss knows it by. */
export interface Taken extends Changed {
  readonly claim: Claim;
  readonly ticket: Ticket;
}

/** What changes of a chunk's row. */
export type Columns = Readonly<Record<string, string | number | null>> & { readonly state: ChunkRecord["state"] };

/**
 * Chunks by their rows. Those of a job that come next have each a row and an entry with pg-boss; those after them have
 * neither yet. Whoever locks an entry and a job locks the entry first, so that nobody waits for whoever waits for him.
 */
export class ChunkRows {
  private readonly queues: Queues;
  private readonly arithmetic: string;
  private readonly owner: number;
  private readonly turns = new Turns();

  constructor(queues: Queues, arithmetic: string, owner: number) {
    this.queues = queues;
    this.arithmetic = arithmetic;
    this.owner = owner;
  }

  /** Has chunks of a job wait, from `next` on: so many, or those that there are. */
  async add(
    statements: Statements,
    queue: string,
    { id, place, next, chunks }: { readonly id: string; readonly place: number; next: number; chunks: number },
    count = ahead,
  ): Promise<void> {
    const end = Math.min(chunks, next + count);
    if (end === next) return;
    const added = Array.from({ length: end - next }, (_, i) => ({ id: randomUUID(), chunk: next + i }));
    await statements.run(
      `INSERT INTO chunks (job, chunk, state, entry, queue)
        SELECT ?, u.chunk, 'queued', u.entry, ? FROM UNNEST(?::int[], ?::uuid[]) AS u (chunk, entry)`,
      id,
      queue,
      added.map(({ chunk }) => chunk),
      added.map((each) => each.id),
    );
    await statements.run("UPDATE jobs SET next = ?, waiting = waiting + ? WHERE id = ?", end, end - next, id);
    await this.queues.add(statements, queue, { job: id, place }, added);
  }

  /** Takes the chunk whose turn it is; undefined where none is to be had. */
  async take(statements: Statements): Promise<Taken | undefined> {
    const { arithmetic } = this;
    const rows = await statements.all(`SELECT DISTINCT tenant, priority FROM jobs WHERE ${hasWork}`, arithmetic);
    let waiting = rows.map((row) => ({ tenant: row.tenant, priority: row.priority }) as Waiting);
    for (let tries = 0; tries < triesMax; tries++) {
      const turn = this.turns.next(waiting);
      if (!turn) break;
      const entry = await this.queues.take(statements, { ...turn, arithmetic });
      const found = entry && (await this.takeEntry(statements, entry));
      if (found) return found;
      // Others were faster, or it was of a job that has ended, of which there may be more.
      if (!entry) waiting = waiting.filter((one) => one !== turn);
    }
    return undefined;
  }

  /** Ends a chunk if its claim is not stale: sets columns, and changes the job by `end`. */
  async end(
    statements: Statements,
    claim: Claim,
    columns: (now: number) => Columns,
    end: (job: JobRecord, now: number) => JobRecord,
  ): Promise<Changed | undefined> {
    const { chunk, fence } = claim;
    const locked = await lockJob(statements, claim.job.id);
    if (!locked || isFinal(locked.job.state)) return undefined;
    const { job: before, now } = locked;
    const row = await this.find(statements, before.id, chunk);
    if (row?.state !== "running" || row.fence !== fence) return undefined;
    const values = columns(now);
    await this.set(statements, before.id, chunk, { ...values, owner: null });
    if (values.state === "queued") await this.wait(statements, before.id);
    const job = end(before, now);
    await writeJob(statements, job);
    return { before, job };
  }

  /** The chunks that are being computed, as far as their rows know. */
  async running(statements: Statements): Promise<readonly Row[]> {
    return statements.all("SELECT * FROM chunks WHERE state = 'running'");
  }

  /** A chunk whose process has ended waits again; whoever ran it cannot end it any more. */
  async lose(statements: Statements, { job: id, chunk, fence, entry, queue }: Row): Promise<Changed | undefined> {
    const ticket = { queue: queue as string, id: entry as string, attempt: (fence as number) - 1 };
    await this.queues.putBack(statements, ticket, 0);
    const locked = await lockJob(statements, id as string);
    const row = await this.find(statements, id as string, chunk as number);
    if (!locked || row?.state !== "running" || row.fence !== fence) return undefined;
    const { job: before, now } = locked;
    if (before.state === "cancelling" || isFinal(before.state)) {
      await this.queues.forget(statements, ticket.queue, [ticket.id]);
      await this.set(statements, before.id, chunk as number, { state: "cancelled", owner: null });
      const job = isFinal(before.state) ? before : stopped(before, now);
      await writeJob(statements, job);
      return { before, job };
    }
    const crashes = (row.crashes as number) + 1;
    const not_before = now + crashDelayMs(crashes);
    await this.queues.delay(statements, ticket, not_before);
    const attempt = (row.attempt as number) - 1;
    await this.set(statements, before.id, chunk as number, {
      state: "queued",
      owner: null,
      crashes,
      attempt,
      not_before,
    });
    await this.wait(statements, before.id);
    const job = returned(before, true);
    await writeJob(statements, job);
    return { before, job };
  }

  /** Forgets the chunks of a job, by whose entries nobody is helped any more. */
  async forget(statements: Statements, job: string): Promise<void> {
    const rows = await statements.all("SELECT queue, entry FROM chunks WHERE job = ?", job);
    for (const [queue, entries] of Map.groupBy(rows, (row) => row.queue as string)) {
      await this.queues.forget(
        statements,
        queue,
        entries.map(({ entry }) => entry as string),
      );
    }
    await statements.run("DELETE FROM chunks WHERE job = ?", job);
  }

  private async takeEntry(statements: Statements, entry: Entry): Promise<Taken | undefined> {
    const { queue, id, attempt: handed, chunk } = entry;
    const locked = await lockJob(statements, entry.job);
    const found = await this.find(statements, entry.job, chunk);
    const isWanted = found?.entry === id && (found.state === "queued" || found.state === "running");
    if (!locked || !isWanted || locked.job.state === "cancelling" || isFinal(locked.job.state)) {
      await this.queues.end(statements, entry);
      return undefined;
    }
    const { job: last, row, now } = locked;
    // pg-boss has noticed earlier than we that whoever had it is gone.
    const isLost = found.state === "running";
    const before = isLost ? returned(last, true) : last;
    const fence = handed + 1;
    const attempt = (found.attempt as number) + (isLost ? 0 : 1);
    const crashes = (found.crashes as number) + (isLost ? 1 : 0);
    await this.set(statements, last.id, chunk, { state: "running", fence, attempt, crashes, owner: this.owner });
    if (!isLost) await statements.run("UPDATE jobs SET waiting = waiting - 1 WHERE id = ?", last.id);
    const next = { id: last.id, place: row.place as number, next: row.next as number, chunks: last.chunks.total };
    await this.add(statements, queue, next, 1);
    const job = taken(before, now);
    await writeJob(statements, job);
    const claim = { job, fence, attempt, ...spanOf(job.points.total, job.chunkPoints, chunk) };
    return { before, job, claim, ticket: { queue, id, attempt: handed } };
  }

  private find(statements: Statements, job: string, chunk: number): Promise<Row | undefined> {
    return statements.get("SELECT * FROM chunks WHERE job = ? AND chunk = ?", job, chunk);
  }

  private async wait(statements: Statements, id: string): Promise<void> {
    await statements.run("UPDATE jobs SET waiting = waiting + 1 WHERE id = ?", id);
  }

  private async set(statements: Statements, job: string, chunk: number, columns: Columns): Promise<void> {
    const names = Object.keys(columns);
    const sql = `UPDATE chunks SET ${names.map((name) => `${name} = ?`).join()} WHERE job = ? AND chunk = ?`;
    await statements.run(sql, ...names.map((name) => columns[name]!), job, chunk);
  }
}

const hasWork = `state IN ('queued', 'running') AND arithmetic = ? AND waiting > 0 AND EXISTS
  (SELECT 1 FROM chunks AS c WHERE c.job = jobs.id AND c.state = 'queued' AND c.not_before <= now_ms())`;

/** So many chunks of a job are with pg-boss, so that as many can be taken at once. */
const ahead = 16;
const triesMax = 64;
