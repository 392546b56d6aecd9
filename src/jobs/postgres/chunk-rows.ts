import { randomUUID } from "node:crypto";
import { processLost } from "../faults.ts";
import { type ChunkRecord, type Claim, isFinal, type JobRecord, spanOf } from "../model.ts";
import type { Row } from "../rows.ts";
import { type Changed, lost, returned, stopped, taken, whereOf } from "../transitions.ts";
import { retryDelayMs } from "../tries.ts";
import { Turns, type Waiting } from "../turns.ts";
import type { Statements } from "./connection.ts";
import { lockJob, writeJob } from "./job-rows.ts";
import type { Entry, Queues, Ticket } from "./queues.ts";

/** A chunk that was taken, and what pg-boss knows it by. */
export interface Taken extends Changed {
  readonly claim: Claim;
  readonly ticket: Ticket;
  /** Whether a process has ended with it, so that it is to run alone. */
  readonly isSuspect: boolean;
}

/** What a process takes chunks by. */
export interface Taking {
  /** Whether it computes others. */
  readonly isBusy: boolean;
  /** Whose turn it is, if that is known. */
  readonly turn: Waiting | undefined;
  /** Hears of chunks whose process turned out to be lost. */
  readonly onLost: (changed: Changed) => Promise<void>;
}

/** Thrown where it is the turn of a chunk that is to run alone, and others run. */
export class NotAlone extends Error {
  readonly turn: Waiting;

  constructor(turn: Waiting) {
    super("a chunk waits until it can run alone");
    this.turn = turn;
  }
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
  private readonly bornAtMs = performance.now();

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

  /** Takes the chunk whose turn it is; undefined where none is to be had. Throws {@link NotAlone}. */
  async take(statements: Statements, taking: Taking): Promise<Taken | undefined> {
    const { arithmetic } = this;
    const rows = await statements.all(`SELECT DISTINCT tenant, priority FROM jobs WHERE ${hasWork}`, arithmetic);
    let waiting = rows.map((row) => ({ tenant: row.tenant, priority: row.priority }) as Waiting);
    let { turn } = taking;
    for (let tries = 0; tries < triesMax; tries++) {
      const chosen = turn ?? this.turns.next(waiting);
      turn = undefined;
      if (!chosen) break;
      const entry = await this.queues.take(statements, { ...chosen, arithmetic });
      const found = entry && (await this.takeEntry(statements, entry, chosen, taking));
      if (found) return found;
      // Others were faster, or it was of a job that has ended, of which there may be more.
      if (!entry)
        waiting = waiting.filter(({ tenant, priority }) => tenant !== chosen.tenant || priority !== chosen.priority);
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

  /**
   * A chunk whose process has ended has been tried, and waits again or is given up; whoever ran it cannot end it any more.
   * Where the database itself has ended meanwhile nobody knows of processes, and it has not been tried.
   */
  async lose(statements: Statements, lostRow: Row, ticket = ticketOf(lostRow)): Promise<Changed | undefined> {
    const { job: id, chunk: number, fence } = lostRow;
    const chunk = number as number;
    await this.queues.putBack(statements, ticket, 0);
    const locked = await lockJob(statements, id as string);
    const row = await this.find(statements, id as string, chunk);
    if (!locked || row?.state !== "running" || row.fence !== fence) return undefined;
    const { job: before, now } = locked;
    const forget = () => this.queues.forget(statements, ticket.queue, [ticket.id]);
    if (before.state === "cancelling" || isFinal(before.state)) {
      await forget();
      await this.set(statements, before.id, chunk, { state: "cancelled", owner: null });
      const job = isFinal(before.state) ? before : stopped(before, now);
      await writeJob(statements, job);
      return { before, job };
    }
    const isTried = (await startOfServer(statements)) < (row.not_before as number);
    const attempt = (row.attempt as number) - (isTried ? 0 : 1);
    const crashes = (row.crashes as number) + (isTried ? 1 : 0);
    const delayMs = isTried ? retryDelayMs(attempt) : 0;
    if (delayMs === undefined) {
      await forget();
      const span = spanOf(before.points.total, before.chunkPoints, chunk);
      const error = whereOf(processLost(), span);
      const columns = { state: "failed", error: JSON.stringify(error), owner: null, crashes } as const;
      await this.set(statements, before.id, chunk, columns);
      const job = lost(before, span.to - span.from, error, now);
      await writeJob(statements, job);
      return { before, job };
    }
    await this.queues.delay(statements, ticket, now + delayMs);
    const again = { state: "queued", owner: null, crashes, attempt, not_before: now + delayMs } as const;
    await this.set(statements, before.id, chunk, again);
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

  private async takeEntry(
    statements: Statements,
    entry: Entry,
    turn: Waiting,
    { isBusy, onLost }: Taking,
  ): Promise<Taken | undefined> {
    const { queue, id, attempt: handed, chunk } = entry;
    const ticket = { queue, id, attempt: handed };
    const locked = await lockJob(statements, entry.job);
    const found = await this.find(statements, entry.job, chunk);
    const isWanted = found?.entry === id && (found.state === "queued" || found.state === "running");
    if (!locked || !isWanted || locked.job.state === "cancelling" || isFinal(locked.job.state)) {
      await this.queues.end(statements, entry);
      return undefined;
    }
    const { job: before, row, now } = locked;
    if (found.state === "running") {
      // pg-boss has noticed earlier than we that whoever had it is gone.
      const changed = await this.lose(statements, found, ticket);
      if (changed) await onLost(changed);
      return undefined;
    }
    const isSuspect = found.crashes !== 0;
    const age = performance.now() - this.bornAtMs;
    const youngMs = isSuspect ? Math.ceil((retryDelayMs(found.attempt as number) ?? 0) - age) : 0;
    if (youngMs > 0) {
      // Whoever ends processes faster than that is not to be taken for the chunk.
      await this.queues.putBack(statements, ticket, now + youngMs);
      await this.set(statements, before.id, chunk, { state: "queued", not_before: now + youngMs });
      return undefined;
    }
    if (isSuspect && isBusy) throw new NotAlone(turn);
    const fence = handed + 1;
    const attempt = (found.attempt as number) + 1;
    await this.set(statements, before.id, chunk, {
      state: "running",
      fence,
      attempt,
      owner: this.owner,
      not_before: now,
    });
    await statements.run("UPDATE jobs SET waiting = waiting - 1 WHERE id = ?", before.id);
    const next = { id: before.id, place: row.place as number, next: row.next as number, chunks: before.chunks.total };
    await this.add(statements, queue, next, 1);
    const job = taken(before, now);
    await writeJob(statements, job);
    const claim = { job, fence, attempt, ...spanOf(job.points.total, job.chunkPoints, chunk) };
    return { before, job, claim, ticket, isSuspect };
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

/** What pg-boss knows a chunk by that runs. */
export function ticketOf({ queue, entry, fence }: Row): Ticket {
  return { queue: queue as string, id: entry as string, attempt: (fence as number) - 1 };
}

async function startOfServer(statements: Statements): Promise<number> {
  const sql = "SELECT (EXTRACT(EPOCH FROM pg_postmaster_start_time()) * 1000)::BIGINT AS at";
  return (await statements.get(sql))!.at as number;
}
