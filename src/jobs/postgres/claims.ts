import { sha256 } from "../digest.ts";
import { type ChunkResult, type Claim, type JobRecord, type KeptError, lengthOf } from "../model.ts";
import { type Changed, changeOf, computed, lost, returned, stopped, whereOf } from "../transitions.ts";
import type { Waiting } from "../turns.ts";
import type { Blobs } from "./blobs.ts";
import type { Changes } from "./changes.ts";
import { type ChunkRows, type Columns, NotAlone, ticketOf } from "./chunk-rows.ts";
import type { Connection, Statements } from "./connection.ts";
import type { Life } from "./life.ts";
import type { Queues, Ticket } from "./queues.ts";

/** What claims are made with. */
export interface ClaimsOptions {
  readonly connection: Connection;
  readonly changes: Changes;
  readonly queues: Queues;
  readonly chunkRows: ChunkRows;
  readonly blobs: Blobs;
  readonly life: Life;
}

/** The chunks that this process has taken, how they end, and how those of processes that have ended come back. */
export class Claims {
  /** Chunks that were taken back from others. */
  recovered = 0;
  private readonly parts: ClaimsOptions;
  /** What pg-boss knows the claims of this process by. */
  private readonly tickets = new Map<Claim, Ticket>();
  /** One of them that runs alone. */
  private suspect: Claim | undefined;
  /** Whose turn it is, once none of them runs any more. */
  private awaited: Waiting | undefined;

  constructor(parts: ClaimsOptions) {
    this.parts = parts;
  }

  /** The jobs whose chunks are computed here. */
  jobs(): readonly string[] {
    return [...this.tickets.keys()].map(({ job }) => job.id);
  }

  /** Says that all are still computed. */
  async touch(): Promise<void> {
    await this.parts.queues.touch([...this.tickets.values()]);
  }

  /** Takes a chunk to run it. One with which a process has ended runs alone, so that no other is lost with it. */
  async take(): Promise<Claim | undefined> {
    const isBusy = this.tickets.size > 0;
    const turn = this.awaited;
    if (isBusy && (turn || this.suspect)) return undefined;
    this.awaited = undefined;
    const taken = await this.parts.changes
      .make(async (statements, tell) => {
        const onLost = async ({ before, job }: Changed) => {
          this.recovered++;
          await tell(changeOf(before, job));
        };
        const taken = await this.parts.chunkRows.take(statements, { isBusy, turn, onLost });
        if (taken) await tell(changeOf(taken.before, taken.job, { claim: taken.claim, state: "running" }));
        return taken;
      })
      .catch((error) => {
        if (!(error instanceof NotAlone)) throw error;
        this.awaited = error.turn;
        return undefined;
      });
    if (!taken) return undefined;
    this.tickets.set(taken.claim, taken.ticket);
    if (taken.isSuspect) this.suspect = taken.claim;
    return taken.claim;
  }

  async complete(claim: Claim, { form, data, failed }: ChunkResult): Promise<boolean> {
    const bytes = new Uint8Array(Buffer.from(form));
    const blobs = [{ sha: sha256([bytes]), pieces: [bytes] }, data];
    return this.end(claim, {
      columns: () => ({ state: "done", form: blobs[0]!.sha, data: data.sha }),
      before: (statements) => this.parts.blobs.write(statements, blobs),
      change: (job, now) => computed(job, claim.to - claim.from, failed, now),
      after: async (statements) => {
        await this.parts.blobs.hold(
          statements,
          blobs.map(({ sha }) => sha),
          claim.job.id,
        );
        const sql = "UPDATE jobs SET result_bytes = result_bytes + ? WHERE id = ?";
        await statements.run(sql, lengthOf(data.pieces), claim.job.id);
      },
    });
  }

  async fail(claim: Claim, error: KeptError): Promise<boolean> {
    const told = whereOf(error, claim);
    return this.end(claim, {
      columns: () => ({ state: "failed", error: JSON.stringify(told) }),
      change: (job, now) => lost(job, claim.to - claim.from, told, now),
    });
  }

  async retry(claim: Claim, afterMs: number, isLost: boolean): Promise<boolean> {
    const attempt = isLost ? claim.attempt : claim.attempt - 1;
    return this.end(claim, {
      columns: (now) => ({ state: "queued", not_before: now + afterMs, attempt }),
      change: (job) => returned(job, isLost),
      afterMs,
    });
  }

  async drop(claim: Claim): Promise<void> {
    await this.end(claim, { columns: () => ({ state: "cancelled" }), change: stopped });
  }

  /** Takes chunks back from processes that have ended, and from those that pg-boss has not heard of for long. */
  async takeOver(): Promise<void> {
    const running = await this.parts.chunkRows.running(this.parts.connection);
    const isAlive = new Map<unknown, boolean>();
    for (const { owner } of running) {
      const isOurs = owner === this.parts.life.owner;
      if (!isAlive.has(owner)) isAlive.set(owner, isOurs || (await this.parts.life.isAlive(owner as number)));
    }
    for (const row of running) {
      if (isAlive.get(row.owner) && (await this.parts.queues.isOut(ticketOf(row)))) continue;
      const isLost = await this.parts.changes.make(async (statements, tell) => {
        const changed: Changed | undefined = await this.parts.chunkRows.lose(statements, row);
        if (changed && changed.job !== changed.before) await tell(changeOf(changed.before, changed.job));
        return changed !== undefined;
      });
      if (isLost) this.recovered++;
    }
  }

  /** Ends a chunk in one transaction with what is kept of it and with pg-boss's entry; false where its claim is stale. */
  private async end(
    claim: Claim,
    {
      columns,
      before,
      change,
      after,
      afterMs,
    }: {
      readonly columns: (now: number) => Columns;
      readonly before?: (statements: Statements) => Promise<void>;
      readonly change: (job: JobRecord, now: number) => JobRecord;
      readonly after?: (statements: Statements) => Promise<void>;
      /** Where it is to wait again: for how long at least. */
      readonly afterMs?: number;
    },
  ): Promise<boolean> {
    const ticket = this.tickets.get(claim);
    if (!ticket) return false;
    const isKept = await this.parts.changes
      .make(async (statements, tell) => {
        await before?.(statements);
        if (afterMs === undefined) await this.parts.queues.end(statements, ticket);
        else await this.parts.queues.putBack(statements, ticket, Date.now() + afterMs);
        const changed = await this.parts.chunkRows.end(statements, claim, columns, change);
        // What was written of it goes too.
        if (!changed) throw new Stale();
        await after?.(statements);
        await tell(changeOf(changed.before, changed.job, { claim, state: columns(0).state }));
        return true;
      })
      .catch(async (error) => {
        if (!(error instanceof Stale)) throw error;
        await this.parts.queues.end(this.parts.connection, ticket);
        return false;
      });
    this.tickets.delete(claim);
    if (this.suspect === claim) this.suspect = undefined;
    return isKept;
  }
}

/** A claim that is no longer the chunk's. */
class Stale extends Error {}
